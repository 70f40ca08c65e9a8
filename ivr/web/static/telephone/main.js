// Puts the telephone together: keys and buttons to acts, answers of the line to what is shown and spoken.

import * as face from "./face.js";
import { Line } from "./line.js";
import { Player } from "./player.js";
import { playTone } from "./tones.js";
import * as voice from "./voice.js";

const element = (id) => document.getElementById(id);
const line = new Line();
const player = new Player(tell, staySilent);
let isLive = false;
let answers = 0; // how many answers this page has heard: what was meant for an older one is not done
let answeredAt = 0; // the second of the call at which the last answer began
let asking = Promise.resolve(); // acts go one after another, as fingers do

const isSoundOn = () => element("sound").getAttribute("aria-pressed") === "true";

function call() {
  const wanted = wishes(); // read now: a form that is switched off tells nothing
  face.clear();
  setLive(true);
  asking = asking.then(async () => hear(await line.call(wanted)));
}

function wishes() {
  const set = Object.fromEntries(new FormData(element("wishes")));
  return {
    language: set.language,
    is_anonymous: Boolean(set.is_anonymous),
    team: set.team,
    after_s: Number(set.after_s),
    ...(set.at ? { at: set.at } : {}),
  };
}

function press(key) {
  if (isSoundOn()) playTone(key);
  if (!isLive) return;
  asking = asking.then(async () => {
    if (!isLive) return;
    const at_s = player.position;
    const answer = await line.act({ does: "press", key, after_s: sinceAnswer(at_s) });
    if (answer.is_lost) {
      face.showNews(at_s, `You pressed ${key}, but nothing listens to keys just now.`);
      return;
    }
    voice.hush();
    face.showKey(key, at_s);
    hear(answer);
  });
}

function staySilent() {
  const heardThen = answers;
  asking = asking.then(async () => {
    if (isLive && answers === heardThen) hear(await line.act({ does: "stay silent" }));
  });
}

function hangUp() {
  voice.hush();
  asking = asking.then(async () => {
    if (!isLive) return;
    player.stop();
    hear(await line.act({ does: "hang up", after_s: sinceAnswer(player.position) }));
  });
}

function sinceAnswer(at_s) {
  return Math.max(0, Math.round((at_s - answeredAt) * 1000) / 1000);
}

/** Take an answer of the line: play it, or show how the call ended. */
function hear(answer) {
  answers += 1;
  const trouble = answer.error ?? answer.fault;
  if (trouble) {
    face.showNews(player.position, trouble, "trouble");
    end("The call stopped");
    return;
  }
  answeredAt = answer.at_s;
  face.showWhen(answer.began);
  if (answer.ended_by) {
    const who = { caller: "You hung up.", line: "The line said goodbye and hung up." }[answer.ended_by];
    face.showNews(answer.at_s, who ?? "The platform cut the call off.", who ? "news" : "trouble");
    face.showScript(answer.script);
    end("The call has ended");
    return;
  }
  player.play(answer.items, answer.at_s);
  showAhead();
}

function end(state) {
  player.stop();
  voice.hush();
  face.fade();
  face.showState(state);
  setLive(false);
  face.showLatest();
}

/** Show an item as it begins. A promise tells the player to wait until the voice is done. */
function tell(item) {
  if (item.place) face.showPlace(item);
  face.showState(stateOf(item));
  showAhead();
  switch (item.kind) {
    case "say":
      face.showSaid(item);
      return speak(item);
    case "ring":
    case "talk":
      face.showNews(item.at_s, item.text);
      break;
    case "whisper":
      face.showWhisper(item);
      break;
    case "fate":
      face.showFate(item);
      break;
  }
  return undefined;
}

function stateOf({ kind, holds }) {
  if (kind === "wait") return holds ? "It waits for a key" : "The line speaks";
  return { ring: "It rings", talk: "You talk with the team", whisper: "It rings" }[kind] ?? "The line speaks";
}

function speak({ text, lang }) {
  if (player.speed !== 1 || !isSoundOn() || !voice.hasVoice(lang)) return undefined;
  return new Promise((done) => voice.say(text, lang, done));
}

function setLive(isOn) {
  isLive = isOn;
  if (isOn) face.showState("Calling");
  document.body.classList.toggle("is-calling", isOn);
  element("call").textContent = isOn ? "Hang up" : "Call";
  element("call").classList.toggle("is-live", isOn);
  element("settable").disabled = isOn;
  element("settings").open = element("settings").open && !isOn;
  element("ahead").hidden = !isOn;
  if (isOn) window.scrollTo({ top: 0 }); // in the hand the keys have moved
}

function showAhead() {
  element("ahead").textContent = player.isWaiting ? "Stay silent" : "Skip ahead";
}

/** A screen reader need not read aloud what a voice says already. */
function announceWhatIsNotSpoken() {
  const isSpoken = isSoundOn() && player.speed === 1 && voice.hasVoice("en-US");
  element("heard").setAttribute("aria-live", isSpoken ? "off" : "polite");
}

element("call").addEventListener("click", () => {
  if (isLive) hangUp();
  else if (element("wishes").reportValidity()) call();
});

for (const key of document.querySelectorAll(".key")) {
  key.addEventListener("click", () => press(key.dataset.key));
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, select, textarea");
  if (isTyping || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  const key = document.querySelector(`.key[data-key="${CSS.escape(event.key)}"]`);
  if (!key) return;
  event.preventDefault();
  key.classList.add("is-down");
  press(event.key);
});

document.addEventListener("keyup", () => {
  for (const key of document.querySelectorAll(".is-down")) key.classList.remove("is-down");
});

element("ahead").addEventListener("click", () => {
  voice.hush();
  player.skip();
  showAhead();
});

element("speed").addEventListener("change", ({ target }) => {
  voice.hush();
  player.setSpeed(target.value === "instant" ? "instant" : Number(target.value));
  announceWhatIsNotSpoken();
});

element("sound").addEventListener("click", ({ currentTarget }) => {
  const isOn = !isSoundOn();
  currentTarget.setAttribute("aria-pressed", String(isOn));
  currentTarget.textContent = isOn ? "Sound on" : "Sound off";
  if (!isOn) voice.hush();
  announceWhatIsNotSpoken();
});

element("copy").addEventListener("click", async ({ currentTarget }) => {
  await navigator.clipboard.writeText(element("script").textContent);
  currentTarget.textContent = "Copied";
  setTimeout(() => { currentTarget.textContent = "Copy"; }, 2000);
});

announceWhatIsNotSpoken();
window.speechSynthesis?.addEventListener("voiceschanged", announceWhatIsNotSpoken);

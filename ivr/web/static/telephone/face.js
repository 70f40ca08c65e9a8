// All that is shown: what is heard, the way that was gone, what the team hears, and the script.

const element = (id) => document.getElementById(id);

let lastPlace = "";

export function clear() {
  lastPlace = "";
  for (const id of ["heard", "path", "whispers"]) element(id).replaceChildren();
  for (const id of ["team", "written", "path-hint"]) element(id).hidden = true;
}

/** Something that is said now; what was said before fades. */
export function showSaid({ at_s, text, lang }) {
  fade();
  const said = add("heard", at_s, text, "is-now", lang);
  said.setAttribute("aria-current", "true");
}

export function fade() {
  for (const said of document.querySelectorAll(".is-now")) {
    said.classList.remove("is-now");
    said.removeAttribute("aria-current");
  }
}

export function showKey(key, at_s) {
  fade();
  add("heard", at_s, `You pressed ${key}.`, "key-pressed");
  addStep(key, at_s, "is-key");
}

export function showNews(at_s, text, kind = "news") {
  fade();
  add("heard", at_s, text, kind);
}

export function showPlace({ place, at_s }) {
  const name = `${place.lang} ${place.text}`;
  if (name === lastPlace) return;
  lastPlace = name;
  addStep(place.text, at_s, "");
}

export function showWhisper({ at_s, who, text, lang }) {
  element("team").hidden = false;
  const line = add("whispers", at_s, "", "");
  const words = document.createElement("q");
  words.lang = lang;
  words.textContent = text;
  line.append(`${who} hears: `, words);
}

export function showFate({ at_s, text }) {
  element("team").hidden = false;
  add("whispers", at_s, text, "");
}

export function showScript(script) {
  element("script").textContent = script;
  element("written").hidden = false;
}

export function showLatest() {
  element("heard").scrollTop = element("heard").scrollHeight;
}

export function showState(text) {
  element("state").textContent = text;
}

export function showWhen(text) {
  element("began").textContent = text;
}

function add(id, at_s, text, kind, lang) {
  const line = document.createElement("p");
  line.className = kind;
  line.append(timeAt(at_s), words(text, lang));
  element(id).append(line);
  showLatest();
  return line;
}

function words(text, lang) {
  const span = document.createElement("span");
  if (lang) span.lang = lang;
  span.textContent = text;
  return span;
}

function addStep(text, at_s, kind) {
  const step = document.createElement("li");
  step.className = kind;
  step.append(text, " ", timeAt(at_s));
  element("path").append(step);
  element("path-hint").hidden = false;
}

function timeAt(seconds) {
  const time = document.createElement("time");
  time.dateTime = `PT${seconds.toFixed(1)}S`;
  time.textContent = `${seconds.toFixed(1)} s`;
  return time;
}

// The list renews itself. Only what has changed is replaced, so that nobody loses their place, a number that is shown,
// or what a screen reader is saying. Without this script the page is the same, and "Look again" renews it.

const EVERY_MS = 10_000;

const fresh = document.getElementById("fresh");
const title = document.title.replace(/^\(\d+\) /, "");
const hiddenAt = new Map(); // by the id of a card: when its number is to be hidden again

for (const shown of document.querySelectorAll("[data-shown]")) {
  hiddenAt.set(shown.closest(".callback").id, performance.now() + Number(shown.dataset.shown) * 1000);
}
note("This list renews itself. ");
setInterval(renew, EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || renew());

async function renew() {
  const response = await fetch(fresh.dataset.list, { cache: "no-store" }).catch(() => null);
  if (response === null || response.status >= 500) {
    note("This list cannot be renewed just now. ");
  } else if (!response.ok || response.redirected) {
    location.assign(fresh.dataset.home); // signed out, here or elsewhere
  } else {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    takeOver(page.getElementById("list"));
    note("This list renews itself. ");
  }
}

function note(words) {
  fresh.firstChild.textContent = words;
}

function takeOver(list) {
  tellCount(Number(list.dataset.count));
  takeOverWords("summary", list);
  takeOverItems("done", list, (before, after) => before ?? after);
  takeOverItems("cards", list, takeOverCard);
  takeOverWords("expiring-list", list);
  takeOverWords("sending-list", list);
}

function tellCount(count) {
  const badge = document.getElementById("count");
  document.title = count ? `(${count}) ${title}` : title;
  badge.textContent = count;
  badge.hidden = count === 0;
}

/** Replace words only when they differ: a live region is said again whenever it is touched. */
function takeOverWords(id, list) {
  const before = document.getElementById(id);
  const after = list.querySelector(`#${id}`);
  if (plain(before) !== plain(after)) before.replaceChildren(...after.childNodes);
}

function takeOverItems(id, list, choose) {
  const before = document.getElementById(id);
  const items = [...list.querySelector(`#${id}`).children].map((item) => choose(document.getElementById(item.id), item));
  if (items.length === before.children.length && items.every((item, at) => item === before.children[at])) return;
  const focused = document.activeElement;
  const card = focused.closest(".row");
  before.replaceChildren(...items);
  if (focused.isConnected) focused.focus();
  else if (card) document.getElementById(card.id)?.focus();
}

/** A card stays while nothing changes but the time; when its number has been shown for long enough, it is replaced. */
function takeOverCard(before, after) {
  const mustHide = hiddenAt.has(after.id) && performance.now() >= hiddenAt.get(after.id);
  if (!before || before.dataset.key !== after.dataset.key || mustHide) {
    hiddenAt.delete(after.id);
    return after;
  }
  for (const part of ["h2", ".asked"]) {
    if (plain(before.querySelector(part)) !== plain(after.querySelector(part))) {
      before.querySelector(part).replaceWith(after.querySelector(part));
    }
  }
  return before;
}

function plain(element) {
  return element.textContent.replace(/\s+/g, " ").trim();
}

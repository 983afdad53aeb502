// What makes the page quick at hand: copying, following the form as it is typed, recent links. Without it all works by the buttons.
"use strict";

document.documentElement.classList.add("js");

const by = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const later = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/* Copying */

const textOf = (source) => ("value" in source ? source.value : source.textContent);

// On plain http there is no clipboard API: a text field that is selected and copied does.
function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.className = "visually-hidden";
  field.readOnly = true;
  field.value = text;
  document.body.append(field);
  const focused = document.activeElement;
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return done;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function say(button, done) {
  const what = button.dataset.what;
  const label = button.firstChild;
  label.data = done ? "Copied" : "Not copied";
  by("copy-status").textContent = done ? `Copied ${what}.` : `The browser did not let ${what} be copied.`;
  button.classList.toggle("done", done);
  clearTimeout(button.timer);
  button.timer = setTimeout(() => {
    label.data = "Copy";
    button.classList.remove("done");
  }, 2000);
}

/* Following the form: one question is on the way at a time, the next is asked with what is in the form by then. */

const PAUSE = 500; // ms without a letter, after which a mistake is named and what takes long is asked for
const MOMENT = 2500; // ms that changed lines stay marked
const PATIENCE = 15000; // ms that an answer may take

const form = by("unit-form");
const result = by("result");
const slots = all("[data-slot]");
const pristine = new Map(); // the HTML that each part was sent with, by its id
const remember = (part) => part.id && pristine.set(part.id, part.outerHTML);
slots.forEach(remember);
if (form) [...by("result-body").children].forEach(remember);

const state = { wanted: false, busy: false, old: false, stale: false, isSound: true };

async function ask(address) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(answer.statusText);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

async function follow() {
  state.wanted = state.stale = true;
  if (state.busy) return;
  state.busy = true;
  while (state.wanted) {
    state.wanted = false;
    clearTimeout(state.timer);
    try {
      const answer = await ask(form.dataset.live);
      // While a word is typed it is wrong most of the time: that is said when the typing pauses.
      if (answer.getElementById("result-body")) show(answer);
      else state.timer = setTimeout(show, state.old ? 0 : PAUSE, answer);
    } catch {
      unanswered();
    }
  }
  state.busy = false;
  clearTimeout(state.pause);
  state.pause = setTimeout(followSlowly, PAUSE);
}

// What is long and folded away, and the profiles, which are each tried: worth it only for what the form is left at.
async function followSlowly() {
  if (state.busy || !state.isSound) return;
  const isFirst = !by("profiles-slot").firstElementChild;
  try {
    const answer = await ask(form.dataset.later);
    if (state.busy || !state.isSound) return;
    for (const part of [...answer.body.children]) {
      const before = by(part.id);
      const kept = before && keep(before);
      before?.replaceWith(part);
      kept?.(part);
    }
    if (isFirst) by("profiles").open = false;
  } catch {
    return;
  }
  state.stale = false;
}

function unanswered() {
  by("state").textContent = "This site does not answer, so what follows is from before. Press Generate to try again.";
  setOld(true);
}

function setOld(isOld) {
  state.old = isOld;
  result.classList.toggle("is-old", isOld);
  by("result-body").inert = by("profiles-slot").inert = isOld;
}

function show(answer) {
  const fresh = answer.getElementById("result-body");
  const marks = [];
  for (const slot of slots) {
    const part = answer.getElementById(slot.id);
    if (slot.id === "result-body") {
      if (part) fill(slot, part, marks);
    } else if (part?.outerHTML !== pristine.get(slot.id) || slot.id === "state") {
      pristine.set(slot.id, part?.outerHTML);
      slot.replaceChildren(...(part?.childNodes ?? []));
    }
  }
  const notes = all(".notes[id]", answer);
  for (const before of all(".notes[id]", form)) if (!answer.getElementById(before.id)) putNotes(before.id, null);
  for (const each of notes) putNotes(each.id, each);
  state.isSound = Boolean(fresh);
  setOld(!fresh && Boolean(by("unit-text")));
  document.title = answer.title;
  const address = answer.getElementById("here")?.getAttribute("href");
  if (address) history.replaceState(history.state, "", address);
  if (address) note(address);
  markFor(marks);
}

// What is said on a field stands last beside it, and is read out with it.
function putNotes(id, notes) {
  const control = by(id.slice(0, -"-notes".length));
  const before = by(id);
  if (!control || (notes && before?.isEqualNode(notes))) return;
  before?.remove();
  if (notes) control.closest(".field, .own, .choices, .strays").append(notes);
  const help = (control.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  control.setAttribute("aria-describedby", [...help, ...(notes ? [id] : [])].join(" "));
  const isWrong = notes?.querySelector(".notice.error");
  control.toggleAttribute("aria-invalid", Boolean(isWrong));
  if (!isWrong) return;
  control.setAttribute("aria-invalid", "true");
  for (let fold = control.closest("details:not([open])"); fold; fold = fold.parentElement.closest("details:not([open])")) fold.open = true;
}

// The parts of the result that differ take the place of theirs; focus, scrolling and what was unfolded stay.
// All is read off the page before anything is changed, or the browser would lay it out anew for each part.
function fill(body, answer, marks) {
  const old = new Map([...body.children].map((part, at) => [part.id || at, part]));
  const changed = [];
  let place = body.firstElementChild;
  for (const part of [...answer.children]) {
    const before = old.get(part.id);
    old.delete(part.id);
    const html = part.outerHTML;
    const isSame = before && (part.matches("[data-later]") || pristine.get(part.id) === html);
    if (!isSame) pristine.set(part.id, html);
    if (!before) changed.push(insertion(body, part, place));
    else if (!isSame) changed.push(replacement(before, part, marks));
    if (before && place === before) place = before.nextElementSibling;
  }
  for (const change of changed) change();
  for (const part of old.values()) part.remove();
}

function insertion(body, part, place) {
  return () => body.insertBefore(part, place?.isConnected ? place : null);
}

function replacement(before, part, marks) {
  const kept = keep(before);
  marks.push([part, new Set(lines(before).map((line) => line.text))]);
  return () => {
    for (const hole of all("[data-later]", part)) by(hole.id) && hole.replaceWith(by(hole.id));
    before.replaceWith(part);
    kept(part);
  };
}

const details = (part) => all("details", part).concat(part.matches("details") ? [part] : []);

// What an unfoldable is called, without its numbers: they change with the unit.
function nameOf(one) {
  const row = one.closest("tr, li");
  return `${row?.firstElementChild.textContent ?? ""} ${one.firstElementChild.textContent}`.replace(/\d+/g, "");
}

function reopen(part, opened) {
  for (const one of details(part)) one.open = opened.includes(nameOf(one));
}

function keep(part) {
  const opened = details(part).filter((one) => one.open).map(nameOf);
  const scrolled = all("pre", part).map((text) => text.scrollLeft);
  const focusable = "a, button, input, summary, pre[tabindex]";
  const focused = all(focusable, part).indexOf(document.activeElement);
  return (fresh) => {
    reopen(fresh, opened);
    all("pre", fresh).forEach((text, at) => { if (scrolled[at]) text.scrollLeft = scrolled[at]; });
    if (focused >= 0) all(focusable, fresh)[focused]?.focus({ preventScroll: true });
  };
}

/* Marking the lines that are new. Ranges change nothing of the text, so what is copied is what was sent. */

function linesOf(text) {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const found = [];
  let range = null;
  let written = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    let at = 0;
    for (const piece of node.data.split(/(?<=\n)/)) {
      if (!range) (range = document.createRange()).setStart(node, at);
      written += piece;
      at += piece.length;
      range.setEnd(node, piece.endsWith("\n") ? at - 1 : at);
      if (piece.endsWith("\n")) {
        found.push({ text: written, range });
        range = null;
        written = "";
      }
    }
  }
  return range ? [...found, { text: written, range }] : found;
}

function rowOf(row) {
  const range = document.createRange();
  range.selectNodeContents(row);
  return { text: row.textContent, range };
}

const lines = (part) => [...all("pre", part).flatMap(linesOf), ...all("tr, .score", part).map(rowOf)];

function markFor(marks) {
  if (!globalThis.CSS?.highlights || !marks.length) return;
  const ranges = marks.flatMap(([part, before]) => lines(part).filter((line) => line.text.trim() && !before.has(line.text)));
  CSS.highlights.set("touched", new Highlight(...ranges.map((line) => line.range)));
  clearTimeout(state.moment);
  state.moment = setTimeout(() => CSS.highlights.delete("touched"), MOMENT);
}

/* Links that start from the form wait until the page shows the current form. data-for says what a link is for, before and after. */

async function settled() {
  while (state.busy || (state.stale && state.isSound)) await later(20);
}

const startsFromTheForm = (link) => link.pathname === new URL(form.action).pathname && link.search && !link.target;

async function whenSettled(event, link) {
  event.preventDefault();
  await settled();
  if (!state.isSound) return;
  const now = link.isConnected ? link : all("a[data-for]").find((one) => one.dataset.for === link.dataset.for);
  now?.click();
}

/* Recent links, in this browser only. */

const MOST_RECENT = 8;
const mine = Date.now();

function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem("recent") ?? "[]");
    return kept.filter((one) => /^\?name=/.test(one.query) && one.title);
  } catch {
    return [];
  }
}

function keepRecent(kept) {
  try {
    localStorage.setItem("recent", JSON.stringify(kept));
  } catch {
    return; // a browser that keeps nothing
  }
}

// A form that is worked on is one entry, whatever becomes of it.
function note(address) {
  const query = address.slice(address.indexOf("?"));
  const title = by("result-title").textContent;
  const others = recent().filter((one) => one.mine !== mine && one.query !== query);
  keepRecent([{ query, title, mine, at: Date.now() }, ...others].slice(0, MOST_RECENT));
}

function showRecent() {
  const panel = by("recent");
  const others = recent().filter((one) => one.mine !== mine && one.query !== location.search);
  panel.hidden = !others.length;
  panel.querySelector("ul").replaceChildren(...others.map(entryOf));
}

function entryOf(one) {
  const [entry, link, when] = ["li", "a", "span"].map((name) => document.createElement(name));
  const user = new URLSearchParams(one.query).get("User");
  link.href = form.getAttribute("action") + one.query;
  link.textContent = one.title;
  when.className = "help";
  when.textContent = `${user ? `runs as ${user}, ` : ""}${new Date(one.at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}`;
  entry.append(link, " ", when);
  return entry;
}

/* What a person does */

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button) say(button, await copy(textOf(by(button.dataset.copy))));
});

if (form) {
  // In one column they would push the form down by two screens.
  const profiles = by("profiles");
  if (profiles && !matchMedia("(min-width: 64rem)").matches && !profiles.querySelector(".notice")) profiles.open = false;
  form.addEventListener("input", (event) => event.target.name !== "find" && follow());
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link && startsFromTheForm(link) && link.closest("#result, #profiles-slot") && (state.busy || state.stale)) whenSettled(event, link);
  });
  by("forget").addEventListener("click", () => {
    keepRecent([]);
    showRecent();
    by("copy-status").textContent = "Forgotten.";
  });
  if (by("share-link") && location.search) note(location.search);
  showRecent();
}

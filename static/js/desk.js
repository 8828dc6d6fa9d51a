/** The desk: a call taken down on the keyboard alone, with what the office knows beside it. */

import { isComposing, onCommittedInput } from "./compose.js";
import { keepDrafts } from "./drafts.js";
import { lookUps } from "./lookups.js";

const SETTLED = 500;

const form = document.getElementById("desk-form");
const field = (name) => form.elements[name];
const status = form.querySelector("[data-draft-status]");
const side = (name) => form.querySelector(`[data-side=${name}]`);

// ---- Drafts, and the network ----

function showLost(lost) {
  for (const bar of document.querySelectorAll("[data-connection-lost]")) bar.hidden = !lost;
}

let isLost = false;
let isSignedOut = false;
const drafts = keepDrafts(form, {
  saved(text) {
    isLost = false;
    showLost(false);
    status.textContent = text;
  },
  onDevice(signedOut) {
    isLost = true;
    isSignedOut = signedOut;
    showLost(!signedOut);
    status.textContent = signedOut ? form.dataset.signedOut : form.dataset.onDevice;
  },
});

addEventListener("online", () => { if (isLost) drafts.save(); });

form.addEventListener("submit", async (event) => {
  if (!isLost && navigator.onLine) {
    // Sent twice it would still be one case; the second click only makes the clerk wait.
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    drafts.sent();
    return;
  }
  event.preventDefault();
  const { submitter } = event;
  if (await drafts.save()) form.requestSubmit(submitter);
  else if (!isSignedOut) status.textContent = form.dataset.notSent;
});

drafts.unsentOnDevice().then(async (any) => {
  if (!any) return;
  const page = await fetch(location.href);
  if (page.ok) swapParts(await page.text(), "[data-part=drafts]");
});

// ---- What the form would come to, and what is known beside it ----

let asked = null;

function swapParts(html, which = "[data-part]") {
  const parts = new DOMParser().parseFromString(html, "text/html").querySelectorAll(which);
  for (const part of parts) {
    const shown = document.querySelector(`[data-part="${part.dataset.part}"]`);
    // Somebody who is in the panel keeps what he is looking at.
    if (shown && !shown.contains(document.activeElement)) shown.replaceChildren(...part.childNodes);
  }
}

async function refresh() {
  asked?.abort();
  const own = new AbortController();
  asked = own;
  try {
    const response = await fetch(form.dataset.previewUrl, { method: "POST", body: new FormData(form), signal: own.signal, redirect: "error" });
    if (response.ok) swapParts(await response.text());
  } catch {
    // Overtaken, or no network: what is shown stays as it is.
  }
}

onCommittedInput(form, refresh, SETTLED);
form.addEventListener("change", refresh);
if ("filled" in form.dataset) refresh();

// ---- Look-ups ----

const { put, lookUp, fillPlace, ...boxes } = lookUps(form);
const caller = boxes.caller();

const concerned = lookUp("concerned", (option) => {
  concerned.value = option.dataset.name;
  if (option.dataset.value) {
    // The matter is where the person concerned lives, not where the caller does.
    for (const name of ["area_name", "place"]) if ("filledIn" in field(name).dataset) field(name).value = "";
    fillPlace(option);
  }
  put("concerned_resident", option.dataset.value);
});
concerned.addEventListener("input", () => { field("concerned_resident").value = ""; });

boxes.area();

// ---- Category: a list without script, a box with suggestions on 1 2 3 with it ----

const categories = field("category");
const category = lookUp("category_typed", (option) => choose(option.dataset), { automatic: true });

function choose({ value, text }) {
  category.value = text;
  put("category", value);
}

if (categories.value) category.value = categories.selectedOptions[0].text;
categories.hidden = true;
category.hidden = false;
document.getElementById("category-name").htmlFor = category.id;
for (const link of document.querySelectorAll(`a[href="#${categories.id}"]`)) link.hash = category.id;
category.addEventListener("input", () => { categories.value = ""; });
category.addEventListener("keydown", (event) => {
  if (isComposing(event) || category.value || event.ctrlKey || event.altKey || event.metaKey) return;
  if (!/^[1-3]$/.test(event.key)) return;
  // No category begins with a digit: pressed before there are suggestions, it must not stay behind as a word.
  event.preventDefault();
  const suggestion = form.querySelector(`[data-suggestion="${event.key}"]`);
  if (suggestion) choose(suggestion.dataset);
});
form.addEventListener("click", (event) => {
  const suggestion = event.target.closest("[data-suggestion]");
  if (suggestion) {
    choose(suggestion.dataset);
    category.focus();
  }
});

// ---- Keys ----

let leftFrom = null;

function jump() {
  const panel = side("context");
  if (panel.contains(document.activeElement)) {
    (leftFrom ?? caller).focus();
    return;
  }
  leftFrom = document.activeElement;
  panel.querySelector("button, a")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.defaultPrevented) return;
  const panel = side("context");
  if (event.key === "F2" && !event.ctrlKey && !event.altKey && !event.metaKey) {
    event.preventDefault();
    jump();
  } else if (event.key === "F4" && !event.ctrlKey && !event.altKey && !event.metaKey) {
    // One more caller about an incident that everybody calls about: no walk to the panel for each.
    const join = panel.querySelector("[data-join-incident]");
    if (join) {
      event.preventDefault();
      form.requestSubmit(join);
    }
  } else if (event.key === "Escape" && panel.contains(document.activeElement)) {
    jump();
  }
});

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  if (event.ctrlKey && event.target === field("answer") && !isComposing(event)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-answer]"));
  } else if (!event.ctrlKey && event.target.matches("input")) {
    // Enter ends a word; only Ctrl+Enter and the buttons send.
    event.preventDefault();
  }
});

// ---- How long the caller has been on the line ----

const timer = document.querySelector("[data-timer]");
const begun = Date.now();

function tick() {
  const seconds = Math.floor((Date.now() - begun) / 1000);
  const two = (number) => String(number).padStart(2, "0");
  timer.textContent = `${timer.dataset.since} · ${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

tick();
timer.hidden = false;
setInterval(tick, 1000);

if (!document.querySelector(".error-summary")) caller.focus();

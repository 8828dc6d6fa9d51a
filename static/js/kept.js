/**
 * Words on their way: what was sent and met no answer of the office, because the session had ended or the server was
 * down, stands in its form again when its author comes back to it, in this tab. Any page that answers ends it.
 *
 * Forms with a draft of their own look after themselves.
 */

import { fill, valuesOf } from "./draft.js";

const KEY = "on-its-way";
const WRITTEN = "textarea, select, input:not([type=hidden])";
const user = document.body.dataset.user ?? "";

/** @param {HTMLFormElement} form */
function mayKeep(form) {
  const drafted = "draft" in form.dataset || "draftUrl" in form.dataset;
  return user && form.method === "post" && form.closest("main") && !drafted && form.querySelector(WRITTEN);
}

function target(form) {
  return new URL(form.getAttribute("action") || location.href, location.href).pathname;
}

function take() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    sessionStorage.removeItem(KEY);
    return kept;
  } catch {
    return null;
  }
}

function keep(kept) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Storage is full or forbidden: then there is nothing to come back, as before.
  }
}

/** Whether this page is no answer to what was sent last: nobody is signed in, it says so, or it was come back to. */
function isNoAnswer() {
  const [arrival] = performance.getEntriesByType("navigation");
  return !user || "noAnswer" in document.body.dataset || arrival?.type === "back_forward" || arrival?.type === "reload";
}

const kept = take();
if (kept && (kept.unanswered || isNoAnswer())) {
  const form = user === kept.user && [...document.forms].find((one) => mayKeep(one) && target(one) === kept.target);
  if (form) {
    fill(form, kept.values);
    const notice = document.querySelector("[data-kept]");
    notice.hidden = false;
    notice.scrollIntoView({ block: "nearest" });
    // Until it is sent again, or another page is gone to: it may be loaded anew before.
    keep({ ...kept, unanswered: false });
  } else if (!user || user === kept.user) keep({ ...kept, unanswered: true });
}

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !mayKeep(event.target)) return;
  keep({ user, target: target(event.target), values: valuesOf(event.target) });
});

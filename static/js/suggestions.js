/** A suggestion taken down on the keyboard alone; its drafts are kept as those of a call are. */

import { arrived, keepDrafts } from "./drafts.js";
import { lookUps } from "./lookups.js";

const form = document.getElementById("suggestion-form");
// The page that shows a suggestion just taken down: what was sent has arrived.
if (document.querySelector("[data-arrived]")) arrived();

/** @param {HTMLFormElement} form */
function prepare(form) {
  const status = form.querySelector("[data-draft-status]");
  let isLost = false;
  let isSignedOut = false;
  const showLost = (lost) => {
    for (const bar of document.querySelectorAll("[data-connection-lost]")) bar.hidden = !lost;
  };
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
      // Sent twice it would still be one suggestion; the second click only makes the clerk wait.
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      drafts.sent();
      return;
    }
    event.preventDefault();
    if (await drafts.save()) form.requestSubmit(event.submitter);
    else if (!isSignedOut) status.textContent = form.dataset.notSent;
  });
  form.addEventListener("keydown", (event) => {
    // Enter ends a word; only Ctrl+Enter and the button send.
    if (event.key === "Enter" && !event.ctrlKey && event.target.matches("input")) event.preventDefault();
  });

  drafts.unsentOnDevice();
  const boxes = lookUps(form);
  const caller = boxes.caller();
  boxes.area();
  if (!document.querySelector(".error-summary")) caller.focus();
}

if (form) prepare(form);

/** Who carries it out is asked only where something is adopted. */
const target = document.querySelector("[data-when-adopted]");

function showTarget() {
  target.hidden = document.querySelector("[data-decision]:checked")?.value === "declined";
}

if (target) {
  for (const radio of document.querySelectorAll("[data-decision]")) radio.addEventListener("change", showTarget);
  showTarget();
}

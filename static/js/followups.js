/**
 * A follow-up by digits: each digit answers the question at hand and moves on to the next one, at last to the note.
 * Questions that do not arise (nobody was reached, everybody is content) are out of the way, at the door as well.
 */

import { isComposing } from "./compose.js";

const form = document.querySelector("form[data-call]");
const questions = [...form?.querySelectorAll("[data-question]") ?? []].filter((part) => part.querySelector("[type=radio]"));
const note = form?.querySelector("textarea");

const answer = (name) => form.querySelector(`[name="${name}"]:checked`)?.value ?? "";
const discontent = () => answer("solved") === "no" || answer("satisfaction") === "not";
const ARISES = {
  reached: () => true,
  solved: () => answer("reached") === "yes",
  satisfaction: () => answer("reached") === "yes",
  redo: () => answer("reached") === "yes" && discontent(),
  door: () => answer("reached") === "no",
};

function show() {
  for (const part of questions) {
    part.hidden = !ARISES[part.dataset.question]();
    for (const box of part.querySelectorAll("input")) box.disabled = part.hidden;
  }
}

/** The question a digit answers: the one in focus, else the first that is open. */
function atHand() {
  const open = questions.filter((part) => !part.hidden);
  return open.find((part) => part.contains(document.activeElement) && !part.querySelector(":checked"))
    ?? open.find((part) => !part.querySelector(":checked"))
    ?? open.find((part) => part.contains(document.activeElement));
}

function moveOn() {
  const next = questions.find((part) => !part.hidden && !part.querySelector(":checked"));
  (next?.querySelector("input") ?? note).focus();
}

if (form) {
  show();
  form.addEventListener("change", show);
  document.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("textarea, input:not([type=radio]), select")) return;
    if (!/^[1-9]$/.test(event.key)) return;
    const box = atHand()?.querySelectorAll("input")[Number(event.key) - 1];
    if (!box) return;
    event.preventDefault();
    box.click();
    moveOn();
  });
  if (!document.querySelector("[autofocus]")) questions[0]?.querySelector("input").focus();
}

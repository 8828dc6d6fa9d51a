/**
 * Ready-made words for a reply: put in where the cursor stands by a button, or by typing its shortcut (/dz). Nothing is
 * put in unless somebody asks for it.
 */

import { onCommittedInput } from "./compose.js";

for (const row of document.querySelectorAll("[data-inserts]")) {
  const field = document.getElementById(row.dataset.inserts);
  const buttons = [...row.querySelectorAll("[data-text]")];
  row.hidden = false;

  /** Put *text* in place of what stands from `from` to the cursor. */
  const put = (text, from) => {
    field.setRangeText(text, from, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };

  for (const button of buttons) button.addEventListener("click", () => put(button.dataset.text, field.selectionStart));
  onCommittedInput(field, () => {
    const typed = field.value.slice(0, field.selectionStart);
    const called = buttons.find((button) => button.dataset.shortcut && typed.endsWith(button.dataset.shortcut));
    if (called) put(called.dataset.text, typed.length - called.dataset.shortcut.length);
  }, 0);
}

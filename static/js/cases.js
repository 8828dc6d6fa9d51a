/** Lists and actions of cases: keys that belong to the row in focus, selection, a list narrowed by typing, printing. */

import { onCommittedInput } from "./compose.js";

/* D and U mean the row in focus, or the first row while none is. */
function keysFollow(row) {
  for (const link of document.querySelectorAll("[data-row-key]")) delete link.dataset.key;
  for (const link of row?.querySelectorAll("[data-row-key]") ?? []) link.dataset.key = link.dataset.rowKey;
}

const body = document.querySelector("tbody[data-rows]");
if (body) {
  keysFollow(body.querySelector("tr"));
  body.addEventListener("focusin", (event) => keysFollow(event.target.closest("tr")));
}

const boxes = [...document.querySelectorAll("input[name=case]")];
const all = document.querySelector("[data-select-all]");
const count = document.querySelector("[data-selected-count]");

function showSelection() {
  const selected = boxes.filter((box) => box.checked);
  if (all) all.checked = selected.length === boxes.length && boxes.length > 0;
  if (count) count.textContent = selected.length ? count.dataset.words.replace("{n}", selected.length) : "";
}

for (const box of boxes) box.addEventListener("change", showSelection);
all?.addEventListener("change", () => {
  for (const box of boxes) box.checked = all.checked;
  showSelection();
});

/* Shift+click: every row from the one ticked last to this one. */
let lastTicked = -1;
for (const [at, box] of boxes.entries()) {
  box.addEventListener("click", (event) => {
    if (event.shiftKey && lastTicked >= 0) {
      const [from, to] = at < lastTicked ? [at, lastTicked] : [lastTicked, at];
      for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
      showSelection();
    }
    lastTicked = at;
  });
}

/** Keep in `list` only the options that hold every word typed; the groups they stand in stay. */
function narrow(list, typed, originals) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (option) => {
    const text = `${option.textContent} ${option.dataset.search ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const chosen = list.value;
  list.replaceChildren(
    ...originals
      .map((group) => {
        const copy = group.cloneNode(true);
        for (const option of copy.querySelectorAll("option")) if (!fits(option)) option.remove();
        return copy;
      })
      .filter((group) => group.querySelector("option")),
  );
  list.value = chosen;
  if (list.selectedIndex < 0 && words.length && list.options.length) list.selectedIndex = 0;
}

for (const field of document.querySelectorAll("[data-narrows]")) {
  const list = document.getElementById(field.dataset.narrows);
  const originals = [...list.children];
  const box = field.closest(".narrow");
  box.hidden = false;
  const show = () => {
    narrow(list, field.value, originals);
    box.querySelector("[data-narrowed]").textContent = list.options.length ? "" : field.dataset.none;
  };
  onCommittedInput(field, show, 100);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    // What is narrowed to is read before it is sent: Enter and the arrow lead into the list.
    if (event.key === "ArrowDown" || event.key === "Enter") {
      if (event.ctrlKey) return;
      event.preventDefault();
      show();
      list.focus();
    }
  });
  if (!document.querySelector("[autofocus]")) field.focus();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

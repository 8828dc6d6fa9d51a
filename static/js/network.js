/**
 * The groups of a community: a household is put into another group by dragging its handle (mouse, finger or pen), by
 * the arrow keys up and down on that handle, or by the choice in its row. Each move can be undone (Ctrl+Z), and the figures above
 * are counted anew by the server. Nothing is saved before the groups are made.
 */

const form = document.getElementById("planned-groups");
const told = form.querySelector("[role=status]");
const undoButton = form.querySelector("[data-undo]");
const groups = [...form.querySelectorAll(".planned-group")];
const done = [];
const EDGE = 72; // pixels from the edge of the window at which it begins to scroll
const STEP = 14; // pixels it scrolls at a time

const groupOf = (row) => row.closest(".planned-group");
const choiceOf = (row) => row.querySelector("select");

function put(row, group, before = null) {
  group.querySelector("tbody").insertBefore(row, before);
  choiceOf(row).value = group.dataset.group;
  row.classList.toggle("moved", groupOf(row).dataset.group !== row.dataset.home);
  groups.forEach(count);
  told.textContent = `${row.dataset.name} → ${group.dataset.group} (${rowsOf(group).length})`;
  undoButton.hidden = done.length === 0;
  form.dispatchEvent(new CustomEvent("moved"));
}

const rowsOf = (group) => group.querySelectorAll("tbody tr");

function count(group) {
  const size = rowsOf(group).length;
  const tag = group.querySelector("[data-size]");
  tag.textContent = size;
  const over = size > Number(tag.dataset.most);
  const frame = tag.closest(".tag");
  frame.classList.toggle("tone-today", over);
  frame.classList.toggle("tone-waiting", !over);
}

function move(row, group) {
  const from = groupOf(row);
  if (!group || group === from) return;
  done.push([row, from, row.nextElementSibling]);
  put(row, group);
}

function undo() {
  const last = done.pop();
  if (!last) return;
  const [row, group, before] = last;
  put(row, group, before?.parentElement === group.querySelector("tbody") ? before : null);
  gripOf(row).focus();
}

const gripOf = (row) => row.querySelector("[data-grip]");

// ---- By choice, and by key ----

form.addEventListener("change", (event) => {
  const row = event.target.closest("tr[data-home]");
  if (!row || event.target !== choiceOf(row)) return;
  move(row, groups.find((group) => group.dataset.group === event.target.value));
  event.target.focus();
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("tr[data-home]");
  if (row && event.target === gripOf(row) && ["ArrowUp", "ArrowDown"].includes(event.key)) {
    event.preventDefault();
    move(row, groups[groups.indexOf(groupOf(row)) + (event.key === "ArrowUp" ? -1 : 1)]);
    gripOf(row).focus();
  } else if (event.ctrlKey && event.key === "z" && done.length && !event.target.matches("input")) {
    event.preventDefault();
    undo();
  }
});

undoButton.addEventListener("click", undo);

// ---- By hand ----

let held = null; // the row in the hand, with the pointer that holds it and the group it is over
let scrolling = 0;

for (const grip of form.querySelectorAll("[data-grip]")) {
  grip.hidden = false;
  grip.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    grip.setPointerCapture(event.pointerId);
    held = { row: grip.closest("tr"), pointer: event.pointerId, over: null, x: event.clientX, y: event.clientY };
    held.row.classList.add("held");
  });
  grip.addEventListener("pointermove", (event) => {
    if (held?.pointer !== event.pointerId) return;
    [held.x, held.y] = [event.clientX, event.clientY];
    aim();
    if (!scrolling) scrolling = requestAnimationFrame(scroll);
  });
  grip.addEventListener("pointerup", (event) => {
    if (held?.pointer === event.pointerId) letGo(held.over);
  });
  grip.addEventListener("pointercancel", () => letGo(null));
}

/** See over which group the pointer is. */
function aim() {
  const group = document.elementFromPoint(held.x, held.y)?.closest(".planned-group") ?? null;
  if (held.over === group) return;
  held.over?.classList.remove("aimed-at");
  held.over = group;
  held.over?.classList.add("aimed-at");
}

function letGo(group) {
  if (!held) return;
  const { row, over } = held;
  over?.classList.remove("aimed-at");
  row.classList.remove("held");
  held = null;
  move(row, group);
  gripOf(row).focus({ preventScroll: true });
}

function scroll() {
  scrolling = 0;
  if (!held) return;
  const by = held.y < EDGE ? -STEP : held.y > innerHeight - EDGE ? STEP : 0;
  if (!by) return;
  scrollBy(0, by);
  aim();
  scrolling = requestAnimationFrame(scroll);
}

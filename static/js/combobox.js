/**
 * A text field with a list of what fits, after the ARIA combobox pattern: ↓ ↑ choose, Enter or Tab takes, Esc closes.
 * The focus stays in the field. Keys pressed during a composition belong to the input method.
 */

import { isComposing, onCommittedInput } from "./compose.js";

const PAUSE = 180;

/**
 * @param {HTMLInputElement} field
 * @param {HTMLUListElement} list empty, beside the field
 * @param {(typed: string, signal: AbortSignal) => Promise<string>} find returns the options as HTML
 * @param {(option: HTMLLIElement) => void} chosen
 * @param {{ automatic?: boolean }} choices automatic: the first option counts as chosen until another is
 */
export function combobox(field, list, find, chosen, { automatic = false } = {}) {
  let active = null;
  let asked = null;
  // Typed and not yet answered: Enter or Tab then waits for the first option.
  let expecting = false;
  let takeFirst = false;

  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);

  const options = () => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];

  function mark(option) {
    active?.setAttribute("aria-selected", "false");
    active = option ?? null;
    if (!active) return field.removeAttribute("aria-activedescendant");
    active.setAttribute("aria-selected", "true");
    active.scrollIntoView({ block: "nearest" });
    return field.setAttribute("aria-activedescendant", active.id);
  }

  function show(open) {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (!open) mark(null);
  }

  /** Forget what is being looked for; an answer still under way must not open the list again. */
  function close() {
    asked?.abort();
    asked = null;
    expecting = takeFirst = false;
    show(false);
  }

  function take(option) {
    close();
    chosen(option);
  }

  async function look() {
    asked?.abort();
    const own = new AbortController();
    asked = own;
    let found;
    try {
      found = await find(field.value.trim(), own.signal);
    } catch {
      // Overtaken by more typing, or no network: what was typed still stands for itself.
      if (asked === own) close();
      return;
    }
    if (asked !== own) return;
    list.innerHTML = found;
    options().forEach((option, at) => {
      option.id = `${list.id}-${at}`;
      option.setAttribute("aria-selected", "false");
    });
    active = null;
    const [first] = options();
    if (takeFirst && first) return take(first);
    if (document.activeElement !== field) return close();
    expecting = takeFirst = false;
    show(list.children.length > 0);
    if (automatic && field.value.trim()) mark(first);
  }

  function step(by) {
    const all = options();
    const at = all.indexOf(active);
    mark(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
  }

  field.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (open) step(event.key === "ArrowDown" ? 1 : -1);
      else look();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (active) take(active);
      else takeFirst = automatic && expecting;
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") {
      if (active) take(active);
      else takeFirst = automatic && expecting && field.value.trim() !== "";
    }
  });
  field.addEventListener("input", () => {
    expecting = true;
    mark(null);
  });
  onCommittedInput(field, () => { if (document.activeElement === field || takeFirst) look(); }, PAUSE);
  field.addEventListener("blur", () => { if (!takeFirst) close(); });
  // The field must not lose the focus to the list.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]:not([aria-disabled])");
    if (option) take(option);
  });
  show(false);
}

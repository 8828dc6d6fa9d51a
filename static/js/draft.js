/** Drafts: what somebody typed survives a closed window. Where it is kept (server or device) is the caller's. */

import { onCommittedInput } from "./compose.js";

const PAUSE = 2000;
const NEVER_KEPT = new Set(["csrfmiddlewaretoken"]);

/**
 * The texts and choices of a form as pairs; files, passwords and the token are left out.
 * @param {HTMLFormElement} form
 * @returns {[string, string][]}
 */
export function valuesOf(form) {
  const secrets = new Set([...form.querySelectorAll("input[type=password]")].map((field) => field.name));
  return [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && !NEVER_KEPT.has(name) && !secrets.has(name),
  );
}

/**
 * Put kept values back. Fields the form no longer has are passed over.
 * @param {HTMLFormElement} form
 * @param {[string, string][]} values
 */
export function fill(form, values) {
  const kept = new Map();
  for (const [name, value] of values) kept.set(name, [...(kept.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || NEVER_KEPT.has(field.name) || field.type === "file") continue;
    const own = kept.get(field.name);
    if (field.type === "checkbox" || field.type === "radio") field.checked = own?.includes(field.value) ?? false;
    else if (field.type === "select-multiple") for (const option of field.options) option.selected = own?.includes(option.value) ?? false;
    else if (own?.length) field.value = own.shift();
  }
}

/**
 * Call `save` with the form's values after each pause in typing, and at once when the page is left or hidden
 * (a phone may end it then, for instance to open the camera). Nothing is saved before the first change.
 * @param {HTMLFormElement} form
 * @param {(values: [string, string][]) => void} save
 * @param {number} pause in milliseconds
 * @returns {() => void} forgets a change not yet saved: call it when the form is sent
 */
export function watch(form, save, pause = PAUSE) {
  let changed = false;
  const flush = () => {
    if (!changed) return;
    changed = false;
    save(valuesOf(form));
  };
  form.addEventListener("input", () => { changed = true; });
  onCommittedInput(form, flush, pause);
  form.addEventListener("change", flush);
  document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
  addEventListener("pagehide", flush);
  return () => { changed = false; };
}

/** Drafts on this device, under a key, for at most `days`. Storage that is full or forbidden loses the draft only. */
export const device = {
  read(key, days = 7) {
    try {
      const kept = JSON.parse(localStorage.getItem(`draft:${key}`));
      if (kept && Date.now() - kept.at < days * 86_400_000) return kept;
      localStorage.removeItem(`draft:${key}`);
    } catch {
      // Nothing readable is kept: the same as no draft.
    }
    return null;
  },
  write(key, values) {
    try {
      localStorage.setItem(`draft:${key}`, JSON.stringify({ at: Date.now(), values }));
      return true;
    } catch {
      return false;
    }
  },
  clear(key) {
    try {
      localStorage.removeItem(`draft:${key}`);
    } catch {
      // Storage is forbidden, so nothing was kept either.
    }
  },
};

/**
 * Single-key shortcuts. An element names its own key: data-key="n", data-key="/", or two in turn, data-key="g b".
 * Keys count only outside fields, without Ctrl, Alt or Meta, and never during a composition.
 * Ctrl+Enter sends a form marked data-ctrl-enter, from any of its fields.
 */

import { isComposing } from "./compose.js";

const SECOND_KEY_WITHIN = 1200;
const TYPES_TEXT = "input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit]), textarea, select, [contenteditable], [role=combobox], [role=listbox]";

let first = "";
let firstAt = 0;

/** The key as on a Latin keyboard: with a Chinese layout `/` arrives as a different character. */
function nameOf(event) {
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
}

function isShown(element) {
  return element.getClientRects().length > 0 && !element.disabled;
}

/** Use the element that carries this key, if it can be seen. */
function use(key) {
  const element = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(
    (candidate) => isShown(candidate) || candidate.closest(".sidebar"),
  );
  if (!element) return false;
  if (element.matches(TYPES_TEXT)) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
  return true;
}

function rows() {
  return [...document.querySelectorAll("[data-rows] > *")].filter(isShown);
}

function currentRow() {
  return document.activeElement?.closest("[data-rows] > *");
}

/** Focus the link of the next or previous row, so that Enter opens it without any help. */
function step(by) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(currentRow());
  const row = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  (row.querySelector("[data-open]") ?? row.querySelector("a, button") ?? row).focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function select() {
  const box = currentRow()?.querySelector("input[type=checkbox]");
  box?.click();
  return Boolean(box);
}

const BUILT_IN = {
  j: () => step(1),
  k: () => step(-1),
  x: select,
  "?": () => {
    const sheet = document.getElementById("key-sheet");
    sheet?.showModal();
    return Boolean(sheet);
  },
};

function pressed(event) {
  if (isComposing(event) || event.defaultPrevented) return;
  if (event.key === "Enter" && event.ctrlKey && !event.altKey && !event.metaKey) {
    const form = event.target.closest?.("form[data-ctrl-enter]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (document.body.dataset.shortcuts === "off") return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest?.(TYPES_TEXT) || document.querySelector("dialog[open]")) return;

  const key = nameOf(event);
  const pair = event.timeStamp - firstAt < SECOND_KEY_WITHIN ? `${first} ${key}` : "";
  first = key;
  firstAt = event.timeStamp;
  if ((pair && use(pair)) || use(key) || BUILT_IN[key]?.()) event.preventDefault();
}

document.addEventListener("keydown", pressed);

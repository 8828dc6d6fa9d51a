/** Chinese input: a key pressed while a candidate is being chosen belongs to the input method, never to the page. */

/**
 * Whether this keyboard event is part of a composition. keyCode 229 is for browsers that end the composition
 * before they send the key that ended it.
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/**
 * Call `changed` after `pause` ms without typing, with committed text only.
 * @param {HTMLElement} element a field or a form
 * @param {(event: Event) => void} changed
 * @param {number} pause
 */
export function onCommittedInput(element, changed, pause) {
  let timer = 0;
  const schedule = (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(changed, pause, event);
  };
  element.addEventListener("input", schedule);
  element.addEventListener("compositionstart", () => clearTimeout(timer));
  // Chrome sends the last `input` before `compositionend`, still marked as composing.
  element.addEventListener("compositionend", schedule);
}

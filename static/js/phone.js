/**
 * Forms on the phone: a draft on the device until the office has the form, and no word lost when sending fails.
 *
 * A form with `data-draft="key"` is sent by fetch. Whatever page the office answers with takes the place of this one;
 * only a redirect to another page of the phone means that the form was taken, and ends the draft. Without this script
 * the same forms are sent by the browser.
 */

import { device, fill, watch } from "./draft.js";

function start() {
  for (const form of document.querySelectorAll("form[data-draft]")) prepare(form);
  for (const pick of document.querySelectorAll(".photo-pick")) sayHowMany(pick);
}

/** @param {HTMLFormElement} form */
function prepare(form) {
  const key = form.dataset.draft;
  const saved = form.querySelector("[data-draft-saved]");
  const restored = form.querySelector("[data-draft-restored]");
  const save = (values) => {
    if (device.write(key, values)) saved.textContent = saved.dataset.draftSaved.replace("%time%", clock(new Date()));
  };
  const forget = watch(form, save);
  // Where the page brings back what was sent, it knows better than the draft, and has no place to tell of one.
  const kept = restored && device.read(key);
  if (kept) {
    fill(form, kept.values);
    restored.hidden = false;
    form.closest("details")?.setAttribute("open", "");
    // What is back is sent, too: it is not left in a part that is folded up.
    for (const part of form.querySelectorAll("details")) part.open ||= [...part.querySelectorAll("input, select, textarea")].some(filledIn);
  }
  form.querySelector("[data-draft-discard]")?.addEventListener("click", () => {
    forget();
    device.clear(key);
    form.reset();
    restored.hidden = true;
    saved.textContent = "";
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, event.submitter, forget);
  });
}

function filledIn(field) {
  return field.value && field.value !== field.defaultValue;
}

function clock(moment) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false }).format(moment);
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement | null} button
 * @param {() => void} forget stops a last save of the draft
 */
async function send(form, button, forget) {
  if (form.getAttribute("aria-busy") === "true") return;
  const words = button?.textContent;
  const busy = (on) => {
    form.setAttribute("aria-busy", on);
    button?.setAttribute("aria-busy", on);
    if (button) button.textContent = on ? button.dataset.sending : words;
  };
  for (const sentence of form.querySelectorAll("[data-not-sent]")) sentence.hidden = true;
  busy(true);
  let failure = "network";
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    failure = "refused";
    const ours = page.documentElement.classList.contains("phone");
    if (ours && (response.redirected || page.querySelector("form[data-draft], .error-summary"))) {
      if (response.redirected) {
        forget();
        device.clear(form.dataset.draft);
      }
      return show(page, response);
    }
    // Signed out meanwhile: the draft waits for whoever signs in again.
    if (response.redirected) return location.assign(response.url);
  } catch {
    // The sentence below says it.
  }
  busy(false);
  const sentence = form.querySelector(`[data-not-sent="${failure}"]`);
  sentence.hidden = false;
  sentence.scrollIntoView({ block: "center" });
}

/** Let *page*, the office's answer, take the place of this one. */
function show(page, response) {
  if (response.redirected) history.pushState({}, "", response.url);
  document.title = page.title;
  document.body.replaceWith(page.body);
  scrollTo(0, 0);
  document.querySelector("[autofocus]")?.focus();
  start();
}

/** One large button instead of the browser's own field, saying how many photos it holds. */
function sayHowMany(pick) {
  const field = pick.querySelector("input");
  const words = pick.querySelector("[data-chosen]");
  const empty = words.textContent;
  pick.classList.add("photo-pick-ready");
  const say = () => {
    words.textContent = field.files.length ? words.dataset.chosen.replace("%count%", field.files.length) : empty;
  };
  field.addEventListener("change", say);
  field.form.addEventListener("reset", () => setTimeout(say));
  say();
}

addEventListener("popstate", () => location.reload());
start();

/**
 * Drafts on the server, with this device as the fallback while the server cannot be reached.
 * Saves never overtake one another; a save that would overwrite another page's writing comes back with a new uuid.
 */

import { device, valuesOf, watch } from "./draft.js";

const PREFIX = "draft:";
const SENT = "desk:sent";
const NO_UUID = "00000000-0000-0000-0000-000000000000";

/** The server was reached and knows nobody: the session ended, or somebody signed in anew beside this page. */
class SignedOut extends Error {}

const written = (values) => JSON.stringify(values.filter(([, value]) => value).sort());

/**
 * Keep the drafts of a form.
 * @param {HTMLFormElement} form with data-draft-url, data-page, data-opened and data-owner, and a field `uuid`;
 *   data-drafts-of where it is not the form of a call
 * @param {{ saved: (text: string) => void, onDevice: (isSignedOut: boolean) => void }} tell
 * @returns {{ save: () => Promise<boolean>, sent: () => void, unsentOnDevice: () => Promise<boolean> }}
 */
export function keepDrafts(form, tell) {
  const { draftUrl, page, owner } = form.dataset;
  let { opened } = form.dataset;
  let last = Promise.resolve(true);
  let isSent = false;

  const keyOf = (uuid) => `${form.dataset.draftsOf ?? "desk"}:${owner}:${uuid}`;

  async function post(uuid, values, from) {
    const body = new FormData();
    for (const [name, value] of values) body.append(name, value);
    for (const [name, value] of Object.entries(from)) body.set(name, value);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    // A sign-in page instead of an answer is no answer.
    const response = await fetch(draftUrl.replace(NO_UUID, uuid), { method: "POST", body, keepalive: true, redirect: "manual" });
    if (response.type === "opaqueredirect" || response.status === 403) throw new SignedOut();
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  }

  async function saveNow() {
    const uuid = form.elements.uuid.value;
    const values = valuesOf(form);
    try {
      const kept = await post(uuid, values, { page, opened });
      if (isSent) return true;
      device.clear(keyOf(uuid));
      form.elements.uuid.value = kept.uuid;
      opened = "";
      // Loading the page again then brings this draft back, without asking.
      history.replaceState(null, "", `?draft=${kept.uuid}`);
      tell.saved(kept.text);
      return true;
    } catch (error) {
      if (isSent) return false;
      device.write(keyOf(uuid), values);
      tell.onDevice(error instanceof SignedOut);
      return false;
    }
  }

  function save() {
    last = last.then(saveNow);
    return last;
  }

  const forget = watch(form, save);

  return {
    save,
    /** The form goes off. A copy stays on this device until the page that follows says it arrived. */
    sent() {
      isSent = true;
      forget();
      const key = keyOf(form.elements.uuid.value);
      device.write(key, valuesOf(form));
      sessionStorage.setItem(SENT, key);
    },
    /** Hand drafts that only this device has to the server; true where there were any. */
    async unsentOnDevice() {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX + keyOf("")));
      let any = false;
      for (const key of keys) {
        const name = key.slice(PREFIX.length);
        const kept = device.read(name);
        const uuid = name.slice(keyOf("").length);
        // Of the draft on this page the device may know later words than the server.
        const isShown = uuid === form.elements.uuid.value && (!opened || written(kept.values) === written(valuesOf(form)));
        if (!kept || isShown) continue;
        try {
          await post(uuid, kept.values, { page: crypto.getRandomValues(new Uint32Array(2)).join("-"), opened: "" });
          device.clear(name);
          any = true;
        } catch {
          // Still no network: it stays where it is.
        }
      }
      return any;
    },
  };
}

/** The form that was sent last has arrived. */
export function arrived() {
  const key = sessionStorage.getItem(SENT);
  if (key) device.clear(key);
  sessionStorage.removeItem(SENT);
}

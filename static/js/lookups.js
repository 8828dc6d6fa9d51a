/** Whom and where: the boxes for a person and for an area, which the forms of the desk have in common. */

import { combobox } from "./combobox.js";

/** @param {HTMLFormElement} form */
export function lookUps(form) {
  const field = (name) => form.elements[name];

  /** Set a field as if it had been typed, so that the draft and the preview follow. */
  function put(name, value) {
    field(name).value = value;
    field(name).dispatchEvent(new Event("change", { bubbles: true }));
  }

  function finder(box) {
    return async (typed, signal) => {
      const body = new FormData();
      body.set("typed", typed);
      body.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
      const response = await fetch(box.dataset.combobox, { method: "POST", body, signal, redirect: "error" });
      if (!response.ok) throw new Error(String(response.status));
      return response.text();
    };
  }

  function lookUp(name, chosen, choices) {
    const box = field(name);
    combobox(box, box.closest(".combobox").querySelector("[role=listbox]"), finder(box), chosen, choices);
    return box;
  }

  /** Fill area and place from where somebody lives, unless they were typed by hand. */
  function fillPlace(option) {
    if (!option.dataset.area) return;
    for (const [name, value] of [["area_name", option.dataset.areaName], ["place", option.dataset.place]]) {
      const box = field(name);
      if (!box || (box.value && !("filledIn" in box.dataset))) continue;
      box.value = value;
      box.dataset.filledIn = "";
      if (name === "area_name") field("area").value = option.dataset.area;
    }
  }

  /** The box for whoever calls; the focus then goes to the name where it is not known, else to the field *next*. */
  function caller(next = "summary") {
    const box = lookUp("caller", (option) => {
      box.value = option.dataset.text;
      field("caller_name").value = option.dataset.name;
      field("caller_name").dataset.filledIn = "";
      if (field("anonymous")) field("anonymous").checked = "anonymous" in option.dataset;
      fillPlace(option);
      put("resident", option.dataset.value);
      const asksName = "new" in option.dataset && !option.dataset.name;
      field(asksName ? "caller_name" : next).focus();
    });
    box.addEventListener("input", () => {
      if (!field("resident").value) return;
      field("resident").value = "";
      if ("filledIn" in field("caller_name").dataset) field("caller_name").value = "";
    });
    return box;
  }

  /** The box for an area named *name*; the one chosen is kept in the hidden field *key*. */
  function area(name = "area_name", key = "area") {
    const box = lookUp(name, (option) => {
      box.value = option.dataset.text;
      put(key, option.dataset.value);
    }, { automatic: true });
    box.addEventListener("input", () => { field(key).value = ""; });
    return box;
  }

  for (const name of ["caller_name", "area_name", "place"]) {
    field(name)?.addEventListener("input", () => { delete field(name).dataset.filledIn; });
  }
  // With script, nothing is looked up by sending the form.
  for (const button of form.querySelectorAll("[data-no-script]")) button.hidden = true;

  return { put, lookUp, fillPlace, caller, area };
}

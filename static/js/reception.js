/**
 * Reception days. On the page of a day: the boxes of the appointment form. In the session: what was sent last has
 * arrived, and with somebody in the form the clerk begins at what he came for.
 */

import { arrived } from "./drafts.js";
import { lookUps } from "./lookups.js";

if (document.querySelector("[data-arrived]")) arrived();

const appointment = document.getElementById("appointment-form");
if (appointment) {
  lookUps(appointment).caller("slot");
  appointment.addEventListener("keydown", (event) => {
    // Enter ends a word; only Ctrl+Enter and the button send.
    if (event.key === "Enter" && !event.ctrlKey && event.target.matches("input")) event.preventDefault();
  });
}

const talk = document.getElementById("desk-form");
if (talk?.elements.appointment?.value && !document.querySelector(".error-summary")) {
  // After desk.js, which begins at the caller.
  addEventListener("load", () => {
    const { summary } = talk.elements;
    summary.focus();
    summary.setSelectionRange(summary.value.length, summary.value.length);
  });
}

/** What every page does: menus that close, files chosen in the page's language, lost network said, fresh badges. */

const MENUS = "details.menu[open]";

function closeMenus(except) {
  for (const menu of document.querySelectorAll(MENUS)) if (menu !== except) menu.open = false;
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.(MENUS);
  closeMenus();
  menu?.querySelector("summary").focus();
});

for (const field of document.querySelectorAll("[data-file-field]")) {
  const [input, ...ours] = field.children;
  const name = ours.at(-1);
  const none = name.textContent;
  field.classList.add("file-field");
  for (const part of ours) part.hidden = false;
  input.addEventListener("change", () => {
    name.textContent = [...input.files].map((file) => file.name).join(", ") || none;
  });
}

function showConnection(lost) {
  for (const bar of document.querySelectorAll("[data-connection-lost]")) bar.hidden = !lost;
}

addEventListener("offline", () => showConnection(true));
addEventListener("online", () => showConnection(false));

// Without a network the page is not left: what is typed on it would be gone.
document.addEventListener("submit", (event) => {
  if (navigator.onLine || event.defaultPrevented || event.target.method !== "post") return;
  if (!document.querySelector("[data-connection-lost]")) return;
  event.preventDefault();
  showConnection(true);
});
document.addEventListener("htmx:sendError", () => showConnection(true));
// An answer that was on its way when the network went says nothing about the next one.
document.addEventListener("htmx:afterOnLoad", () => showConnection(!navigator.onLine));

document.addEventListener("htmx:beforeRequest", (event) => event.detail.target?.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", (event) => event.detail.target?.removeAttribute("aria-busy"));

// Whoever comes back to the page sees what waits by now.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.querySelector(".sidebar")?.dispatchEvent(new Event("refresh"));
});

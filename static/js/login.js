/** Show or hide the password being typed. Without script the button is not there. */

for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const labels = { password: button.textContent, text: button.dataset.hideLabel };
  const show = (type) => {
    field.type = type;
    button.textContent = labels[type];
    button.setAttribute("aria-pressed", String(type === "text"));
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    show(field.type === "password" ? "text" : "password");
    field.focus();
  });
  // Password managers and the next user of this machine should meet a password field.
  field.form.addEventListener("submit", () => show("password"));
}

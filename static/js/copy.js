/** Copy what an element says: data-copy names its id, data-copied the word that tells it was done. */

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.addEventListener("click", async () => {
    // Not copied, it stands selected: Ctrl+C takes it.
    if (!(await copy(source))) return;
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    told.textContent = button.dataset.copied;
    button.parentElement.querySelector("[role=status]")?.remove();
    button.after(told);
  });
}

async function copy(source) {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    return true;
  } catch {
    // Without HTTPS, or where it is not allowed, browsers offer only this older way.
    getSelection().selectAllChildren(source);
    return document.execCommand("copy");
  }
}

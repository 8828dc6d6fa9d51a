/** Copy what an element says: data-copy names its id, data-copied the word that tells it was done. */

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.addEventListener("click", async () => {
    await copy(source);
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    told.textContent = button.dataset.copied;
    button.parentElement.querySelector("[role=status]")?.remove();
    button.after(told);
  });
}

async function copy(source) {
  if (navigator.clipboard) return navigator.clipboard.writeText(source.textContent.trim());
  // Without HTTPS browsers offer only this older way.
  const range = document.createRange();
  range.selectNodeContents(source);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  return document.execCommand("copy");
}

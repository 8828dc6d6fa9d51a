"""Whether a page fits a small screen: nothing cut off, nothing too small to tap or to read."""

from __future__ import annotations

from playwright.sync_api import Page

OVERFLOW = """() => {
  const texts = "button, a, summary, label, .tag, h1, h2, p, legend, .photo-pick-words";
  const shown = (part) => part.checkVisibility() && !part.closest(".visually-hidden, .skip-link");
  const boxed = (part) => getComputedStyle(part).display !== "inline";
  const cut = [...document.querySelectorAll(texts)].filter(
    (part) => shown(part) && boxed(part) && part.scrollWidth > part.clientWidth + 1);
  const page = document.documentElement;
  const wide = page.scrollWidth > page.clientWidth ? ["the page is wider than the screen"] : [];
  return [...wide, ...cut.map((part) => "cut: " + part.outerHTML.slice(0, 120))];
}"""

# A choice's label is what is tapped, not the circle in it.
CONTROLS = """() => {
  const kinds = ["button", "a:not(.skip-link)", "summary", "select", "textarea", "fieldset label",
    "input:not([type=hidden]):not([type=radio])"];
  const name = (part) => part.outerHTML.slice(0, 100);
  const boxes = [...document.querySelectorAll(kinds.join(", "))]
    .filter((part) => part.checkVisibility()).map((part) => [part, part.getBoundingClientRect()]);
  const faults = [];
  for (const [part, box] of boxes) {
    const least = part.matches(".button-primary, .card, .submit-bar .button") ? 60 : 48;
    if (box.height < least - 0.01) faults.push(`${box.height} px high: ${name(part)}`);
  }
  const inMain = boxes.filter(([part]) => part.closest("main"));
  for (const [one, a] of inMain) for (const [other, b] of inMain) {
    if (one === other || one.contains(other) || other.contains(one)) continue;
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const gap = b.top - a.bottom;
    if (across > 0 && b.top >= a.top && gap < 7.99) faults.push(`${gap} px from ${name(one)} to ${name(other)}`);
  }
  const words = (part) => part.checkVisibility() && part.innerText?.trim();
  const size = (part) => parseFloat(getComputedStyle(part).fontSize);
  const small = [...document.querySelectorAll("main *")].filter((part) => words(part) && size(part) < 16);
  return [...faults, ...small.map((part) => "text under 16 px: " + name(part))];
}"""


def fits(page: Page) -> None:
    """Assert that the page, as it stands, fits its screen."""
    assert page.evaluate(OVERFLOW) == []
    assert page.evaluate(CONTROLS) == []

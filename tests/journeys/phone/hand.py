"""A phone in somebody's hand, which counts its taps, and the photos it takes."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import FilePayload, Page

VISIT = "a.card[href*='/m/visits/']"
SUBMIT = ".submit-bar button"
TURNED_RIGHT = 6


class Hand:
    """Taps, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, selector: str, text: str = "") -> None:
        self.taps += 1
        self.page.locator(selector, has_text=text or None).first.tap()

    def open_visit(self) -> None:
        self.tap(VISIT, "陈桂香")
        self.page.wait_for_url("**/m/visits/**")


def photo_of_twelve_megapixels(width: int = 4000, height: int = 3000) -> bytes:
    """As a phone held upright writes it: lying on its side, its left half red, with the place it was taken."""
    picture = Image.effect_noise((width, height), 60).convert("RGB")
    picture.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[0x0112] = TURNED_RIGHT
    exif.get_ifd(0x8825)[2] = (29.0, 56.0, 30.0)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=90, exif=exif)
    return file.getvalue()


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}

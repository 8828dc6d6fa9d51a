"""What goes by post or by hand: sheets of address labels and cards, as PDF by typst."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import typst
from django.conf import settings
from django.utils.translation import gettext as _

from outreach.label_sheets import LABEL_SHEETS, USUAL_SHEET, LabelSheet
from outreach.models import Message

# The first has most of the rare characters that names have; both come with Debian's fonts-noto-cjk.
FONTS = ("Noto Serif CJK SC", "Noto Sans CJK SC")
# A file of so many takes a second or two and some 100 MB to make; more are several files.
IN_A_FILE = 1500
SHEETS = Path(settings.BASE_DIR) / "templates" / "outreach" / "sheets"


class NoFont(Exception):
    """This machine cannot print Chinese. The message says what brings it."""


def labels(messages: Iterable[Message], sheet: LabelSheet = LABEL_SHEETS[USUAL_SHEET], first: int = 1) -> bytes:
    """Return a PDF of address labels for A4 sheets of stickers, with the area of each for whoever brings them.

    The *first* sticker of the first sheet is the one to begin with: those before it are used already.
    """
    rows = [{"name": "", "address": "", "place": ""}] * (first - 1)
    rows += [
        {"name": message.name, "address": message.address, "place": str(message.area or "")} for message in messages
    ]
    return _print("labels.typ", rows, sheet=json.dumps(sheet.measures()))


def cards(messages: Iterable[Message]) -> bytes:
    """Return a PDF of cards, two on each A4 sheet, to be cut in the middle."""
    rows = [{"name": message.name, "subject": message.subject, "text": message.text} for message in messages]
    return _print("cards.typ", rows)


def _print(template: str, rows: list[dict[str, str]], **more: str) -> bytes:
    font = next((name for name in FONTS if name in _families()), None)
    if font is None:
        raise NoFont(_("This machine has no font with Chinese characters. The administrator installs fonts-noto-cjk."))
    inputs = {
        "rows": json.dumps(rows, ensure_ascii=False),
        "font": font,
        "office": settings.OFFICE_NAME,
        **more,
    }
    # As bytes: a sheet reads no file of the machine.
    return typst.compile((SHEETS / template).read_bytes(), sys_inputs=inputs, format="pdf")


@cache
def _families() -> frozenset[str]:
    return frozenset(typst.Fonts(include_system_fonts=True).families())

"""Sheets of stickers that stationers sell, and where each sticker sits on an A4 page. Pure.

Measures are those the makers print on the box: Avery Zweckform 3474, Avery L7160 and L7163; other makers sell the same
cuts under numbers of their own (得力, 齐心: “A4 24 格 70 × 37”).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LabelSheet:
    """Millimetres. `left` and `top` are where the first sticker begins; `across` and `down` lead to the next one."""

    code: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    across: float
    down: float

    @property
    def size(self) -> str:
        """As it stands on the box."""
        return f"{self.columns} × {self.rows} · {self.width:g} × {self.height:g} mm · Avery {self.code}"

    def measures(self) -> dict[str, Any]:
        """As the sheet is drawn (templates/outreach/sheets/labels.typ)."""
        names = ("columns", "rows", "width", "height", "left", "top", "across", "down")
        return {name: getattr(self, name) for name in names}


LABEL_SHEETS = {
    sheet.code: sheet
    for sheet in (
        LabelSheet("3474", 3, 8, 70, 37, 0, 0.5, 70, 37),
        LabelSheet("L7160", 3, 7, 63.5, 38.1, 7.21, 15.15, 66.04, 38.1),
        LabelSheet("L7163", 2, 7, 99.1, 38.1, 4.63, 15.15, 101.64, 38.1),
    )
}
USUAL_SHEET = "3474"
MOST_STICKERS = max(sheet.columns * sheet.rows for sheet in LABEL_SHEETS.values())

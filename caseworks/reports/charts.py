"""Where the marks of a chart stand. Bars start at zero; every value is printed, and a table beneath has them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 680  # units of the drawing
HEIGHT, TOP, FOOT = 220, 24, 28  # of columns: the whole, room for a value above, for a label below
GAP = 8
ROW, LABELS, VALUES = 28, 150, 90  # of bars: the height of one, room for labels before and for values behind


@dataclass(frozen=True)
class Mark:
    """One bar: its rectangle, its label and value and where they are written, and whether it is set back in grey."""

    label: str
    value: str
    x: float
    y: float
    width: float
    height: float
    label_x: float
    label_y: float
    value_x: float
    value_y: float
    pale: bool = False


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    marks: list[Mark]

    @property
    def baseline(self) -> int:
        return self.height - FOOT


def columns(points: Sequence[tuple[str, int, bool]]) -> Chart:
    """Upright bars in the order given, of (label, value, pale)."""
    tallest = max((value for _label, value, _pale in points), default=0) or 1
    step = WIDTH / max(len(points), 1)
    room = HEIGHT - TOP - FOOT
    marks = []
    for place, (label, value, pale) in enumerate(points):
        height = room * value / tallest
        x, y = place * step + GAP / 2, HEIGHT - FOOT - height
        middle = round(x + (step - GAP) / 2, 1)
        marks.append(
            Mark(
                label,
                str(value),
                x=round(x, 1),
                y=round(y, 1),
                width=round(step - GAP, 1),
                height=round(height, 1),
                label_x=middle,
                label_y=HEIGHT - 10,
                value_x=middle,
                value_y=round(y - 6, 1),
                pale=pale,
            )
        )
    return Chart(WIDTH, HEIGHT, marks)


def bars(points: Sequence[tuple[str, int, str]]) -> Chart:
    """Lying bars, the largest first, of (label, value, what is written at its end)."""
    ordered = sorted(points, key=lambda point: -point[1])
    longest = max((value for _label, value, _words in points), default=0) or 1
    marks = []
    for place, (label, value, words) in enumerate(ordered):
        width = round((WIDTH - LABELS - VALUES) * value / longest, 1)
        middle = round(place * ROW + ROW * 0.66, 1)
        marks.append(
            Mark(
                label,
                words,
                x=LABELS,
                y=place * ROW + 5,
                width=width,
                height=ROW - 10,
                label_x=LABELS - 8,
                label_y=middle,
                value_x=round(LABELS + width + 6, 1),
                value_y=middle,
            )
        )
    return Chart(WIDTH, ROW * len(ordered), marks)

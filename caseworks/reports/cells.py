"""A figure as it stands in a report: its value, how it is written, and which rows are behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from caseworks.reports.months import Month

TENTH = Decimal("0.1")
NO_BASE = "/"


class Kind(StrEnum):
    COUNT = "count"
    PERCENT = "percent"  # a share or a rate: 94.1
    CHANGE = "change"  # against another month, per cent of it: +6.3
    POINTS = "points"  # a rate against that of another month, percentage points: −1.6
    DAYS = "days"


@dataclass(frozen=True)
class Cell:
    """One figure. `value` is rounded as it is shown; None where there is no base to reckon from.

    A count knows its rows: `figure` and `month`, narrowed to one `member` of a `dimension`, or whole.
    """

    value: int | Decimal | None
    kind: Kind = Kind.COUNT
    figure: str = ""
    month: Month | None = None
    dimension: str = ""
    member: str = ""


def text(cell: Cell) -> str:
    """The figure as it is written on paper; a unit, where it has one, stands at the head of its column."""
    if cell.value is None:
        return NO_BASE
    if cell.kind in (Kind.CHANGE, Kind.POINTS) and cell.value:
        return f"{'+' if cell.value > 0 else '−'}{abs(cell.value)}"
    return str(cell.value)


def half_up(value: Decimal) -> Decimal:
    """Round to one decimal, a half upwards (away from zero), as officials do by hand: 6.25 is 6.3."""
    return value.quantize(TENTH, ROUND_HALF_UP)


def percent(part: int, whole: int) -> Cell:
    return Cell(half_up(Decimal(100 * part) / whole) if whole else None, Kind.PERCENT)


def change(now: Cell, then: Cell) -> Cell:
    """By how much a figure moved: in per cent of what it was; a rate in percentage points."""
    if now.kind is Kind.PERCENT:
        known = now.value is not None and then.value is not None
        return Cell(now.value - then.value if known else None, Kind.POINTS)  # type: ignore[operator]
    if now.value is None or not then.value:
        return Cell(None, Kind.CHANGE)
    return Cell(half_up(100 * (Decimal(now.value) - then.value) / then.value), Kind.CHANGE)


def shares(parts: Sequence[int]) -> list[Cell]:
    """Each part's share of the sum, in per cent with one decimal; they sum to 100.0, and the largest gives way."""
    whole = sum(parts)
    if not whole:
        return [Cell(None, Kind.PERCENT) for _part in parts]
    rounded = [half_up(Decimal(100 * part) / whole) for part in parts]
    rounded[parts.index(max(parts))] += 100 - sum(rounded)
    return [Cell(share, Kind.PERCENT) for share in rounded]


def added(parts: Sequence[Cell]) -> Cell:
    """The sum of shares: 100.0, or none where there is nothing to share."""
    known = [Decimal(part.value) for part in parts if part.value is not None]
    return Cell(sum(known, Decimal()) if known else None, Kind.PERCENT)

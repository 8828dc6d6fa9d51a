"""Pages by key: the rows after a row, never the rows after so many. No COUNT, no OFFSET."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
SIZE = 20


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in order, and the cursors that lead on; an empty cursor means there is nothing that way."""

    rows: list[Row]
    before: str
    after: str


def page(
    rows: QuerySet[Row], order: Sequence[str], *, after: str = "", before: str = "", size: int = SIZE
) -> Page[Row]:
    """Return one page of *rows* in *order*: columns, ``-`` for descending, none of them null, unique together.

    *after* and *before* are cursors of a neighbouring page; one that cannot be read leads to the first page.
    """
    backwards = bool(before and not after)
    cursor = _decode(after or before, len(order))
    if cursor:
        try:
            return _cut(rows, order, size, cursor, backwards=backwards)
        except (TypeError, ValueError, OverflowError, ValidationError):
            # Changed by hand: some values, like a day outside the calendar, are refused only when they are asked for.
            pass
    return _cut(rows, order, size)


def _cut(
    rows: QuerySet[Row], order: Sequence[str], size: int, cursor: list[Any] | None = None, *, backwards: bool = False
) -> Page[Row]:
    turned = [_turn(column) for column in order] if backwards else list(order)
    rows = rows.filter(_beyond(turned, cursor)) if cursor else rows
    found = list(rows.order_by(*(_ordering(column) for column in turned))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
        has_before, has_after = more, True
    else:
        has_before, has_after = bool(cursor), more
    if not found:
        return Page([], "", "")
    return Page(
        found,
        _encode(found[0], order) if has_before else "",
        _encode(found[-1], order) if has_after else "",
    )


def _turn(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def _ordering(column: str) -> Any:
    return F(column[1:]).desc() if column.startswith("-") else F(column).asc()


def _beyond(order: Sequence[str], cursor: Sequence[Any]) -> Q:
    """Rows that come after *cursor*: first column beyond, or equal and the next one beyond, and so on."""
    found, equal = Q(pk__in=[]), Q()
    for column, value in zip(order, cursor, strict=True):
        name = column.removeprefix("-")
        found |= equal & Q(**{f"{name}__{'lt' if column.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    return found


def _encode(row: Model, order: Sequence[str]) -> str:
    values = []
    for column in order:
        value: Any = row
        for step in column.removeprefix("-").split("__"):
            value = getattr(value, step)
        # The encoder cuts moments to milliseconds, and rows of the same one would be skipped.
        values.append(value.isoformat() if isinstance(value, datetime) else value)
    return base64.urlsafe_b64encode(json.dumps(values, cls=DjangoJSONEncoder).encode()).decode().rstrip("=")


def _decode(cursor: str, length: int) -> list[Any] | None:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        return None
    fits = isinstance(values, list) and len(values) == length and all(map(_is_in_the_calendar, values))
    return values if fits else None


def _is_in_the_calendar(value: object) -> bool:
    """False for a moment outside it, which one database refuses and the other takes for the beginning of time."""
    try:
        datetime.fromisoformat(value).astimezone(UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        pass
    except OverflowError:
        return False
    return True

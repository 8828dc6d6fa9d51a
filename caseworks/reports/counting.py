"""Count figures: any number of them, for any number of months, broken down, in one query for each kind of row."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Count, QuerySet, Value
from django.utils import timezone

from caseworks.reports.dimensions import Dimension
from caseworks.reports.metrics import Figure
from caseworks.reports.metrics.cases import resolved
from caseworks.reports.months import Month
from outreach.working_days import load_calendar

if TYPE_CHECKING:
    from people.models import User

# A branch of the union says which figure and which month its rows belong to.
_TAG = "{figure} {year} {number}"


class Tally:
    """Numbers of rows by figure and month, in all and by member of each dimension."""

    def __init__(self) -> None:
        self._sums: defaultdict[tuple[str, Month, str], Counter[str]] = defaultdict(Counter)

    def add(self, figure: str, month: Month, members: Mapping[str, str], rows: int) -> None:
        for dimension, member in {"": "", **members}.items():
            self._sums[figure, month, dimension][member] += rows

    def of(self, figure: Figure, month: Month, dimension: str = "", member: str = "") -> int:
        """How many rows the figure has in the month, in all or of one member of a dimension."""
        return self._sums[figure.key, month, dimension][member]

    def update(self, other: Tally) -> None:
        """Take in the figures of *other*, which have not been counted here yet."""
        self._sums.update(other._sums)


def count(user: User, figures: Sequence[Figure], months: Iterable[Month], by: Sequence[Dimension] = ()) -> Tally:
    """Count *figures*, all of one subject, in each of *months*, broken down by each dimension of *by*. One query.

    The rows of each figure are grouped as they are, so that counting and listing cannot differ; the database sees one
    UNION ALL with a branch for each figure and month.
    """
    subject = figures[0].subject
    if any(figure.subject is not subject for figure in figures):
        raise ValueError("Figures of different subjects are counted apart.")
    groups = {f"by_{dimension.name}": dimension.grouped(subject.columns[dimension.name]) for dimension in by}
    branches: dict[str, tuple[str, Month]] = {}
    queries = []
    visible = subject.visible_to(user).order_by()
    for figure in figures:
        for month in months:
            tag = _tag(figure.key, month)
            branches[tag] = figure.key, month
            rows = figure.select(visible, month)
            queries.append(rows.values(branch=_text(tag), **groups).annotate(rows=Count("pk")))
    member = {dimension.name: cache(dimension.member) for dimension in by}
    tally = Tally()
    for row in _union(queries):
        key, month = branches[row["branch"]]
        members = {dimension.name: member[dimension.name](row[f"by_{dimension.name}"]) for dimension in by}
        tally.add(key, month, members, row["rows"])
    return tally


def median_working_days(user: User, months: Sequence[Month]) -> dict[Month, Decimal | None]:
    """The median of working days to resolve, of the cases resolved in each month; None where there are none."""
    calendar = load_calendar()
    days: dict[str, list[int]] = {_tag(resolved.key, month): [] for month in months}
    queries = [
        resolved.rows(user, month)
        .order_by()
        .values(branch=_text(_tag(resolved.key, month)))
        .values("branch", "registered_at", "resolved_at")
        for month in months
    ]
    between = cache(calendar.working_days_between)
    for row in _union(queries):
        days[row["branch"]].append(between(_day(row["registered_at"]), _day(row["resolved_at"])))
    return {month: _median(days[_tag(resolved.key, month)]) for month in months}


def _median(numbers: list[int]) -> Decimal | None:
    return Decimal(str(statistics.median(numbers))) if numbers else None


def _day(moment: datetime) -> Any:
    return timezone.localtime(moment).date()


def _tag(figure: str, month: Month) -> str:
    return _TAG.format(figure=figure, year=month.year, number=month.number)


def _text(words: str) -> Value:
    return Value(words, output_field=CharField())


def _union(queries: Sequence[QuerySet[Any]]) -> Iterable[dict[str, Any]]:
    first, *others = queries
    return first.union(*others, all=True) if others else first

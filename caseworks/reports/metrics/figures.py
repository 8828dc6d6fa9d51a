"""What a figure of the reports is, what its rows are rows of, and what a rate of two of them is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from django.db.models import Expression, QuerySet
from django.utils.functional import Promise

from caseworks.reports.months import Month

if TYPE_CHECKING:
    from people.models import User

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Subject:
    """A kind of row that is counted.

    `visible_to` the rows in a user's scope; `columns` the column (or expression) for each dimension it can be broken
    down by; `order` how a list of them runs, page by page; `shown_with` the records a list shows beside them.
    """

    name: str
    visible_to: Callable[[User], Rows]
    columns: Mapping[str, str | Expression]
    order: tuple[str, ...]
    shown_with: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """One figure. `select` narrows rows of its subject to those that count in a month."""

    key: str
    label: Promise
    definition: Promise
    subject: Subject
    select: Callable[[Rows, Month], Rows]

    def rows(self, user: User, month: Month) -> Rows:
        """The rows that the figure counts, in the user's scope."""
        return self.select(self.subject.visible_to(user), month)


def figure(subject: Subject, label: Promise, definition: Promise) -> Callable[[Callable[[Rows, Month], Rows]], Figure]:
    """Make the figure of a function from rows and a month to the rows that count; its name is the figure's key."""

    def define(select: Callable[[Rows, Month], Rows]) -> Figure:
        return Figure(select.__name__, label, definition, subject, select)

    return define


def defined_in(module: ModuleType) -> list[Figure]:
    """The figures that *module* defines, in its order; not those of other modules that they are a part of."""
    known = [one for one in vars(module).values() if isinstance(one, Figure)]
    return [one for one in known if one.select.__module__ == module.__name__]


@dataclass(frozen=True)
class Rate:
    """A share of one figure in another; the rows of `part` are always among those of `whole`."""

    key: str
    label: Promise
    part: Figure
    whole: Figure

"""The monthly report: one month of one scope, counted, laid out and told in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from caseworks.reports import breakdowns, charts, tables
from caseworks.reports.cells import Cell, text
from caseworks.reports.charts import Chart
from caseworks.reports.counting import Tally, count, median_working_days
from caseworks.reports.dimensions import Dimension, load_dimensions
from caseworks.reports.metrics import FIGURES, RATES, cases, subjects
from caseworks.reports.months import Month
from caseworks.reports.narrative import narrative
from caseworks.reports.tables import Numbers, Row, Table
from people.models import Area

if TYPE_CHECKING:
    from people.models import User

# A trend runs from the same month last year up to the month itself.
TREND_MONTHS = 13


@dataclass(frozen=True)
class MonthlyReport:
    """The report of a month: `place` it is about, `unit` that hands it in, and who made it."""

    month: Month
    place: str
    unit: str
    prepared_by: str
    numbers: Numbers
    tables: dict[str, Table]

    @property
    def title(self) -> str:
        return _("%(place)s: monthly report on requests") % {"place": self.place}

    @property
    def period(self) -> str:
        """The days that are counted, in words; of a month in progress those until now."""
        last = timezone.localdate(self.month.until) if self.month.in_progress else self.month.last
        words = _("%(first)s to %(last)s (until today)") if self.month.in_progress else _("%(first)s to %(last)s")
        return words % {"first": date_format(self.month.first), "last": date_format(last)}

    @property
    def foot(self) -> list[str]:
        """Who prepared, reviewed and answers for the report, and when; what is not known is filled in by hand."""
        return [
            _("Prepared by: %(name)s") % {"name": self.prepared_by},
            _("Reviewed by:"),
            _("In charge:"),
            _("Date: %(date)s") % {"date": date_format(timezone.localdate(self.month.as_of))},
        ]

    @property
    def sentences(self) -> list[str]:
        return narrative(self.numbers)

    @property
    def definitions(self) -> list[tuple[str, str]]:
        """What each figure of the report means: (label, sentence)."""
        divided = _("%(part)s ÷ %(whole)s")
        return [
            *((str(figure.label), str(figure.definition)) for figure in FIGURES.values()),
            (str(cases.MEDIAN_LABEL), str(cases.MEDIAN_DEFINITION)),
            *((str(rate.label), divided % {"part": rate.part.label, "whole": rate.whole.label}) for rate in RATES),
        ]

    @property
    def trend_chart(self) -> Chart:
        """Cases by month, those of last year in grey."""
        months = [self.month.earlier(back) for back in reversed(range(TREND_MONTHS))]
        labels = [
            f"{month.year}.{month.number}" if month.number == 1 or month == months[0] else str(month.number)
            for month in months
        ]
        received = [int(row.cells[0].value or 0) for row in self.tables["trend"].rows]
        before = [month.year < self.month.year for month in months]
        return charts.columns(list(zip(labels, received, before, strict=True)))

    @property
    def category_chart(self) -> Chart:
        """Cases by category, the most frequent first."""
        rows = [row for row in self.tables["category"].rows if row.cells[0].value]
        return charts.bars([(row.label, int(row.cells[0].value or 0), _of(row)) for row in rows])


def monthly(user: User, month: Month) -> MonthlyReport:
    """Make the report of a month for the scope of *user*; the number of queries does not depend on its size."""
    months = (month, month.earlier(1), month.earlier(12))
    by = load_dimensions(user)
    numbers = Numbers(months, _count(user, months, by))
    made = _tables(user, numbers, by)
    found = {key: replace(table, number=number) for number, (key, table) in enumerate(made, 1)}
    place = "、".join(Area.objects.filter(path__in=user.scope.paths).values_list("name", flat=True))
    return MonthlyReport(month, place, settings.OFFICE_NAME or place, str(user), numbers, found)


def trend(user: User, month: Month) -> Table:
    """The thirteen months up to *month*, oldest first, with what came in and how much of it was done on time."""
    months = [month.earlier(back) for back in reversed(range(TREND_MONTHS))]
    return tables.trend(count(user, tables.TREND, months), months)


@dataclass(frozen=True)
class MonthCard:
    """A month to choose, with the numbers that tell it from the others."""

    month: Month
    received: Cell
    resolved: Cell
    on_time: Cell


def recent(user: User) -> list[MonthCard]:
    """The last thirteen months, newest first."""
    current = Month.current()
    rows = reversed(trend(user, current).rows)
    return [
        MonthCard(current.earlier(back), row.cells[0], row.cells[1], row.cells[-1]) for back, row in enumerate(rows)
    ]


# What each kind of row is broken down by in the report.
BROKEN_DOWN = (
    (subjects.CASES, ("channel", "category", "community", "level")),
    (subjects.VISITS, ("community",)),
    (subjects.HOUSEHOLDS, ("community", "kind")),
    (subjects.MEMBERS, ("community", "kind")),
    (subjects.TASKS, ("community", "tier")),
    (subjects.PAIR_UPS, ("community",)),
    (subjects.CHECK_UPS, ("community",)),
    (subjects.TARGETS, ("community",)),
    (subjects.SUGGESTIONS, ("community",)),
    (subjects.INCIDENT_HOUSEHOLDS, ("community",)),
    (subjects.PAIRS, ()),
    (subjects.LEADER_CONTACTS, ()),
    (subjects.ENTERPRISES, ()),
)


def _count(user: User, months: Sequence[Month], by: dict[str, Dimension]) -> Tally:
    """Every figure of the report, a query for each kind of row."""
    tally = Tally()
    for subject, names in BROKEN_DOWN:
        figures = [figure for figure in FIGURES.values() if figure.subject is subject]
        tally.update(count(user, figures, months, [by[name] for name in names]))
    return tally


def _tables(user: User, numbers: Numbers, by: dict[str, Dimension]) -> Iterator[tuple[str, Table]]:
    """The tables in the order of the report, each with its key."""
    medians = median_working_days(user, numbers.months)
    yield "quality", tables.quality(numbers)
    yield "handling", tables.handling(numbers, list(medians.values()))
    yield "trend", trend(user, numbers.months[0])
    yield "channel", breakdowns.of_cases(numbers, _("Cases by channel"), by["channel"])
    yield "category", breakdowns.of_cases(numbers, _("Cases by category"), by["category"])
    yield "community", breakdowns.of_cases(numbers, _("Cases by community"), by["community"])
    yield "level", breakdowns.of_levels(numbers, by["level"])
    yield "asked", breakdowns.of_callers_asked(numbers, by["category"])
    yield "kind", breakdowns.of_kinds(numbers, by["kind"])
    yield "homes", breakdowns.of_homes(numbers, by["community"])
    yield "care", breakdowns.of_care(numbers, by["community"])
    yield "visits", breakdowns.of_visits(numbers, by["community"])
    yield "tier", breakdowns.of_tiers(numbers, by["tier"])
    yield "campaigns", breakdowns.of_campaigns(numbers, by["community"])
    yield "contacts", tables.of_contacts(numbers)
    yield "suggestions", breakdowns.of_suggestions(numbers, by["community"])


def _of(row: Row) -> str:
    """A bar's value and its share, as they are written at its end."""
    received, share, *_others = row.cells
    return f"{text(received)} · {text(share)}%"

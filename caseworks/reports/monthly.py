"""The monthly report: one month of one scope, counted, laid out and told in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from caseworks.reports import care, charts, contacts, metrics, tables
from caseworks.reports.cells import Cell, text
from caseworks.reports.charts import Chart
from caseworks.reports.counting import Tally, count, median_working_days
from caseworks.reports.dimensions import Dimension, load_dimensions
from caseworks.reports.months import Month
from caseworks.reports.narrative import narrative
from caseworks.reports.tables import Numbers, Row, Table, by_member
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
            *((str(figure.label), str(figure.definition)) for figure in metrics.FIGURES.values()),
            (str(metrics.MEDIAN_LABEL), str(metrics.MEDIAN_DEFINITION)),
            *(
                (str(rate.label), divided % {"part": rate.part.label, "whole": rate.whole.label})
                for rate in (*metrics.RATES, contacts.MET)
            ),
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
    (metrics.CASES, ("channel", "category", "community", "level")),
    (metrics.VISITS, ("community",)),
    (metrics.HOUSEHOLDS, ("community", "kind")),
    (metrics.MEMBERS, ("community", "kind")),
    (metrics.TASKS, ("community", "tier")),
    (care.PAIR_UPS, ("community",)),
    (care.CHECK_UPS, ("community",)),
    (metrics.TARGETS, ("community",)),
    (metrics.SUGGESTIONS, ("community",)),
    (metrics.INCIDENT_HOUSEHOLDS, ("community",)),
    (contacts.PAIRS, ()),
    (contacts.LEADER_CONTACTS, ()),
    (contacts.ENTERPRISES, ()),
)


def _count(user: User, months: Sequence[Month], by: dict[str, Dimension]) -> Tally:
    """Every figure of the report, a query for each kind of row."""
    tally = Tally()
    for subject, names in BROKEN_DOWN:
        figures = [figure for figure in metrics.FIGURES.values() if figure.subject is subject]
        tally.update(count(user, figures, months, [by[name] for name in names]))
    return tally


def _tables(user: User, numbers: Numbers, by: dict[str, Dimension]) -> Iterator[tuple[str, Table]]:
    """The tables in the order of the report, each with its key."""
    medians = median_working_days(user, numbers.months)
    yield "quality", tables.quality(numbers)
    yield "handling", tables.handling(numbers, list(medians.values()))
    yield "trend", trend(user, numbers.months[0])
    on_time = ([metrics.due, metrics.on_time], metrics.ON_TIME)
    for name, title in (
        ("channel", _("Cases by channel")),
        ("category", _("Cases by category")),
        ("community", _("Cases by community")),
    ):
        yield name, by_member(numbers, title, _("cases, %"), by[name], [metrics.received], *on_time, share=True)
    yield (
        "level",
        by_member(numbers, _("Resolved by level"), _("cases, %"), by["level"], [metrics.resolved], share=True),
    )
    yield (
        "asked",
        by_member(
            numbers,
            _("Callers asked, by category"),
            _("cases, %"),
            by["category"],
            [metrics.resolved],
            [metrics.to_ask, metrics.not_drawn, metrics.rated, metrics.satisfied],
            metrics.SATISFACTION,
        ),
    )
    people, of_people = [metrics.households, metrics.residents], _("households, people, %")
    yield "kind", by_member(numbers, _("Households and residents by kind"), of_people, by["kind"], people, share=True)
    yield "homes", by_member(numbers, _("Households and residents by community"), of_people, by["community"], people)
    checked = [care.check_ups_done, care.check_ups_missed]
    yield (
        "care",
        by_member(
            numbers,
            _("Empty-nesters, pair-ups and check-ups by community"),
            _("people, pair-ups, visits"),
            by["community"],
            [care.empty_nesters],
            [care.empty_nesters_60, care.living_alone, care.pair_ups, care.pair_up_visits, *checked],
        ),
    )
    yield (
        "visits",
        by_member(
            numbers,
            _("Visits by community"),
            _("visits, households, %"),
            by["community"],
            [metrics.visits_made],
            [metrics.visits_reached, metrics.households_reached, metrics.visits_due, metrics.visits_missed],
        ),
    )
    visits = [metrics.visits_done, metrics.visits_missed]
    yield (
        "tier",
        by_member(
            numbers,
            _("Visits due by service tier"),
            _("visits, %"),
            by["tier"],
            [metrics.visits_due],
            visits,
            metrics.VISITED,
        ),
    )
    yield (
        "campaigns",
        by_member(
            numbers,
            _("Campaigns by community"),
            _("targets of campaigns"),
            by["community"],
            [metrics.campaign_targets],
            [metrics.campaign_reached, metrics.campaign_missed, metrics.campaign_given],
        ),
    )
    yield "contacts", tables.of_contacts(numbers)
    decided = [metrics.suggestions_adopted, metrics.suggestions_partly, metrics.suggestions_declined]
    yield (
        "suggestions",
        by_member(
            numbers,
            _("Suggestions by community"),
            _("suggestions, %"),
            by["community"],
            [metrics.suggestions_received],
            [*decided, metrics.suggestions_answered],
            metrics.ADOPTION,
        ),
    )


def _of(row: Row) -> str:
    """A bar's value and its share, as they are written at its end."""
    received, share, *_others = row.cells
    return f"{text(received)} · {text(share)}%"

"""The tables of the monthly report, the same for the page and for the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from caseworks.reports import cells
from caseworks.reports.cells import Cell, Kind
from caseworks.reports.counting import Tally
from caseworks.reports.dimensions import Dimension
from caseworks.reports.metrics import Figure, Rate, cases, contacts, moves, rates
from caseworks.reports.months import Month

# What was done with cases, line by line.
HANDLING = (
    cases.received,
    cases.incidents,
    cases.incident_households,
    cases.resolved,
    cases.closed,
    cases.due,
    cases.on_time,
    cases.late,
    moves.returned,
    moves.rerouted,
    moves.suspended,
    moves.extended,
    moves.urged,
    moves.reopened,
)
QUALITY = (
    rates.RESPONSE,
    rates.SAMPLED,
    rates.RESOLUTION,
    rates.SATISFACTION,
    rates.BY_LOT,
    rates.ON_TIME,
    rates.NEAR,
    rates.MET,
    rates.ADOPTION,
)
# What leaders had to do with departments and enterprises, line by line.
CONTACTS = (
    contacts.departments_kept,
    contacts.departments_owed,
    contacts.departments_met,
    contacts.departments_brought,
    contacts.enterprises,
    contacts.enterprises_visited,
    contacts.leader_contacts,
    contacts.enterprise_contacts,
)
TREND = (cases.received, cases.resolved, cases.due, cases.on_time)


@dataclass(frozen=True)
class Row:
    label: str
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """A table of the report: `heads` is the head of its first column, `columns` are those of its cells.

    `total` is the last row, where the rows above it can be summed.
    """

    title: str
    unit: str
    heads: str
    columns: list[str]
    rows: list[Row]
    total: Row | None = None
    number: int = 0  # its place in the report

    @property
    def lacks_a_base(self) -> bool:
        """Whether a "/" stands in it, which wants a footnote."""
        rows = [*self.rows, self.total] if self.total else self.rows
        return any(cell.value is None for row in rows for cell in row.cells)


@dataclass(frozen=True)
class Numbers:
    """What was counted for `months`: the month of the report, the one before it, the same month last year."""

    months: tuple[Month, Month, Month]
    tally: Tally

    def count(self, figure: Figure, dimension: str = "", member: str = "", month: Month | None = None) -> Cell:
        """A figure in the report's month, in all or of one member of a dimension."""
        month = month or self.months[0]
        value = self.tally.of(figure, month, dimension, member)
        return Cell(value, Kind.COUNT, figure.key, month, dimension, member)

    def rate(self, rate: Rate, dimension: str = "", member: str = "", month: Month | None = None) -> Cell:
        """A rate, reckoned from the figures it consists of."""
        month = month or self.months[0]
        part, whole = (self.tally.of(figure, month, dimension, member) for figure in (rate.part, rate.whole))
        return cells.percent(part, whole)

    def counts(self, figure: Figure, dimension: str = "", member: str = "") -> list[Cell]:
        return [self.count(figure, dimension, member, month) for month in self.months]

    def rates(self, rate: Rate) -> list[Cell]:
        return [self.rate(rate, month=month) for month in self.months]


def quality(numbers: Numbers) -> Table:
    """The rates, each with the two figures it is reckoned from."""
    rows = [
        Row(
            _("%(rate)s (%(part)s ÷ %(whole)s)")
            % {"rate": rate.label, "part": rate.part.label, "whole": rate.whole.label},
            [numbers.count(rate.part), numbers.count(rate.whole), *_compared(numbers.rates(rate))],
        )
        for rate in QUALITY
    ]
    columns = [_("Part"), _("Whole"), _("Rate (%)"), *_comparison(_("points"))]
    return Table(_("Rates"), _("cases, departments, suggestions, %"), _("Rate"), columns, rows)


def handling(numbers: Numbers, medians: Sequence[Decimal | None]) -> Table:
    """What became of the cases; *medians* are the days to resolve in each of the months."""
    rows = [Row(str(figure.label), _compared(numbers.counts(figure))) for figure in HANDLING]
    days = [Cell(cells.half_up(median) if median is not None else None, Kind.DAYS) for median in medians]
    rows.append(Row(str(cases.MEDIAN_LABEL), _compared(days)))
    columns = [_("This month"), *_comparison("%")]
    return Table(_("What became of the cases"), _("cases, working days, %"), _("Item"), columns, rows)


def of_contacts(numbers: Numbers) -> Table:
    """What leaders and departments or enterprises had to do with one another."""
    rows = [Row(str(figure.label), _compared(numbers.counts(figure))) for figure in CONTACTS]
    columns = [_("This month"), *_comparison("%")]
    return Table(_("Departments and enterprises"), _("departments, enterprises, contacts, %"), _("Item"), columns, rows)


def trend(tally: Tally, months: Iterable[Month]) -> Table:
    """What came in and was done, month by month."""
    rows = []
    for month in months:
        counts = [Cell(tally.of(figure, month), Kind.COUNT, figure.key, month) for figure in TREND]
        rate = cells.percent(tally.of(cases.on_time, month), tally.of(cases.due, month))
        rows.append(Row(str(month), [*counts, rate]))
    columns = [*(str(figure.label) for figure in TREND), _in_per_cent(rates.ON_TIME)]
    return Table(_("Cases by month"), _("cases, %"), _("Month"), columns, rows)


def by_member(
    numbers: Numbers,
    title: str,
    unit: str,
    by: Dimension,
    compared: Sequence[Figure],
    beside: Sequence[Figure] = (),
    rate: Rate | None = None,
    *,
    share: bool = False,
) -> Table:
    """A table by the members of a dimension, with their total.

    *compared* stand beside last month and last year, the first of them with its share of the total where *share*;
    *beside* stand alone, and *rate* comes last.
    """
    members = [member for member in by.members if _shown(numbers, by, member, [*compared, *beside])]
    columns: list[str] = []
    for figure in compared:
        columns += [
            str(figure.label),
            *([_("Share (%)")] if share and figure is compared[0] else []),
            *_comparison("%"),
        ]
    columns += [str(figure.label) for figure in beside]
    columns += [_in_per_cent(rate)] if rate else []

    def cells_of(dimension: str, member: str, part: Cell) -> list[Cell]:
        found: list[Cell] = []
        for figure in compared:
            now, *before = _compared(numbers.counts(figure, dimension, member))
            found += [now, *([part] if share and figure is compared[0] else []), *before]
        found += [numbers.count(figure, dimension, member) for figure in beside]
        return [*found, numbers.rate(rate, dimension, member)] if rate else found

    parts = cells.shares([numbers.tally.of(compared[0], numbers.months[0], by.name, member) for member in members])
    rows = [
        Row(by.members[member], cells_of(by.name, member, part)) for member, part in zip(members, parts, strict=True)
    ]
    total = Row(_("Total"), cells_of("", "", cells.added(parts)))
    return Table(title, unit, by.label, columns, rows, total)


def _compared(months: Sequence[Cell]) -> list[Cell]:
    """A figure of the three months as it stands under `_comparison`: each earlier one with the change since."""
    now, before, year_before = months
    return [now, before, cells.change(now, before), year_before, cells.change(now, year_before)]


def _in_per_cent(rate: Rate) -> str:
    return _("%(rate)s (%%)") % {"rate": rate.label}


def _comparison(unit: str) -> list[str]:
    return [
        _("Last month"),
        _("MoM (%(unit)s)") % {"unit": unit},
        _("Same month last year"),
        _("YoY (%(unit)s)") % {"unit": unit},
    ]


def _shown(numbers: Numbers, by: Dimension, member: str, figures: Sequence[Figure]) -> bool:
    """A member that is no more, or that stands for none, is left out while nothing is counted for it."""
    counted = (numbers.tally.of(figure, month, by.name, member) for figure in figures for month in numbers.months)
    return member in by.always or any(counted)

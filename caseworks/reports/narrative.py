"""The report in sentences, made from its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.translation import gettext as _

from caseworks.reports import cells
from caseworks.reports.cells import Cell
from caseworks.reports.metrics import Figure, Rate, cases, follow_up, households, rates, visits
from caseworks.reports.tables import Numbers


def narrative(numbers: Numbers, show: Callable[[Cell], str] = cells.text) -> list[str]:
    """The overview, sentence by sentence; *show* writes a figure: as plain text, or on a page as a link to its rows."""
    said = _Said(numbers, show)
    return [sentence for part in (_coming_in, _in_time, _resolved, _asked, _reached) for sentence in part(said)]


@dataclass(frozen=True)
class _Said:
    """What the sentences are made of: the numbers, and `show`, which writes one of them."""

    numbers: Numbers
    show: Callable[[Cell], str]

    def has(self, figure: Figure) -> bool:
        return bool(self.numbers.count(figure).value)

    def count(self, figure: Figure) -> str:
        return self.show(self.numbers.count(figure))

    def rate(self, rate: Rate) -> str:
        return cells.text(self.numbers.rate(rate))


def _coming_in(said: _Said) -> Iterator[str]:
    """What was received, against the month before and the same month last year; incidents, where there are any."""
    now, before, year_before = said.numbers.counts(cases.received)
    yield format_html(
        _(
            "{received} requests were received in the month: {month_change} on the month before ({before}), "
            "{year_change} on the same month last year ({year_before})."
        ),
        received=said.show(now),
        month_change=_moved(cells.change(now, before)),
        before=said.show(before),
        year_change=_moved(cells.change(now, year_before)),
        year_before=said.show(year_before),
    )
    if said.has(cases.incidents):
        yield format_html(
            _("Incidents among them: {incidents}, reaching {households} households."),
            incidents=said.count(cases.incidents),
            households=said.count(cases.incident_households),
        )


def _in_time(said: _Said) -> Iterator[str]:
    """What was due and on time, and the first contacts that were."""
    if said.has(cases.due):
        rate, rate_before, _year = said.numbers.rates(rates.ON_TIME)
        yield format_html(
            _("{due} cases were due, {on_time} of them resolved on time: {rate}%, {change} on the month before."),
            due=said.count(cases.due),
            on_time=said.count(cases.on_time),
            rate=cells.text(rate),
            change=_moved_by_points(cells.change(rate, rate_before)),
        )
    else:
        yield _("No case was due.")
    if said.has(cases.contact_due):
        yield format_html(
            _("A first contact was due for {due} cases and made in time for {contacted}: response rate {rate}%."),
            due=said.count(cases.contact_due),
            contacted=said.count(cases.contacted),
            rate=said.rate(rates.RESPONSE),
        )


def _resolved(said: _Said) -> Iterator[str]:
    """What was resolved, and by whom."""
    if said.has(cases.resolved):
        yield format_html(
            _("{resolved} cases were resolved, {near} of them ({rate}%) by grid groups and communities."),
            resolved=said.count(cases.resolved),
            near=said.count(cases.resolved_near),
            rate=said.rate(rates.NEAR),
        )


def _asked(said: _Said) -> Iterator[str]:
    """Who is not asked, and what callers said who were; that nobody was."""
    if said.has(follow_up.not_drawn):
        yield format_html(
            _(
                "Not every caller is asked: of {resolved} resolved cases {to_ask} are asked about ({share}%), "
                "{left_out} were left out by lot."
            ),
            resolved=said.count(cases.resolved),
            to_ask=said.count(follow_up.to_ask),
            share=said.rate(rates.SAMPLED),
            left_out=said.count(follow_up.not_drawn),
        )
    if said.has(follow_up.asked):
        yield format_html(
            _("Callers were asked whether {asked} cases are solved; {solved} are: resolution rate {rate}%."),
            asked=said.count(follow_up.asked),
            solved=said.count(follow_up.solved),
            rate=said.rate(rates.RESOLUTION),
        )
    if said.has(follow_up.rated):
        yield format_html(
            _(
                "Callers were asked about {rated} cases whether they are satisfied; "
                "with {satisfied} they are, or fairly: satisfaction rate {rate}%."
            ),
            rated=said.count(follow_up.rated),
            satisfied=said.count(follow_up.satisfied),
            rate=said.rate(rates.SATISFACTION),
        )
    if not (said.has(follow_up.asked) or said.has(follow_up.rated)):
        yield _("No caller was asked.")


def _reached(said: _Said) -> Iterator[str]:
    """Whom visits reached."""
    yield format_html(
        _("Of {households} households, {reached} were reached; {visits} visits were made."),
        households=said.count(households.households),
        reached=said.count(visits.households_reached),
        visits=said.count(visits.visits_made),
    )


def _moved(change: Cell) -> str:
    if change.value is None:
        return _("no base to compare with")
    if change.value == 0:
        return _("unchanged")
    words = _("up %(percent)s%%") if change.value > 0 else _("down %(percent)s%%")
    return words % {"percent": abs(change.value)}


def _moved_by_points(change: Cell) -> str:
    if change.value is None:
        return _("no base to compare with")
    if change.value == 0:
        return _("unchanged")
    words = _("up %(points)s percentage points") if change.value > 0 else _("down %(points)s percentage points")
    return words % {"points": abs(change.value)}

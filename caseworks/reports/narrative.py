"""The report in sentences, made from its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.utils.html import format_html
from django.utils.translation import gettext as _

from caseworks.reports import cells
from caseworks.reports.cells import Cell
from caseworks.reports.metrics import Figure, Rate, cases, follow_up, households, rates, visits
from caseworks.reports.tables import Numbers


def narrative(numbers: Numbers, show: Callable[[Cell], str] = cells.text) -> list[str]:
    """The overview, sentence by sentence; *show* writes a figure: as plain text, or on a page as a link to its rows."""
    return list(_sentences(numbers, show))


def _sentences(numbers: Numbers, show: Callable[[Cell], str]) -> Iterator[str]:
    def said(figure: Figure) -> str:
        return show(numbers.count(figure))

    now, before, year_before = numbers.counts(cases.received)
    yield format_html(
        _(
            "{received} requests were received in the month: {month_change} on the month before ({before}), "
            "{year_change} on the same month last year ({year_before})."
        ),
        received=show(now),
        month_change=_moved(cells.change(now, before)),
        before=show(before),
        year_change=_moved(cells.change(now, year_before)),
        year_before=show(year_before),
    )
    if numbers.count(cases.incidents).value:
        yield format_html(
            _("Incidents among them: {incidents}, reaching {households} households."),
            incidents=said(cases.incidents),
            households=said(cases.incident_households),
        )
    if numbers.count(cases.due).value:
        rate, rate_before, _year = numbers.rates(rates.ON_TIME)
        yield format_html(
            _("{due} cases were due, {on_time} of them resolved on time: {rate}%, {change} on the month before."),
            due=said(cases.due),
            on_time=said(cases.on_time),
            rate=cells.text(rate),
            change=_moved_by_points(cells.change(rate, rate_before)),
        )
    else:
        yield _("No case was due.")
    if numbers.count(cases.contact_due).value:
        yield format_html(
            _("A first contact was due for {due} cases and made in time for {contacted}: response rate {rate}%."),
            due=said(cases.contact_due),
            contacted=said(cases.contacted),
            rate=_rate(numbers, rates.RESPONSE),
        )
    if numbers.count(cases.resolved).value:
        yield format_html(
            _("{resolved} cases were resolved, {near} of them ({rate}%) by grid groups and communities."),
            resolved=said(cases.resolved),
            near=said(cases.resolved_near),
            rate=_rate(numbers, rates.NEAR),
        )
    if numbers.count(follow_up.not_drawn).value:
        yield format_html(
            _(
                "Not every caller is asked: of {resolved} resolved cases {to_ask} are asked about ({share}%), "
                "{left_out} were left out by lot."
            ),
            resolved=said(cases.resolved),
            to_ask=said(follow_up.to_ask),
            share=_rate(numbers, rates.SAMPLED),
            left_out=said(follow_up.not_drawn),
        )
    if numbers.count(follow_up.asked).value:
        yield format_html(
            _("Callers were asked whether {asked} cases are solved; {solved} are: resolution rate {rate}%."),
            asked=said(follow_up.asked),
            solved=said(follow_up.solved),
            rate=_rate(numbers, rates.RESOLUTION),
        )
    if numbers.count(follow_up.rated).value:
        yield format_html(
            _(
                "Callers were asked about {rated} cases whether they are satisfied; "
                "with {satisfied} they are, or fairly: satisfaction rate {rate}%."
            ),
            rated=said(follow_up.rated),
            satisfied=said(follow_up.satisfied),
            rate=_rate(numbers, rates.SATISFACTION),
        )
    if not (numbers.count(follow_up.asked).value or numbers.count(follow_up.rated).value):
        yield _("No caller was asked.")
    yield format_html(
        _("Of {households} households, {reached} were reached; {visits} visits were made."),
        households=said(households.households),
        reached=said(visits.households_reached),
        visits=said(visits.visits_made),
    )


def _rate(numbers: Numbers, rate: Rate) -> str:
    return cells.text(numbers.rate(rate))


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

"""Cases: what happened to them on the way."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from caseworks.models import TimelineEntry
from caseworks.reports.metrics.figures import Rows, figure
from caseworks.reports.metrics.subjects import CASES
from caseworks.reports.months import Month
from caseworks.states import Verb


def _with(cases: Rows, month: Month, verb: Verb) -> Rows:
    return cases.filter(pk__in=TimelineEntry.objects.filter(verb=verb, **month.holds("at")).values("case"))


@figure(CASES, _("Cases returned"), _("Cases returned at least once in the month."))
def returned(cases: Rows, month: Month) -> Rows:
    return _with(cases, month, Verb.RETURN)


@figure(CASES, _("Re-routed"), _("Cases handed to somebody else at least once in the month."))
def rerouted(cases: Rows, month: Month) -> Rows:
    return _with(cases, month, Verb.REROUTE)


@figure(CASES, _("Suspended"), _("Cases whose clock was stopped at least once in the month."))
def suspended(cases: Rows, month: Month) -> Rows:
    return _with(cases, month, Verb.SUSPEND)


@figure(CASES, _("Extended"), _("Cases that were given more time at least once in the month."))
def extended(cases: Rows, month: Month) -> Rows:
    return _with(cases, month, Verb.GRANT)


@figure(CASES, _("Urged"), _("Cases urged at least once in the month."))
def urged(cases: Rows, month: Month) -> Rows:
    return _with(cases, month, Verb.URGE)


@figure(CASES, _("Reopened"), _("Cases reopened at least once in the month."))
def reopened(cases: Rows, month: Month) -> Rows:
    return _with(cases, month, Verb.REOPEN)

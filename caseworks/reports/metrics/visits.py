"""Visits: made and whom they reached, due and done."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from caseworks.reports.metrics.figures import Rows, figure
from caseworks.reports.metrics.subjects import HOUSEHOLDS, TASKS, VISITS
from caseworks.reports.months import Month
from outreach.models import TaskState, Visit
from outreach.models.visits import REACHED


@figure(VISITS, _("Visits made"), _("Contacts recorded for the month in any form, those that met nobody included."))
def visits_made(visits: Rows, month: Month) -> Rows:
    return visits.filter(**month.holds("at"))


@figure(VISITS, _("Visits that reached somebody"), _("Of the visits made, those that met somebody."))
def visits_reached(visits: Rows, month: Month) -> Rows:
    return visits_made.select(visits, month).filter(outcome__in=REACHED)


@figure(HOUSEHOLDS, _("Households reached"), _("Households that at least one visit of the month reached."))
def households_reached(rows: Rows, month: Month) -> Rows:
    met = Visit.objects.filter(household=OuterRef("pk"), outcome__in=REACHED, **month.holds("at"))
    return rows.filter(Exists(met))


@figure(
    TASKS,
    _("Visits due"),
    _("Visits due on a day of the month that is over, except those called off, or whose household had left by then."),
)
def visits_due(tasks: Rows, month: Month) -> Rows:
    due = tasks.filter(**month.holds_days("due_on")).exclude(state=TaskState.CANCELLED)
    return due.exclude(~Q(state=TaskState.DONE), household__ended_on__lte=F("due_on"))


@figure(TASKS, _("Visits done"), _("Of the visits due in the month, those done by now."))
def visits_done(tasks: Rows, month: Month) -> Rows:
    return visits_due.select(tasks, month).filter(state=TaskState.DONE)


@figure(TASKS, _("Visits missed"), _("Of the visits due in the month, those not done by now."))
def visits_missed(tasks: Rows, month: Month) -> Rows:
    return visits_due.select(tasks, month).exclude(state=TaskState.DONE)

"""Those whom the office looks after most: registers, pair-ups, check-ups."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from caseworks.reports.metrics.figures import Rows, figure
from caseworks.reports.metrics.households import residents
from caseworks.reports.metrics.subjects import CHECK_UPS, MEMBERS, PAIR_UPS, VISITS
from caseworks.reports.metrics.visits import visits_reached
from caseworks.reports.months import Month
from outreach.cadence import later
from outreach.models import Attended, PairUp
from people.composition import ELDERLY
from people.models import Need, ServiceNeed


def _on_register(members: Rows, month: Month, need: str) -> Rows:
    """The residents of households on a register at the end of the month."""
    noted = ServiceNeed.objects.filter(Q(until__isnull=True) | Q(until__gt=month.last), household=OuterRef("household"))
    return residents.select(members, month).filter(Exists(noted.filter(need=need, since__lte=month.last)))


@figure(
    MEMBERS,
    _("Empty-nesters"),
    _("Of the residents, the members of households on the register of empty-nesters at the end of the month."),
)
def empty_nesters(members: Rows, month: Month) -> Rows:
    return _on_register(members, month, Need.EMPTY_NEST)


@figure(MEMBERS, _("Empty-nesters of 60 and over"), _("Of the empty-nesters, those of 60 and over on its last day."))
def empty_nesters_60(members: Rows, month: Month) -> Rows:
    return empty_nesters.select(members, month).filter(resident__born__lte=later(month.last, -12 * ELDERLY))


@figure(
    MEMBERS,
    _("Living alone"),
    _("Of the residents, the members of households on the register of those living alone at the end of the month."),
)
def living_alone(members: Rows, month: Month) -> Rows:
    return _on_register(members, month, Need.LIVING_ALONE)


@figure(PAIR_UPS, _("Pair-ups"), _("Pair-ups begun by the end of the month and not ended by then."))
def pair_ups(rows: Rows, month: Month) -> Rows:
    return rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=month.last), since__lte=month.last)


@figure(
    VISITS,
    _("Visits of pair-ups"),
    _("Of the visits that reached somebody, those by a helper to the household he is paired with, within the term."),
)
def pair_up_visits(visits: Rows, month: Month) -> Rows:
    on = OuterRef("on")
    mine = PairUp.objects.filter(staff=OuterRef("by"), household=OuterRef("household"), since__lte=on, until__gte=on)
    mine = mine.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on))
    reached = visits_reached.select(visits, month)
    return reached.alias(on=TruncDate("at")).filter(Q(pair_up__isnull=False) | Exists(mine))


@figure(CHECK_UPS, _("Check-ups done"), _("People invited to a check-up who came in the month."))
def check_ups_done(rows: Rows, month: Month) -> Rows:
    return rows.filter(state=Attended.DONE, **month.holds_days("settled_on"))


@figure(CHECK_UPS, _("Check-ups missed"), _("People invited to a check-up of whom it was noted in the month: missed."))
def check_ups_missed(rows: Rows, month: Month) -> Rows:
    return rows.filter(state=Attended.MISSED, **month.holds_days("settled_on"))

"""The figures of those whom the office looks after most: registers, pair-ups, check-ups. See metrics.py."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from caseworks.reports import metrics
from caseworks.reports.metrics import MEMBERS, Rows, figure
from caseworks.reports.months import Month
from outreach.cadence import later
from people.composition import ELDERLY
from people.models import Need, ServiceNeed


def _on_register(members: Rows, month: Month, need: str) -> Rows:
    """The residents of households on a register at the end of the month."""
    noted = ServiceNeed.objects.filter(Q(until__isnull=True) | Q(until__gt=month.last), household=OuterRef("household"))
    return metrics.residents.select(members, month).filter(Exists(noted.filter(need=need, since__lte=month.last)))


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

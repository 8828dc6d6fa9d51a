"""Cases: coming in, due, done."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from caseworks.models import CaseLink, LinkKind
from caseworks.reports.dimensions import COMMUNITY
from caseworks.reports.metrics.figures import Rows, figure
from caseworks.reports.metrics.subjects import CASES, INCIDENT_HOUSEHOLDS
from caseworks.reports.months import Month
from caseworks.states import Status
from people.models import AreaLevel


@figure(
    CASES,
    _("Received"),
    _("Cases registered in the month, those merged into another included; not those whose splitting was undone."),
)
def received(cases: Rows, month: Month) -> Rows:
    undone = CaseLink.objects.filter(case=OuterRef("pk"), kind=LinkKind.SPLIT, undone_at__isnull=False)
    return cases.filter(~Exists(undone), **month.holds("registered_at"))


@figure(CASES, _("Incidents"), _("Of the cases received in the month, those that stand for many households."))
def incidents(cases: Rows, month: Month) -> Rows:
    return received.select(cases, month).filter(incident__isnull=False)


@figure(
    INCIDENT_HOUSEHOLDS,
    _("Households of incidents"),
    _("Households that the incidents received in the month reach; one that two of them reach counts twice."),
)
def incident_households(rows: Rows, month: Month) -> Rows:
    return rows.filter(**month.holds("incident__case__registered_at"))


@figure(
    CASES,
    _("Contact due"),
    _(
        "Cases whose limit for the first contact ended in the month, whenever they were registered; "
        "not those merged into another."
    ),
)
def contact_due(cases: Rows, month: Month) -> Rows:
    return cases.filter(**month.holds("contact_due_at")).exclude(status=Status.MERGED)


@figure(
    CASES,
    _("Contacted in time"),
    _("Of those, the cases accepted, answered or resolved, or whose caller was spoken to, within that limit."),
)
def contacted(cases: Rows, month: Month) -> Rows:
    return contact_due.select(cases, month).filter(contacted_at__lte=F("contact_due_at"))


@figure(
    CASES,
    _("Cases due"),
    _(
        "Cases whose deadline lies in the month; a suspended case has none until it is resumed, "
        "one merged into another shares that one's."
    ),
)
def due(cases: Rows, month: Month) -> Rows:
    return cases.filter(**month.holds("due_at")).exclude(status=Status.MERGED)


@figure(CASES, _("On time"), _("Of the cases due in the month, those resolved at or before their deadline."))
def on_time(cases: Rows, month: Month) -> Rows:
    return due.select(cases, month).filter(resolved_at__lte=F("due_at"))


@figure(CASES, _("Overdue"), _("Of the cases due in the month, those not resolved by their deadline."))
def late(cases: Rows, month: Month) -> Rows:
    return due.select(cases, month).filter(Q(resolved_at__isnull=True) | Q(resolved_at__gt=F("due_at")))


@figure(
    CASES,
    _("Resolved"),
    _("Cases resolved in the month; one that was reopened since counts when it is resolved again."),
)
def resolved(cases: Rows, month: Month) -> Rows:
    return cases.filter(**month.holds("resolved_at"))


@figure(
    CASES,
    _("Resolved by grid groups and communities"),
    _(
        "Of the cases resolved in the month, those resolved at the community or below it; a case of a unit counts at "
        "the level that handed it there."
    ),
)
def resolved_near(cases: Rows, month: Month) -> Rows:
    community = AreaLevel.objects.filter(code=COMMUNITY).values("rank")[:1]
    return resolved.select(cases, month).filter(resolved_level__rank__gte=Subquery(community))


@figure(CASES, _("Closed"), _("Cases closed in the month and still closed."))
def closed(cases: Rows, month: Month) -> Rows:
    return cases.filter(**month.holds("closed_at"))


MEDIAN_LABEL = _("Days to resolve (median)")
MEDIAN_DEFINITION = _(
    "Working days after the day of registration up to the day of resolving, of the cases resolved in the month: "
    "half took no longer."
)

"""The registers of empty-nesters and of those living alone: who is on them, since when, when they were last met.

A household is on a register while the need it stands for is noted (people/needs.py).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from outreach.models import Visit, VisitTask
from people.models import Area, Membership, Need, NeedProposal, ServiceNeed, User

REGISTERS = (Need.EMPTY_NEST, Need.LIVING_ALONE)
# Rows of a register in the order of a walk.
ORDER = ["household__area__path", "household__address_key", "pk"]
# What is to be looked at again is listed so long before its day.
SOON = timedelta(days=30)


def met_last(household: str) -> Subquery:
    """When the household, by the column *household*, was last met."""
    met = Visit.objects.filter(household=OuterRef(household)).reached()
    return Subquery(met.order_by("-at").values("at")[:1])


def due_next(household: str) -> Subquery:
    """By which day somebody is to call on the household, where a day is set."""
    tasks = VisitTask.objects.open().filter(household=OuterRef(household))
    return Subquery(tasks.order_by("due_on").values("due_on")[:1])


def lived_in() -> Q:
    """Of rows with a household: not where all its members have died or left. Of some no members are known at all."""
    members = Membership.objects.filter(household=OuterRef("household"))
    return Q(~Exists(members)) | Q(Exists(members.current().filter(resident__died_on__isnull=True)))


def register(user: User, need: str, area: Area | None = None) -> QuerySet[ServiceNeed]:
    """The households on a register that *user* looks after, with `met_at` and `due_on`; their members come along."""
    rows = ServiceNeed.objects.visible_to(user).current().filter(lived_in(), need=need)
    if area:
        rows = rows.filter(household__area__path__startswith=area.path or "?")
    return register_rows(rows).annotate(met_at=met_last("household"), due_on=due_next("household")).order_by(*ORDER)


Rows = TypeVar("Rows", ServiceNeed, NeedProposal)


def register_rows(rows: QuerySet[Rows]) -> QuerySet[Rows]:
    """*rows* with what a list shows of a household and, as `living`, of who lives there."""
    rows = rows.select_related("household__head", "household__area__parent", "household__area__level")
    living = Membership.objects.current().filter(resident__died_on__isnull=True).select_related("resident")
    return rows.prefetch_related(Prefetch("household__memberships", living, to_attr="living"))


def reviews(user: User, today: date, area: Area | None = None) -> QuerySet[ServiceNeed]:
    """The needs of every kind that are to be looked at again within a month, those without a day first."""
    rows = ServiceNeed.objects.visible_to(user).to_review(today + SOON).filter(lived_in())
    if area:
        rows = rows.filter(household__area__path__startswith=area.path or "?")
    return register_rows(rows).order_by(F("review_on").asc(nulls_first=True), "pk")


def reviews_due(user: User) -> QuerySet[ServiceNeed]:
    """The needs whose day to be looked at again has come."""
    return ServiceNeed.objects.visible_to(user).to_review(timezone.localdate()).filter(lived_in())


def proposals(user: User, area: Area | None = None) -> QuerySet[NeedProposal]:
    """What the composition of households gives reason to ask about."""
    rows = NeedProposal.objects.visible_to(user).open().filter(household__ended_on__isnull=True)
    if area:
        rows = rows.filter(household__area__path__startswith=area.path or "?")
    return register_rows(rows).order_by(*ORDER)

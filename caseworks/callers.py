"""What the office already knows while somebody is on the line: who calls, what is open, what may be the same matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Case as Choice
from django.db.models import (
    Count,
    IntegerField,
    Max,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from caseworks.listing import holders
from caseworks.models import Case, CaseCaller, Category, Incident, Satisfaction
from caseworks.models.cases import CaseQuerySet
from caseworks.states import OPEN
from people.models import Household, Membership, PhoneNumber, Resident, User
from people.search import find_residents

MOST_FOUND = 8
MOST_OPEN = 5
# From here on somebody calls again and again: worth a word before a new case is logged.
OFTEN = 3
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Found:
    """A resident who may be the one on the line: a number, where he lives, and how many cases of his are open."""

    resident: Resident
    phone: str
    homes: list[Household]
    open_cases: int


@dataclass(frozen=True)
class Acquaintance:
    """What is known of a caller: the open cases, and how the last year's went; `latest` is the number of one of them.

    `alike` counts those about the same kind of matter, where that is known by now.
    """

    open: list[Case]
    within_year: int = 0
    alike: int = 0
    satisfied: int = 0
    not_satisfied: int = 0
    latest: str = ""

    @property
    def recurs(self) -> bool:
        return self.within_year >= OFTEN


@dataclass(frozen=True)
class Hit:
    """A case that may be about the same matter: whose it is now, how many called about it, and why it is shown."""

    case: Case
    handler: str
    callers: int
    why: str | Promise
    incident: bool = False

    @property
    def can_be_joined(self) -> bool:
        return self.case.status in OPEN


def look_up(user: User, typed: str) -> list[Found]:
    """Residents who fit what was typed, in two queries; the number that fits stands for each, else the first."""
    digits = "".join(char for char in typed if char.isdigit())
    numbers = PhoneNumber.objects.filter(resident=OuterRef("pk"))
    if digits:
        fits = Choice(When(tail=digits[-4:], then=Value(0)), default=Value(1), output_field=IntegerField())
        numbers = numbers.order_by(fits, "pk")
    open_cases = Case.objects.visible_to(user).open().filter(caller=OuterRef("pk")).order_by().values("caller")
    homes = Membership.objects.current().select_related("household__area__parent", "household__area__level")
    residents = (
        find_residents(user, typed)
        .annotate(
            shown_phone=Subquery(numbers.values("number")[:1]),
            open_cases=Subquery(open_cases.annotate(count=Count("pk")).values("count"), output_field=IntegerField()),
        )
        .prefetch_related(Prefetch("memberships", homes, to_attr="homes"))
    )
    return [
        Found(one, one.shown_phone or "", [home.household for home in one.homes], one.open_cases or 0)
        for one in residents[:MOST_FOUND]
    ]


def acquaintance(
    user: User, caller: Resident | None, phone: str = "", category: Category | None = None
) -> Acquaintance:
    """What *user* may know of the cases of a caller, found by who he is, else by his number. Two queries at most."""
    if caller is None and not phone:
        return Acquaintance([])
    related = ("category", "area", "handling_area", "unit")
    open_cases = _cases_of(user, caller, phone).open().select_related(*related)[:MOST_OPEN]
    return replace(history(user, caller, phone, category), open=list(open_cases))


def _cases_of(user: User, caller: Resident | None, phone: str) -> CaseQuerySet:
    whose = Q(caller=caller) if caller else Q(caller__isnull=True, caller_phone=phone)
    return Case.objects.visible_to(user).filter(whose)


def history(user: User, caller: Resident | None, phone: str = "", category: Category | None = None) -> Acquaintance:
    """How the last year's cases of a caller went, without those that are open. One query at most."""
    if caller is None and not phone:
        return Acquaintance([])
    cases = _cases_of(user, caller, phone)
    year = cases.filter(registered_at__gte=timezone.now() - YEAR).aggregate(
        within_year=Count("pk"),
        alike=Count("pk", Q(category=category) if category else Q(pk__in=[])),
        latest=Coalesce(Max("number"), Value("")),
        satisfied=Count("pk", Q(satisfaction__in=[Satisfaction.SATISFIED, Satisfaction.FAIRLY])),
        not_satisfied=Count("pk", Q(satisfaction=Satisfaction.NOT)),
    )
    return Acquaintance([], **year)


def hits(cases: Sequence[Case], *, caller: Resident | None = None, phone: str = "") -> list[Hit]:
    """Dress cases for the panel beside the form, in five queries whatever their number."""
    counted = CaseCaller.objects.filter(case__in=cases).order_by().values_list("case").annotate(Count("pk"))
    more = dict(counted) if cases else {}
    held = holders(cases)
    prefetch_related_objects(list(cases), "area__parent", "area__level")
    incidents = set(Incident.objects.filter(case__in=cases).values_list("case", flat=True)) if cases else set()

    def handler(case: Case) -> str:
        return str(case.unit or held.get((case.handling_area_id or 0, case.handling_role), ""))

    def why(case: Case) -> str | Promise:
        same = (caller and case.caller_id == caller.pk) or (phone and case.caller_phone == phone)
        if case.pk in incidents:
            return _("Incident here")
        return _("Same caller") if same else _("Same kind of request nearby")

    return [Hit(case, handler(case), 1 + more.get(case.pk, 0), why(case), case.pk in incidents) for case in cases]

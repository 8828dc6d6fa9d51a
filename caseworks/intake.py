"""Intake: whatever the channel, one way for a request to become a case.

Whoever is spoken with thereby has been met: caseworks/contacting.py says through which channels. Ledgers that are taken
in and the invented office write their cases and their visits themselves, in bulk, and count nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from caseworks import clocks, contacting, incidents, moves, path, timeline, workflow
from caseworks.contacting import Talk
from caseworks.models import Case, CaseCaller, Category, NumberSeries, Urgency
from caseworks.routing import Request, Route, decide, sort_of
from caseworks.search import case_tokens
from caseworks.states import OPEN, Status, Verb
from outreach.models import Visit
from people import audit
from people.models import Area, Household, Photo, Resident, User

# A request is likely to be an old acquaintance: the same caller within a month, or the same kind of thing nearby
# within a week. Features study, section 1, row 3; ux study, J1.
SAME_CALLER = timedelta(days=30)
SAME_PLACE = timedelta(days=7)
MOST_DUPLICATES = 5


@dataclass
class Intake:
    """A request as it was taken down. `uuid` is made when the form opens: sent twice, it stays one case."""

    channel: str
    summary: str
    uuid: UUID = field(default_factory=uuid4)
    details: str = ""
    category: Category | None = None
    urgency: str = Urgency.NORMAL
    caller: Resident | None = None
    caller_name: str = ""
    caller_phone: str = ""
    anonymous: bool = False
    concerned: Resident | None = None
    # Who is concerned, where he is not in the register.
    concerned_name: str = ""
    household: Household | None = None
    area: Area | None = None
    place: str = ""
    visit: Visit | None = None
    photos: Sequence[Photo] = ()
    # When it really came in, where that was before now: its clock runs from then.
    received_at: datetime | None = None
    # The conversation it came up in, where channel and registrar do not say it.
    talk: Talk | None = None
    # Cut off from another case: nobody was spoken with for it.
    cut_off: bool = False
    # The leader who takes it on himself, where it came from a reception day.
    sponsor: User | None = None
    # Filled where the operator could answer at once.
    answer: str = ""


@dataclass(frozen=True)
class Foresight:
    """What would become of a request: where it goes, why, and by when it is due."""

    route: Route
    due_at: datetime | None
    limit: str
    provisional: bool


def foresee(request: Request, at: datetime | None = None) -> Foresight:
    """Say where a request would go and by when, without writing anything."""
    limits = clocks.limits_for(request.category, request.urgency)
    due = clocks.foresee(limits, at or timezone.now())
    return Foresight(decide(request), due.at, limits["handling"], due.provisional)


def log(intake: Intake, by: User) -> Case:
    """Register a request and route it. The same intake again returns the case it became the first time."""
    try:
        with transaction.atomic():
            return _log(intake, by)
    except IntegrityError:
        # Two sends of one form at the same moment: the second finds what the first has written.
        return Case.objects.get(uuid=intake.uuid)


def _log(intake: Intake, by: User) -> Case:
    if existing := Case.objects.filter(uuid=intake.uuid).first():
        return existing
    now = timezone.now()
    received = intake.received_at or now
    case = Case(
        uuid=intake.uuid,
        number=next_number(now),
        channel=intake.channel,
        category=intake.category,
        urgency=intake.urgency,
        summary=intake.summary[:200],
        details=intake.details if len(intake.summary) <= 200 else f"{intake.summary}\n{intake.details}".strip(),
        caller=None if intake.anonymous else intake.caller,
        caller_name="" if intake.anonymous else intake.caller_name,
        caller_phone=intake.caller_phone,
        caller_tail="".join(c for c in intake.caller_phone if c.isdigit())[-4:],
        anonymous=intake.anonymous,
        concerned=intake.concerned,
        concerned_name=intake.concerned_name,
        household=intake.household,
        area=intake.area,
        place=intake.place,
        visit=intake.visit,
        sponsor=None if intake.answer else intake.sponsor,
        registered_at=received,
        registered_by=by,
        limits=clocks.limits_for(intake.category, intake.urgency),
        clock_from=received,
    )
    whose = sort_of(intake.household)
    route = decide(Request(intake.category, intake.channel, intake.area, intake.urgency, whose))
    case.route_reason = route.reason[:300]
    clocks.wind(case)
    if not intake.answer and route.found:
        case.handling_area, case.handling_role, case.unit = route.area, route.role, route.unit
        case.status = Status.TO_ACCEPT
    case.search = case_tokens(case)
    case.save()
    if case.status == Status.TO_ACCEPT:
        path.arrive(case, route, Verb.REGISTER, now)
    timeline.add(
        case, Verb.REGISTER, by=by, text=intake.details, detail=route.reason, photos=intake.photos, at=received
    )
    contacting.talked(_talk(intake, by), case.caller, case.household)
    audit.record(by, "case.register", case, subject=intake.caller.uuid if intake.caller else "")
    if intake.answer:
        return workflow.answer(case, moves.Act(by), text=intake.answer)
    return case


def _talk(intake: Intake, by: User) -> Talk | None:
    """The conversation to be counted for a request; what comes from a visit or another case was counted with that."""
    if intake.visit or intake.cut_off:
        return None
    return intake.talk or contacting.spoken(intake.channel, by, intake.received_at)


def join(
    case: Case,
    act: moves.Act,
    *,
    resident: Resident | None,
    name: str,
    phone: str,
    text: str = "",
    channel: str = "",
) -> Case:
    """Add another caller to a case that is already open, instead of a second case about the same matter.

    *channel* is how he came; where that is a conversation, his own household has been met.
    """
    with moves.moving(case, Verb.JOIN, act) as locked:
        if locked is None:
            return case
        caller = CaseCaller.objects.create(case=locked, resident=resident, name=name, phone=phone, note=text[:200])
        incidents.caller_joined(locked, resident, caller=caller)
        if resident and (talk := contacting.spoken(channel, act.by)):
            contacting.talked(talk, resident, contacting.home_of(resident, locked.area))
        return moves.done(locked, Verb.JOIN, act, [], text=text, detail=name)


def queue_for_number(at: datetime, letter: str = "") -> None:
    """Wait until the next number of a series is this transaction's to draw.

    Call it where something that others wait for is written before that: of two that wait for one another one fails.
    """
    NumberSeries.objects.select_for_update().get(series=_series(at, letter))


def next_number(at: datetime, letter: str = "") -> str:
    """Give out the next number of the month: ``2611-0123`` for a case, short enough to read aloud.

    A *letter* before it makes a series of its own: ``S2611-0007`` for a suggestion.
    """
    series = _series(at, letter)
    NumberSeries.objects.filter(series=series).update(last=F("last") + 1)
    return f"{series}-{NumberSeries.objects.get(series=series).last:04d}"


def _series(at: datetime, letter: str) -> str:
    """The series of the month, begun where it is the first of it."""
    series = f"{letter}{timezone.localtime(at):%y%m}"
    NumberSeries.objects.get_or_create(series=series)
    return series


def likely_duplicates(
    user: User,
    *,
    caller: Resident | None = None,
    phone: str = "",
    area: Area | None = None,
    category: Category | None = None,
) -> list[Case]:
    """Cases, closed ones included, that may be about the same matter; nothing until there is something to go by.

    An open incident that reaches the caller's area or household comes first, whatever is said to be wrong.
    """
    now = timezone.now()
    same = Q()
    if caller:
        same |= Q(caller=caller, registered_at__gte=now - SAME_CALLER)
    if phone:
        same |= Q(caller_phone=phone, registered_at__gte=now - SAME_CALLER)
    if area and category:
        same |= Q(area__path__startswith=area.path, category=category, registered_at__gte=now - SAME_PLACE)
    around = incidents.around(user, area, caller)
    if not same:
        return around
    found = Case.objects.visible_to(user).filter(same).select_related("category", "area", "handling_area", "unit")
    # Open ones first: only those can be joined.
    candidates = list(found[: 4 * MOST_DUPLICATES])
    alike = sorted(candidates, key=lambda case: case.status not in OPEN)
    return list(dict.fromkeys([*around, *alike]))[:MOST_DUPLICATES]

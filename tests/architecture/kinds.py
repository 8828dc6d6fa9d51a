"""What the routes are about, each kind with one of one's own, one of the next town, and one that never was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from caseworks.models import Case, HandOver, Publication, RoutingRule, ShiftHandOver
from outreach.models import (
    Campaign,
    CampaignTarget,
    Celebration,
    CelebrationGuest,
    CheckUpInvitation,
    CheckUpRound,
    KeptDepartment,
    Mailing,
    PairUp,
)
from people.access import ADMIN_ROLES, LIAISONS, Role
from people.models import Area, Household, Leave, NeedProposal, Organisation, Post, ServiceNeed, User

NEVER = UUID("00000000-0000-4000-8000-000000000000")
EVERYONE = frozenset(Role)
DESK = frozenset({Role.OPERATOR, Role.SUPERVISOR})
RESIDENTS = DESK | LIAISONS
CASES = DESK | LIAISONS | {Role.DEPARTMENT}
PHONES = LIAISONS | {Role.DEPARTMENT}
GROUPERS = frozenset({Role.SUPERVISOR, Role.OFFICER})
DECIDING = frozenset({Role.SUPERVISOR, Role.COMMITTEE, Role.OFFICER})
SIGNING = LIAISONS | {Role.SUPERVISOR}
PUBLISHERS = DESK | {Role.COMMITTEE, Role.OFFICER}
WRITERS = DESK | {Role.OFFICER}
ARRANGERS = DESK | {Role.OFFICER, Role.COMMITTEE}
READERS = frozenset({Role.SUPERVISOR, Role.COMMITTEE})

Arguments = Callable[[Any], list[Any]]


@dataclass(frozen=True)
class Route:
    """`roles` None: no sign-in needed. `methods` those that do not answer 405; `data` what a POST sends."""

    roles: frozenset[str] | None
    own: Arguments | None = None
    foreign: Arguments | None = None
    never: list[Any] = field(default_factory=list)
    reaches: frozenset[str] | None = None
    methods: tuple[str, ...] = ("get",)
    data: dict[str, Any] = field(default_factory=dict)


def case(roles: frozenset[str] = CASES, *more: Any, **kwargs: Any) -> Route:
    """A route about a case: the cast's own is one that every role sees, because the water company handles it."""
    return Route(
        roles,
        own=lambda world: [world.case.number, *more],
        foreign=lambda world: [world.foreign_case.number, *more],
        never=["9912-9999", *more],
        **kwargs,
    )


def suggestion(roles: frozenset[str] = CASES, *more: Any, **kwargs: Any) -> Route:
    return Route(
        roles,
        own=lambda world: [world.suggestion.number, *more],
        foreign=lambda world: [world.foreign_suggestion.number, *more],
        never=["S9912-9999", *more],
        **kwargs,
    )


def reception(**kwargs: Any) -> Route:
    return Route(
        DESK,
        own=lambda world: [world.appointment.day.uuid],
        foreign=lambda world: [world.foreign_appointment.day.uuid],
        never=[NEVER],
        **kwargs,
    )


def beside(roles: frozenset[str], make: Callable[[Household], Any], **kwargs: Any) -> Route:
    """About what *make* makes of a household, of the cast's own and of the next town's."""
    return Route(
        roles,
        own=lambda world: [make(world.cast.household).uuid],
        foreign=lambda world: [make(world.cast.foreign_household).uuid],
        never=[NEVER],
        **kwargs,
    )


def household(roles: frozenset[str], **kwargs: Any) -> Route:
    return beside(roles, lambda household: household, **kwargs)


def left_household(roles: frozenset[str], **kwargs: Any) -> Route:
    """A household that is down as having left."""
    return beside(roles, left, **kwargs)


def left(beside: Household) -> Household:
    today = timezone.localdate()
    return Household.objects.create(area=beside.area, address="滨港路9号", ended_on=today, ended_why="随女儿去杭州")


def message(**kwargs: Any) -> Route:
    return Route(
        WRITERS,
        own=lambda world: [world.message.uuid],
        foreign=lambda world: [world.foreign_message.uuid],
        never=[NEVER],
        **kwargs,
    )


def campaign(roles: frozenset[str], state: str = "running", **kwargs: Any) -> Route:
    """A campaign in *state*, with one household on its list."""
    return beside(roles, lambda household: planned(household, state), **kwargs)


def planned(household: Household, state: str) -> Campaign:
    criteria = {"area": household.area.pk, "unit": "household"}
    values = {"unit": "household", "area": household.area, "criteria": criteria, "state": state}
    campaign = Campaign.objects.create(title="中秋慰问", held_on=timezone.localdate(), **values)
    CampaignTarget.objects.create(campaign=campaign, household=household, resident=household.head)
    return campaign


def pair_up(roles: frozenset[str], **kwargs: Any) -> Route:
    return beside(roles, paired, **kwargs)


def paired(household: Household) -> PairUp:
    today = timezone.localdate()
    term = {"since": today, "until": today + timedelta(days=300), "review_on": today + timedelta(days=200)}
    return PairUp.objects.create(household=household, volunteer="王老师", purpose="买菜", **term)


def round(roles: frozenset[str], **kwargs: Any) -> Route:
    """A round in the area that every role of the table looks after altogether."""
    return Route(
        roles,
        own=lambda world: [invited(world.cast.household).round.uuid],
        foreign=lambda world: [invited(world.cast.foreign_household).round.uuid],
        never=[NEVER],
        **kwargs,
    )


def invited(household: Household) -> CheckUpInvitation:
    made = CheckUpRound.objects.create(title="免费体检", area=household.area)
    assert household.head is not None
    return CheckUpInvitation.objects.create(round=made, resident=household.head, household=household)


def guest(household: Household) -> CelebrationGuest:
    today = timezone.localdate()
    values = {"held_on": today, "place": "社区食堂"}
    held, _new = Celebration.objects.get_or_create(area=household.area, month=today.replace(day=1), defaults=values)
    guest = {"celebration": held, "resident": household.head, "household": household}
    return CelebrationGuest.objects.get_or_create(**guest, defaults={"age": 80})[0]


def mailing(**kwargs: Any) -> Route:
    return Route(
        WRITERS,
        own=lambda world: [Mailing.objects.create(title="春节贺卡", area=world.cast.east).uuid],
        foreign=lambda world: [Mailing.objects.create(title="春节贺卡", area=world.cast.next_group).uuid],
        never=[NEVER],
        **kwargs,
    )


def need(household: Household) -> list[Any]:
    values = {"since": timezone.localdate()}
    return [
        household.uuid,
        ServiceNeed.objects.get_or_create(household=household, need="hardship", defaults=values)[0].pk,
    ]


def proposal(household: Household) -> int:
    values = {"found_on": timezone.localdate()}
    asked = {"household": household, "need": "living_alone", "change": "begins"}
    return NeedProposal.objects.get_or_create(**asked, defaults=values)[0].pk


def upload(**kwargs: Any) -> Route:
    return Route(
        ADMIN_ROLES,
        own=lambda world: [world.upload.uuid],
        foreign=lambda world: [world.foreign_upload.uuid],
        never=[NEVER],
        reaches=frozenset({Role.SUPERVISOR}),
        **kwargs,
    )


def kept(leader: User, area: Area) -> KeptDepartment:
    unit = Organisation.objects.get_or_create(name="司法所")[0]
    return KeptDepartment.objects.get_or_create(leader=leader, unit=unit, area=area, until=None)[0]


def leave(user: User, stand_in: User) -> Leave:
    today = timezone.localdate()
    return Leave.objects.create(user=user, stand_in=stand_in, since=today, until=today, asked_by=user)


def bulk(**kwargs: Any) -> Route:
    """A change of many cases belongs to whoever made it, here the operator."""
    return Route(
        DESK,
        own=lambda world: [world.change.uuid],
        foreign=lambda world: [world.foreign_change.uuid],
        never=[NEVER],
        reaches=frozenset({Role.OPERATOR}),
        **kwargs,
    )


def notice(case: Case) -> Publication:
    case.publications.all().delete()
    assert case.registered_by is not None
    return Publication.objects.create(case=case, title="路灯", text="已修好", written_by=case.registered_by)


def rule(world: Any) -> list[Any]:
    return [RoutingRule.objects.get_or_create(rank=1, name="都给自来水公司", target_unit=world.cast.water)[0].pk]


def pack(leaver: User, successor: User, area: Area) -> HandOver:
    tomorrow = timezone.localdate() + timedelta(days=1)
    made = HandOver.objects.create(leaver=leaver, successor=successor, on=tomorrow, by=successor)
    made.posts.set(Post.objects.filter(area=area))
    return made


def handover(**kwargs: Any) -> Route:
    """The pack of the cast's leader: read by him and by those above."""
    return Route(
        SIGNING,
        own=lambda world: [pack(world.cast.leader, world.cast.other_leader, world.cast.group).uuid],
        foreign=lambda world: [pack(world.cast.stranger, world.cast.manager, world.cast.next_group.parent).uuid],
        never=[NEVER],
        **kwargs,
    )


def shift(**kwargs: Any) -> Route:
    """A shift of the town's desk, of the next town's, of nobody."""
    return Route(
        DESK,
        own=lambda world: [ShiftHandOver.objects.create(area=world.cast.town, by=world.cast.committee).uuid],
        foreign=lambda world: [ShiftHandOver.objects.create(area=world.cast.next_town, by=world.cast.stranger).uuid],
        never=[NEVER],
        **kwargs,
    )

"""Every route of the site, who may open it, and how to ask it about something of one's own, of others, of nobody.

The table is written by hand on purpose: a rule that changes in a view must change here too. `own` gives arguments
within the reach of every role listed in `roles` (those in `reaches` where only some of them do); `foreign` gives the
same kind of thing in the next town; `never` something that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from caseworks.models import Case, HandOver, LadderRung, Publication, RoutingRule, ShiftHandOver
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
from people.models import Area, Household, Leave, NeedProposal, Organisation, Post, Regrouping, ServiceNeed, User

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


def _case(roles: frozenset[str] = CASES, *more: Any, **kwargs: Any) -> Route:
    """A route about a case: the cast's own is one that every role sees, because the water company handles it."""
    return Route(
        roles,
        own=lambda world: [world.case.number, *more],
        foreign=lambda world: [world.foreign_case.number, *more],
        never=["9912-9999", *more],
        **kwargs,
    )


def _suggestion(roles: frozenset[str] = CASES, *more: Any, **kwargs: Any) -> Route:
    return Route(
        roles,
        own=lambda world: [world.suggestion.number, *more],
        foreign=lambda world: [world.foreign_suggestion.number, *more],
        never=["S9912-9999", *more],
        **kwargs,
    )


def _reception(**kwargs: Any) -> Route:
    return Route(
        DESK,
        own=lambda world: [world.appointment.day.uuid],
        foreign=lambda world: [world.foreign_appointment.day.uuid],
        never=[NEVER],
        **kwargs,
    )


def _household(roles: frozenset[str], **kwargs: Any) -> Route:
    return Route(
        roles,
        own=lambda world: [world.cast.household.uuid],
        foreign=lambda world: [world.cast.foreign_household.uuid],
        never=[NEVER],
        **kwargs,
    )


def _message(**kwargs: Any) -> Route:
    return Route(
        WRITERS,
        own=lambda world: [world.message.uuid],
        foreign=lambda world: [world.foreign_message.uuid],
        never=[NEVER],
        **kwargs,
    )


def _campaign(roles: frozenset[str], **kwargs: Any) -> Route:
    """A campaign that runs, with one household on its list."""
    return Route(
        roles,
        own=lambda world: [_running(world.cast.household).uuid],
        foreign=lambda world: [_running(world.cast.foreign_household).uuid],
        never=[NEVER],
        **kwargs,
    )


def _running(household: Household) -> Campaign:
    campaign = Campaign.objects.create(
        title="中秋慰问", held_on=timezone.localdate(), unit="household", area=household.area, state="running"
    )
    CampaignTarget.objects.create(campaign=campaign, household=household, resident=household.head)
    return campaign


def _pair_up(roles: frozenset[str], **kwargs: Any) -> Route:
    return Route(
        roles,
        own=lambda world: [_paired(world.cast.household).uuid],
        foreign=lambda world: [_paired(world.cast.foreign_household).uuid],
        never=[NEVER],
        **kwargs,
    )


def _paired(household: Household) -> PairUp:
    today = timezone.localdate()
    term = {"since": today, "until": today + timedelta(days=300), "review_on": today + timedelta(days=200)}
    return PairUp.objects.create(household=household, volunteer="王老师", purpose="买菜", **term)


def _round(roles: frozenset[str], **kwargs: Any) -> Route:
    """A round in the area that every role of the table looks after altogether."""
    return Route(
        roles,
        own=lambda world: [_invited(world.cast.household).round.uuid],
        foreign=lambda world: [_invited(world.cast.foreign_household).round.uuid],
        never=[NEVER],
        **kwargs,
    )


def _invited(household: Household) -> CheckUpInvitation:
    made = CheckUpRound.objects.create(title="免费体检", area=household.area)
    assert household.head is not None
    return CheckUpInvitation.objects.create(round=made, resident=household.head, household=household)


def _guest(household: Household) -> CelebrationGuest:
    today = timezone.localdate()
    values = {"held_on": today, "place": "社区食堂"}
    held, _new = Celebration.objects.get_or_create(area=household.area, month=today.replace(day=1), defaults=values)
    guest = {"celebration": held, "resident": household.head, "household": household}
    return CelebrationGuest.objects.get_or_create(**guest, defaults={"age": 80})[0]


def _mailing(**kwargs: Any) -> Route:
    return Route(
        WRITERS,
        own=lambda world: [Mailing.objects.create(title="春节贺卡", area=world.cast.east).uuid],
        foreign=lambda world: [Mailing.objects.create(title="春节贺卡", area=world.cast.next_group).uuid],
        never=[NEVER],
        **kwargs,
    )


def _need(household: Household) -> list[Any]:
    values = {"since": timezone.localdate()}
    return [
        household.uuid,
        ServiceNeed.objects.get_or_create(household=household, need="hardship", defaults=values)[0].pk,
    ]


def _proposal(household: Household) -> int:
    values = {"found_on": timezone.localdate()}
    asked = {"household": household, "need": "living_alone", "change": "begins"}
    return NeedProposal.objects.get_or_create(**asked, defaults=values)[0].pk


def _upload(**kwargs: Any) -> Route:
    return Route(
        ADMIN_ROLES,
        own=lambda world: [world.upload.uuid],
        foreign=lambda world: [world.foreign_upload.uuid],
        never=[NEVER],
        reaches=frozenset({Role.SUPERVISOR}),
        **kwargs,
    )


def _kept(leader: User, area: Area) -> KeptDepartment:
    unit = Organisation.objects.get_or_create(name="司法所")[0]
    return KeptDepartment.objects.get_or_create(leader=leader, unit=unit, area=area, until=None)[0]


def _leave(user: User, stand_in: User) -> Leave:
    today = timezone.localdate()
    return Leave.objects.create(user=user, stand_in=stand_in, since=today, until=today, asked_by=user)


def _bulk(**kwargs: Any) -> Route:
    """A change of many cases belongs to whoever made it, here the operator."""
    return Route(
        DESK,
        own=lambda world: [world.change.uuid],
        foreign=lambda world: [world.foreign_change.uuid],
        never=[NEVER],
        reaches=frozenset({Role.OPERATOR}),
        **kwargs,
    )


def _notice(case: Case) -> Publication:
    case.publications.all().delete()
    assert case.registered_by is not None
    return Publication.objects.create(case=case, title="路灯", text="已修好", written_by=case.registered_by)


def _rule(world: Any) -> list[Any]:
    return [RoutingRule.objects.get_or_create(rank=1, name="都给自来水公司", target_unit=world.cast.water)[0].pk]


def _pack(leaver: User, successor: User, area: Area) -> HandOver:
    tomorrow = timezone.localdate() + timedelta(days=1)
    made = HandOver.objects.create(leaver=leaver, successor=successor, on=tomorrow, by=successor)
    made.posts.set(Post.objects.filter(area=area))
    return made


def _handover(**kwargs: Any) -> Route:
    """The pack of the cast's leader: read by him and by those above."""
    return Route(
        SIGNING,
        own=lambda world: [_pack(world.cast.leader, world.cast.other_leader, world.cast.group).uuid],
        foreign=lambda world: [_pack(world.cast.stranger, world.cast.manager, world.cast.next_group.parent).uuid],
        never=[NEVER],
        **kwargs,
    )


def _shift(**kwargs: Any) -> Route:
    """A shift of the town's desk, of the next town's, of nobody."""
    return Route(
        DESK,
        own=lambda world: [ShiftHandOver.objects.create(area=world.cast.town, by=world.cast.committee).uuid],
        foreign=lambda world: [ShiftHandOver.objects.create(area=world.cast.next_town, by=world.cast.stranger).uuid],
        never=[NEVER],
        **kwargs,
    )


ROUTES: dict[str, Route] = {
    # people
    "login": Route(None, methods=("get", "post")),
    "logout": Route(EVERYONE, methods=("post",)),
    "password_change": Route(EVERYONE, methods=("get", "post")),
    "set_preferences": Route(None, methods=("post",)),
    "households": Route(RESIDENTS),
    "household": _household(RESIDENTS),
    "reveal_address": _household(RESIDENTS, methods=("post",), data={"reason": "上门"}),
    "reveal": Route(
        RESIDENTS,
        own=lambda world: ["phone", world.phone.pk],
        foreign=lambda world: ["phone", world.foreign_phone.pk],
        never=["phone", 999999],
        methods=("post",),
        data={"reason": "上门"},
    ),
    "photo": Route(
        EVERYONE,
        own=lambda world: [world.photo.uuid],
        foreign=lambda world: [world.foreign_photo.uuid],
        never=[NEVER],
        reaches=RESIDENTS,
    ),
    "household_needs": _household(
        RESIDENTS,
        methods=("get", "post"),
        data={"need": "disabled", "since": "2026-01-05", "review_on": "2027-06-01"},
    ),
    "household_need": Route(
        RESIDENTS,
        own=lambda world: _need(world.cast.household),
        foreign=lambda world: _need(world.cast.foreign_household),
        never=[NEVER, 999999],
        methods=("post",),
        data={"review_on": "2027-06-01"},
    ),
    "household_tier": _household(RESIDENTS, methods=("post",), data={"tier": "resource"}),
    "registers": Route(RESIDENTS),
    "register_answer": Route(
        RESIDENTS,
        own=lambda world: [_proposal(world.cast.household)],
        foreign=lambda world: [_proposal(world.cast.foreign_household)],
        never=[999999],
        methods=("post",),
        data={"answer": "decline"},
    ),
    "network": Route(frozenset({Role.SUPERVISOR, Role.COMMITTEE, Role.OFFICER, Role.MANAGER})),
    "network_groups": Route(
        GROUPERS,
        own=lambda world: [world.cast.east.pk],
        foreign=lambda world: [world.cast.next_group.parent_id],
        never=[999999],
        methods=("get", "post"),
        data={"size": 15},
    ),
    "departments": Route(frozenset({Role.SUPERVISOR, Role.COMMITTEE, Role.MANAGER})),
    "department_keep": Route(ADMIN_ROLES, methods=("get", "post")),
    "department_contact": Route(READERS, methods=("get", "post")),
    "department_release": Route(
        ADMIN_ROLES,
        own=lambda world: [_kept(world.cast.supervisor, world.cast.town).uuid],
        foreign=lambda world: [_kept(world.cast.stranger, world.cast.next_town).uuid],
        never=[NEVER],
        methods=("post",),
    ),
    "phone_departments": Route(frozenset({Role.COMMITTEE}), methods=("get", "post")),
    "network_post": Route(
        ADMIN_ROLES,
        own=lambda world: ["officer", "area", world.cast.west.pk],
        foreign=lambda world: ["officer", "area", world.cast.next_town.pk],
        never=["officer", "area", 999999],
        methods=("get", "post"),
    ),
    "network_leave": Route(DECIDING, methods=("get", "post")),
    "network_leave_decide": Route(
        DECIDING,
        own=lambda world: [_leave(world.cast.leader, world.cast.other_leader).uuid],
        foreign=lambda world: [_leave(world.cast.stranger, world.cast.manager).uuid],
        never=[NEVER],
        methods=("post",),
        data={"do": "approve"},
    ),
    "phone_leave": Route(LIAISONS, methods=("get", "post")),
    "phone_leave_end": Route(
        LIAISONS,
        own=lambda world: [_leave(world.cast.leader, world.cast.other_leader).uuid],
        foreign=lambda world: [_leave(world.cast.stranger, world.cast.manager).uuid],
        never=[NEVER],
        reaches=frozenset({Role.LEADER}),
        methods=("post",),
    ),
    "network_undo": Route(
        GROUPERS,
        own=lambda world: [Regrouping.objects.create(community=world.cast.east).pk],
        foreign=lambda world: [Regrouping.objects.create(community=world.cast.next_group.parent).pk],
        never=[999999],
        methods=("post",),
    ),
    "healthz": Route(None),
    "resident_wishes": Route(
        RESIDENTS,
        own=lambda world: [world.cast.household.head.uuid],
        foreign=lambda world: [world.cast.foreign_household.head.uuid],
        never=[NEVER],
        methods=("get", "post"),
        data={"given": "orally"},
    ),
    # messages
    "messages": Route(WRITERS),
    "compose": Route(WRITERS, methods=("get", "post")),
    "chat": Route(WRITERS, methods=("get", "post"), data={"robot": "wecom", "text": "明天停水"}),
    "message": _message(),
    "message_reveal": _message(methods=("post",), data={"reason": "回电"}),
    "message_decide": _message(methods=("post",), data={"answer": "arrived"}),
    "mailings": Route(WRITERS),
    "mailing": _mailing(),
    "mailing_labels": _mailing(methods=("post",)),
    "mailing_cards": _mailing(methods=("post",)),
    "mailing_calls": _mailing(methods=("post",)),
    "mailing_posted": _mailing(methods=("post",)),
    # pair-ups
    "pair_ups": Route(RESIDENTS),
    "pair_up_new": _household(
        ARRANGERS,
        methods=("get", "post"),
        data={"key": uuid4(), "volunteer": "王老师", "purpose": "买菜", "count": 1, "months": 1},
    ),
    "pair_up": _pair_up(RESIDENTS),
    "pair_up_contact": _pair_up(RESIDENTS, methods=("post",), data={"form": "home", "outcome": "well"}),
    "pair_up_renew": _pair_up(ARRANGERS, methods=("post",)),
    "pair_up_end": _pair_up(ARRANGERS, methods=("post",), data={"why": "fulfilled"}),
    "pair_up_letter": _pair_up(RESIDENTS),
    "phone_pair_ups": Route(LIAISONS),
    # check-ups and birthdays
    "check_ups": Route(RESIDENTS),
    "check_up_due": Route(RESIDENTS),
    "check_up_new": Route(ARRANGERS, methods=("get", "post"), data={"title": "体检"}),
    "check_up_round": _round(RESIDENTS),
    "check_up_day": _round(ARRANGERS, methods=("post",), data={"place": "卫生中心"}),
    "check_up_invite": _round(ARRANGERS, methods=("post",)),
    "check_up_write": _round(ARRANGERS, methods=("post",)),
    "check_up_close": _round(ARRANGERS, methods=("post",)),
    "check_up_came": Route(
        RESIDENTS,
        own=lambda world: [_invited(world.cast.household).uuid],
        foreign=lambda world: [_invited(world.cast.foreign_household).uuid],
        never=[NEVER],
        methods=("post",),
        data={"result": "away"},
    ),
    "celebration_new": Route(ARRANGERS, methods=("post",), data={"month": "2026-11"}),
    "celebration": Route(
        RESIDENTS,
        own=lambda world: [_guest(world.cast.household).celebration.uuid],
        foreign=lambda world: [_guest(world.cast.foreign_household).celebration.uuid],
        never=[NEVER],
    ),
    "celebration_draw": Route(
        ARRANGERS,
        own=lambda world: [_guest(world.cast.household).celebration.uuid],
        foreign=lambda world: [_guest(world.cast.foreign_household).celebration.uuid],
        never=[NEVER],
        methods=("post",),
    ),
    "celebration_came": Route(
        RESIDENTS,
        own=lambda world: [_guest(world.cast.household).celebration.uuid, _guest(world.cast.household).pk],
        foreign=lambda world: [
            _guest(world.cast.foreign_household).celebration.uuid,
            _guest(world.cast.foreign_household).pk,
        ],
        never=[NEVER, 999999],
        methods=("post",),
        data={"state": "missed"},
    ),
    # campaigns
    "campaigns": Route(DESK),
    "campaign_new": Route(DESK, methods=("get", "post")),
    "campaign": _campaign(DESK),
    "campaign_outside": _campaign(DESK, methods=("post",), data={"source": "红十字会", "lines": "王秀兰,滨港路1号"}),
    "campaign_launch": _campaign(DESK, methods=("post",)),
    "campaign_discard": _campaign(DESK, methods=("post",)),
    "campaign_sheet": _campaign(DESK, methods=("post",)),
    "campaign_close": _campaign(DESK, methods=("post",)),
    "phone_campaigns": Route(LIAISONS),
    "phone_campaign": _campaign(LIAISONS),
    # cases
    "home": Route(EVERYONE),
    "menu_badges": Route(EVERYONE),
    "board": Route(DESK),
    "search": Route(CASES),
    "case_list": Route(CASES),
    "case_detail": _case(),
    "receipt": _case(),
    "case_reveal": _case(methods=("post",), data={"reason": "回电"}),
    "case_action": _case(CASES, "note", methods=("get", "post"), data={"text": "已联系"}),
    "approvals": Route(frozenset({Role.SUPERVISOR})),
    "approval": _case(frozenset({Role.SUPERVISOR}), methods=("get", "post"), data={"verb": "approve"}),
    "returns": Route(frozenset({Role.SUPERVISOR})),
    "supervised": Route(CASES),
    "supervised_circular": Route(DESK | {Role.COMMITTEE}),
    "digest": Route(EVERYONE),
    "followups": Route(DESK),
    "followup": _case(DESK, methods=("get", "post")),
    "bulk_change": Route(DESK, own=lambda world: ["urge"], methods=("get", "post")),
    "bulk_print": Route(DESK),
    "bulk_done": _bulk(),
    "bulk_undo": _bulk(methods=("post",)),
    "case_link_undo": Route(
        DESK,
        own=lambda world: [world.case.number, world.link.pk],
        foreign=lambda world: [world.foreign_case.number, world.link.pk],
        never=["9912-9999", 999999],
        methods=("post",),
    ),
    "case_link_again": Route(
        DESK,
        own=lambda world: [world.case.number, world.link.pk],
        foreign=lambda world: [world.foreign_case.number, world.link.pk],
        never=["9912-9999", 999999],
        methods=("post",),
    ),
    "incident": _case(RESIDENTS, methods=("get", "post")),
    "incident_add": _case(RESIDENTS, methods=("get", "post")),
    "incident_calls": _case(RESIDENTS, methods=("post",), data={"reason": "告知停水已修复"}),
    # the desk
    "desk_new": Route(DESK, methods=("get", "post")),
    "desk_logged": _case(DESK),
    "desk_join": _case(DESK, methods=("post",), data={"caller_name": "王秀兰", "channel": "hotline"}),
    "desk_drafts": Route(DESK),
    "desk_draft": Route(DESK, own=lambda world: [uuid4()], methods=("post",), data={"summary": "路灯"}),
    "desk_draft_discard": Route(DESK, own=lambda world: [uuid4()], methods=("post",)),
    "desk_callers": Route(RESIDENTS, methods=("post",), data={"q": "wxl"}),
    "desk_areas": Route(RESIDENTS, methods=("post",), data={"q": "da"}),
    "desk_categories": Route(DESK, methods=("post",), data={"q": "gg"}),
    "desk_preview": Route(DESK, methods=("post",), data={"channel": "hotline"}),
    # suggestions: the cast's own is carried out by the water company
    "suggestion_list": Route(CASES),
    "suggestion_new": Route(RESIDENTS, methods=("get", "post"), data={"channel": "hotline", "summary": "加装扶手"}),
    "suggestion_draft": Route(RESIDENTS, own=lambda world: [uuid4()], methods=("post",), data={"summary": "扶手"}),
    "suggestion_draft_discard": Route(RESIDENTS, own=lambda world: [uuid4()], methods=("post",)),
    "suggestion_detail": _suggestion(),
    "suggestions_of_proposer": _suggestion(),
    "suggestion_reveal": _suggestion(RESIDENTS, methods=("post",), data={"reason": "回电"}),
    "suggestion_step": _suggestion(CASES, "note", methods=("get", "post"), data={"text": "已看过现场"}),
    # reception days
    "reception_list": Route(DESK),
    "reception_new": Route(DESK, methods=("get", "post")),
    "reception_plan": Route(DESK, methods=("post",), data={"months": 1}),
    "reception_day": _reception(methods=("get", "post"), data={"caller_name": "王秀兰", "form": "in_person"}),
    "reception_edit": _reception(methods=("get", "post")),
    "reception_swap": _reception(methods=("get", "post")),
    "reception_notice": _reception(methods=("get", "post")),
    "reception_talk": _reception(methods=("get", "post"), data={"channel": "reception"}),
    "reception_end": _reception(methods=("post",)),
    "reception_attend": Route(
        DESK,
        own=lambda world: [world.appointment.day.uuid, world.appointment.uuid],
        foreign=lambda world: [world.foreign_appointment.day.uuid, world.foreign_appointment.uuid],
        never=[NEVER, NEVER],
        methods=("post",),
        data={"state": "arrived"},
    ),
    "shift_handover": Route(DESK, methods=("get", "post")),
    "shift": _shift(),
    "shift_take": _shift(methods=("post",)),
    # the phone
    "phone_today": Route(PHONES),
    "phone_week": Route(LIAISONS),
    "phone_occasion": _household(LIAISONS, methods=("post",), data={"occasion": "illness"}),
    "birthdays": Route(RESIDENTS),
    "debt": Route(LIAISONS | {Role.SUPERVISOR}),
    "phone_stairwell": _household(LIAISONS, methods=("get", "post")),
    "phone_visit": _household(LIAISONS, methods=("get", "post")),
    "phone_reach_household": _household(LIAISONS, methods=("post",)),
    "phone_case": _case(PHONES, methods=("get", "post"), data={"verb": "note", "text": "正在联系"}),
    "phone_reach_caller": _case(PHONES, methods=("post",)),
    "phone_new": Route(LIAISONS, methods=("get", "post")),
    "phone_me": Route(PHONES),
    # hand-overs
    "handovers": Route(SIGNING),
    "handover_new": Route(DECIDING, methods=("get", "post")),
    "handover": _handover(),
    "handover_sign": _handover(methods=("post",)),
    # the notice board
    "publication_list": Route(PUBLISHERS),
    "publication_print": Route(PUBLISHERS),
    "publication_new": _case(PUBLISHERS, methods=("get", "post"), data={"title": "路灯", "text": "已修好"}),
    "publication": Route(
        PUBLISHERS,
        own=lambda world: [_notice(world.case).uuid],
        foreign=lambda world: [_notice(world.foreign_case).uuid],
        never=[NEVER],
        methods=("get", "post"),
        data={"do": "approve", "version": 1},
    ),
    # reports
    "reports": Route(READERS),
    "report_month": Route(READERS, own=lambda world: [2026, 10]),
    "report_rows": Route(READERS, own=lambda world: [2026, 10, "received"]),
    "report_xlsx": Route(READERS, own=lambda world: [2026, 10]),
    # the rule book: what an office sets up holds for all of it, so there is nothing foreign in it
    "rules": Route(ADMIN_ROLES),
    "rule": Route(ADMIN_ROLES, own=_rule),
    "rule_new": Route(frozenset({Role.MANAGER}), methods=("get", "post")),
    "rule_edit": Route(frozenset({Role.MANAGER}), own=_rule, methods=("get", "post")),
    "rule_change": Route(
        frozenset({Role.MANAGER}),
        own=lambda world: [*_rule(world), "off"],
        methods=("get", "post"),
        data={"sealed": ""},
    ),
    "categories": Route(ADMIN_ROLES),
    "category_new": Route(frozenset({Role.MANAGER}), methods=("get", "post")),
    "category_edit": Route(
        frozenset({Role.MANAGER}), own=lambda world: ["public-works"], methods=("get", "post"), data={"name": ""}
    ),
    "default_limits": Route(frozenset({Role.MANAGER}), methods=("get", "post")),
    "ladder": Route(ADMIN_ROLES),
    "rung_change": Route(
        frozenset({Role.MANAGER}),
        own=lambda world: [LadderRung.objects.values_list("pk", flat=True)[0], "off"],
        methods=("get", "post"),
        data={"sealed": ""},
    ),
    # ledgers: an upload and its job belong to whoever handed it in, here the supervisor
    "imports": Route(ADMIN_ROLES, methods=("get", "post")),
    "import_detail": _upload(),
    "import_confirm": _upload(methods=("post",)),
    "import_errors": _upload(),
    "job": Route(
        EVERYONE,
        own=lambda world: [world.job.uuid],
        foreign=lambda world: [world.foreign_job.uuid],
        never=[NEVER],
        reaches=frozenset({Role.SUPERVISOR}),
    ),
}

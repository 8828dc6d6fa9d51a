"""A year of work in a small town, told move by move: the months that the reports of these tests are about.

The report is May 2026, looked at on 10 June. April 2026 and May 2025 stand beside it; what happens at the edges of the
month, in the next town and in June must not count in it.
"""

from __future__ import annotations

from datetime import date, datetime

import time_machine

from caseworks import extending, returning, suggestions, workflow
from caseworks.models import Case, Category, FollowUp, Incident, IncidentHousehold, Reached, Suggestion
from caseworks.moves import Act
from caseworks.routing import Route
from outreach.calendar import SHANGHAI
from outreach.models import (
    Campaign,
    CampaignTarget,
    CheckUpInvitation,
    CheckUpRound,
    KeptDepartment,
    LeaderContact,
    PairUp,
    TaskState,
    Visit,
    VisitTask,
)
from people.access import Role
from people.models import Area, Household, Membership, Organisation, Post, Resident, ServiceNeed, User
from tests.cast import Cast
from tests.factories import make_case, make_household, make_resident, make_suggestion, make_user

LOOKED_AT = datetime(2026, 6, 10, 9, tzinfo=SHANGHAI)


def moment(text: str) -> datetime:
    """``2026-05-31 23:59:59`` on the clock of the office."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def at(text: str) -> time_machine.travel:
    return time_machine.travel(moment(text), tick=False)


def resolve(case: Case, by: User, when: str, solved: str = "yes") -> None:
    with at(when):
        workflow.resolve(case, Act(by), text="已修好", solved=solved)


def ask(
    case: Case, by: User, when: str, *, solved: str = "yes", satisfaction: str = "satisfied", redo: bool = False
) -> None:
    with at(when):
        workflow.follow_up(case, Act(by), reached=True, solved=solved, satisfaction=satisfaction, redo=redo)


def work_through_the_year(cast: Cast) -> None:
    """Fill the town of the cast with the cases, visits and households of the months."""
    west_leader = make_user("west_leader", Role.LEADER, area=cast.west_group, name="施安")
    # The office existed before the first of the months, and so did its posts.
    Post.objects.update(since=date(2020, 1, 1))
    _cases(cast, west_leader)
    _households(cast)
    _incident(cast)
    _care(cast)
    _pair_ups(cast)
    _check_ups(cast)
    _visits(cast)
    _campaigns(cast)
    _suggestions(cast)
    _departments(cast)


def log(cast: Cast, when: str, area: Area | None, category: str | None = "public-works", **fields: str) -> Case:
    with at(when):
        chosen = Category.objects.get(code=category) if category else None
        return make_case(cast.operator, area, category=chosen, **fields)


def _cases(cast: Cast, west_leader: User) -> None:
    leader, desk, chief = cast.leader, cast.operator, cast.supervisor
    # Last year and last month.
    for day in (5, 12, 19):
        resolve(log(cast, f"2025-05-{day:02} 09:00", cast.group), leader, f"2025-05-{day + 1:02} 10:00")
    for day in (7, 8, 9, 10):
        case = log(cast, f"2026-04-{day:02} 09:00", cast.west_group, "medical", channel="window")
        resolve(case, west_leader, f"2026-04-{day + 3:02} 10:00")
    ask(case, desk, "2026-04-20 10:00", solved="partly", satisfaction="fairly")
    # The edges of May.
    log(cast, "2026-04-30 23:59:59", cast.group)
    log(cast, "2026-05-01 00:00:00", cast.group)
    log(cast, "2026-05-31 23:59:59", cast.west_group, "advice", channel="online")
    log(cast, "2026-06-01 00:00:00", cast.group)
    # Extended, resolved in time by a leader, asked, solved and satisfied.
    good = log(cast, "2026-05-06 09:00", cast.group, "public-works")
    with at("2026-05-06 11:00"):
        workflow.accept(good, Act(leader))
        extending.ask(good, Act(leader), days=1, text="等配件")
        extending.grant(good, Act(chief), text="同意")
    resolve(good, leader, "2026-05-08 15:00")
    ask(good, desk, "2026-05-11 09:00")
    # Late, and the caller says no: reopened, done again, satisfied in the end.
    bad = log(cast, "2026-05-06 10:00", cast.other_group, "neighbours")
    resolve(bad, cast.other_leader, "2026-05-20 10:00")
    ask(bad, desk, "2026-05-21 10:00", solved="no", satisfaction="not", redo=True)
    with at("2026-05-22 10:00"):
        workflow.reopen(bad, Act(chief), text="再去看看")
    resolve(bad, cast.other_leader, "2026-05-25 10:00")
    ask(bad, desk, "2026-05-27 10:00", solved="yes", satisfaction="fairly")
    # Returned, re-routed to the water company, urged, resolved there.
    pipe = log(cast, "2026-05-12 09:00", cast.group, "public-works", urgency="urgent")
    with at("2026-05-12 09:30"):
        returning.send_back(pipe, Act(leader), reason="elsewhere")
    with at("2026-05-12 09:40"):
        workflow.dispatch(pipe, Act(desk), to=Route(unit=cast.water, reason="供水"))
    with at("2026-05-12 12:00"):
        workflow.urge(pipe, Act(desk), text="请尽快")
    resolve(pipe, cast.department, "2026-05-12 16:00")
    ask(pipe, desk, "2026-05-14 10:00", solved="partly", satisfaction="not")
    # Suspended and never resumed: it has no deadline.
    waiting = log(cast, "2026-05-13 09:00", cast.west_group, "property", channel="visit")
    with at("2026-05-13 10:00"):
        workflow.reroute(waiting, Act(chief), to=Route(area=cast.town, role=Role.COMMITTEE, reason=""), text="镇里办")
    with at("2026-05-13 11:00"):
        workflow.accept(waiting, Act(chief))
    with at("2026-05-14 10:00"):
        workflow.suspend(waiting, Act(chief), text="等评估")
    # Answered at the desk; nobody knows where or what.
    with at("2026-05-15 09:00"):
        letter = make_case(desk, None, category=None, channel="letter", answer="已答复")
    # A ledger says that the caller was satisfied, and nothing about whether it is solved.
    FollowUp.objects.create(case=letter, at=moment("2026-05-18 09:00"), reached=True, satisfaction="satisfied")
    # Its caller would not have been rung up: the lot had left him out.
    Case.objects.filter(pk=letter.pk).update(follow_up_choice="not_drawn", follow_up_share=20)
    # Somebody else's town.
    with at("2026-05-18 09:00"):
        make_case(cast.stranger, cast.next_group)


def _households(cast: Cast) -> None:
    make_household(cast.other_group, head="林海", address="滨港路9号", kind="returned", tier="key")
    make_household(cast.west_group, head="方远", address="教场路2号", kind="taiwan", ended_on=date(2026, 5, 15))
    late = make_household(cast.west_group, head="秦欢", address="教场路3号", kind="taiwan")
    make_resident(cast.household, name="王小明", died_on=date(2026, 5, 20))
    Household.objects.update(created_at=moment("2025-01-01 09:00"))
    Resident.objects.update(created_at=moment("2025-01-01 09:00"))
    Household.objects.filter(pk=late.pk).update(created_at=moment("2026-05-20 09:00"))
    Resident.objects.filter(memberships__household=late).update(created_at=moment("2026-05-20 09:00"))
    moved = make_resident(cast.household, name="王小红")
    Membership.objects.filter(resident=moved).update(until=date(2026, 4, 30))
    Resident.objects.filter(pk=moved.pk).update(created_at=moment("2025-01-01 09:00"))


def _incident(cast: Cast) -> None:
    """The first case of May reached three households, one of them in the next town."""
    month = {"registered_at__gte": moment("2026-05-01 00:00"), "registered_at__lt": moment("2026-06-01 00:00")}
    first = Case.objects.filter(area__path__startswith=cast.town.path or "?", **month).earliest("registered_at", "pk")
    incident = Incident.objects.create(case=first)
    for household in (cast.household, cast.other_household, cast.foreign_household):
        IncidentHousehold.objects.create(incident=incident, household=household, how=Reached.AREA)


def _care(cast: Cast) -> None:
    """On a register at the end of May, one begun a day too late, one ended on the last day, one in the next town."""
    Resident.objects.filter(pk=cast.household.head.pk).update(born=date(1966, 5, 31))
    for household, since, until in (
        (cast.household, date(2026, 5, 31), None),
        (cast.other_household, date(2026, 6, 1), None),
        (cast.other_household, date(2025, 6, 1), date(2026, 5, 31)),
        (cast.foreign_household, date(2025, 6, 1), None),
    ):
        ServiceNeed.objects.create(household=household, need="empty_nest", since=since, until=until)
    ServiceNeed.objects.create(household=cast.other_household, need="living_alone", since=date(2026, 1, 1))


def _pair_ups(cast: Cast) -> None:
    """Two that run at the end of May, one ended before, one begun after; three visits, one of them before its term."""
    for household, staff, since, ended in (
        (cast.household, cast.leader, date(2026, 5, 10), None),
        (cast.other_household, None, date(2026, 5, 31), None),
        (cast.household, None, date(2026, 1, 1), date(2026, 5, 31)),
        (cast.household, None, date(2026, 6, 1), None),
        (cast.foreign_household, None, date(2026, 1, 1), None),
    ):
        helper = {"staff": staff} if staff else {"volunteer": "王老师"}
        term = {"since": since, "until": date(2027, 5, 1), "review_on": date(2027, 4, 1), "ended_on": ended}
        PairUp.objects.create(household=household, purpose="买菜", **helper, **term)


def _check_ups(cast: Cast) -> None:
    """Two came and one was missed in May; one came on the first of June, one in the next town."""
    for household, state, day in (
        (cast.household, "done", date(2026, 5, 1)),
        (cast.other_household, "done", date(2026, 5, 31)),
        (cast.household, "missed", date(2026, 5, 12)),
        (cast.other_household, "done", date(2026, 6, 1)),
        (cast.foreign_household, "done", date(2026, 5, 12)),
    ):
        made = CheckUpRound.objects.create(title="体检", area=cast.town)
        who = {"resident": household.head, "household": household}
        CheckUpInvitation.objects.create(round=made, state=state, settled_on=day, **who)


def _visits(cast: Cast) -> None:
    for household, when, outcome in (
        (cast.household, "2026-05-03 10:00", "well"),
        (cast.household, "2026-05-17 10:00", "needs_help"),
        (cast.other_household, "2026-05-31 23:59:59", "not_home"),
        (cast.other_household, "2026-06-01 00:00:00", "well"),
        (cast.other_household, "2026-04-11 10:00", "well"),
        (cast.foreign_household, "2026-05-04 10:00", "well"),
    ):
        Visit.objects.create(household=household, by=cast.leader, at=moment(when), outcome=outcome)
    for household, day, state in (
        (cast.household, 3, TaskState.DONE),
        (cast.other_household, 31, TaskState.OPEN),
        (cast.other_household, 4, TaskState.MISSED),
        (cast.household, 5, TaskState.CANCELLED),
        (cast.foreign_household, 6, TaskState.DONE),
    ):
        VisitTask.objects.create(household=household, due_on=date(2026, 5, day), state=state)


def _campaigns(cast: Cast) -> None:
    """One closed in May, one the moment May was over, and one that runs."""
    lines = [
        (cast.household, "reached", 1),
        (cast.other_household, "reached", 0),
        (cast.other_household, "missed", 0),
        (cast.household, "left_out", 0),
        (cast.foreign_household, "reached", 1),
    ]
    for state, closed in (("closed", "2026-05-20 17:00"), ("closed", "2026-06-01 00:00:00"), ("running", "")):
        campaign = Campaign.objects.create(
            title="端午慰问",
            held_on=date(2026, 5, 19),
            unit="person",
            area=cast.town,
            state=state,
            closed_at=moment(closed) if closed else None,
        )
        for household, outcome, gifts in lines:
            CampaignTarget.objects.create(campaign=campaign, household=household, outcome=outcome, gifts=gifts)


def _suggestions(cast: Cast) -> None:
    def propose(when: str, area: Area | None = None) -> Suggestion:
        with at(when):
            return make_suggestion(cast.operator, area or cast.group)

    def judge(one: Suggestion, when: str, decision: str) -> None:
        with at(when):
            to = Route(reason="", unit=cast.water)
            suggestions.judge(one, Act(cast.supervisor), decision=decision, text="按规定", to=to)

    def answer(one: Suggestion, when: str) -> None:
        with at(when):
            suggestions.answer(one, Act(cast.operator), text="谢谢")

    adopted = propose("2026-05-05 09:00")
    judge(adopted, "2026-05-07 09:00", "adopted")
    with at("2026-05-20 09:00"):
        suggestions.report_done(adopted, Act(cast.department), text="装好了")
    answer(adopted, "2026-05-25 09:00")
    # Taken down before the month began, and decided in it.
    judge(propose("2026-04-28 09:00", cast.west_group), "2026-05-06 09:00", "partly")
    # Answered the moment the month was over.
    declined = propose("2026-05-12 09:00")
    judge(declined, "2026-05-13 09:00", "declined")
    answer(declined, "2026-06-01 00:00:00")
    propose("2026-05-31 23:59:59")
    with at("2026-05-18 09:00"):
        make_suggestion(cast.stranger, cast.next_group)


def _departments(cast: Cast) -> None:
    """Two departments owed a meeting in the second quarter, of which one was met by May; the quarter ends in June."""
    long_ago = date(2020, 1, 1)

    def keep(leader: User, name: str, since: date = long_ago, until: date | None = None) -> KeptDepartment:
        unit = Organisation.objects.create(name=name, kind="department", since=long_ago)
        area = cast.next_town if leader == cast.stranger else cast.town
        return KeptDepartment.objects.create(leader=leader, unit=unit, area=area, since=since, until=until)

    def meet(pair: KeptDepartment, day: str, enterprise: Organisation | None = None) -> None:
        LeaderContact.objects.create(
            kind="talk" if enterprise else "meeting",
            pair=pair,
            enterprise=enterprise,
            who=pair.leader,
            area=pair.area,
            on=date.fromisoformat(day),
        )

    def enterprise(name: str, since: date = long_ago, area: Area | None = None) -> Organisation:
        return Organisation.objects.create(name=name, kind="enterprise", since=since, area=area)

    factory, foreign = enterprise("海盛食品", area=cast.town), enterprise("北桥机械", area=cast.next_town)
    enterprise("侨茂电子")
    enterprise("归舟茶业", since=date(2026, 6, 1), area=cast.town)
    met = keep(cast.supervisor, "经济发展办公室")
    meet(met, "2026-04-15")
    meet(met, "2026-05-31", factory)
    missed = keep(cast.supervisor, "司法所")
    meet(missed, "2026-03-31")
    meet(missed, "2026-06-01")
    # Begun in the second half of the quarter, and ended before the month did.
    meet(keep(cast.committee, "便民服务中心", since=date(2026, 5, 20)), "2026-05-21")
    keep(cast.committee, "应急管理站", until=date(2026, 5, 30))
    meet(keep(cast.stranger, "北桥司法所"), "2026-05-05", foreign)

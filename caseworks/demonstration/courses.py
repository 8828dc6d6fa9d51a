"""How an invented case goes: who takes which step when, as often as real offices report it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from caseworks.deadlines import Limit
from caseworks.demonstration import places, requests
from caseworks.demonstration.households import Home
from caseworks.demonstration.moments import later
from caseworks.demonstration.office import Office
from caseworks.demonstration.stories import Present, Story
from caseworks.models import Case, ReturnReason, Satisfaction, Solved, Urgency
from caseworks.routing import Route
from caseworks.states import Status
from people.access import Role
from people.models import Area, Organisation, Resident, User

# Shares of all cases. On time 94 %, satisfied or fairly so 93 %: domain.md and the yearly reports behind it.
LATE, RETURNED, SUSPENDED, URGED, JOINED, ASKED, MOVED, UNASKED = 0.055, 0.035, 0.03, 0.025, 0.02, 0.1, 0.012, 0.015
NOT_REACHED, WANTS_REDO, GRANTED = 0.12, 0.45, 0.7
# As first heard: a third of the dissatisfied are heard again after a second try.
HEARD = {Satisfaction.SATISFIED: 76, Satisfaction.FAIRLY: 14, Satisfaction.NOT: 10}
SOLVED = {Solved.YES: 91, Solved.PARTLY: 6, Solved.NO: 3}
# The mean wait until somebody accepts.
ACCEPTED_WITHIN = {
    Urgency.NORMAL: timedelta(hours=2),
    Urgency.URGENT: timedelta(minutes=20),
    Urgency.CRITICAL: timedelta(minutes=6),
}


@dataclass(frozen=True)
class Course:
    """Which turns a case takes, and the status in which it is to be found if its story is not told to the end."""

    stop_at: str = ""
    answered: bool = False
    late: bool = False
    returned: bool = False
    twice: bool = False
    suspended: bool = False
    urged: bool = False
    joined: bool = False
    asked: bool = False
    moved: bool = False
    heard: Satisfaction | None = None
    redo: bool = False


def draw(rng: Random) -> Course:
    """Some course, as often as it occurs."""
    heard = rng.choices(list(HEARD), list(HEARD.values()))[0]
    return Course(
        late=rng.random() < LATE,
        returned=rng.random() < RETURNED,
        suspended=rng.random() < SUSPENDED,
        urged=rng.random() < URGED,
        joined=rng.random() < JOINED,
        asked=rng.random() < ASKED,
        moved=rng.random() < MOVED,
        heard=heard,
        redo=heard == Satisfaction.NOT and rng.random() < WANTS_REDO,
    )


class Teller:
    """Tells stories: takes a registered case through its course until it ends or the present is reached."""

    def __init__(self, office: Office, homes: list[Home], rng: Random) -> None:
        self._office = office
        self._homes = homes
        self._rng = rng

    def tell(self, story: Story, route: Route, by: User, course: Course) -> None:
        try:
            self._tell(story, route, by, course)
        except Present:
            return

    def _tell(self, story: Story, route: Route, by: User, course: Course) -> None:
        rng, case = self._rng, story.case
        outcome = rng.choice(requests.KINDS[case.category.code if case.category else "other"].outcomes)
        outcome = fill_in(outcome, rng)
        story.register(route, by)
        at = case.registered_at
        if course.answered:
            story.answer(at + timedelta(minutes=rng.randint(2, 9)), by, outcome)
            return
        if case.status == Status.TO_DISPATCH:
            at = self._dispatch(story, at)
        at = self._accept(story, at)
        if course.returned:
            at = self._return(story, at)
            at = self._accept(story, self._dispatch(story, at))
        if course.twice:
            at = self._return(story, at)
            at = self._accept(story, self._adjudicate(story, at))
        if course.moved and case.unit is None:
            at = self._move(story, at)
        if course.suspended and self._counts_days(story):
            at = self._suspend(story, at)
        at = self._approve(story, self._work(story, at, course, outcome))
        if case.status == Status.TO_FOLLOW_UP:
            self._ask(story, at, course)

    def _return(self, story: Story, at: datetime) -> datetime:
        """Back within the hours that are allowed for it, mostly with a word on who should have it."""
        at = later(at, timedelta(minutes=self._rng.randint(10, 90)), self._rng)
        reason, text = self._rng.choice(requests.RETURNS)
        better = None if reason == ReturnReason.UNCLEAR else self._better(story, reason)
        story.send_back(at, self._handler(story), reason, text, better)
        return at

    def _better(self, story: Story, reason: str) -> Route:
        """The leader next door, else the department."""
        here = story.case.handling_area
        for group in self._office.groups if reason == ReturnReason.ELSEWHERE and here else []:
            holder = self._office.holders.get((group.pk, Role.LEADER))
            if holder and group != here and here and group.parent_id in (here.pk, here.parent_id):
                return Route("", area=group, role=Role.LEADER, holder=holder.name)
        unit = self._office.units[places.CITY]
        return Route("", unit=unit, holder=unit.name)

    def _adjudicate(self, story: Story, at: datetime) -> datetime:
        """The supervisor mostly follows the second handler's word."""
        at = later(at, timedelta(minutes=self._rng.randint(20, 200)), self._rng)
        story.adjudicate(at, self._office.supervisor, self._by_hand(story), self._rng.choice(requests.ADJUDICATED))
        return at

    def _approve(self, story: Story, at: datetime) -> datetime:
        """Where the category asks for it, the supervisor looks at the outcome before it counts."""
        if story.case.status == Status.TO_APPROVE:
            at = later(at, timedelta(minutes=self._rng.randint(15, 240)), self._rng)
            story.approve(at, self._office.supervisor)
        return at

    def _handler(self, story: Story) -> User:
        case = story.case
        return self._office.holder(case.handling_area, case.handling_role, case.unit)

    def _desk(self) -> User:
        return self._rng.choices(self._office.operators, [5] + [3] * (len(self._office.operators) - 1))[0]

    def _neighbour(self, area: Area | None) -> tuple[Resident, str, str]:
        """Somebody else of the same area with a phone, for what concerns both."""
        reachable = [home for home in self._homes if 0 in home.phones and home.current]
        near = [home for home in reachable if area and home.household.area_id == area.pk] or reachable
        home = self._rng.choice(near)
        return home.members[0], home.members[0].name, home.phones[0]

    def _by_day(self, story: Story) -> bool:
        return story.case.urgency != Urgency.CRITICAL

    def _counts_days(self, story: Story) -> bool:
        return Limit.parse(story.case.limits["handling"]).unit.in_days

    def _dispatch(self, story: Story, at: datetime) -> datetime:
        at = later(at, timedelta(minutes=self._rng.randint(8, 120)), self._rng, self._by_day(story))
        story.dispatch(at, self._desk(), self._by_hand(story))
        return at

    def _by_hand(self, story: Story) -> Route:
        """Where a dispatcher sends what no rule could: a department, else the officer of the community."""
        reason, case = self._rng.choice(requests.DISPATCHED), story.case
        if self._rng.random() < 0.25:
            unit = self._office.units[self._rng.choice([places.CITY, places.HOUSING])]
            return Route(reason, unit=unit, holder=unit.name)
        area = self._office.community_of(case.area) or self._rng.choice(self._office.communities)
        officer = self._office.holders[area.pk, Role.OFFICER]
        return Route(reason, area=area, role=Role.OFFICER, holder=officer.name)

    def _accept(self, story: Story, at: datetime) -> datetime:
        mean = ACCEPTED_WITHIN[Urgency(story.case.urgency)]
        wait = timedelta(minutes=2) + mean * min(self._rng.expovariate(1), 5)
        at = later(at, wait, self._rng, self._by_day(story))
        story.accept(at, self._handler(story))
        return at

    def _move(self, story: Story, at: datetime) -> datetime:
        """What proves wider than thought goes to the committee member at the town."""
        at = later(at, timedelta(hours=self._rng.randint(1, 5)), self._rng)
        head = self._office.holders[self._office.town.pk, Role.COMMITTEE]
        text = self._rng.choice(requests.REROUTED)
        route = Route(text, area=self._office.town, role=Role.COMMITTEE, holder=head.name)
        story.reroute(at, self._office.supervisor, route, text)
        return self._accept(story, at)

    def _suspend(self, story: Story, at: datetime) -> datetime:
        at = later(at, timedelta(hours=self._rng.randint(3, 26)), self._rng)
        story.suspend(at, self._handler(story), *self._rng.choice(requests.WAITS))
        at = later(at, timedelta(hours=self._rng.randint(40, 200)), self._rng)
        story.resume(at, self._handler(story))
        return at

    def _work(self, story: Story, at: datetime, course: Course, outcome: str) -> datetime:
        """Notes, helpers, urging and other callers on the way to the outcome."""
        rng, start = self._rng, at
        end = self._end(story, at, course.late)
        steps = [f"note{number}" for number in range(rng.choices([0, 1, 2, 3], [40, 38, 17, 5])[0])]
        steps += ["ask", "opinion"] if course.asked else []
        steps += ["urge"] if course.urged else []
        steps += ["join"] if course.joined else []
        moments = sorted(start + (end - start) * rng.uniform(0.05, 0.9) for _step in steps)
        if not course.asked:
            rng.shuffle(steps)
        for step, moment in zip(steps, moments, strict=True):
            self._take(story, step, moment)
        solved = rng.choices(list(SOLVED), list(SOLVED.values()))[0]
        story.resolve(end, self._handler(story), outcome, solved)
        return end

    def _take(self, story: Story, step: str, at: datetime) -> None:
        rng, handler = self._rng, self._handler(story)
        if step == "ask":
            unit = rng.choice(self._could_help(story.case))
            story.ask_unit(at, handler, unit, rng.choice(requests.ASKS))
        elif step == "opinion":
            helper = self._office.holders["unit", story.co_handlings[-1].unit.pk]
            story.give_opinion(at, helper, rng.choice(requests.OPINIONS))
        elif step == "urge":
            story.urge(at, self._desk(), rng.choice(requests.URGES))
        elif step == "join":
            story.join(at, self._desk(), *self._neighbour(story.case.area))
        else:
            story.note(at, handler, rng.choice(requests.NOTES))

    def _could_help(self, case: Case) -> list[Organisation]:
        """The units that one would ask about a matter of this category, but for the one that has it already."""
        named = places.HELPERS.get(case.category.code if case.category else "", ())
        units = [self._office.units[name] for name in named] or list(self._office.units.values())
        return [unit for unit in units if unit != case.unit]

    def _end(self, story: Story, at: datetime, late: bool) -> datetime:
        """When the outcome is reported: somewhere before the deadline, or some while after it."""
        rng, due = self._rng, story.case.due_at
        assert due is not None  # only a suspended case has none
        if late:
            return later(max(at, due), timedelta(minutes=rng.randint(90, 2900)), rng, self._by_day(story))
        if due <= at:
            return at + timedelta(minutes=rng.randint(20, 200))
        end = later(at, (due - at) * rng.betavariate(1.5, 2.6), rng, self._counts_days(story))
        return end if end < due else at + (due - at) * 0.8

    def _ask(self, story: Story, at: datetime, course: Course) -> None:
        """The follow-up, and what came of it."""
        rng, wait = self._rng, timedelta(hours=self._rng.uniform(22, 60))
        at = later(at, wait, rng)
        if rng.random() < UNASKED and not course.stop_at:
            story.close(at, self._desk(), rng.choice(requests.CLOSED_UNASKED))
            return
        while rng.random() < NOT_REACHED and story.case.status == Status.TO_FOLLOW_UP:
            story.follow_up(at, self._desk(), None, rng.choice(requests.NOT_REACHED))
            at = later(at, timedelta(hours=rng.uniform(4, 24)), rng)
        if story.case.status != Status.TO_FOLLOW_UP:
            return
        heard = course.heard or Satisfaction.SATISFIED
        said = {
            Satisfaction.SATISFIED: requests.SATISFIED,
            Satisfaction.FAIRLY: requests.FAIRLY,
            Satisfaction.NOT: requests.DISSATISFIED,
        }[heard]
        story.follow_up(at, self._desk(), heard, rng.choice(said), course.redo)
        if story.case.status == Status.REOPEN_REQUESTED:
            self._judge(story, at)

    def _judge(self, story: Story, at: datetime) -> None:
        """The supervisor grants another try, which ends well, or declines it."""
        rng, judge = self._rng, self._office.supervisor
        at = later(at, timedelta(hours=rng.uniform(2, 40)), rng)
        if rng.random() > GRANTED:
            story.decline_reopen(at, judge, rng.choice(requests.DECLINED))
            return
        story.reopen(at, judge, rng.choice(requests.REOPENED))
        at = self._accept(story, at)
        at = self._end(story, at, late=False)
        story.resolve(at, self._handler(story), rng.choice(requests.REDONE), Solved.YES)
        at = self._approve(story, at)
        if story.case.status == Status.TO_FOLLOW_UP:
            at = later(at, timedelta(hours=rng.uniform(22, 50)), rng)
            heard = rng.choice([Satisfaction.SATISFIED, Satisfaction.FAIRLY])
            story.follow_up(at, self._desk(), heard, rng.choice(requests.SATISFIED))


def fill_in(text: str, rng: Random, road: str = "") -> str:
    """Put a street, numbers and relatives into the words of a request or an outcome."""
    return text.format(
        road=road or rng.choice(places.STREETS),
        no=rng.randint(1, 320),
        floor=rng.randint(1, 14),
        n=rng.randint(2, 6),
        kin=rng.choice(requests.KIN),
    )

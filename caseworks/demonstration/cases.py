"""A year of cases: who asked for what, through which channel, when; and how it stands today."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from caseworks import clocks, routing
from caseworks.demonstration import moments, requests
from caseworks.demonstration.courses import Course, Teller, draw, fill_in
from caseworks.demonstration.households import Home
from caseworks.demonstration.identities import Identities
from caseworks.demonstration.office import Office
from caseworks.demonstration.stories import Story
from caseworks.models import (
    Case,
    CaseCaller,
    Category,
    Channel,
    CoHandling,
    FollowUp,
    NumberSeries,
    Pause,
    Stay,
    TimelineEntry,
    Urgency,
)
from caseworks.search import case_tokens
from outreach.calendar import ONE_DAY, Calendar
from outreach.models import Visit, VisitOutcome
from outreach.working_days import load_calendar
from people.models import Area, Resident, User

# What does not come home from a visit (14 of 100): the desk's own channels.
CHANNELS = {Channel.HOTLINE: 60, Channel.WINDOW: 15, Channel.ONLINE: 6, Channel.RECEPTION: 5}
CLOSED_ON_DAYS_OFF = frozenset({Channel.WINDOW, Channel.RECEPTION})
FROM_VISITS = 0.14
URGENT, CRITICAL = 0.14, 0.05
ANONYMOUS, UNKNOWN, NO_PLACE, COMMUNITY_ONLY, ANSWERED_AT_ONCE = 0.035, 0.13, 0.015, 0.05, 0.35
# A few call again and again.
REGULARS, OFTEN = 14, 40


@dataclass(frozen=True)
class Asked:
    """A request before it is a case: what, from where, and how it will go."""

    at: datetime
    channel: str
    code: str
    urgency: str = Urgency.NORMAL
    by: User | None = None
    visit: Visit | None = None
    home: Home | None = None
    group: Area | None = None
    placeless: bool = False


class Desk:
    """Takes requests down as cases and tells what became of them."""

    def __init__(self, office: Office, homes: list[Home], identities: Identities, now: datetime, rng: Random) -> None:
        self.office, self.identities, self.now, self.rng = office, identities, now, rng
        self.homes = [home for home in homes if home.current]
        regulars = set(rng.sample(range(len(self.homes)), min(REGULARS, len(self.homes))))
        self.weights = [OFTEN if number in regulars else 1 for number in range(len(self.homes))]
        self.teller = Teller(office, self.homes, rng)
        self.calendar: Calendar = load_calendar()
        self.categories = {category.code: category for category in Category.objects.all()}
        self.rules = routing.active_rules()
        self.posts = routing.posts_over_any()
        self._limits: dict[tuple[str, str], clocks.Limits] = {}
        self._routes: dict[tuple[int | None, int | None], routing.Route] = {}

    def take(self, asked: Asked, course: Course) -> Story:
        """Make the case of a request and tell its story up to now."""
        rng, category = self.rng, self.categories[asked.code]
        home = asked.home or self._home(asked.group)
        case = Case(
            # Its lot hangs on it, and so its story.
            uuid=UUID(int=rng.getrandbits(128), version=4),
            channel=asked.channel,
            category=category,
            urgency=asked.urgency,
            visit=asked.visit,
            details=rng.choice(requests.DETAILS) if rng.random() < 0.3 else "",
            registered_at=asked.at,
            registered_by=asked.by or self._operator(),
            limits=self._limits_for(category, asked.urgency),
            clock_from=asked.at,
        )
        self._caller(case, home, known=asked.home is not None or asked.group is not None)
        self._place(case, home, asked)
        case.summary = fill_in(self._words(asked), rng, road=_street(case.place))
        case.search = case_tokens(case)
        story = Story(case, self.now, self.calendar, self.office.town.level, course.stop_at)
        assert case.registered_by is not None
        self.teller.tell(story, self._route(case), case.registered_by, course)
        return story

    def _home(self, group: Area | None) -> Home:
        if group is not None:
            return self.rng.choice([home for home in self.homes if home.group == group])
        return self.rng.choices(self.homes, self.weights)[0]

    def _operator(self) -> User:
        return self.rng.choices(self.office.operators, [5] + [3] * (len(self.office.operators) - 1))[0]

    def _limits_for(self, category: Category, urgency: str) -> clocks.Limits:
        key = (category.code, urgency)
        if key not in self._limits:
            self._limits[key] = clocks.limits_for(category, urgency)
        return self._limits[key]

    def _route(self, case: Case) -> routing.Route:
        """The route by the office's own rules, asked once for each rule and area: it depends on nothing else."""
        whose = routing.sort_of(case.household)
        request = routing.Request(case.category, case.channel, case.area, case.urgency, whose)
        rules = [rule for rule in self.rules if routing.fits(rule, request)][:1]
        key = (rules[0].pk if rules else None, case.area_id)
        if key not in self._routes:
            self._routes[key] = routing.decide(request, rules, posts=self.posts)
        return self._routes[key]

    def _caller(self, case: Case, home: Home, known: bool) -> None:
        rng, chance = self.rng, self.rng.random()
        if not known and chance < ANONYMOUS:
            case.anonymous = True
        elif not known and chance < ANONYMOUS + UNKNOWN:
            case.caller_name, case.caller_phone = self.identities.name(), self.identities.phone()
        else:
            place = rng.choice(list(home.phones) or [0])
            caller: Resident = home.members[place]
            case.caller, case.caller_name, case.household = caller, caller.name, home.household
            case.caller_phone = home.phones.get(place, "")
            if len(home.members) > 1 and rng.random() < 0.08:
                case.concerned = rng.choice([member for member in home.members if member is not caller])
        case.caller_tail = case.caller_phone[-4:]

    def _place(self, case: Case, home: Home, asked: Asked) -> None:
        chance = self.rng.random()
        if asked.placeless or (case.household is None and chance < NO_PLACE / (ANONYMOUS + UNKNOWN)):
            return
        case.area, case.place = home.group, home.household.address
        if case.household is None:
            # A stranger names a house in the street, not a home.
            case.place = f"{_street(case.place)}{self.rng.randint(1, 320)}号"
            if chance > 1 - COMMUNITY_ONLY / (ANONYMOUS + UNKNOWN):
                case.area = self.office.community_of(home.group)

    def _words(self, asked: Asked) -> str:
        kind = requests.KINDS[asked.code]
        by_urgency = {Urgency.URGENT: kind.urgent, Urgency.CRITICAL: kind.critical}
        return self.rng.choice(by_urgency.get(Urgency(asked.urgency)) or kind.requests)

    def year(self, a_year: int, since: date) -> Iterator[Story]:
        """What reached the desk day by day since *since*."""
        rng, on = self.rng, since
        while on <= self.now.date():
            expected = moments.expected(on, a_year * (1 - FROM_VISITS), self.calendar)
            for _each in range(int(expected * rng.uniform(0.6, 1.4) + rng.random())):
                at = moments.of_a_request(on, rng)
                if at < self.now:
                    yield self._at_the_desk(at)
            on += ONE_DAY

    def _at_the_desk(self, at: datetime) -> Story:
        rng = self.rng
        channel = rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        if channel in CLOSED_ON_DAYS_OFF and not self.calendar.is_working(at.date()):
            channel = Channel.HOTLINE
        code, urgency = self._kind()
        course = draw(rng)
        if code in ("advice", "suggestion") and rng.random() < ANSWERED_AT_ONCE:
            course = Course(answered=True)
        return self.take(Asked(at, channel, code, urgency), course)

    def _kind(self) -> tuple[str, str]:
        kinds = requests.KINDS
        code = self.rng.choices(list(kinds), [kind.share for kind in kinds.values()])[0]
        chance = self.rng.random()
        if kinds[code].critical and chance < CRITICAL:
            return code, Urgency.CRITICAL
        if kinds[code].urgent and chance < CRITICAL + URGENT:
            return code, Urgency.URGENT
        return code, Urgency.NORMAL

    def from_visits(self, visits: Iterable[Visit], homes: list[Home]) -> Iterator[Story]:
        """What liaisons brought home: one case for every visit that found somebody in need."""
        home_of = {home.household.pk: home for home in homes if home.current}
        for visit in visits:
            home = home_of.get(visit.household_id)
            at = visit.at + timedelta(minutes=self.rng.randint(5, 50))
            if home is None or at >= self.now or visit.outcome not in (VisitOutcome.NEEDS_HELP, VisitOutcome.URGENT):
                continue
            door = requests.AT_THE_DOOR
            code = self.rng.choices(list(door), list(door.values()))[0]
            urgency = Urgency.NORMAL
            if visit.outcome == VisitOutcome.URGENT:
                code, urgency = "medical", Urgency.URGENT
            asked = Asked(at, Channel.VISIT, code, urgency, by=visit.by, visit=visit, home=home)
            yield self.take(asked, draw(self.rng))


def _street(place: str) -> str:
    """The street of an address such as ``听潮路31号2幢301室``."""
    return re.sub(r"\d.*", "", place)


def write(stories: list[Story]) -> list[Case]:
    """Write the stories, numbered in the order in which their cases were registered; return the cases."""
    stories.sort(key=lambda story: story.case.registered_at)
    given_out: Counter[str] = Counter()
    for story in stories:
        series = f"{timezone.localtime(story.case.registered_at):%y%m}"
        given_out[series] += 1
        story.case.number = f"{series}-{given_out[series]:04d}"
    NumberSeries.objects.bulk_create(NumberSeries(series=series, last=last) for series, last in given_out.items())
    cases = Case.objects.bulk_create([story.case for story in stories], batch_size=500)
    TimelineEntry.objects.bulk_create([entry for story in stories for entry in story.entries], batch_size=1000)
    FollowUp.objects.bulk_create([call for story in stories for call in story.follow_ups], batch_size=1000)
    Pause.objects.bulk_create([pause for story in stories for pause in story.pauses])
    CoHandling.objects.bulk_create([asked for story in stories for asked in story.co_handlings])
    CaseCaller.objects.bulk_create([caller for story in stories for caller in story.callers])
    Stay.objects.bulk_create([stay for story in stories for stay in story.stays], batch_size=1000)
    return cases

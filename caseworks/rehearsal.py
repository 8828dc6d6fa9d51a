"""Rehearsal: what rules and limits that are not in force yet would have made of last month's cases.

Each case of the month is taken as it was asked, category, channel, place and urgency, and goes once by what is in force
today and once by what is proposed; the posts, and what sort of household it came from, are those of today. Nothing is
written, and of a case nothing is read that says who asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caseworks import clocks, routing
from caseworks.deadlines import Limit, derive
from caseworks.models import Case, Category, RoutingRule, ServiceLevel
from caseworks.models.cases import CaseQuerySet
from outreach.calendar import Calendar
from outreach.working_days import load_calendar
from people.access import Role
from people.models import Post, User
from people.models.areas import within

# Two seconds' worth. Of a month with more cases every second, every third… is taken, and the page says so.
MOST_CASES = 10_000
MOST_EXAMPLES = 5
MOST_LINES = 8


@dataclass(frozen=True)
class Setup:
    """Rules in the order in which they are tried, and service levels: those in force, or those about to be."""

    rules: Sequence[RoutingRule]
    levels: Sequence[ServiceLevel]


def in_force() -> Setup:
    return Setup(routing.active_rules(), list(ServiceLevel.objects.select_related("category").order_by()))


@dataclass
class Month:
    """A month, [since, until), aware: how many cases it had, and how many of them were looked at: one in `step`."""

    since: datetime
    until: datetime
    total: int = 0
    looked_at: int = 0
    step: int = 1

    @property
    def complete(self) -> bool:
        return self.step == 1

    @classmethod
    def last(cls, now: datetime | None = None) -> Month:
        """The month before this one, in the office's time zone."""
        until = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return cls((until - timedelta(days=1)).replace(day=1), until)

    def cases(self, user: User, *columns: str) -> Iterator[Case]:
        """The month's cases in the user's reach, the latest first; counts them as they go.

        Where they are more than MOST_CASES, an even sample: numbers are given out one after the other, so that one in
        so many of them is spread over days, places and categories as the whole month is.
        """
        found = cases_for(user, *columns).filter(registered_at__gte=self.since, registered_at__lt=self.until)
        self.total = found.order_by().count()
        self.step = max(1, -(-self.total // MOST_CASES))
        if not self.complete:
            found = found.alias(turn=F("pk") % self.step).filter(turn=0)
        for case in found.order_by("-registered_at", "-pk").iterator(1000):
            self.looked_at += 1
            yield case


def cases_for(user: User, *columns: str) -> CaseQuerySet:
    """The cases in the areas of the user's posts, a manager's too, with nothing that says who asked.

    *columns* are read besides those that rules ask of.
    """
    paths = user.scope.area_paths
    colleague = Post.objects.filter(within(paths, "area__"), user=OuterRef("registered_by"))
    placeless = Q(area__isnull=True) & (Q(registered_by__isnull=True) | Exists(colleague))
    reach = within(paths, "area__") | within(paths, "handling_area__") | placeless
    told = ["number", "channel", "urgency", "registered_at", "category"]
    where = ["area__path", "area__name", "area__level", "area__parent"]
    whose = ["household__kind", "household__tier"]
    return Case.objects.filter(reach).select_related("area", "household").only(*told, *where, *whose, *columns)


@dataclass(frozen=True)
class Outcome:
    """What a setup makes of one request: where it goes, and the limits it begins with, from which level."""

    route: routing.Route
    level: ServiceLevel | None
    limits: clocks.Limits

    @property
    def place(self) -> tuple[object, ...]:
        """Where it goes; equal where two routes end at the same post or unit."""
        return (self.route.area, self.route.role, self.route.unit)


class Lookups:
    """What does not depend on the setup, kept while many requests are sent: posts, deadlines by day."""

    def __init__(self) -> None:
        self.calendar: Calendar = load_calendar()
        self.posts = routing.posts_over_any()
        self._zone = timezone.get_current_timezone()
        self._limit = lru_cache(None)(Limit.parse)
        self._ends = lru_cache(MOST_CASES)(self._count)

    def due(self, written: str, at: datetime) -> datetime | None:
        """When a limit ends that begins at *at*. One in days depends on nothing but the day."""
        limit, start = self._limit(written), at.astimezone(self._zone)
        if limit.unit.in_days:
            start = start.replace(hour=12, minute=0, second=0, microsecond=0)
        return self._ends(limit, start)

    def _count(self, limit: Limit, start: datetime) -> datetime | None:
        return derive(start, limit, self.calendar).at


class Trial:
    """Sends requests by one setup and writes nothing. `broken` has the rules that broke, by name, and on what."""

    def __init__(self, setup: Setup, lookups: Lookups | None = None) -> None:
        self.setup = setup
        self.broken: dict[str, str] = {}
        self._lookups = lookups or Lookups()
        self._levels: dict[tuple[int | None, int | None, str], ServiceLevel | None] = {}
        self.route = lru_cache(MOST_CASES)(self._decide)

    def _decide(self, request: routing.Request) -> routing.Route:
        return routing.decide(request, self.setup.rules, posts=self._lookups.posts, trouble=self._note)

    def send(self, request: routing.Request) -> Outcome:
        level = self.level(request.category, request.urgency)
        return Outcome(self.route(request), level, clocks.limits_of(level))

    def due(self, written: str, at: datetime) -> datetime | None:
        """When a limit ends that begins at *at*."""
        return self._lookups.due(written, at)

    def level(self, category: Category | None, urgency: str) -> ServiceLevel | None:
        """The level that gives a request its limits; None where none was ever set up for it."""
        key = (category.pk, category.parent_id, urgency) if category else (None, None, urgency)
        if key not in self._levels:
            self._levels[key] = clocks.level_for(category, urgency, self.setup.levels)
        return self._levels[key]

    def _note(self, rule: RoutingRule, error: Exception) -> None:
        self.broken[rule.name] = str(error)


@dataclass(frozen=True)
class Example:
    """A case of last month that would have gone another way, or that a rule would have taken."""

    number: str
    category: str
    area: str
    registered_at: datetime
    before: Outcome
    after: Outcome
    due_before: datetime | None
    due_after: datetime | None


@dataclass(frozen=True)
class Shift:
    """How a deadline would have moved: numbers of cases, and by how much in words, the most frequent first."""

    earlier: int
    later: int
    by: list[tuple[str, int]]


@dataclass
class Rehearsal:
    """What a proposal would have done. `touched` counts the cases it is about, `moved` those that go elsewhere."""

    month: Month
    touched: int = 0
    moved: int = 0
    nowhere: int = 0
    shifted: int = 0
    paths: list[tuple[str, str, int]] = field(default_factory=list)
    contact: Shift = field(default_factory=lambda: Shift(0, 0, []))
    handling: Shift = field(default_factory=lambda: Shift(0, 0, []))
    examples: list[Example] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)

    @property
    def changes_nothing(self) -> bool:
        return not (self.moved or self.shifted)


def rehearse(
    user: User,
    proposed: Setup,
    touches: Callable[[Outcome], bool],
    *,
    today: Setup | None = None,
    categories: Mapping[int, Category] | None = None,
) -> Rehearsal:
    """Send last month's cases in the user's reach by today's setup and by the proposed one, and compare.

    *touches* says of an outcome whether what is proposed, or what it takes the place of, had a part in it.
    *categories* are those about to change, by primary key. One pass, memory that does not grow with the cases.
    """
    lookups = Lookups()
    now, then = Trial(today or in_force(), lookups), Trial(proposed, lookups)
    if proposed.rules is now.setup.rules:
        then.route = now.route  # limits alone change nobody's way
    paths: Counter[tuple[str, str]] = Counter()
    contact, handling = _Shifts(lookups.calendar), _Shifts(lookups.calendar)
    moving: list[Example] = []
    staying: list[Example] = []
    known = Category.objects.in_bulk()
    changed = {**known, **(categories or {})}
    found = Rehearsal(Month.last())
    for case in found.month.cases(user):
        before, after = now.send(_request(case, known)), then.send(_request(case, changed))
        if not (touches(before) or touches(after)):
            continue
        found.touched += 1
        found.nowhere += not after.route.found
        if elsewhere := before.place != after.place:
            found.moved += 1
            paths[destination(before.route), destination(after.route)] += 1
        # Limits that are the same end at the same moment.
        shifted = before.limits != after.limits and (
            handling.count(*_dues(lookups, "handling", case, before, after))
            | contact.count(*_dues(lookups, "contact", case, before, after))
        )
        found.shifted += shifted
        examples = moving if elsewhere or shifted else staying
        if len(examples) < MOST_EXAMPLES:
            dues = _dues(lookups, "handling", case, before, after)
            examples.append(Example(*_told(case, known), before, after, *dues))
    found.examples = (moving + staying)[:MOST_EXAMPLES]
    found.paths = [(source, target, count) for (source, target), count in paths.most_common(MOST_LINES)]
    found.contact, found.handling = contact.told(), handling.told()
    found.broken = then.broken
    return found


def _dues(lookups: Lookups, limit: str, case: Case, *outcomes: Outcome) -> list[datetime | None]:
    """When *limit* of a case ends by each of *outcomes*."""
    return [lookups.due(one.limits[limit], case.registered_at) for one in outcomes]  # type: ignore[literal-required]


def fired(user: User) -> tuple[Month, Counter[int]]:
    """How many of last month's cases each rule in force takes, by primary key."""
    month, trial, known = Month.last(), Trial(in_force()), Category.objects.in_bulk()
    counts: Counter[int] = Counter()
    for case in month.cases(user):
        rule = trial.route(_request(case, known)).rule
        if rule is not None:
            counts[rule.pk] += 1
    return month, counts


def destination(route: routing.Route) -> str:
    """The kind of place a route ends at, as a report groups it: a unit, or a level and a role."""
    if route.unit is not None:
        return route.unit.name
    if route.area is None:
        return _("Dispatch queue")
    return f"{route.area.level} · {Role(route.role).label}"


def whereabouts(route: routing.Route) -> str:
    """Where a route ends, with who is there today."""
    if route.unit is not None:
        return route.unit.name
    if route.area is None:
        return _("Dispatch queue")
    return f"{route.area.long_name} · {Role(route.role).label} {route.holder}".strip()


def _request(case: Case, categories: Mapping[int, Category]) -> routing.Request:
    category = categories.get(case.category_id or 0)
    return routing.Request(category, case.channel, case.area, case.urgency, routing.sort_of(case.household))


def _told(case: Case, categories: Mapping[int, Category]) -> tuple[str, str, str, datetime]:
    """What is told of a case: its number, its category, its area, and when it came."""
    category = categories.get(case.category_id or 0)
    return case.number, str(category or ""), case.area.long_name if case.area else "", case.registered_at


class _Shifts:
    """Counts by how many working days a deadline moves, and in which direction."""

    def __init__(self, calendar: Calendar) -> None:
        self._between = lru_cache(MOST_CASES)(calendar.working_days_between)
        self._counts: Counter[tuple[bool, int]] = Counter()

    def count(self, before: datetime | None, after: datetime | None) -> bool:
        """Say whether it moves, and count it if so."""
        if before is None or after is None or before == after:
            return False
        first, last = sorted((before.date(), after.date()))
        self._counts[after > before, self._between(first, last)] += 1
        return True

    def told(self) -> Shift:
        earlier = sum(count for (later, _days), count in self._counts.items() if not later)
        by = [(_by_how_much(later, days), count) for (later, days), count in self._counts.most_common(MOST_LINES)]
        return Shift(earlier, self._counts.total() - earlier, by)


def _by_how_much(later: bool, days: int) -> str:
    if not days:
        return _("later the same day") if later else _("earlier the same day")
    if later:
        return ngettext("%(days)d working day later", "%(days)d working days later", days) % {"days": days}
    return ngettext("%(days)d working day earlier", "%(days)d working days earlier", days) % {"days": days}

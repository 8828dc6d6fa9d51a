"""Rehearsal of the ladder: how often each rung would have fired on last month's cases, as they went.

The deadline of a case and the moment it was resolved are taken as they are. Nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.utils import timezone

from caseworks import rulebook
from caseworks.deadlines import BadLimit
from caseworks.escalation import Ladder
from caseworks.ladder import Side
from caseworks.models import Case, Category, LadderRung
from caseworks.rehearsal import MOST_CASES, MOST_EXAMPLES, Month
from outreach.calendar import Calendar
from outreach.working_days import load_calendar
from people import audit
from people.models import User


@dataclass(frozen=True)
class Fired:
    """A case of last month on which a rung would have fired, and when; nothing about who asked."""

    number: str
    category: str
    area: str
    due_at: datetime
    at: datetime


@dataclass(frozen=True)
class Count:
    """How often a rung would have fired, by the rungs of today and by those proposed."""

    rung: LadderRung
    today: int
    then: int


@dataclass
class LadderRehearsal:
    """What the proposed rungs would have done. `broken` has rungs that could not be followed, by name, and why."""

    month: Month
    counts: list[Count] = field(default_factory=list)
    touched: int = 0
    examples: list[Fired] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)


def every_rung() -> list[LadderRung]:
    return list(LadderRung.objects.select_related("category__parent", "level"))


def rehearse(user: User, proposed: Sequence[LadderRung], about: LadderRung | None = None) -> LadderRehearsal:
    """Climb both ladders, the one in force and *proposed*, on last month's cases in the user's reach.

    `touched` counts the cases on which *about* would fire, or fires today.
    """
    found, calendar = LadderRehearsal(Month.last()), load_calendar()
    known = Category.objects.select_related("parent").in_bulk()
    now = _Climb([rung for rung in every_rung() if rung.active], calendar, found.broken)
    then = _Climb([rung for rung in proposed if rung.active], calendar, found.broken)
    columns = ("due_at", "resolved_at", "clock_from")
    for case in found.month.cases(user, *columns):
        case.category = known.get(case.category_id or 0)
        fires = dict(then.on(case))
        moments = {**dict(now.on(case)), **fires}
        if about is None or about.pk not in moments:
            continue
        found.touched += 1
        if len(found.examples) < MOST_EXAMPLES and case.due_at:
            area = case.area.long_name if case.area else ""
            fired = Fired(case.number, str(case.category or ""), area, case.due_at, moments[about.pk])
            found.examples.append(fired)
    found.counts = [Count(rung, now.counts[rung.pk], then.counts[rung.pk]) for rung in proposed]
    return found


class _Climb:
    """One ladder, climbed by case after case; counts by rung how often it fired."""

    def __init__(self, rungs: list[LadderRung], calendar: Calendar, broken: dict[str, str]) -> None:
        self._ladder = Ladder(calendar, rungs)
        self._by_key = {rung.pk: rung for rung in rungs}
        self._moment = lru_cache(MOST_CASES)(self._derive)
        self._broken = broken
        self._until = timezone.now()
        self.counts: Counter[int] = Counter()

    def on(self, case: Case) -> Iterator[tuple[int, datetime]]:
        """What fired on *case* before it was resolved, as (primary key, moment)."""
        if case.due_at is None:
            return
        until = case.resolved_at or self._until
        for rung in self._ladder.rungs_of(case):
            at = self._moment(rung.pk, case.due_at)
            if at is None or at > until:
                continue
            if rung.side == Side.BEFORE and at < (case.clock_from or case.registered_at):
                continue
            self.counts[rung.pk] += 1
            yield rung.pk, at

    def _derive(self, key: int, due_at: datetime) -> datetime | None:
        rung = self._by_key[key]
        try:
            return rung.moment(due_at, self._ladder.calendar)
        except BadLimit as error:
            self._broken[str(rung)] = str(error)
            return None


def switched(rung: LadderRung, on: bool, rungs: Sequence[LadderRung]) -> list[LadderRung]:
    """The rungs as they would be with *rung* switched on or off; rows that are not saved."""
    drawn = []
    for one in rungs:
        values = {column.attname: getattr(one, column.attname) for column in one._meta.concrete_fields}
        twin = LadderRung(**values)
        twin.category, twin.level = one.category, one.level
        if twin.pk == rung.pk:
            twin.active = on
        drawn.append(twin)
    return drawn


def switch(rung: LadderRung, on: bool, by: User, *, sealed: str) -> None:
    """Switch a rung as it was rehearsed, from now on.

    Raises rulebook.Changed where the ladder is not the one that was shown, ValidationError where the rung contradicts
    another one in force.
    """
    with transaction.atomic():
        list(LadderRung.objects.select_for_update().order_by("pk"))
        if not rulebook.fits(sealed, by, switched(rung, on, every_rung())):
            raise rulebook.Changed
        rung = LadderRung.objects.get(pk=rung.pk)
        rung.active = on
        if on:
            rung.since = timezone.now()
            rung.full_clean()
        rung.save()
        audit.record(by, f"ladderrung.{'on' if on else 'off'}", rung, fields=["active"])

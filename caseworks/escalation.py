"""The ladder is climbed: reminded before the deadline, then urged, supervised, named, each once and in office hours.

`climb` asks for the cases that a rung may have reached, by index and in batches, and fires on each in a transaction of
its own: the row of `RungFired` is the claim, so that two workers fire nothing twice. A rung or a case that breaks is
noted in caseworks/troubles.py, and the rest goes on. `ahead` says beforehand what will fire when; both ask `Ladder`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from caseworks import ladder, supervision, troubles
from caseworks.deadlines import Limit, Unit
from caseworks.ladder import RungKind, Side
from caseworks.models import Case, LadderRung, RungFired
from caseworks.models.cases import CaseQuerySet
from caseworks.moves import write_down
from caseworks.states import IN_HAND, RUNNING, TABLES, Verb
from outreach.calendar import SHANGHAI, Calendar
from outreach.working_days import load_calendar
from people.access import LIAISONS, Role
from people.models import Area, AreaLevel, Post

log = logging.getLogger(__name__)

BATCH = 200
# Who is told at a level above the handler: those who answer for the cases there.
TOLD = LIAISONS | {Role.SUPERVISOR}


@dataclass(frozen=True)
class Coming:
    """A rung that will fire on a case as things stand, when, and the area whose staff will be told."""

    rung: LadderRung
    at: datetime
    told: Area | None


class Ladder:
    """The rungs in force, or those to be tried, and the working calendar, loaded once for many cases."""

    def __init__(self, calendar: Calendar | None = None, rungs: list[LadderRung] | None = None) -> None:
        self.calendar = calendar or load_calendar()
        in_force = LadderRung.objects.filter(active=True).select_related("level")
        self.rungs = list(in_force) if rungs is None else rungs
        self._fitting: dict[tuple[int | None, str], list[LadderRung]] = {}
        self._posts: dict[int, list[Post]] = {}

    def rungs_of(self, case: Case) -> list[LadderRung]:
        """The rungs that hold for *case*: of each kind those that fit it most closely, in order."""
        key = (case.category_id, case.urgency)
        if key not in self._fitting:
            closeness = {rung.pk: _closeness(rung, case) for rung in self.rungs}
            closest = {
                kind: max((closeness[rung.pk] for rung in self.rungs if rung.kind == kind), default=0)
                for kind in RungKind
            }
            self._fitting[key] = [rung for rung in self.rungs if closeness[rung.pk] == closest[RungKind(rung.kind)] > 0]
        return self._fitting[key]

    def moment(self, rung: LadderRung, case: Case, now: datetime) -> datetime | None:
        """When *rung* fires on *case* as it stands at *now*, or None if never. Raises BadLimit.

        Nothing fires on a case that is paused or no longer open, under a table that does not know the move, for a
        moment before the rung was in force; no reminder for one before the case began, nor once it is late.
        """
        move = TABLES[case.table].get(Verb(rung.kind))
        if move is None or case.due_at is None or case.status not in move.sources & RUNNING:
            return None
        if rung not in self.rungs_of(case):
            return None
        at = rung.moment(case.due_at, self.calendar)
        reminds = rung.side == Side.BEFORE
        if at < rung.since or (reminds and (at < (case.clock_from or case.registered_at) or case.due_at <= now)):
            return None
        return at

    def told(self, case: Case, level: AreaLevel | None) -> Area | None:
        """The area whose staff are told: that at *level* above the handler, or the next one up where somebody is.

        Where the tree does not reach that high, its topmost area with anybody in it. None where nobody is told.
        """
        # What waits at the desk may still name who had it before.
        below = (case.status in IN_HAND and case.handling_area) or case.area
        if level is None or below is None:
            return None
        if below.pk not in self._posts:
            posts = Post.objects.current().filter(area__in=below.ancestor_ids(), role__in=TOLD)
            self._posts[below.pk] = list(posts.select_related("area__level"))
        areas = [post.area for post in self._posts[below.pk] if post.area]
        high_enough = [area for area in areas if area.level.rank <= level.rank]
        if high_enough:
            return max(high_enough, key=lambda area: area.level.rank)
        return min(areas, key=lambda area: area.level.rank, default=None)

    def coming(self, rung: LadderRung, until: datetime, now: datetime) -> Iterator[tuple[Case, datetime]]:
        """Yield the cases on which *rung* fires by *until* and has not yet, those with the earliest deadline first.

        A case on which that cannot be said is noted and left out. Raises BadLimit for the rung itself.
        """
        cases = _not_yet_fired(rung).filter(
            due_at__lte=ladder.reach(until, rung.side, rung.how_far, self.calendar), **_only_before(rung, now)
        )
        for case in _in_batches(cases):
            try:
                at = self.moment(rung, case, now)
            except Exception as error:
                log.exception("rung %s on case %s", rung.pk, case.number)
                troubles.note(rung, error, now, case)
                continue
            if at is not None and at <= until:
                yield case, at


def _closeness(rung: LadderRung, case: Case) -> int:
    """How closely the conditions of *rung* fit *case*; 0 where they do not."""
    of_category = 1
    if rung.category_id:
        wanted = {case.category_id: 3, case.category.parent_id if case.category else None: 2}
        of_category = wanted.get(rung.category_id, 0)
    if not of_category or rung.urgency not in ("", case.urgency):
        return 0
    return 2 * of_category + bool(rung.urgency)


def _not_yet_fired(rung: LadderRung) -> CaseQuerySet:
    verb = Verb(rung.kind)
    fired = RungFired.objects.filter(case=OuterRef("pk"), rung=rung, round=OuterRef("times_reopened"))
    knowing = [number for number, table in TABLES.items() if verb in table]
    return Case.objects.filter(~Exists(fired), status__in=RUNNING, table__in=knowing)


def _only_before(rung: LadderRung, now: datetime) -> dict[str, datetime]:
    return {"due_at__gt": now} if rung.side == Side.BEFORE else {}


def _in_batches(cases: CaseQuerySet) -> Iterator[Case]:
    """Yield *cases* by deadline, a batch at a time: what a batch changes is not looked at again."""
    cases = cases.select_related("category", "handling_area__level", "area__level", "unit").order_by("due_at", "pk")
    batch = list(cases[:BATCH])
    while batch:
        yield from batch
        last = batch[-1]
        batch = list(cases.filter(Q(due_at__gt=last.due_at) | Q(due_at=last.due_at, pk__gt=last.pk))[:BATCH])


# ---- What will fire ----


def ahead(case: Case, now: datetime | None = None, rungs: Ladder | None = None) -> list[Coming]:
    """What fires on *case* next, as things stand, in that order; four queries."""
    now, rungs = now or timezone.now(), rungs or Ladder()
    if case.due_at is None or case.status not in RUNNING:
        return []
    fired = set(case.rungs_fired.filter(round=case.times_reopened).values_list("rung", flat=True))
    coming = [
        Coming(rung, at, rungs.told(case, rung.level))
        for rung in rungs.rungs_of(case)
        if rung.pk not in fired and (at := rungs.moment(rung, case, now))
    ]
    return sorted(coming, key=lambda one: (one.at, one.rung.rank))


# ---- What fires ----


def climb(now: datetime | None = None) -> int:
    """Fire every rung that a case has reached; return how many fired. Outside office hours nothing does."""
    now = now or timezone.now()
    calendar = load_calendar()
    if not ladder.in_office_hours(now, calendar):
        return 0
    rungs, fired = Ladder(calendar), 0
    for rung in rungs.rungs:
        try:
            fired += sum(_try_to_fire(rung, case, rungs, now) for case, _at in rungs.coming(rung, now, now))
        except Exception as error:
            log.exception("rung %s", rung.pk)
            troubles.note(rung, error, now)
        troubles.settle(rung, now)
    return fired


def _try_to_fire(rung: LadderRung, case: Case, rungs: Ladder, now: datetime) -> bool:
    try:
        return fire(rung, case, rungs, now)
    except Exception as error:
        log.exception("rung %s on case %s", rung.pk, case.number)
        troubles.note(rung, error, now, case)
        return False


def fire(rung: LadderRung, case: Case, rungs: Ladder, now: datetime) -> bool:
    """Fire *rung* on *case*, unless somebody else did or it no longer has reason to; say whether it fired."""
    with transaction.atomic():
        related = ("category", "handling_area__level", "handling_area__parent", "area__level", "area__parent", "unit")
        locked = Case.objects.select_related(*related).select_for_update(of=("self",)).get(pk=case.pk)
        at = rungs.moment(rung, locked, now)
        if at is None or at > now:
            return False
        told = rungs.told(locked, rung.level)
        claim = _claim(rung, locked, told, rungs.calendar, now)
        if claim is None:
            return False
        with override(settings.LANGUAGE_CODE):
            fields, text = _DO[RungKind(rung.kind)](rung, locked, claim, now)
            detail = f"→ {told.long_name}" if told else ""
        write_down(locked, Verb(rung.kind), fields, by=None, text=text, detail=detail, at=now)
        return True


def _claim(rung: LadderRung, case: Case, told: Area | None, calendar: Calendar, now: datetime) -> RungFired | None:
    """Insert the row that makes the firing ours, or None where another worker's is there."""
    assert case.due_at is not None
    due_on, today = (moment.astimezone(SHANGHAI).date() for moment in (case.due_at, now))
    late = calendar.working_days_between(due_on, today) if today > due_on else 0
    with override(settings.LANGUAGE_CODE):
        handler = responsible(case)
    try:
        with transaction.atomic():
            return RungFired.objects.create(
                case=case,
                rung=rung,
                round=case.times_reopened,
                kind=rung.kind,
                at=now,
                due_at=case.due_at,
                days_late=late,
                handler=handler[:200],
                told=told,
            )
    except IntegrityError:
        return None


def responsible(case: Case) -> str:
    """Where a case waits, as a post or a unit: no name of a person."""
    if case.status not in IN_HAND:
        return _("Dispatch queue")
    if case.unit:
        return case.unit.name
    if case.handling_area:
        return f"{case.handling_area.long_name} {Role(case.handling_role).label}"
    return _("Dispatch queue")


def _remind(rung: LadderRung, case: Case, claim: RungFired, now: datetime) -> tuple[list[str], str]:
    return [], _("The deadline is %(moment)s.") % {"moment": _written(claim.due_at)}


def _urge(rung: LadderRung, case: Case, claim: RungFired, now: datetime) -> tuple[list[str], str]:
    case.times_urged += 1
    return ["times_urged"], _("The deadline was %(moment)s.") % {"moment": _written(claim.due_at)}


def _supervise(rung: LadderRung, case: Case, claim: RungFired, now: datetime) -> tuple[list[str], str]:
    """A supervision that a supervisor began keeps its dates."""
    if not case.under_supervision:
        case.supervised_at, case.feedback_due_at = now, supervision.feedback_by(Limit.parse(rung.feedback), now)
    assert case.feedback_due_at is not None
    text = _("The deadline was %(moment)s; feedback by %(feedback)s.")
    return supervision.FIELDS, text % {
        "moment": _written(claim.due_at),
        "feedback": _written(case.feedback_due_at),
    }


def _circulate(rung: LadderRung, case: Case, claim: RungFired, now: datetime) -> tuple[list[str], str]:
    return [], notice(claim)


_DO = {
    RungKind.REMIND: _remind,
    RungKind.URGE: _urge,
    RungKind.SUPERVISE: _supervise,
    RungKind.CIRCULATE: _circulate,
}


def notice(fired: RungFired) -> str:
    """The circular about a case: facts only, nothing about the caller or anybody else."""
    area = fired.case.area.long_name if fired.case.area else _("no place")
    text = _("Case %(number)s, %(area)s, handled by %(handler)s, was due %(moment)s and is %(days)s late.")
    return text % {
        "number": fired.case.number,
        "area": area,
        "handler": fired.handler,
        "moment": _written(fired.due_at),
        "days": Limit(fired.days_late, Unit.WORKING_DAYS).in_words(),
    }


def _written(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")

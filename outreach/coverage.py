"""Coverage: which households fall below their norm, and by when somebody has to call on them.

The rule is outreach/cadence.py. Its answer is stored once, as the day of the household's regular visit task: lists
and phones read that. `plan_visits` derives it anew every night, so that a norm, an absence or a visit put in later
moves it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from outreach import cadence
from outreach.cadence import Contact, Norm, Presence, later
from outreach.calendar import start_of
from outreach.models import CadenceNorm, TaskReason, TaskState, Visit, VisitOutcome, VisitTask
from outreach.models.visits import REACHED
from people.models import Absence, Household, Membership

CHUNK = 1000
# No norm looks further back than this: twice the longest period that an office would set.
LOOKS_BACK = 36  # months


@dataclass(frozen=True)
class Standing:
    """How a household stands against its norm. `last` is the day of its last credit."""

    household: Household
    norm: Norm
    presence: Presence
    contacts: tuple[Contact, ...]

    @property
    def due(self) -> date | None:
        return cadence.due(self.norm, self.presence, self.contacts)

    @property
    def last(self) -> date | None:
        return max(cadence.credits(self.norm, self.contacts), default=None)

    def missing(self, on: date) -> int:
        """How many contacts it is below the norm at the end of *on* if nobody goes."""
        return cadence.missing(self.norm, self.presence, self.contacts, on)


def standings(households: Iterable[Household]) -> Iterator[Standing]:
    """How each of *households* stands, in their order; three queries for every thousand of them, and one at first.

    A household of which nobody lives there any more is left out, as is one that ended or whose tier asks for nothing.
    A norm is looked up and not chosen by criteria (people/criteria.py): a household has exactly one, by its tier.
    """
    norms = {row.tier: row.norm for row in CadenceNorm.objects.filter(count__gt=0)}
    rows = iter(households)
    while chunk := list(islice(rows, CHUNK)):
        kept = [one for one in chunk if one.tier in norms and one.ended_on is None]
        ids = [one.pk for one in kept]
        contacts, away, empty = _contacts(ids), _absences(ids), _left_by_all(ids)
        for one in kept:
            if one.pk in empty:
                continue
            since = one.tier_since or timezone.localdate(one.created_at)
            presence = Presence(since, away=tuple(away[one.pk]))
            yield Standing(one, norms[one.tier], presence, tuple(contacts[one.pk]))


def _contacts(ids: list[int]) -> dict[int, list[Contact]]:
    found: dict[int, list[Contact]] = defaultdict(list)
    since = later(timezone.localdate(), -LOOKS_BACK)
    visits = Visit.objects.filter(household__in=ids, at__gte=start_of(since)).exclude(outcome=VisitOutcome.NOT_HOME)
    for household, at, form, role, outcome in visits.order_by("at").values_list(
        "household", "at", "form", "role", "outcome"
    ):
        reached = outcome in REACHED
        contact = Contact(timezone.localdate(at), form, role, reached, declined=outcome == VisitOutcome.REFUSED)
        found[household].append(contact)
    return found


def _absences(ids: list[int]) -> dict[int, list[tuple[date, date | None]]]:
    found: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for household, since, until in Absence.objects.filter(household__in=ids).values_list("household", "since", "until"):
        found[household].append((since, until))
    return found


def _left_by_all(ids: list[int]) -> set[int]:
    """Households that had members, of whom none lives there now."""
    members = Membership.objects.filter(household=OuterRef("pk"))
    staying = members.filter(until__isnull=True, resident__died_on__isnull=True)
    gone = Household.objects.filter(Exists(members), ~Exists(staying), pk__in=ids)
    return set(gone.values_list("pk", flat=True))


def plan_visits(until: date, household: Household | None = None) -> int:
    """Derive the regular visit of every household anew, or of one: open, move or cancel its task; return how many
    changed.

    A visit that is not due by *until* has no task yet. One that already has stays, so that nothing vanishes from a
    phone because the horizon is nearer there. A household that has left loses its task.
    """
    planned, rows = VisitTask.objects.open().filter(reason=TaskReason.CADENCE), Household.objects.current()
    if household:
        planned, rows = planned.filter(household=household), rows.filter(pk=household.pk)
    tasks = {task.household_id: task for task in planned.only("household", "due_on")}
    new, moved = [], []
    for standing in standings(rows.order_by("pk").iterator(chunk_size=CHUNK)):
        due = standing.due
        if due is None:
            continue
        task = tasks.pop(standing.household.pk, None)
        if task is None:
            if due <= until:
                new.append(VisitTask(household=standing.household, due_on=due, reason=TaskReason.CADENCE))
        elif task.due_on != due:
            task.due_on = due
            moved.append(task)
    gone = [task.pk for task in tasks.values()]
    with transaction.atomic():
        VisitTask.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)
        VisitTask.objects.bulk_update(moved, ["due_on"], batch_size=CHUNK)
        for start in range(0, len(gone), CHUNK):
            VisitTask.objects.open().filter(pk__in=gone[start : start + CHUNK]).update(state=TaskState.CANCELLED)
    return len(new) + len(moved) + len(gone)

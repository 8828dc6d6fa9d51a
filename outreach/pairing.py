"""How pair-ups stand: the contacts of each, counted against what was agreed, and the day the next one is due.

The contacts of a pair-up are those that a member of staff made with the household himself, on whatever screen, and for
other helpers those that were written down for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from outreach.agreements import Count, count
from outreach.cadence import Contact
from outreach.calendar import start_of
from outreach.models import PairUp, Visit
from outreach.models.visits import REACHED, VisitQuerySet

# What a list shows beside a pair-up.
RELATED = ("staff", "unit", "household__head", "household__area__parent", "household__area__level")


def contacts_of(pair_up: PairUp) -> VisitQuerySet:
    """The visits within the term of a pair-up, also those in vain, newest first."""
    mine = Q(pair_up=pair_up)
    if pair_up.staff_id:
        mine |= Q(by=pair_up.staff_id, pair_up__isnull=True)
    last = start_of(pair_up.agreement.last + timedelta(days=1))
    return Visit.objects.filter(mine, household=pair_up.household_id, at__gte=start_of(pair_up.since), at__lt=last)


def counts(pair_ups: Iterable[PairUp], today: date) -> dict[int, Count]:
    """How each of *pair_ups* stands, by primary key; one query."""
    asked = list(pair_ups)
    found: dict[tuple[str, int, int], list[Contact]] = defaultdict(list)
    first = min((one.since for one in asked), default=today)
    visits = Visit.objects.filter(household__in={one.household_id for one in asked}, at__gte=start_of(first))
    rows = visits.values_list("household", "by", "pair_up", "at", "form", "outcome")
    for household, by, pair_up, at, form, outcome in rows:
        contact = Contact(timezone.localdate(at), form, reached=outcome in REACHED)
        key = ("for", household, pair_up) if pair_up else ("by", household, by)
        found[key].append(contact)
    return {
        one.pk: count(
            one.agreement,
            [*found["for", one.household_id, one.pk], *found["by", one.household_id, one.staff_id or 0]],
            today,
        )
        for one in asked
    }


def refresh(pair_ups: Iterable[PairUp]) -> None:
    """Store by when the next contact of each is due."""
    asked = list(pair_ups)
    found = counts(asked, timezone.localdate())
    for one in asked:
        due = None if one.ended_on else found[one.pk].due
        if one.due_on != due:
            one.due_on = due
            PairUp.objects.filter(pk=one.pk).update(due_on=due)


def contact_made(visit: Visit) -> None:
    """A visit was written down: where it is one of a pair-up, its next contact is due later."""
    refresh(PairUp.objects.running().filter(Q(staff=visit.by_id) | Q(pk=visit.pair_up_id), household=visit.household))


def refresh_all() -> int:
    """Derive the day of every running pair-up anew: visits may have been taken in otherwise. Return how many run."""
    running, chunk = PairUp.objects.running().order_by("pk"), 500
    after = 0
    number = 0
    while rows := list(running.filter(pk__gt=after)[:chunk]):
        refresh(rows)
        after, number = rows[-1].pk, number + len(rows)
    return number

"""Who speaks for a household: its head, unless he has no number and somebody else of the household has one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from people.models import Household, Membership, Resident

# Those who belong to a household today.
TODAY = Q(until__isnull=True, resident__died_on__isnull=True)


def of(household: Household) -> Resident | None:
    """Whoever is told for the household; None where nobody lives there any more."""
    members = household.memberships.filter(TODAY).select_related("resident").prefetch_related("resident__phones")
    return first_to_reach(household, members)


def first_to_reach(household: Household, members: Iterable[Membership]) -> Resident | None:
    """Whoever speaks for it among *members*, those of today, fetched with their residents and these with phones."""
    people = [one.resident for one in members]
    people.sort(key=lambda one: (not one.phones.all(), one.pk != household.head_id, one.pk))
    return people[0] if people else None

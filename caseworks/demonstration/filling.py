"""Fill an empty database with the invented office, and know it again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import override

from caseworks.demonstration import (
    at_the_door,
    buildings,
    campaigns,
    cases,
    changing_hands,
    check_ups,
    departments,
    hanging_together,
    households,
    messages,
    more_time,
    office,
    pair_ups,
    pressing,
    reception,
    suggestions,
    today,
    visits,
)
from caseworks.demonstration.identities import Identities
from caseworks.demonstration.office import ACCOUNTS, Size
from caseworks.models import Case
from caseworks.schedule import plan_visits_ahead
from people import audit
from people.models import Area, AuditEvent, Household, User
from people.needs import propose

# The audit row of the filling tells an invented office from a real one. It cannot be removed.
MARK = "demonstration.fill"
REASON = "demonstration"
SEED = 20080512


def is_demonstration() -> bool:
    """Whether this database holds the invented office."""
    return AuditEvent.objects.filter(action=MARK).exists()


def is_empty() -> bool:
    """Whether nobody has begun to work with this database."""
    return not User.objects.exists() and not Area.objects.exists()


def fill(size: Size = Size(), now: datetime | None = None) -> None:  # noqa: B008 - a frozen value
    """Invent the office, all of it or nothing, in an empty database; its year ends at *now*."""
    with transaction.atomic(), override(settings.LANGUAGE_CODE), _nothing_collected():
        _fill(size, timezone.localtime(now))


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Nearly all that is invented is needed to the end: looking for what is not takes a fifth of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _count_rows() -> None:
    """Let PostgreSQL look at how much there is by now: nobody does before this transaction is over, and it would join
    thousands of rows as if they were a handful.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _fill(size: Size, now: datetime) -> None:
    rng = Random(SEED)
    since = (now - timedelta(days=round(size.months * 365 / 12))).date()
    identities = Identities(rng)
    invented = office.found(size, identities, office.settled_since(since), rng)
    homes = households.settle(invented, size.households, identities, now.date(), office.settled_since(since), rng)
    buildings.survey(invented, homes, REASON)
    made = visits.make(invented, homes, now, since, rng)
    _count_rows()
    desk = cases.Desk(invented, homes, identities, now, rng)
    stories = [*desk.year(size.cases, since), *desk.from_visits(made, homes), *today.cases(desk)]
    registered = cases.write(stories)
    suggested = suggestions.make(invented, homes, now, rng)
    reception.make(invented, homes, registered, now, rng)
    messages.make(invented, homes, registered, now, rng)
    campaigns.make(invented, now)
    plan_visits_ahead()
    propose()
    audit.record_many(None, "household.add", [audit.Entry(home.household, reason=REASON) for home in homes])
    audit.record_many(None, "visit.record", [audit.Entry(visit, reason=REASON) for visit in made])
    audit.record_many(None, "case.register", [audit.Entry(case, reason=REASON) for case in registered])
    audit.record_many(None, "suggestion.raise", [audit.Entry(one, reason=REASON) for one in suggested])
    pressing.press(invented, office.settled_since(since), now)
    more_time.make(invented)
    at_the_door.make(invented)
    departments.make(invented, office.settled_since(since), now.date())
    changing_hands.make(invented, identities, now, rng)
    hanging_together.make(invented.operators[0], identities.phone())
    pair_ups.make(invented, homes, identities, now, rng)
    check_ups.make(invented, now, rng)
    # Helpers have called on some of them.
    plan_visits_ahead()
    audit.record(None, MARK, invented.town, reason=REASON)


def sizes() -> dict[str, int]:
    """How much there is of what a visitor will look at."""
    areas = Area.objects.all()
    return {
        "communities": areas.at_level("community").count(),
        "groups": areas.at_level("group").count(),
        "households": Household.objects.count(),
        "cases": Case.objects.count(),
    }


def set_password(password: str) -> None:
    """Let the accounts of the demonstration sign in with *password*; leave them alone if they already can.

    Raises django.core.exceptions.ValidationError where the office's own rules refuse it.
    """
    accounts = list(User.objects.filter(username__in=ACCOUNTS))
    for user in accounts:
        validate_password(password, user)
    if accounts and accounts[0].check_password(password):
        return
    # Hashed once: a hash is meant to take long, and the accounts share their password anyway.
    User.objects.filter(pk__in=[user.pk for user in accounts]).update(password=make_password(password))

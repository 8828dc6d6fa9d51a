"""Who is due when: a table of households over two years, worked out by hand, and what holds for any household."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st
from time_machine import travel

from outreach.cadence import Contact, Norm, Presence, credits, due, missing
from outreach.calendar import start_of
from outreach.coverage import plan_visits, standings
from outreach.models import CadenceNorm, TaskReason, Visit, VisitTask
from people.models import Absence, Household, Tier
from tests.cast import Cast
from tests.factories import make_household

# Norms of the table: ordinary once a year, resource once in six months, key once a month, assistance twice a month,
# ten days apart, at home, by the leader or the officer.
NORMS: dict[Tier, dict[str, Any]] = {
    Tier.ORDINARY: {"count": 1, "months": 12},
    Tier.RESOURCE: {"count": 1, "months": 6},
    Tier.KEY: {"count": 1, "months": 1},
    Tier.ASSISTANCE: {"count": 2, "months": 1, "spacing": 10, "forms": ["home"], "roles": ["leader", "officer"]},
}
TODAY, MONTH_END = date(2026, 11, 30), date(2026, 12, 31)
ORD, RES, KEY, ASS = Tier.ORDINARY, Tier.RESOURCE, Tier.KEY, Tier.ASSISTANCE
NEVER = None


@dataclass
class Row:
    """A household as the table tells it: visits are ``day [outcome] [form] [role]``, absences ``from/until``."""

    tier: str
    since: str
    visits: str = ""
    due: str | None = NEVER
    missing: int = 0
    away: str = ""
    ended: str = ""
    left: str = ""  # all its members on a day
    died: str = ""  # head, or everybody
    own: dict[str, str] = field(default_factory=dict)


TABLE = {
    "never met since the beginning": Row(ORD, "2024-12-01", due="2025-12-01", missing=2),
    "met once, a year and more ago": Row(ORD, "2024-12-01", "2025-03-10", "2026-03-10", 1),
    "met every year": Row(ORD, "2024-12-01", "2025-03-10, 2026-03-09", "2027-03-09"),
    "entered on the 29th of February": Row(ORD, "2024-02-29", due="2025-02-28", missing=2),
    "due on the last day of the month": Row(ORD, "2024-12-01", "2025-12-31", "2026-12-31", 1),
    "due on the day after": Row(ORD, "2024-12-01", "2026-01-01", "2027-01-01"),
    "nobody was ever home": Row(ORD, "2025-06-01", "2026-05-20 not_home", "2026-06-01", 1),
    "did not want a visit": Row(ORD, "2025-06-01", "2026-05-20 refused", "2027-05-20"),
    "did not want one, later did": Row(ORD, "2025-01-01", "2025-04-01 refused, 2025-09-15", "2026-09-15", 1),
    "met by phone": Row(ORD, "2025-01-01", "2026-02-02 well phone", "2027-02-02"),
    "met, needs help": Row(ORD, "2025-01-01", "2026-07-07 needs_help", "2027-07-07"),
    "met, urgent": Row(ORD, "2025-01-01", "2026-08-08 urgent", "2027-08-08"),
    "newly entered": Row(ORD, "2026-10-01", due="2027-10-01"),
    "a summer abroad": Row(ORD, "2024-12-01", "2025-03-10", "2026-06-10", 1, away="2025-06-01/2025-09-01"),
    "abroad since before it was due": Row(ORD, "2024-12-01", "2025-03-10", away="2026-01-15/"),
    "abroad since after it was due": Row(ORD, "2024-12-01", "2025-03-10", away="2026-05-01/"),
    "in hospital before the last visit": Row(
        ORD, "2025-01-01", "2026-04-04", "2027-04-04", away="2026-02-01/2026-02-20"
    ),
    "rung up while away": Row(ORD, "2025-01-01", "2026-02-10 well phone", "2027-03-01", away="2026-02-01/2026-03-01"),
    "away twice, the second time just after the day": Row(
        ORD, "2025-01-01", "2025-05-01", "2026-05-21", 1, away="2025-07-01/2025-07-11, 2026-05-05/2026-05-15"
    ),
    "moved away": Row(ORD, "2024-12-01", "2025-03-10", ended="2026-03-01"),
    "died, having lived alone": Row(KEY, "2024-12-01", "2026-03-10", died="everybody"),
    "widowed": Row(ORD, "2025-01-10", "2025-11-11", "2026-11-11", 1, died="head"),
    "all members have left": Row(ORD, "2025-01-10", "2025-11-11", left="2026-06-01"),
    "stayed in the old home after a split": Row(ORD, "2024-12-01", "2026-01-20", "2027-01-20"),
    "split off, the old visit is not theirs": Row(ORD, "2026-02-01", due="2027-02-01"),
    "split off and in need": Row(KEY, "2026-02-01", due="2026-03-01", missing=10),
    "raised to key, last met long ago": Row(KEY, "2026-10-15", "2025-12-20", "2026-11-15", 2),
    "raised to key, met just before": Row(KEY, "2026-10-15", "2026-10-10", "2026-11-15", 2),
    "no longer key": Row(ORD, "2026-06-01", "2026-05-20", "2027-06-01"),
    "a doctor never asked": Row(RES, "2025-01-31", due="2025-07-31", missing=3),
    "a teacher met on the 31st": Row(RES, "2025-01-31", "2025-08-31", "2026-02-28", 2),
    "a lawyer met twice a year": Row(RES, "2025-01-01", "2025-02-01, 2025-08-01, 2026-02-01, 2026-08-01", "2027-02-01"),
    "key, met this month": Row(KEY, "2024-12-01", "2026-09-11, 2026-10-12, 2026-11-12", "2026-12-12", 1),
    "key, met on the 31st": Row(KEY, "2024-12-01", "2026-10-31", "2026-11-30", 2),
    "key, forgotten since January": Row(KEY, "2024-12-01", "2026-01-31", "2026-02-28", 11),
    "key, nobody home": Row(KEY, "2024-12-01", "2026-10-25, 2026-11-25 not_home", "2026-11-25", 2),
    "key, ten days in hospital": Row(KEY, "2024-12-01", "2026-10-25", "2026-12-05", 1, away="2026-11-01/2026-11-11"),
    "key, two visitors on one day": Row(KEY, "2024-12-01", "2026-11-10, 2026-11-10 well home officer", "2026-12-10", 1),
    "assistance, met twice": Row(ASS, "2026-01-01", "2026-11-05, 2026-11-20", "2026-12-05", 2),
    "assistance, the second too soon": Row(ASS, "2026-01-01", "2026-10-20, 2026-11-05, 2026-11-12", "2026-11-20", 3),
    "assistance, a call does not count": Row(ASS, "2026-10-01", "2026-10-20, 2026-11-10 well phone", "2026-11-01", 4),
    "assistance, the operator does not count": Row(ASS, "2026-11-10", "2026-11-15 well home operator", "2026-11-25", 3),
    "assistance, of old nobody knows who": Row(
        ASS, "2026-10-01", "2026-11-01 well home ?, 2026-11-16 well home ?", "2026-12-01", 2
    ),
    "assistance, not so soon": Row(ASS, "2026-10-01", "2026-11-02 well home officer, 2026-11-28", "2026-12-08", 2),
}


def make(cast: Cast, name: str, row: Row) -> Household:
    ended = date.fromisoformat(row.ended) if row.ended else None
    household = make_household(
        cast.group, head="陈安", address=name, tier=row.tier, tier_since=date.fromisoformat(row.since), ended_on=ended
    )
    if row.died == "head":
        other = make_household(cast.group, address="别处").memberships.get()
        other.household = household
        other.save()
    if row.died:
        household.head.died_on = date(2026, 4, 1)
        household.head.save()
    if row.left:
        household.memberships.update(until=date.fromisoformat(row.left))
    for absence in filter(None, row.away.split(", ")):
        since, until = absence.split("/")
        Absence.objects.create(household=household, reason="abroad", since=since, until=until or None)
    for visit in filter(None, row.visits.split(", ")):
        day, outcome, form, role = [*visit.split(), *["", "well", "home", "leader"][len(visit.split()) :]]
        at = start_of(date.fromisoformat(day)) + timedelta(hours=10)
        Visit.objects.create(
            household=household, by=cast.leader, at=at, outcome=outcome, form=form, role=role.replace("?", "")
        )
    return household


@pytest.mark.django_db
def test_every_household_of_the_table_is_due_when_it_was_worked_out_to_be(cast: Cast):
    assert len(TABLE) >= 40
    for tier, values in NORMS.items():
        CadenceNorm.objects.update_or_create(tier=tier, defaults=values)
    with travel("2026-11-30 10:00 +0800", tick=False):
        households = {make(cast, name, row).pk: name for name, row in TABLE.items()}
        found = {households[one.household.pk]: one for one in standings(Household.objects.filter(pk__in=households))}
        plan_visits(date(2028, 1, 1))
    tasks = VisitTask.objects.open().filter(reason=TaskReason.CADENCE, household__in=households)
    planned = {households[task.household_id]: str(task.due_on) for task in tasks}
    assert planned == {name: row.due for name, row in TABLE.items() if row.due}
    short = {name: found[name].missing(MONTH_END) if name in found else 0 for name in TABLE}
    assert short == {name: row.missing for name, row in TABLE.items()}


@pytest.mark.django_db
def test_what_becomes_known_later_moves_or_cancels_the_visit_that_was_planned(cast: Cast):
    with travel("2026-11-30 10:00 +0800", tick=False):
        household = make(cast, "滨港路1号", Row(KEY, "2026-11-01"))
        plan_visits(MONTH_END)
        assert household.visit_tasks.open().get().due_on == date(2026, 12, 1)
        Visit.objects.create(household=household, by=cast.leader, at=timezone.now() - timedelta(days=3), outcome="well")
        plan_visits(MONTH_END)
        assert household.visit_tasks.open().get().due_on == date(2026, 12, 27)
        Absence.objects.create(household=household, reason="hospital", since=TODAY)
        plan_visits(MONTH_END)
        assert not household.visit_tasks.open().exists()
        assert plan_visits(MONTH_END) == 0


# ---- Whatever the household ----

days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
norms = st.builds(
    Norm,
    count=st.integers(1, 4),
    months=st.sampled_from([1, 3, 6, 12]),
    spacing=st.integers(0, 7),
    forms=st.frozensets(st.sampled_from(["home", "phone"])),
)
contacts = st.lists(st.builds(Contact, days, st.sampled_from(["home", "phone"]), reached=st.booleans()), max_size=12)
absences = st.lists(st.tuples(days, st.integers(1, 60)), max_size=2).map(
    lambda rows: [(left, left + timedelta(days=length)) for left, length in rows]
)


@given(norms, days, contacts, days)
@example(
    # The fourth latest was before the norm held: a day earlier, not due a day sooner.
    Norm(4, 1),
    date(2024, 1, 2),
    [Contact(date(2024, 1, 2)), Contact(date(2024, 1, 3)), Contact(date(2024, 2, 1))],
    date(2024, 1, 1),
)
def test_one_more_contact_never_brings_the_next_one_forward(norm, since, made, another):
    before = due(norm, Presence(since), made)
    after = due(norm, Presence(since), [*made, Contact(another)])
    # Spacing is counted from the credit before: a contact put in between may take the credit of the one after it.
    if not norm.spacing:
        assert before and after and after >= before


@given(norms, days, contacts, absences)
def test_an_absence_never_makes_anything_due_sooner(norm, since, made, away):
    without, with_it = due(norm, Presence(since), made), due(norm, Presence(since, away=away), made)
    assert without and with_it and with_it >= without


@given(norms, days, contacts, days)
def test_whoever_is_due_is_missing_and_whoever_is_not_is_not(norm, since, made, on):
    target = due(norm, Presence(since), made)
    assert (missing(norm, Presence(since), made, on) > 0) == (target is not None and target <= on)


@given(norms, contacts)
def test_credit_is_earned_by_those_who_were_reached_and_never_twice_within_the_spacing(norm, made):
    earned = credits(norm, made)
    assert set(earned) <= {contact.on for contact in made if contact.reached}
    assert all((later - sooner).days >= max(norm.spacing, 1) for sooner, later in pairwise(earned))

"""The ladder climbed: each rung once, in office hours, as foretold, whoever else is at it and whatever breaks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from itertools import product
from random import Random
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caseworks import digests, escalation, supervision, troubles, workflow
from caseworks.escalation import ahead, climb
from caseworks.ladder import RungKind, Side, in_office_hours
from caseworks.models import Case, Category, Digest, LadderRung, RuleTrouble, RungFired, TimelineEntry
from caseworks.moves import Act, write_down
from caseworks.states import RUNNING, Status
from outreach.calendar import SHANGHAI
from outreach.working_days import load_calendar
from people import audit
from people.models import AuditEvent
from tests.cast import Cast, make_cast
from tests.factories import make_case

MONDAY = datetime(2026, 3, 2, tzinfo=SHANGHAI)
# Received on Monday, five working days: due on the Monday after it.
DUE = MONDAY + timedelta(days=7, hours=17, minutes=30)


def on(day: int, clock: str) -> datetime:
    """A moment of March 2026."""
    return datetime.combine(MONDAY.replace(day=day), time.fromisoformat(clock), SHANGHAI)


@pytest.fixture
def ladder(db: None) -> Iterator[Cast]:
    """The cast, with the rungs an office starts with in force since long ago, on a Monday morning."""
    LadderRung.objects.update(since=MONDAY - timedelta(days=365))
    with time_machine.travel(MONDAY.replace(hour=10), tick=False):
        yield make_cast()


@pytest.fixture
def case(ladder: Cast) -> Case:
    made = make_case(ladder.operator, ladder.group)
    assert made.due_at == DUE
    return made


def kinds(case: Case) -> list[str]:
    return list(case.rungs_fired.order_by("pk").values_list("kind", flat=True))


def test_from_the_reminder_to_the_circular_each_rung_fires_once_and_says_whom_it_tells(case: Case, ladder: Cast):
    before = AuditEvent.objects.count()
    fired = {}
    for day, clock in product(range(9, 14), ["13:20", "13:30", "17:20", "17:30"]):
        if climb(on(day, clock)):
            fired[kinds(case)[-1]] = (on(day, clock), case.rungs_fired.latest("pk").told)
    assert fired == {
        "remind": (on(9, "13:30"), None),
        "urge": (on(9, "17:30"), ladder.east),
        "supervise": (on(10, "17:30"), ladder.town),
        # Nobody of the office is above the town.
        "circulate": (on(12, "17:30"), ladder.town),
    }
    case.refresh_from_db()
    assert (case.times_urged, case.supervised_at) == (1, on(10, "17:30"))
    assert case.feedback_due_at == on(11, "17:30")
    entries = case.timeline.filter(by=None).order_by("pk")
    assert [entry.verb for entry in entries] == ["remind", "urge", "supervise", "circulate"]
    assert [entry.at for entry in entries] == [at for at, _told in fired.values()]
    assert list(case.timeline.order_by("pk").values_list("version", flat=True)) == [1, 2, 3, 4, 5]
    assert AuditEvent.objects.count() == before + 4
    assert audit.verify().broken_at is None


def test_the_circular_names_no_person(case: Case, ladder: Cast):
    climb(on(12, "17:30"))
    said = case.timeline.get(verb="circulate").text
    assert case.number in said and "东安社区" in said and "2026" in said
    for word in (case.caller_name, case.caller_phone, ladder.leader.name, case.summary):
        assert word not in said
    assert case.rungs_fired.get(kind="circulate").days_late == 3


@pytest.mark.parametrize("moment", ["2026-03-09T17:41", "2026-03-10T03:00", "2026-03-14T10:00", "2026-04-06T10:00"])
def test_nothing_fires_at_night_at_weekends_or_on_a_holiday(case: Case, moment: str):
    assert climb(datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)) == 0
    assert kinds(case) == []


def test_a_rung_that_falls_into_the_holidays_waits_for_the_first_morning_after_them(case: Case):
    Case.objects.filter(pk=case.pk).update(due_at=on(2, "10:00").replace(month=10), registered_at=on(1, "09:00"))
    case.refresh_from_db()
    assert ahead(case)[0].at == on(2, "10:00").replace(month=9, day=30, hour=13, minute=30)
    urge = next(one for one in ahead(case) if one.rung.kind == "urge")
    assert urge.at == datetime(2026, 10, 8, 8, 30, tzinfo=SHANGHAI)


def test_a_paused_a_resolved_and_an_extended_case_are_left_alone_and_so_is_what_came_before_the_rungs(ladder: Cast):
    paused, resolved, later, old = (make_case(ladder.operator, ladder.group) for _ in range(4))
    act = Act(ladder.leader)
    paused = workflow.suspend(workflow.accept(paused, act), act, text="等配件")
    Case.objects.filter(pk=resolved.pk).update(status=Status.TO_FOLLOW_UP)
    Case.objects.filter(pk=later.pk).update(due_at=DUE + timedelta(days=14))
    Case.objects.filter(pk=old.pk).update(due_at=MONDAY - timedelta(days=400))
    assert climb(on(13, "17:00")) == 0
    assert not RungFired.objects.exists()
    assert ahead(paused) == []


def test_a_reminder_that_comes_too_late_is_no_reminder(case: Case, ladder: Cast):
    """Nobody was at it before the deadline, or the limit is shorter than the reminder is early."""
    climb(on(9, "17:30"))
    assert kinds(case) == ["urge"]
    urgent = make_case(ladder.operator, ladder.group, urgency="critical")
    assert [one.rung.kind for one in ahead(urgent)] == ["urge", "supervise", "circulate"]


def test_a_reopened_case_climbs_anew_and_its_old_supervision_is_over(case: Case, ladder: Cast):
    climb(on(10, "17:30"))
    assert kinds(case) == ["urge", "supervise"]
    Case.objects.filter(pk=case.pk).update(status=Status.REOPEN_REQUESTED)
    with time_machine.travel(on(16, "10:00"), tick=False):
        again = workflow.reopen(case, Act(ladder.supervisor))
        assert not again.under_supervision
        assert not Case.objects.supervised().exists()
        assert [one.rung.kind for one in ahead(again)] == ["remind", "urge", "supervise", "circulate"]
    climb(again.due_at)
    assert kinds(case)[2:] == ["urge"]
    assert list(case.rungs_fired.order_by("pk").values_list("round", flat=True)) == [0, 0, 1]


def test_a_case_in_the_dispatch_queue_is_supervised_too_and_urged_once_somebody_has_it(ladder: Cast):
    nobodys = make_case(ladder.operator, ladder.west_group)
    assert nobodys.status == Status.TO_DISPATCH
    climb(on(10, "17:30"))
    assert kinds(nobodys) == ["supervise"]
    assert nobodys.rungs_fired.get().told == ladder.town
    Case.objects.filter(pk=nobodys.pk).update(
        status=Status.TO_ACCEPT, handling_area=ladder.group, handling_role="leader"
    )
    climb(on(11, "08:30"))
    assert kinds(nobodys) == ["supervise", "urge"]


def test_a_rung_for_a_category_takes_the_place_of_the_general_one_of_its_kind(case: Case, ladder: Cast):
    LadderRung.objects.create(
        rank=25, kind=RungKind.URGE, side=Side.AFTER, limit="2wh", category=case.category, since=MONDAY
    )
    other = make_case(ladder.operator, ladder.group, category=Category.objects.get(code="school"))
    urges = {one: next(c for c in ahead(one) if c.rung.kind == "urge").at for one in (case, other)}
    assert urges == {case: on(10, "10:30"), other: on(9, "17:30")}
    climb(on(9, "17:30"))
    assert (kinds(case), kinds(other)) == ([], ["urge"])


def test_a_supervision_by_hand_keeps_its_dates_when_the_rung_fires(case: Case, ladder: Cast):
    with time_machine.travel(on(10, "09:00"), tick=False):
        supervision.supervise(case, Act(ladder.supervisor), text="居民多次来电", feedback=4)
    climb(on(10, "17:30"))
    case.refresh_from_db()
    assert (case.supervised_at, case.feedback_due_at) == (on(10, "09:00"), on(16, "17:30"))


# ---- What breaks, and who else is at it ----


def test_a_case_and_a_rung_that_break_are_noted_and_leave_the_rest_alone(
    case: Case, ladder: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
):
    sound = make_case(ladder.operator, ladder.group)
    LadderRung.objects.filter(kind="supervise").update(limit="morgen")

    def breaks(locked: Case, *args: Any, **kwargs: Any) -> Case:
        if locked.pk == case.pk:
            raise RuntimeError("disk full")
        return write_down(locked, *args, **kwargs)

    monkeypatch.setattr(escalation, "write_down", breaks)
    for clock in ("17:20", "17:30"):
        climb(on(12, clock))
    assert (kinds(case), kinds(sound)) == ([], ["urge", "circulate"])
    case.refresh_from_db()
    assert (case.version, case.times_urged) == (1, 0)
    noted = {(trouble.name, trouble.case): trouble for trouble in troubles.seen_by(ladder.supervisor)}
    assert {of for _name, of in noted} == {None, case}
    assert sorted(trouble.times for trouble in noted.values()) == [1, 2, 2]
    assert any("morgen" in trouble.message for trouble in noted.values())
    assert not troubles.seen_by(ladder.stranger).filter(case__isnull=False).exists()
    client.force_login(ladder.supervisor)
    board = client.get(reverse("board")).content.decode()
    rung = LadderRung.objects.get(kind="supervise")
    assert reverse("admin:caseworks_ladderrung_change", args=[rung.pk]) in board
    assert "disk full" in board and case.get_absolute_url() in board

    monkeypatch.setattr(escalation, "write_down", write_down)
    LadderRung.objects.filter(kind="supervise").update(limit="1wd")
    climb(on(13, "08:30"))
    assert sorted(kinds(case)) == ["circulate", "supervise", "urge"]
    assert not RuleTrouble.objects.exists()


def test_a_rung_that_was_claimed_by_another_worker_does_nothing_here(case: Case):
    rung = LadderRung.objects.get(kind="urge")
    rungs, now = escalation.Ladder(), on(9, "17:30")
    assert escalation.fire(rung, case, rungs, now)
    assert not escalation.fire(rung, case, rungs, now)
    case.refresh_from_db()
    assert (case.times_urged, case.timeline.filter(verb="urge").count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_fire_nothing_twice(ladder: Cast):
    for _ in range(8):
        make_case(ladder.operator, ladder.group)
    together = Barrier(2)

    def work() -> int:
        try:
            together.wait(timeout=10)
            digests.write(on(12, "08:30"))
            return climb(on(12, "17:30"))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        fired = sum(worker.result() for worker in [workers.submit(work) for _ in range(2)])
    assert fired == RungFired.objects.count() == 8 * 3
    assert TimelineEntry.objects.filter(by=None).count() == 8 * 3
    assert not RuleTrouble.objects.exists()
    readers = list(Digest.objects.values_list("user__username", flat=True))
    assert sorted(readers) == ["committee", "leader", "officer", "supervisor"]
    assert set(Case.objects.values_list("times_urged", "version")) == {(1, 4)}


# ---- What is foretold is what fires ----


def test_what_is_foretold_is_what_fires_and_when(ladder: Cast):
    rng, calendar = Random(20260302), load_calendar()
    LadderRung.objects.create(rank=5, kind="remind", side="before", limit="1wd", since=MONDAY - timedelta(days=9))
    LadderRung.objects.create(rank=50, kind="urge", side="after", limit="3wh", urgency="urgent", since=MONDAY)
    cases = [
        make_case(
            ladder.operator,
            rng.choice([ladder.group, ladder.other_group, ladder.west_group, ladder.east, None]),
            urgency=rng.choice(["normal", "urgent", "critical"]),
        )
        for _ in range(7)
    ]
    for made in cases:
        made.due_at = MONDAY + timedelta(minutes=rng.randrange(10 * 60, 20 * 24 * 60))
        made.status = rng.choice(sorted(RUNNING | {Status.SUSPENDED, Status.CLOSED}))
        Case.objects.filter(pk=made.pk).update(due_at=made.due_at, status=made.status)
    now = timezone.now()
    foretold = {(made.pk, one.rung.pk): (one.at, one.told) for made in cases for one in ahead(made, now)}
    assert len(foretold) > 12
    for at, _told in foretold.values():
        assert calendar.opens(at.date()) <= at <= calendar.closes(at.date())

    ticks = {_tick(at) + step * timedelta(minutes=10) for at, _ in foretold.values() for step in (-1, 0)}
    for tick in sorted(tick for tick in ticks if tick > now):
        climb(tick)
    fired = {(row.case_id, row.rung_id): (row.at, row.told) for row in RungFired.objects.all()}
    assert fired.keys() == foretold.keys()
    for key, (at, told) in fired.items():
        assert in_office_hours(at, calendar)
        assert (at, told) == (max(_tick(foretold[key][0]), _tick(now)), foretold[key][1])


def _tick(at: datetime) -> datetime:
    """The round that finds what is due at *at*: rounds begin every ten minutes."""
    late = timedelta(minutes=at.minute % 10, seconds=at.second, microseconds=at.microsecond)
    return at if not late else at - late + timedelta(minutes=10)


def test_climbing_asks_the_database_no_more_for_many_quiet_cases_than_for_few(
    ladder: Cast, django_assert_max_num_queries
):
    for _ in range(6):
        make_case(ladder.operator, ladder.group)
    with transaction.atomic(), django_assert_max_num_queries(20):
        climb(on(5, "10:00"))

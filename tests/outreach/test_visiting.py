"""Visits are written down once, close what was due, and leave behind what is to be done next."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from time_machine import travel

from outreach.coverage import plan_visits
from outreach.models import CadenceNorm, TaskReason, TaskState, Visit, VisitOccasion, VisitOutcome, VisitTask
from outreach.visiting import RecordedOtherwise, VisitRecord, ask_for_visit, raise_occasion, record_visit
from people.models import AuditEvent, Household, Tier
from tests.cast import Cast
from tests.factories import make_household

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

TODAY = date(2026, 11, 23)


@pytest.fixture
def monday():
    with travel("2026-11-23 10:00 +0800", tick=False):
        yield


def visit(cast: Cast, outcome: str = VisitOutcome.WELL, **fields) -> Visit:
    return record_visit(VisitRecord(cast.household, outcome, **fields), cast.leader)


def due(household: Household, *, days: int, reason: str = TaskReason.CADENCE) -> VisitTask:
    return ask_for_visit(household, TODAY + timedelta(days=days), reason=reason)


def open_days(household: Household) -> dict[str, int]:
    """Days from today until each open task is due, by its reason."""
    return {task.reason: (task.due_on - TODAY).days for task in household.visit_tasks.open()}


def test_the_same_record_sent_twice_is_one_visit_and_one_row_of_the_audit(cast: Cast):
    uuid = uuid4()
    assert visit(cast, uuid=uuid, note="都好") == visit(cast, uuid=uuid, note="都好")
    assert Visit.objects.count() == 1
    assert AuditEvent.objects.filter(action="visit.record").count() == 1


def test_a_record_that_was_changed_after_it_arrived_is_refused_and_changes_nothing(cast: Cast):
    first = visit(cast, note="都好")
    with pytest.raises(RecordedOtherwise) as refusal:
        visit(cast, VisitOutcome.URGENT, uuid=first.uuid, note="摔倒了")
    assert refusal.value.visit == first
    assert list(Visit.objects.values_list("outcome", "note")) == [("well", "都好")]


def test_a_uuid_that_somebody_else_used_is_never_answered_with_his_visit(cast: Cast):
    theirs = visit(cast)
    with pytest.raises(Exception, match=r"(?i)unique"):
        record_visit(VisitRecord(cast.household, VisitOutcome.WELL, uuid=theirs.uuid), cast.officer)


@pytest.mark.parametrize("outcome", [VisitOutcome.WELL, VisitOutcome.NEEDS_HELP, VisitOutcome.URGENT])
def test_meeting_somebody_closes_everything_that_was_due_and_names_the_first(cast: Cast, outcome):
    first = due(cast.household, days=-3)
    due(cast.household, days=0, reason=TaskReason.REQUEST)
    done = visit(cast, outcome)
    first.refresh_from_db()
    assert (first.state, first.visit) == (TaskState.DONE, done)
    assert open_days(cast.household) == {}


def test_a_visit_made_early_serves_the_first_task_and_leaves_a_later_one(cast: Cast):
    due(cast.household, days=2)
    due(cast.household, days=9, reason=TaskReason.REQUEST)
    visit(cast)
    assert open_days(cast.household) == {TaskReason.REQUEST: 9}


def test_the_second_try_is_not_made_once_somebody_was_met(cast: Cast):
    due(cast.household, days=-1)
    visit(cast, VisitOutcome.NOT_HOME)
    visit(cast)
    assert open_days(cast.household) == {}


def test_nobody_home_counts_nothing_and_is_tried_again_a_week_later(cast: Cast):
    due(cast.household, days=-1)
    tried = visit(cast, VisitOutcome.NOT_HOME)
    assert not Visit.objects.reached().exists()
    assert open_days(cast.household) == {TaskReason.CADENCE: -1, TaskReason.FOLLOW_UP: 7}
    assert not VisitTask.objects.filter(visit=tried).exists()


def test_nobody_home_again_moves_the_next_try_to_a_week_after_that(cast: Cast):
    visit(cast, VisitOutcome.NOT_HOME)
    with travel("2026-11-26 10:00 +0800"):
        visit(cast, VisitOutcome.NOT_HOME)
    assert open_days(cast.household) == {TaskReason.FOLLOW_UP: 10}


def test_a_visit_that_was_not_wanted_ends_what_was_due_without_counting_as_done(cast: Cast):
    task = due(cast.household, days=-1)
    visit(cast, VisitOutcome.REFUSED)
    task.refresh_from_db()
    assert task.state == TaskState.CANCELLED
    assert not Visit.objects.reached().exists()


def test_a_phone_whose_clock_runs_ahead_makes_no_visit_of_tomorrow(cast: Cast):
    assert visit(cast, at=timezone.now() + timedelta(days=1)).at == timezone.now()


def test_an_earlier_wish_brings_a_task_forward_and_a_later_one_leaves_it(cast: Cast):
    for days, expected in [(5, 5), (2, 2), (8, 2)]:
        due(cast.household, days=days, reason=TaskReason.REQUEST)
        assert open_days(cast.household) == {TaskReason.REQUEST: expected}


def test_each_occasion_has_a_task_of_its_own_due_by_its_rule_and_one_visit_serves_those_that_are_due(cast: Cast):
    illness, moving_in = (VisitOccasion.objects.get(code=code) for code in ("illness", "moving-in"))
    for occasion in (illness, moving_in, illness):
        raise_occasion(cast.household, occasion, cast.leader)
    tasks = cast.household.visit_tasks.open()
    assert {task.occasion: (task.due_on - TODAY).days for task in tasks} == {illness: 3, moving_in: 7}
    assert AuditEvent.objects.filter(action="visit.occasion").count() == 3
    with travel("2026-11-26 09:00 +0800"):
        visit(cast)
    assert [task.occasion for task in tasks.all()] == [moving_in]


# ---- Planning ----


def key_household(cast: Cast, entered: str = "2026-11-01 09:00 +0800", **fields) -> Household:
    with travel(entered, tick=False):
        return make_household(cast.group, address="滨港路9号201室", tier=Tier.KEY, **fields)


def test_a_key_household_is_due_a_month_after_its_last_contact(cast: Cast):
    household = key_household(cast)
    record_visit(VisitRecord(household, VisitOutcome.WELL, at=timezone.now() - timedelta(days=2)), cast.leader)
    plan_visits(TODAY + timedelta(days=60))
    assert open_days(household) == {TaskReason.CADENCE: 28}


def test_a_household_never_met_is_due_a_month_after_it_was_entered(cast: Cast):
    household = key_household(cast)
    plan_visits(TODAY + timedelta(days=60))
    assert open_days(household) == {TaskReason.CADENCE: 8}  # 1 November and 30 days


def test_nobody_home_does_not_put_the_regular_visit_off(cast: Cast):
    household = key_household(cast)
    record_visit(VisitRecord(household, VisitOutcome.NOT_HOME), cast.leader)
    plan_visits(TODAY + timedelta(days=60))
    assert open_days(household)[TaskReason.CADENCE] == 8


def test_a_visit_that_was_not_wanted_leaves_the_household_in_peace_for_its_period(cast: Cast):
    household = key_household(cast)
    record_visit(VisitRecord(household, VisitOutcome.REFUSED), cast.leader)
    plan_visits(TODAY + timedelta(days=60))
    assert open_days(household) == {TaskReason.CADENCE: 30}


def test_planning_again_adds_nothing(cast: Cast):
    key_household(cast)
    assert plan_visits(TODAY + timedelta(days=60)) == 1
    assert plan_visits(TODAY + timedelta(days=60)) == 0


def test_a_regular_visit_of_the_past_and_a_second_try_do_not_stand_in_the_way_of_the_next(cast: Cast):
    household = key_household(cast)
    due(household, days=-20)
    with travel("2026-11-03 10:00 +0800", tick=False):
        record_visit(VisitRecord(household, VisitOutcome.WELL), cast.leader)
    record_visit(VisitRecord(household, VisitOutcome.NOT_HOME), cast.leader)
    assert plan_visits(TODAY + timedelta(days=60)) == 1


def test_who_moved_away_and_whose_tier_asks_for_nothing_is_left_alone(cast: Cast):
    key_household(cast, ended_on=TODAY)
    CadenceNorm.objects.filter(tier=Tier.ORDINARY).update(count=0)
    assert plan_visits(TODAY + timedelta(days=4000)) == 0


def test_planning_asks_the_database_as_often_for_many_households_as_for_one(cast: Cast, django_assert_num_queries):
    for number in range(5):
        make_household(cast.group, address=f"滨港路{number}号", tier=Tier.KEY)
    with django_assert_num_queries(9):
        assert plan_visits(TODAY + timedelta(days=60)) == 5

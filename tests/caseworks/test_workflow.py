"""What each verb leaves behind, and what protects two people who work on one case."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from caseworks import clocks, returning, workflow
from caseworks.models import Case, ReturnReason, Solved, TimelineEntry, WaitsFor
from caseworks.moves import Act, NotPossible, Stale
from caseworks.routing import Route
from caseworks.states import Status
from people.models import AuditEvent
from tests.cast import Cast, make_cast
from tests.factories import make_case


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.operator, cast.group)


def resolved(cast: Cast, case: Case) -> Case:
    return workflow.resolve(case, Act(cast.leader), text="换了灯泡", solved="yes")


def test_the_second_of_two_people_is_told_what_the_first_did_and_nothing_is_written(cast: Cast, case: Case):
    seen = case.version
    workflow.accept(case, Act(cast.leader, seen))
    with pytest.raises(Stale) as caught:
        workflow.reroute(case, Act(cast.supervisor, seen), to=Route("", unit=cast.water), text="给自来水公司")
    assert [(entry.verb, entry.by) for entry in caught.value.entries] == [("accept", cast.leader)]
    case.refresh_from_db()
    assert (case.status, case.unit) == (Status.IN_PROGRESS, None)


def test_a_note_is_nobodys_obstacle_and_no_version_stands_in_its_way(cast: Cast, case: Case):
    seen = case.version
    workflow.accept(case, Act(cast.leader))
    workflow.note(case, Act(cast.officer, seen), text="家里有老人")
    assert case.timeline.filter(verb="note", text="家里有老人").count() == 1


def test_a_form_that_is_sent_twice_is_done_once(cast: Cast, case: Case):
    act = Act(cast.leader, case.version, uuid4())
    workflow.accept(case, act)
    before = AuditEvent.objects.count()
    workflow.accept(case, act)
    assert case.timeline.filter(verb="accept").count() == 1
    assert AuditEvent.objects.count() == before


def test_a_returned_case_says_why_and_who_would_be_better(cast: Cast, case: Case):
    returning.send_back(case, Act(cast.leader), reason="elsewhere", better=Route("", unit=cast.water))
    case.refresh_from_db()
    assert (case.status, case.times_returned) == (Status.TO_DISPATCH, 1)
    assert str(ReturnReason.ELSEWHERE.label) in case.route_reason and "自来水公司" in case.route_reason


def test_what_is_kept_is_in_the_offices_language_whatever_whoever_did_it_reads(cast: Cast, case: Case):
    with override("en"):
        resolved(cast, case)
    with override("zh-hans"):
        assert case.timeline.get(verb="resolve").detail == str(Solved.YES.label)


def test_the_clock_runs_on_over_a_return_and_a_second_dispatch(cast: Cast, case: Case):
    due = case.due_at
    returning.send_back(case, Act(cast.leader), reason="elsewhere")
    after = workflow.dispatch(case, Act(cast.operator), to=Route("人工", area=cast.other_group, role="leader"))
    assert after.due_at == due
    assert (after.status, after.accepted_at) == (Status.TO_ACCEPT, None)


@pytest.mark.django_db
def test_a_suspended_case_has_no_deadline_and_gets_a_later_one_when_it_is_resumed():
    with time_machine.travel("2026-11-23 10:00+08:00", tick=False) as clock:
        cast = make_cast()
        case = make_case(cast.operator, cast.group)
        due = case.due_at
        workflow.accept(case, Act(cast.leader))
        suspended = workflow.suspend(case, Act(cast.leader), text="等本人签字", waits_for=WaitsFor.RESIDENT)
        assert suspended.due_at is None
        assert case.timeline.latest("pk").detail == WaitsFor.RESIDENT.label
        clock.shift(timedelta(days=2))
        resumed = workflow.resume(case, Act(cast.leader))
    # Monday, the day of receipt, counts for nothing anyway: the pause cost Tuesday alone.
    assert due and resumed.due_at == due + timedelta(days=1)
    [paused] = [line.why for line in clocks.explain(resumed).days if line.why and line.date.day == 24]
    assert "等本人签字" in paused


def test_rerouting_a_suspended_case_sets_its_clock_going_again(cast: Cast, case: Case):
    workflow.suspend(workflow.accept(case, Act(cast.leader)), Act(cast.leader), text="等配件")
    after = workflow.reroute(case, Act(cast.supervisor), to=Route("", unit=cast.water), text="给自来水公司")
    assert after.due_at is not None
    assert not case.pauses.filter(ended_at__isnull=True).exists()


def test_a_case_whose_caller_cannot_be_asked_closes_when_it_is_resolved(cast: Cast):
    case = make_case(cast.operator, cast.group, caller_name="", caller_phone="", anonymous=True)
    assert resolved(cast, case).status == Status.CLOSED


def test_a_caller_who_is_not_reached_is_tried_later_and_after_the_third_try_the_case_closes_unasked(
    cast: Cast, case: Case
):
    resolved(cast, case)
    for tries in (1, 2):
        after = workflow.follow_up(case, Act(cast.operator), reached=False)
        assert (after.status, after.follow_up_tries) == (Status.TO_FOLLOW_UP, tries)
        assert after.follow_up_after and after.follow_up_after > timezone.now() + timedelta(hours=3)
    after = workflow.follow_up(case, Act(cast.operator), reached=False)
    assert (after.status, after.satisfaction) == (Status.CLOSED, "")
    assert case.follow_ups.count() == 3


def test_a_caller_who_was_reached_must_have_been_asked_both_questions(cast: Cast, case: Case):
    resolved(cast, case)
    with pytest.raises(NotPossible):
        workflow.follow_up(case, Act(cast.operator), reached=True, solved="yes")
    assert case.follow_ups.count() == 0


def test_a_reopened_case_goes_back_to_its_handler_with_the_redo_limit_and_forgets_its_first_answers(
    cast: Cast, case: Case
):
    resolved(cast, case)
    workflow.follow_up(case, Act(cast.operator), reached=True, solved="no", satisfaction="not", redo=True)
    after = workflow.reopen(case, Act(cast.supervisor))
    assert (after.status, after.handling_area, after.clock_limit) == (Status.TO_ACCEPT, cast.group, "redo")
    assert (after.outcome, after.solved, after.satisfaction, after.resolved_by) == ("", "", "", None)
    assert after.due_at and after.due_at > timezone.now()
    assert case.follow_ups.get().satisfaction == "not"


def test_an_answered_case_that_is_reopened_waits_to_be_dispatched_not_at_who_had_returned_it(cast: Cast, case: Case):
    returning.send_back(case, Act(cast.leader), reason="not_mine")
    workflow.answer(case, Act(cast.operator), text="请到窗口办理")
    workflow.request_reopen(case, Act(cast.operator), text="窗口不受理")
    assert workflow.reopen(case, Act(cast.supervisor)).status == Status.TO_DISPATCH


def test_a_key_that_was_used_on_one_case_does_nothing_on_another(cast: Cast, case: Case):
    key = uuid4()
    workflow.note(case, Act(cast.leader, key=key), text="第一件")
    other = make_case(cast.operator, cast.group)
    workflow.note(other, Act(cast.leader, key=key), text="第二件")
    assert TimelineEntry.objects.get(key=key).case == case
    assert not other.timeline.filter(verb="note").exists()

"""Co-handling: each unit with its own deadline, each answered or waived before the case is finished."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from caseworks import co_handling, workflow
from caseworks.models import Case, CoHandling, ServiceLevel
from caseworks.moves import Act, NotPossible
from caseworks.states import RUNNING, Status
from people.models import Organisation
from tests.cast import Cast
from tests.factories import make_case


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-09-30T16:10+08:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(cast: Cast, clock) -> Case:
    """The leader's case, for which the water company is asked on the eve of National Day."""
    ServiceLevel.objects.update(co_handling="2wd")
    case = workflow.accept(make_case(cast.operator, cast.group), Act(cast.leader))
    return co_handling.ask_unit(case, Act(cast.leader), unit=cast.water, text="请查水压")


def resolve(case: Case, cast: Cast) -> Case:
    return workflow.resolve(case, Act(cast.leader), text="水压已恢复", solved="yes")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_a_helper_has_a_deadline_of_his_own_which_pauses_of_the_case_do_not_move(cast: Cast, case: Case, clock):
    asked = case.co_handlings.get()
    assert (asked.limit, timezone.localtime(asked.due_at)) == ("2wd", at("2026-10-09T17:30"))  # Thu 8, Fri 9
    clock.move_to(at("2026-10-08T10:00"))
    workflow.suspend(case, Act(cast.leader), text="等自来水公司")
    asked.refresh_from_db()
    assert timezone.localtime(asked.due_at) == at("2026-10-09T17:30")


def test_a_late_helper_does_not_make_the_lead_late(cast: Cast, case: Case, clock):
    clock.move_to(at("2026-10-10T09:00"))
    asked = case.co_handlings.get()
    assert asked.waited_for and asked.due_at and asked.due_at < timezone.now()
    assert not Case.objects.overdue().filter(pk=case.pk).exists()
    co_handling.give_opinion(case, Act(cast.department), text="阀门已换")
    asked.refresh_from_db()
    assert asked.answered_late
    done = resolve(case, cast)
    assert done.resolved_at and done.due_at and done.resolved_at <= done.due_at


def test_a_second_opinion_is_kept_and_the_first_still_tells_whether_it_was_in_time(cast: Cast, case: Case, clock):
    co_handling.give_opinion(case, Act(cast.department), text="已查")
    clock.move_to(at("2026-10-12T09:00"))
    co_handling.give_opinion(case, Act(cast.department), text="补充：阀门已换")
    asked = case.co_handlings.get()
    assert asked.opinion == "补充：阀门已换" and not asked.answered_late


def test_a_case_is_not_finished_while_a_unit_is_waited_for_and_the_refusal_names_it(cast: Cast, case: Case):
    power = Organisation.objects.create(name="供电所", kind="utility")
    co_handling.ask_unit(case, Act(cast.leader), unit=power)
    with override("en"), pytest.raises(NotPossible, match="自来水公司、供电所"):
        resolve(case, cast)
    co_handling.give_opinion(case, Act(cast.department), text="水压正常")
    with override("en"), pytest.raises(NotPossible) as refused:
        resolve(case, cast)
    assert "供电所" in str(refused.value) and "自来水公司" not in str(refused.value)
    co_handling.waive(case, Act(cast.leader), unit=power, text="与用电无关")
    assert resolve(case, cast).status == Status.TO_FOLLOW_UP
    waived = case.co_handlings.get(unit=power)
    assert (waived.waived_by, waived.waived_because) == (cast.leader, "与用电无关")


def test_what_was_answered_on_the_spot_after_a_return_waits_for_its_helpers_too(cast: Cast, case: Case):
    Case.objects.filter(pk=case.pk).update(status=Status.TO_DISPATCH)
    with pytest.raises(NotPossible):
        workflow.answer(case, Act(cast.operator), text="请拨打热线")
    co_handling.waive(case, Act(cast.operator), unit=cast.water, text="不需要了")
    assert workflow.answer(case, Act(cast.operator), text="请拨打热线").status == Status.CLOSED


def test_a_case_of_the_first_table_is_finished_without_waiting_for_anybody(cast: Cast, case: Case):
    Case.objects.filter(pk=case.pk).update(table=1)
    assert resolve(case, cast).status not in RUNNING


def test_only_what_is_waited_for_can_be_waived_and_whoever_is_asked_again_has_his_limit_anew(
    cast: Cast, case: Case, clock
):
    co_handling.waive(case, Act(cast.supervisor), unit=cast.water, text="先不等")
    other = Organisation.objects.create(name="供电所", kind="utility")
    co_handling.ask_unit(case, Act(cast.leader), unit=other)
    with pytest.raises(NotPossible, match="自来水公司"):
        co_handling.waive(case, Act(cast.supervisor), unit=cast.water, text="再免一次")
    clock.move_to(at("2026-10-12T09:00"))
    co_handling.ask_unit(case, Act(cast.leader), unit=cast.water)
    asked = case.co_handlings.get(unit=cast.water)
    assert asked.waited_for and timezone.localtime(asked.due_at) == at("2026-10-14T17:30")


def test_a_department_finds_what_it_helps_with_by_its_own_deadline(cast: Cast, client: Client, case: Case, clock):
    sooner = workflow.accept(make_case(cast.operator, cast.group), Act(cast.leader))
    co_handling.ask_unit(sooner, Act(cast.leader), unit=cast.water)
    CoHandling.objects.filter(case=sooner).update(due_at=timezone.now() - timedelta(days=1))
    answered = make_case(cast.operator, cast.group)
    CoHandling.objects.create(case=answered, unit=cast.water, answered_at=timezone.now())
    client.force_login(cast.department)
    rows = client.get(reverse("case_list"), {"view": "helping"}).context["rows"]
    assert [row.case for row in rows] == [sooner, case]
    assert [row.part.due_at < timezone.now() for row in rows] == [True, False]
    assert "tone-overdue" in client.get(reverse("case_list"), {"view": "helping"}).content.decode()
    client.force_login(cast.supervisor)
    assert all(row.part is None for row in client.get(reverse("case_list")).context["rows"])


def test_the_page_shows_how_each_helper_stands_and_offers_to_waive_only_while_one_is_waited_for(
    cast: Cast, client: Client, case: Case
):
    client.force_login(cast.leader)
    page, waive = reverse("case_detail", args=[case.number]), reverse("case_action", args=[case.number, "waive"])
    seen = client.get(page).content.decode()
    assert waive in seen and "自来水公司" in seen and "10月9日" in seen
    assert client.get(waive).context["form"]["unit"].value() == cast.water.pk
    co_handling.waive(case, Act(cast.leader), unit=cast.water, text="不必等")
    seen = client.get(page).content.decode()
    assert waive not in seen and "不必等" in seen

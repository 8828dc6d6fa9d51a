"""Supervision: begun by hand or by the ladder, reported on until a supervisor ends it; its board and its circulars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from caseworks import supervision, workflow
from caseworks.escalation import climb
from caseworks.models import Case, LadderRung
from caseworks.moves import Act, NotPossible
from outreach.calendar import SHANGHAI
from tests.cast import Cast, make_cast
from tests.factories import make_case

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
MOST_QUERIES = 40


@pytest.fixture
def clock(db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def office(clock: time_machine.Traveller) -> Cast:
    LadderRung.objects.update(since=MONDAY - timedelta(days=365))
    return make_cast()


def watched(office: Cast, feedback: int) -> Case:
    case = make_case(office.operator, office.group)
    return supervision.supervise(case, Act(office.supervisor), text="居民多次来电", feedback=feedback)


def test_the_handler_reports_by_working_days_and_only_a_supervisor_ends_it(office: Cast, clock):
    clock.move_to(MONDAY.replace(day=6))
    case = watched(office, 1)
    assert (case.supervised_at, case.feedback_due_at) == (MONDAY.replace(day=6), at(9))
    case = supervision.give_feedback(case, Act(office.leader), text="周三进场", again=2)
    assert (case.under_supervision, case.feedback_due_at) == (True, at(10))
    with pytest.raises(NotPossible):
        supervision.give_feedback(case, Act(office.leader), text="好了", again=0)
    case = supervision.give_feedback(case, Act(office.supervisor), text="已办妥", again=0)
    assert (case.under_supervision, case.feedback_due_at) == (False, None)
    assert [entry.verb for entry in case.timeline.all()][:3] == ["feedback", "feedback", "supervise"]
    with pytest.raises(NotPossible):
        supervision.give_feedback(case, Act(office.leader), text="又来了", again=1)


def at(day: int, hour: int = 17, minute: int = 30) -> datetime:
    return MONDAY.replace(day=day, hour=hour, minute=minute)


def test_feedback_is_a_button_of_a_supervised_case_alone_and_its_form_asks_for_the_next_date(
    office: Cast, client: Client
):
    case, other = watched(office, 1), make_case(office.operator, office.group)
    client.force_login(office.leader)
    url = reverse("case_action", args=[case.number, "feedback"])
    assert url in client.get(case.get_absolute_url()).content.decode()
    assert (
        reverse("case_action", args=[other.number, "feedback"])
        not in client.get(other.get_absolute_url()).content.decode()
    )
    assert 'value="feedback"' in client.get(reverse("phone_case", args=[case.number])).content.decode()
    sent = {"text": "周三进场", "version": case.version, "key": "7c1a2c8e-6f0e-4b7e-9f0b-0d9d6a7b1c11"}
    for again, status in (("", 422), ("0", 422), ("11", 422), ("2", 302), ("2", 302)):
        assert client.post(url, {**sent, "again": again}).status_code == status
    case.refresh_from_db()
    assert case.feedback_due_at == at(4)
    assert case.timeline.filter(verb="feedback").count() == 1


def test_the_board_has_the_latest_feedback_first_says_who_is_responsible_and_keeps_to_scope(
    office: Cast, clock, client: Client, django_assert_max_num_queries
):
    later, late = watched(office, 4), watched(office, 1)
    done = workflow.resolve(watched(office, 1), Act(office.leader), text="好了", solved="yes")
    foreign = make_case(office.stranger, office.next_group)
    Case.objects.filter(pk=foreign.pk).update(supervised_at=MONDAY, feedback_due_at=MONDAY)
    supervision.give_feedback(later, Act(office.leader), text="材料到了", again=4)
    clock.move_to(at(4))
    client.force_login(office.supervisor)
    page = client.get(reverse("supervised"))
    rows = page.context["watched"]
    assert [line.row.case for line in rows] == [late, later]
    assert [line.row.holder for line in rows] == [office.leader.name] * 2
    assert rows[0].began.text == "居民多次来电" and rows[0].feedback is None and rows[1].feedback.text == "材料到了"
    assert done.number not in page.content.decode()
    assert supervision.feedback_waiting(office.supervisor).count() == 1
    group = next(load for load in page.context["levels"] if load.level and load.level.code == "group")
    assert (group.open, group.overdue, group.supervised) == (2, 0, 2)
    for _ in range(4):
        watched(office, 2)
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(reverse("supervised"))
    client.force_login(office.other_leader)
    assert client.get(reverse("supervised")).context["watched"] == []


def test_pages_of_the_board_follow_each_other_without_a_gap(office: Cast, client: Client, monkeypatch):
    cases = [watched(office, days) for days in (3, 1, 2, 1, 5)]
    monkeypatch.setattr("people.paging.page.__kwdefaults__", {"after": "", "before": "", "size": 2})
    client.force_login(office.supervisor)
    seen, url = [], reverse("supervised")
    while url:
        context = client.get(url).context
        seen += [line.row.case for line in context["watched"]]
        url = context["next_url"]
    assert seen == [cases[1], cases[3], cases[2], cases[0], cases[4]]


def test_the_circular_of_a_month_states_facts_and_no_person(office: Cast, clock, client: Client):
    case = make_case(office.operator, office.group)
    climb(at(12))
    clock.move_to(at(13))
    # What became of it since changes nothing that was stated.
    Case.objects.filter(pk=case.pk).update(handling_area=office.other_group, status="closed")
    client.force_login(office.supervisor)
    page = client.get(reverse("supervised_circular"))
    said = page.content.decode().split('<article class="a4">')[1].split("</article>")[0]
    assert [fired.days_late for fired in page.context["circulars"]] == [3]
    assert case.number in said and "东安社区 第1小组" in said
    for word in (case.caller_name, case.summary, office.leader.name, office.other_leader.name):
        assert word not in said
    assert list(client.get(reverse("supervised_circular"), {"month": "2026-02"}).context["circulars"]) == []
    for month in ("2026-04", "2026-13", "neulich"):
        assert client.get(reverse("supervised_circular"), {"month": month}).status_code == 404

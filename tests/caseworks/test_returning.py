"""A case that goes back: within its limit, decided the second time, straight back once it is clear."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caseworks import path, returning, transferring, workflow
from caseworks.forms.returning import ReturnForm
from caseworks.models import Case, RoutingRule, Stay
from caseworks.moves import Act, NotPossible
from caseworks.routing import Route
from caseworks.states import Status, Verb
from tests.cast import Cast, make_cast
from tests.factories import make_case

MONDAY_MORNING = "2026-11-23 09:00+08:00"


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.operator, cast.group)


def other_group(cast: Cast) -> Route:
    return Route("", area=cast.other_group, role="leader", holder=cast.other_leader.name)


def returned_twice(cast: Cast, case: Case) -> Case:
    returning.send_back(case, Act(cast.leader), reason="elsewhere", better=other_group(cast))
    workflow.dispatch(case, Act(cast.operator), to=other_group(cast))
    return returning.send_back(case, Act(cast.other_leader), reason="not_mine")


def test_the_second_return_waits_for_a_supervisor_and_what_he_decides_stands_with_the_old_deadline(
    cast: Cast, case: Case
):
    due = case.due_at
    assert returned_twice(cast, case).status == Status.TO_ADJUDICATE
    decided = returning.adjudicate(case, Act(cast.supervisor), to=other_group(cast), text="按地址归你组")
    assert (decided.status, decided.handling_area, decided.due_at) == (Status.TO_ACCEPT, cast.other_group, due)
    with pytest.raises(NotPossible):
        returning.send_back(case, Act(cast.other_leader), reason="higher")
    left = [(stay.holder, stay.came_by, stay.left_by, stay.reason) for stay in path.so_far(case)]
    assert left == [
        ("李建国", Verb.REGISTER, Verb.RETURN, "elsewhere"),
        ("周红", Verb.DISPATCH, Verb.RETURN, "not_mine"),
        ("周红", Verb.ADJUDICATE, "", ""),
    ]


def test_a_case_of_the_first_table_is_dispatched_again_however_often_it_is_returned(cast: Cast, case: Case):
    Case.objects.filter(pk=case.pk).update(table=1)
    assert returned_twice(cast, case).status == Status.TO_DISPATCH


@pytest.mark.django_db
def test_a_case_can_be_returned_for_eight_office_hours_and_then_the_button_says_until_when_it_could():
    with time_machine.travel(MONDAY_MORNING, tick=False) as clock:
        cast = make_cast()
        case = make_case(cast.operator, cast.group)
        assert returning.why_not(case) == ""
        assert "2026-11-23 17:00" in ReturnForm(case=case, user=cast.leader)["reason"].help_text
        clock.shift(timedelta(hours=24))
        assert "2026-11-24 08:30" not in returning.why_not(case)
        assert "2026-11-23 17:00" in returning.why_not(case)
        with pytest.raises(NotPossible):
            returning.send_back(case, Act(cast.leader), reason="elsewhere")
        # Whoever gets it next has the hours from when it comes to him.
        workflow.reroute(case, Act(cast.supervisor), to=other_group(cast), text="按地址")
        assert returning.send_back(case, Act(cast.other_leader), reason="elsewhere").status == Status.TO_DISPATCH


def test_a_case_that_was_unclear_goes_straight_back_to_whoever_returned_it_with_its_old_deadline(
    cast: Cast, case: Case
):
    due = case.due_at
    returning.send_back(case, Act(cast.leader), reason="unclear", text="电话是空号")
    back = returning.send_straight_back(case, Act(cast.operator), text="新号码已补")
    assert (back.status, back.handling_area, back.due_at) == (Status.TO_ACCEPT, cast.group, due)
    assert case.timeline.latest("pk").detail.endswith("李建国")


def test_a_handler_hands_a_case_to_another_post_or_unit_with_the_reason_and_the_clock_runs_on(cast: Cast, case: Case):
    due = case.due_at
    with pytest.raises(NotPossible):
        here = Route("", area=cast.group, role="leader", holder=cast.leader.name)
        transferring.transfer(case, Act(cast.leader), to=here, text="转办")
    to = Route("", unit=cast.water, holder=cast.water.name)
    after = transferring.transfer(case, Act(cast.leader), to=to, text="是市政水管")
    assert (after.status, after.unit, after.handling_area, after.due_at) == (Status.TO_ACCEPT, cast.water, None, due)
    assert [stay.left_by for stay in path.so_far(case)] == [Verb.TRANSFER, ""]


def test_a_handler_may_name_the_liaisons_of_the_community_those_above_it_and_the_units(
    cast: Cast, case: Case, client: Client
):
    client.force_login(cast.leader)
    for verb, field in (("transfer", "target"), ("return", "better")):
        page = client.get(reverse("case_action", args=[case.number, verb]))
        assert set(page.context["form"].fields[field].candidates) == {
            f"post:{cast.group.pk}:leader",
            f"post:{cast.other_group.pk}:leader",
            f"post:{cast.east.pk}:officer",
            f"post:{cast.east.pk}:committee",
            f"unit:{cast.water.pk}",
        }


def test_a_suggestion_is_offered_in_the_list_and_on_the_form_and_one_button_takes_it(
    cast: Cast, case: Case, client: Client
):
    key = f"post:{cast.other_group.pk}:leader"
    client.force_login(cast.leader)
    fields = {"version": case.version, "key": "00000000-0000-4000-8000-000000000001", "reason": "elsewhere"}
    client.post(reverse("case_action", args=[case.number, "return"]), {**fields, "better": key})
    case.refresh_from_db()
    client.force_login(cast.operator)
    listed = client.get(reverse("case_list"), {"view": "returned"})
    assert listed.context["rows"][0].suggested.key == key
    form = client.get(reverse("case_action", args=[case.number, "dispatch"]))
    assert form.context["form"].suggested.key == key
    assert b"autofocus" in form.content
    fields = {"version": case.version, "key": "00000000-0000-4000-8000-000000000002", "target": key}
    client.post(reverse("case_action", args=[case.number, "dispatch"]), fields)
    case.refresh_from_db()
    assert (case.status, case.handling_area) == (Status.TO_ACCEPT, cast.other_group)


def test_where_returning_is_not_possible_the_pages_say_why_and_who_calls_it_unclear_says_what_is_missing(
    cast: Cast, case: Case, client: Client
):
    client.force_login(cast.leader)
    url = reverse("case_action", args=[case.number, "return"])
    fields = {"version": case.version, "key": "00000000-0000-4000-8000-000000000001", "reason": "unclear"}
    assert "text" in client.post(url, fields).context["form"].errors
    Stay.objects.filter(case=case).update(since=timezone.now() - timedelta(days=30))
    sentence = returning.why_not(Case.objects.get(pk=case.pk))
    for address in (url, reverse("case_detail", args=[case.number]), reverse("phone_case", args=[case.number])):
        assert sentence in client.get(address).content.decode()


def test_the_page_of_returns_says_which_rule_sends_cases_where_they_come_back_from(
    cast: Cast, case: Case, client: Client, django_assert_max_num_queries
):
    rule = RoutingRule.objects.get()
    make_case(cast.operator, cast.group)
    returning.send_back(case, Act(cast.leader), reason="elsewhere", better=other_group(cast))
    make_case(cast.stranger, cast.next_group)
    client.force_login(cast.supervisor)
    with django_assert_max_num_queries(22):
        page = client.get(reverse("returns"))
    (bounce,) = page.context["bounces"]
    assert (bounce.rule, bounce.area, bounce.category) == (rule, cast.group, case.category)
    assert (bounce.returned, bounce.came, bounce.share) == (1, 2, 50)
    assert cast.other_group.long_name in bounce.most_named
    assert reverse("rule", args=[rule.pk]) in page.content.decode()

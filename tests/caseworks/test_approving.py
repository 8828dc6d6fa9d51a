"""An outcome that somebody else has to look at, and the page on which a supervisor decides one after the other."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from caseworks import approving, extending, returning, workflow
from caseworks.models import Case, Category
from caseworks.moves import Act, NotPossible
from caseworks.routing import Route
from caseworks.states import Status
from tests.cast import Cast
from tests.factories import make_case, make_user


@pytest.fixture
def case(cast: Cast) -> Case:
    Category.objects.filter(code="public-works").update(approve_closure=True)
    return make_case(cast.operator, cast.group)


def resolved(cast: Cast, case: Case) -> Case:
    return workflow.resolve(case, Act(cast.leader), text="换了灯泡", solved="yes")


def test_an_outcome_waits_for_approval_and_is_then_followed_up_or_closed(cast: Cast, case: Case):
    assert resolved(cast, case).status == Status.TO_APPROVE
    assert approving.approve(case, Act(cast.supervisor)).status == Status.TO_FOLLOW_UP
    silent = make_case(cast.operator, cast.group, caller_name="", caller_phone="", anonymous=True)
    resolved(cast, silent)
    closed = approving.approve(silent, Act(cast.supervisor))
    assert closed.status == Status.CLOSED
    assert closed.closed_at


def test_a_case_under_supervision_is_approved_whatever_its_category_and_one_of_the_first_table_never(cast: Cast):
    watched, old = make_case(cast.operator, cast.group), make_case(cast.operator, cast.group)
    Case.objects.filter(pk=watched.pk).update(supervised_at=watched.registered_at)
    assert resolved(cast, watched).status == Status.TO_APPROVE
    Category.objects.update(approve_closure=True)
    Case.objects.filter(pk=old.pk).update(table=1)
    assert resolved(cast, old).status == Status.TO_FOLLOW_UP


def test_what_is_sent_back_is_in_progress_without_an_outcome_and_with_its_old_deadline(cast: Cast, case: Case):
    due = case.due_at
    resolved(cast, case)
    again = approving.send_back_to_redo(case, Act(cast.supervisor), text="没有照片")
    assert (again.status, again.outcome, again.reply, again.solved) == (Status.IN_PROGRESS, "", "", "")
    assert (again.due_at, again.resolved_at) == (due, None)


def test_nobody_approves_his_own_work_and_the_page_says_so(cast: Cast, case: Case, client: Client):
    workflow.resolve(case, Act(cast.supervisor), text="换了灯泡", solved="yes")
    case.refresh_from_db()
    with pytest.raises(NotPossible):
        approving.approve(case, Act(cast.supervisor))
    client.force_login(cast.supervisor)
    page = client.get(reverse("approvals"))
    assert approving.why_not(case, cast.supervisor) in page.content.decode()
    assert b'data-key="a"' not in page.content


def four_kinds(cast: Cast) -> dict[str, Case]:
    """One case of each kind that waits for the supervisor."""
    Category.objects.update(approve_closure=True)
    kinds = {name: make_case(cast.operator, cast.group) for name in ("approve", "adjudicate", "more_time")}
    resolved(cast, kinds["approve"])
    better = Route("", area=cast.other_group, role="leader", holder=cast.other_leader.name)
    returning.send_back(kinds["adjudicate"], Act(cast.leader), reason="elsewhere", better=better)
    workflow.dispatch(kinds["adjudicate"], Act(cast.operator), to=better)
    water = Route("", unit=cast.water, holder=cast.water.name)
    returning.send_back(kinds["adjudicate"], Act(cast.other_leader), reason="not_mine", better=water)
    workflow.accept(kinds["more_time"], Act(cast.leader))
    extending.ask(kinds["more_time"], Act(cast.leader), days=2, text="等配件")
    Category.objects.update(approve_closure=False)
    kinds["reopen"] = make_case(cast.operator, cast.group)
    resolved(cast, kinds["reopen"])
    workflow.request_reopen(kinds["reopen"], Act(cast.operator), text="又坏了")
    return kinds


def test_whatever_waits_for_a_supervisors_word_is_on_one_page_and_a_key_decides_it(cast: Cast, client: Client):
    kinds = four_kinds(cast)
    client.force_login(cast.supervisor)
    page = client.get(reverse("approvals"))
    assert {line.case.number for line in page.context["lines"]} == {case.number for case in kinds.values()}
    ends = {
        "approve": Status.TO_FOLLOW_UP,
        "adjudicate": Status.TO_ACCEPT,
        "more_time": Status.IN_PROGRESS,
        "reopen": Status.TO_ACCEPT,
    }
    for name, case in kinds.items():
        case.refresh_from_db()
        address = reverse("approval", args=[case.number])
        way = client.get(address).context["yes"]
        sent = {"version": case.version, "key": uuid4(), "verb": way.verb, "target": way.target, "text": way.text}
        assert client.post(address, sent).status_code == 302, name
        case.refresh_from_db()
        assert case.status == ends[name]
    assert kinds["adjudicate"].unit == cast.water
    assert not client.get(reverse("approvals")).context["lines"]


def test_what_is_not_granted_needs_a_reason_and_the_next_one_opens(cast: Cast, client: Client):
    kinds = four_kinds(cast)
    client.force_login(cast.supervisor)
    ends = {
        "approve": Status.IN_PROGRESS,
        "adjudicate": Status.TO_ACCEPT,
        "more_time": Status.IN_PROGRESS,
        "reopen": Status.CLOSED,
    }
    for name, case in kinds.items():
        case.refresh_from_db()
        address = reverse("approval", args=[case.number])
        shown = client.get(address).context
        sent = {"version": case.version, "key": uuid4(), "verb": shown["no"].verb, "target": shown["no"].target}
        assert client.post(address, sent).status_code == 422, name
        answer = client.post(address, {**sent, "text": shown["reasons"][0][0], "next": shown["next"]})
        expected = reverse("approval", args=[shown["next"]]) if shown["next"] else reverse("approvals")
        assert answer["Location"] == expected
        case.refresh_from_db()
        assert case.status == ends[name]


def test_two_supervisors_on_one_case_the_second_is_told_and_keeps_his_words(cast: Cast, case: Case, client: Client):
    seen = resolved(cast, case).version
    second = make_user("second", "supervisor", area=cast.town, name="高远")
    approving.approve(case, Act(second))
    client.force_login(cast.supervisor)
    sent = {"version": seen, "key": uuid4(), "verb": "send_back_to_redo", "text": "照片呢"}
    told = client.post(reverse("approval", args=[case.number]), sent)
    assert told.status_code == 409
    assert "高远" in told.content.decode()


def test_the_page_costs_the_same_number_of_queries_however_long_the_list_is(
    cast: Cast, client: Client, django_assert_max_num_queries
):
    four_kinds(cast)
    client.force_login(cast.supervisor)
    client.get(reverse("approvals"))
    with django_assert_max_num_queries(60) as few:
        client.get(reverse("approvals"))
    four_kinds(cast)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("approvals"))


def test_a_next_one_that_no_page_offers_leads_to_the_list(cast: Cast, client: Client):
    case = four_kinds(cast)["approve"]
    case.refresh_from_db()
    client.force_login(cast.supervisor)
    address = reverse("approval", args=[case.number])
    shown = client.get(address).context
    sent = {"version": case.version, "key": uuid4(), "verb": shown["no"].verb, "text": shown["reasons"][0][0]}
    assert client.post(address, {**sent, "next": "2612\0"})["Location"] == reverse("approvals")

"""Whose caller is asked: the lot is the same whoever draws it, and is drawn once."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseworks import approving, followup, supervision, workflow
from caseworks.models import Case, Category, Satisfaction
from caseworks.moves import Act
from caseworks.reports.metrics import follow_up
from caseworks.reports.months import Month
from caseworks.sampling import Choice, draw, lot
from caseworks.states import Status
from tests.cast import Cast
from tests.factories import make_case

shares = st.integers(0, 100)

pytestmark = pytest.mark.usefixtures("mid_month")


@given(st.uuids(), shares, shares)
def test_who_is_drawn_at_one_share_is_drawn_at_every_larger_one(case: UUID, one: int, other: int):
    asked = [draw(case, share) in (Choice.ALL, Choice.DRAWN) for share in sorted((one, other))]
    assert asked == sorted(asked)
    assert draw(case, 0) is Choice.NONE and draw(case, 100) is Choice.ALL


def test_the_lots_of_many_cases_are_spread_evenly_and_never_change():
    assert [lot(UUID(int=number)) for number in range(5)] == [38, 83, 19, 25, 42]
    drawn = sum(draw(UUID(int=number), 20) is Choice.DRAWN for number in range(10_000))
    assert 1_900 < drawn < 2_100


# ---- Chosen when a case is resolved ----


def _uuid(drawn: bool) -> UUID:
    """A uuid whose lot is drawn at twenty per cent, or is not."""
    return next(one for one in iter(uuid4, None) if (lot(one) < 20) == drawn)


@pytest.fixture
def sampled(cast: Cast) -> Category:
    Category.objects.filter(code="public-works").update(follow_up_share=20)
    return Category.objects.get(code="public-works")


def _resolve(cast: Cast, case: Case) -> Case:
    return workflow.resolve(case, Act(cast.leader), text="换了灯泡", solved="yes")


def test_a_case_that_was_drawn_waits_to_be_asked_and_one_that_was_not_closes_and_says_so(
    cast: Cast, sampled: Category, client
):
    asked = _resolve(cast, make_case(cast.operator, cast.group, uuid=_uuid(True)))
    left = _resolve(cast, make_case(cast.operator, cast.group, uuid=_uuid(False)))
    assert (asked.status, asked.follow_up_choice, asked.follow_up_share) == (Status.TO_FOLLOW_UP, "drawn", 20)
    assert (left.status, left.follow_up_choice, left.follow_up_share) == (Status.CLOSED, "not_drawn", 20)
    client.force_login(cast.operator)
    queue = client.get("/followups/").content.decode()
    assert "20%" in queue and asked.number in queue and left.number not in queue
    assert "20%" in client.get(left.get_absolute_url()).content.decode()
    month = Month.current()
    rows = {one.key: set(one.rows(cast.supervisor, month)) for one in (follow_up.to_ask, follow_up.not_drawn)}
    assert rows == {"to_ask": {asked}, "not_drawn": {left}}


def test_reopened_and_supervised_cases_and_callers_not_satisfied_before_are_asked_whatever_the_lot_says(
    cast: Cast, sampled: Category
):
    case = make_case(cast.operator, cast.group, uuid=_uuid(False))
    Case.objects.filter(pk=case.pk).update(times_reopened=1)
    assert _resolve(cast, case).follow_up_choice == Choice.REOPENED

    case = make_case(cast.operator, cast.group, uuid=_uuid(False))
    supervision.supervise(case, Act(cast.supervisor), text="久拖未决", feedback=1)
    reported = _resolve(cast, case)
    # Supervised, it is approved first; what was chosen then holds, although nobody supervises it any more.
    assert (reported.status, reported.follow_up_choice) == (Status.TO_APPROVE, "supervised")
    assert approving.approve(reported, Act(cast.supervisor)).status == Status.TO_FOLLOW_UP

    before = make_case(cast.operator, cast.group, caller_phone="13911112222")
    Case.objects.filter(pk=before.pk).update(satisfaction=Satisfaction.NOT, status=Status.CLOSED)
    again = make_case(cast.operator, cast.group, caller_phone="13911112222", uuid=_uuid(False))
    other = make_case(cast.operator, cast.group, caller_phone="13911113333", uuid=_uuid(False))
    assert _resolve(cast, again).follow_up_choice == Choice.DISSATISFIED
    assert _resolve(cast, other).follow_up_choice == Choice.NOT_DRAWN


def test_the_lot_is_drawn_once_a_share_that_changes_meanwhile_changes_nothing(cast: Cast, sampled: Category):
    Category.objects.update(approve_closure=True)
    case = _resolve(cast, make_case(cast.operator, cast.group, uuid=_uuid(False)))
    Category.objects.update(follow_up_share=100)
    case = approving.send_back_to_redo(case, Act(cast.supervisor), text="没有回复")
    again = _resolve(cast, Case.objects.get(pk=case.pk))
    assert (again.follow_up_choice, again.follow_up_share) == ("not_drawn", 20)
    assert approving.approve(again, Act(cast.supervisor)).status == Status.CLOSED
    assert followup.sampled_categories() == []


def test_a_share_beyond_a_hundred_is_refused_where_the_category_is_set_up(cast: Cast, sampled: Category, client):
    client.force_login(cast.manager)
    page = client.post(f"/rules/categories/{sampled.code}/", {"follow_up_share": "101"})
    assert page.status_code == 422
    assert "follow_up_share" in page.context["form"].errors

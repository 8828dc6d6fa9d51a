"""The shift at the desk: drawn up by itself, frozen when handed over, taken over by one."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from caseworks import shifts, workflow
from caseworks.models import Case, ShiftHandOver
from caseworks.moves import Act
from caseworks.shifts import NotPossible
from people.models import AuditEvent, User
from tests.cast import Cast
from tests.factories import make_case, make_user


@pytest.fixture
def colleague(cast: Cast) -> User:
    return make_user("colleague", "operator", area=cast.town, name="秦欢")


@pytest.fixture
def desk(cast: Cast) -> dict[str, Case]:
    """One case for each list of the slip, and one of the next town."""
    call = workflow.resolve(make_case(cast.supervisor, cast.group), Act(cast.leader), text="已修", solved="yes")
    Case.objects.filter(pk=call.pk).update(follow_up_tries=1, follow_up_after=timezone.now() + timedelta(days=9))
    make_case(cast.stranger, cast.next_group, urgency="urgent")
    return {
        "urgent": make_case(cast.supervisor, cast.group, urgency="urgent"),
        "call_back": call,
        "undispatched": make_case(cast.supervisor, None),
        "logged": make_case(cast.operator, cast.group),
    }


def listed(parts: list[shifts.Part]) -> list[list[Case]]:
    return [part.cases for part in parts]


def test_the_slip_fills_itself_with_what_stands_at_the_desk(desk: dict[str, Case], cast: Cast):
    assert listed(shifts.stands_now(cast.operator)) == [[case] for case in desk.values()]


def test_a_slip_stays_as_it_was_handed_over(desk: dict[str, Case], cast: Cast, colleague: User):
    made = shifts.hand_over(by=cast.operator, to=None, note="打印机没墨了", key=uuid4())
    make_case(cast.operator, None, urgency="urgent")
    assert listed(shifts.slip_of(made, colleague)) == [[case] for case in desk.values()]
    assert "2" not in str([part.count for part in shifts.slip_of(made, colleague)])


def test_one_takes_over_and_the_second_is_told_who(cast: Cast, colleague: User):
    made = shifts.hand_over(by=cast.operator, to=None, note="", key=uuid4())
    with pytest.raises(NotPossible):
        shifts.take_over(made, by=cast.operator)
    shifts.take_over(made, by=colleague)
    assert shifts.take_over(made, by=colleague).taken_by == colleague
    with pytest.raises(NotPossible, match="秦欢"):
        shifts.take_over(made, by=cast.supervisor)
    assert AuditEvent.objects.filter(action="shift.take_over").count() == 1


def test_a_shift_left_to_one_is_not_anothers(cast: Cast, colleague: User):
    made = shifts.hand_over(by=cast.operator, to=colleague, note="", key=uuid4())
    with pytest.raises(NotPossible):
        shifts.take_over(made, by=cast.supervisor)
    assert list(ShiftHandOver.objects.waiting_for(colleague)) == [made]


def test_the_page_hands_over_once_however_often_it_is_sent_and_only_to_a_colleague(client, cast: Cast, colleague: User):
    client.force_login(cast.operator)
    address = reverse("shift_handover")
    sent = {"key": uuid4(), "note": "钥匙在抽屉里", "to": cast.leader.pk}
    wrong = client.post(address, sent)
    assert (wrong.status_code, "钥匙在抽屉里" in wrong.content.decode()) == (422, True)
    for _each in range(2):
        assert client.post(address, {**sent, "to": colleague.pk}).status_code == 302
    made = ShiftHandOver.objects.get()
    client.force_login(colleague)
    assert "钥匙在抽屉里" in client.get(address).content.decode()
    client.post(reverse("shift_take", args=[made.uuid]))
    made.refresh_from_db()
    assert made.taken_by == colleague

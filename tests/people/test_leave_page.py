"""The page of leave and the phone's: entered, asked for, decided on; refused with what was typed still there."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from people.models import AuditEvent, Leave
from tests.cast import Cast
from tests.factories import make_case


def days(since: int = 0, until: int = 7, **fields):
    today = timezone.localdate()
    return {"key": uuid4(), "since": today + timedelta(since), "until": today + timedelta(until), **fields}


def test_a_leader_asks_on_the_phone_and_the_officer_approves(client, cast: Cast):
    client.force_login(cast.leader)
    sent = days(stand_in=cast.other_leader.pk)
    for _each in range(2):
        assert client.post(reverse("phone_leave"), sent).status_code == 302
    asked = Leave.objects.get(approved_by=None)
    assert cast.other_leader.name in client.get(reverse("phone_leave")).content.decode()

    client.force_login(cast.officer)
    page = client.get(reverse("network_leave")).content.decode()
    assert cast.leader.name in page
    client.post(reverse("network_leave_decide", args=[asked.uuid]), {"do": "approve"})
    asked.refresh_from_db()
    assert asked.approved_by == cast.officer
    assert set(AuditEvent.objects.filter(object_type="people.leave").values_list("action", flat=True)) == {
        "leave.ask",
        "leave.approve",
    }

    client.force_login(cast.other_leader)
    make_case(cast.operator, cast.group)
    assert "李建国" in client.get(reverse("phone_today")).content.decode()
    assert "李建国" in client.get(reverse("phone_me")).content.decode()


def test_nobody_approves_his_own_or_that_of_somebody_beside_him(client, cast: Cast):
    today = timezone.localdate()
    own = Leave.objects.create(
        user=cast.officer, stand_in=cast.committee, since=today, until=today, asked_by=cast.officer
    )
    client.force_login(cast.officer)
    client.post(reverse("network_leave_decide", args=[own.uuid]), {"do": "approve"})
    own.refresh_from_db()
    assert own.approved_by is None


@pytest.mark.parametrize("name", ["network_leave", "phone_leave"])
def test_what_is_refused_comes_back_with_a_sentence_and_as_it_was_typed(client, cast: Cast, name):
    client.force_login(cast.officer)
    sent = days(9, 3, owner=cast.leader.pk, stand_in=cast.other_leader.pk, reason="年休假")
    answer = client.post(reverse(name), sent)
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert "年休假" in answer.content.decode()
    assert not Leave.objects.exists()


def test_a_stand_in_from_elsewhere_is_no_choice(client, cast: Cast):
    client.force_login(cast.officer)
    answer = client.post(reverse("network_leave"), days(owner=cast.leader.pk, stand_in=cast.stranger.pk))
    assert answer.status_code == 422
    assert "stand_in" in answer.context["form"].errors

"""What comes of a visit in the same submit: whom they met, who calls again, what changed in the household."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach.models import TaskReason, Visit, VisitTask
from outreach.visiting import ask_for_visit
from people.models import Absence, AuditEvent, Household
from tests.cast import Cast
from tests.factories import make_resident

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(cast: Cast, client: Client):
    """Record a visit of the cast's household on the leader's phone; return the status."""
    client.force_login(cast.leader)
    url = reverse("phone_visit", args=[cast.household.uuid])

    def record(**said) -> int:
        asked = {"uuid": uuid4(), "outcome": "well", "form": "home"} | said
        return client.post(url, asked).status_code

    return record


def test_whom_they_met_and_by_when_somebody_calls_again_are_kept_with_the_visit(cast: Cast, send):
    daughter = make_resident(cast.household, name="王芳", relation="女儿")
    ask_for_visit(cast.household, timezone.localdate(), reason=TaskReason.CADENCE)
    again = timezone.localdate() + timedelta(days=10)
    key = uuid4()
    for _again in range(2):
        assert send(uuid=key, met=daughter.pk, again_on=again) == 302
    assert Visit.objects.get().met == daughter
    task = VisitTask.objects.open().get()
    assert (task.reason, task.due_on) == (TaskReason.REQUEST, again)


@pytest.mark.parametrize(
    "wrong",
    [
        {"again_on": timezone.localdate()},
        {"again_on": timezone.localdate() + timedelta(days=900)},
        {"change": "moved"},
        {"change": "other"},
        {"met": 999999},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_and_nothing_is_written(send, wrong):
    assert send(**wrong) == 422
    assert not Visit.objects.exists()


def test_days_away_begin_and_end_with_a_visit(cast: Cast, send):
    for change in ("hospital", "abroad"):
        send(change=change)
    assert list(Absence.objects.values_list("reason", "until")) == [("hospital", None)]
    send(change="back")
    assert Absence.objects.get().until == timezone.localdate()
    assert AuditEvent.objects.filter(action="household.change").count() == 2


def test_whoever_moved_away_is_called_on_no_more_and_anything_else_stands_in_the_note(cast: Cast, send):
    key = uuid4()
    for _again in range(2):
        send(uuid=key, change="other", change_text="孙子来同住")
    household = Household.objects.get(pk=cast.household.pk)
    assert household.note == f"{timezone.localdate()} 李建国: 孙子来同住"
    send(change="moved", change_text="随女儿去杭州")
    household.refresh_from_db()
    assert (household.ended_on, household.ended_why) == (timezone.localdate(), "随女儿去杭州")
    before = Visit.objects.count()
    assert send() == 409
    assert Visit.objects.count() == before


def test_the_page_of_a_household_leads_to_a_visit_and_says_which_were_planned(cast: Cast, send, client: Client):
    ask_for_visit(cast.household, timezone.localdate(), reason=TaskReason.CADENCE)
    page = reverse("household", args=[cast.household.uuid])
    send(promised="下周带表格")
    planned = client.get(page).content.decode()
    assert reverse("phone_visit", args=[cast.household.uuid]) in planned and "下周带表格" in planned
    assert "计划内" in planned and "临时" not in planned
    send()
    assert "临时" in client.get(page).content.decode()

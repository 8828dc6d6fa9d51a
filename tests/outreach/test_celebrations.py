"""One celebration a month: its guests from the list, who came, was brought it home, was missed."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach import celebrations
from outreach.celebrations import CelebrationRefused
from outreach.models import Celebration, CelebrationGuest, Visit
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import make_household

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(cast: Cast) -> date:
    """This month, in which three people of the town turn 80, each of a household of his own, and one elsewhere."""
    first = timezone.localdate().replace(day=1)
    homes = [make_household(cast.group, head=f"陈{number}", address=f"滨港路{number}号") for number in "一二"]
    for home in [*homes, cast.other_household, cast.foreign_household]:
        home.head.born = date(first.year - 80, first.month, 10)
        home.head.save()
    return first


def planned(cast: Cast, month: date, **fields) -> Celebration:
    values = {"area": cast.town, "held_on": timezone.localdate(), "place": "社区食堂"} | fields
    return celebrations.plan(Celebration(month=month, **values), by=cast.operator)


def test_the_guests_are_those_of_the_list_in_the_area_once(cast: Cast, month: date):
    for _again in range(2):
        held = planned(cast, month)
    assert {str(guest) for guest in held.guests.all()} == {"陈一", "陈二", "陈建华"}
    assert Celebration.objects.count() == 1 and AuditEvent.objects.filter(action="celebration.plan").count() == 1
    assert {str(guest) for guest in planned(cast, month, area=cast.west).guests.all()} == {"陈建华"}


def test_who_came_and_who_was_called_on_was_met_and_who_was_missed_was_not(cast: Cast, month: date):
    held = planned(cast, month)
    came, at_home, missed = held.guests.order_by("resident__name")
    celebrations.record(came, "came", by=cast.operator)
    celebrations.record(at_home, "brought_home", by=cast.leader)
    celebrations.record(missed, "missed", by=cast.operator)
    assert set(Visit.objects.values_list("form", "met__name")) == {
        ("gathering", came.resident.name),
        ("home", at_home.resident.name),
    }
    with pytest.raises(CelebrationRefused):
        celebrations.record(came, "missed", by=cast.operator)
    assert celebrations.record(missed, "brought_home", by=cast.leader).state == "brought_home"
    assert Visit.objects.count() == 3


def test_nobody_came_before_the_day(cast: Cast, month: date):
    held = planned(cast, month, held_on=timezone.localdate() + timedelta(days=3))
    with pytest.raises(CelebrationRefused):
        celebrations.record(held.guests.all()[0], "came", by=cast.operator)


def test_from_the_list_to_the_guests(cast: Cast, month: date, client: Client):
    client.force_login(cast.operator)
    said = {"month": f"{month:%Y-%m}", "area": cast.town.pk, "held_on": timezone.localdate(), "place": "社区食堂"}
    far = client.post(reverse("celebration_new"), said | {"held_on": month + timedelta(days=200)})
    assert far.status_code == 422 and "社区食堂" in far.content.decode()
    assert client.post(reverse("celebration_new"), said | {"month": "x"}).status_code == 404
    page = client.post(reverse("celebration_new"), said)["Location"]
    assert page in client.get(reverse("birthdays"), {"month": f"{month:%Y-%m}"}).content.decode()
    assert "陈一" in client.get(page).content.decode()
    client.force_login(cast.leader)
    mine = client.get(page).content.decode()
    assert "陈一" in mine and "陈建华" not in mine, "a leader sees his own guests of the town's celebration"
    guest = CelebrationGuest.objects.get(resident__name="陈一")
    client.post(reverse("celebration_came", args=[guest.celebration.uuid, guest.pk]), {"state": "brought_home"})
    guest.refresh_from_db()
    assert guest.state == "brought_home"
    other = CelebrationGuest.objects.get(resident__name="陈建华")
    url = reverse("celebration_came", args=[other.celebration.uuid, other.pk])
    assert client.post(url, {"state": "came"}).status_code == 404

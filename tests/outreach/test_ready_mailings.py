"""What is ready to be written: it comes filled in and counted, and is two presses from printed labels and cards."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from outreach.models import Mailing, Message
from outreach.ready_mailings import ready_mailings
from outreach.seasons import coming
from people.consent import Channel, Purpose
from people.models import Consent
from tests.factories import make_resident


@pytest.mark.parametrize(
    ("today", "card", "festival"),
    [
        (date(2026, 11, 29), date(2027, 2, 6), date(2027, 2, 6)),
        (date(2027, 2, 6), date(2027, 2, 6), date(2027, 2, 6)),
        (date(2027, 2, 7), date(2027, 2, 6), date(2027, 2, 20)),
        (date(2027, 3, 20), date(2028, 1, 26), date(2027, 6, 9)),
        (date(2027, 12, 31), date(2028, 1, 26), date(2028, 1, 26)),
    ],
)
def test_the_card_is_for_the_next_spring_festival_and_the_short_message_for_the_next_festival(today, card, festival):
    choices = ready_mailings(today, coming(today))
    assert (choices["card"].day, choices["festival"].day) == (card, festival)
    chosen = ready_mailings(today, coming(today), "double-ninth")["festival"]
    assert chosen.day.month in (10, 11)
    assert choices["leaflet"].fields() == {
        "purpose": Purpose.LEAFLET,
        "channel": Channel.LETTER,
        "unit": "person",
        "age_from": 70,
    }


@pytest.mark.parametrize("key", ["card", "festival", "leaflet", "event"])
def test_a_ready_choice_opens_filled_in_and_counted(client, cast, key):
    make_resident(cast.household, name="赵桂英", born=date(1940, 1, 1))
    client.force_login(cast.operator)
    page = client.get(reverse("compose"), {"ready": key})
    assert page.status_code == 200 and page.context["form"].is_valid(), page.context["form"].errors
    assert page.context["outlook"].people == (1 if key == "leaflet" else 2)
    assert not Mailing.objects.exists(), "looking writes to nobody"


def test_the_card_goes_from_the_season_to_every_household_with_one_press_and_its_labels_and_cards_are_made(
    client, cast
):
    client.force_login(cast.operator)
    with time_machine.travel("2026-12-20 10:00+08:00"):
        page, url = client.get(reverse("campaigns")), f"{reverse('compose')}?ready=card"
        days = {season.key: left for season, left, _greeting in page.context["seasons"]}
        assert days["spring-festival"] == 48 and url in page.content.decode()
        form = client.get(url).context["form"]
        sent = client.post(reverse("compose"), {**form.data, "send": ""})
    mailing = Mailing.objects.get()
    assert sent.url == reverse("mailing", args=[mailing.uuid])
    assert set(Message.objects.values_list("channel", "state")) == {("letter", "waiting")}
    for name, data in (("mailing_labels", {"sheet": "L7160"}), ("mailing_labels", {"sheet": "?", "file": "x"})):
        assert client.post(reverse(name, args=[mailing.uuid]), data).content.startswith(b"%PDF")
    assert client.post(reverse("mailing_cards", args=[mailing.uuid])).content.startswith(b"%PDF")
    (row,) = client.get(reverse("mailings")).context["rows"]
    assert (row[0], row[1].written, row[1].waiting) == (mailing, 2, 2)


def test_the_festival_message_goes_only_to_who_agreed_and_says_why_of_the_others(client, cast):
    resident = make_resident(cast.household, name="李明", phone="13800132468")
    cast.household.head = resident
    cast.household.save()
    Consent.objects.create(resident=resident, purpose=Purpose.GREETING)
    client.force_login(cast.operator)
    form = client.get(reverse("compose"), {"ready": "festival", "season": "mid-autumn"}).context["form"]
    assert "中秋" in form.data["title"]
    client.post(reverse("compose"), {**form.data, "send": ""})
    assert dict(Message.objects.values_list("name", "state")) == {"李明": "waiting", "陈建华": "refused"}
    assert Message.objects.get(name="陈建华").reason

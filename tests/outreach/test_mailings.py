"""One text to many: whom a selection finds, what a mailing comes to, and that it is written once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from outreach import mailings
from outreach.mailings import Selection
from outreach.models import Mailing, Message, MessageState, ProviderRules
from people.consent import Channel, Purpose
from people.criteria import years_before
from people.models import AuditEvent, Consent, ContactPreference, DoNotContact, Household, Resident
from tests.factories import make_household, make_resident

PERSON = Mailing.Unit.PERSON


@pytest.fixture
def people(cast):
    """Two more in the cast's household, one household of the key tier, and one without a head."""
    make_resident(cast.household, name="李明", phone="13800132468", born=date(1950, 11, 22))
    make_resident(cast.household, name="李小明", born=date(2015, 1, 1))
    make_household(cast.other_group, head="赵桂英", tier="key")
    headless = make_household(cast.west_group, head="孙某")
    Resident.objects.filter(pk=headless.head.pk).update(died_on=date(2026, 1, 1))
    make_resident(headless, name="孙小妹")
    moved = make_household(cast.group, head="搬走的")
    Household.objects.filter(pk=moved.pk).update(ended_on=date(2026, 1, 1))
    return cast


def names(selection, user):
    return sorted(mailings.select(selection, user).values_list("name", flat=True))


def test_a_household_is_written_to_at_its_head_or_whoever_is_left(people):
    assert names(Selection(people.town), people.operator) == sorted(["王秀兰", "陈建华", "赵桂英", "孙小妹"])
    assert names(Selection(people.town), people.officer) == sorted(["王秀兰", "赵桂英"]), "her own community alone"
    assert names(Selection(people.next_town), people.operator) == []
    assert names(Selection(people.town, tiers=["key"]), people.operator) == ["赵桂英"]


def test_ages_are_full_years_and_both_ends_count(people):
    turned_76_today = years_before(timezone.localdate(), 76)
    Resident.objects.filter(name="李明").update(born=turned_76_today)
    by_person = {"unit": PERSON, "age_from": 76, "age_to": 76}
    assert names(Selection(people.town, **by_person), people.operator) == ["李明"]
    assert names(Selection(people.town, unit=PERSON, age_from=77), people.operator) == []
    assert names(Selection(people.town, age_from=70), people.operator) == ["王秀兰"], "the head of his household"
    Resident.objects.filter(name="李明").update(born=turned_76_today + timedelta(days=1))
    assert names(Selection(people.town, **by_person), people.operator) == []


def test_a_mailing_is_written_once_however_often_it_runs(people):
    traditional = Resident.objects.get(name="陈建华")
    ContactPreference.objects.create(resident=traditional, language="zh-hant")
    given = {"title": "春节贺卡", "purpose": Purpose.GREETING, "channel": Channel.LETTER, "by": people.operator}
    texts = {"zh-hans": "{name}，祝您节日快乐。", "zh-hant": "{name}，祝您節日快樂。"}
    key = uuid4()
    for _time in range(2):
        mailing = mailings.start(Selection(people.town), key=key, texts=texts, **given)
    mailings.write_all(None, lambda done, total: None, mailing.pk)
    written = dict(Message.objects.values_list("name", "text"))
    assert len(written) == mailing.messages.count() == 4
    assert (written["王秀兰"], written["陈建华"]) == ("王秀兰，祝您节日快乐。", "陈建华，祝您節日快樂。")
    assert mailings.counts(mailing, people.operator) == {(Channel.LETTER, MessageState.WAITING): 4}
    assert mailings.counts(mailing, people.officer) == {(Channel.LETTER, MessageState.WAITING): 2}


def test_the_outlook_counts_who_will_not_get_it(people, django_assert_num_queries):
    first, second = Resident.objects.filter(name__in=["王秀兰", "赵桂英"]).order_by("pk")
    DoNotContact.objects.create(resident=first, reason="本人要求")
    Consent.objects.create(resident=second, purpose=Purpose.GREETING)
    assert people.operator.scope.paths
    with django_assert_num_queries(3):
        found = mailings.outlook(Selection(people.town), Purpose.GREETING, Channel.SMS, people.operator)
    assert (found.people, found.not_contacted, found.without_consent) == (4, 1, 3)
    assert mailings.outlook(Selection(people.town), Purpose.CASE, "", people.operator).without_consent == 0


def test_a_promotional_short_message_says_how_to_hear_no_more_and_a_card_does_not(people):
    ProviderRules.objects.filter(code="huawei").update(active=True)
    resident = Resident.objects.get(name="李明")
    Consent.objects.create(resident=resident, purpose=Purpose.GREETING)
    mailing = mailings.start(
        Selection(people.group, unit=PERSON),
        key=uuid4(),
        title="节日问候",
        purpose=Purpose.GREETING,
        channel="",
        texts={"zh-hans": "祝您节日快乐。"},
        by=people.operator,
    )
    texts = {(m.name, m.channel): (m.text, m.subject) for m in mailing.messages.all()}
    assert texts["李明", "sms"] == ("祝您节日快乐。拒收请回复R", "节日问候")
    assert texts["王秀兰", "letter"] == ("祝您节日快乐。", "节日问候")


def test_letters_are_posted_together_and_what_was_printed_is_on_record(people):
    mailing = mailings.start(
        Selection(people.town),
        key=uuid4(),
        title="春节贺卡",
        purpose=Purpose.LEAFLET,
        channel=Channel.LETTER,
        texts={"zh-hans": "祝好。"},
        by=people.operator,
    )
    rows = list(mailings.letters(mailing, people.operator))
    mailings.printed(rows, "labels", by=people.operator)
    assert AuditEvent.objects.filter(action="message.print", fields=["address"]).count() == 4
    assert mailings.posted(mailing, by=people.operator) == 4
    assert mailings.posted(mailing, by=people.operator) == 0
    assert AuditEvent.objects.filter(action="mailing.posted").count() == 1

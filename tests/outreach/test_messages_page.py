"""The screens of messages: masked, decided, composed with the linter's sentences, printed on record."""

from uuid import uuid4

import pytest
from django.urls import reverse

from outreach import correspondence
from outreach.models import Mailing, Message, MessageState, ProviderRules
from people.consent import Channel, Purpose
from people.models import AuditEvent
from tests.factories import make_resident

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = pytest.mark.any_database

MOBILE = "13800132468"


@pytest.fixture
def message(cast):
    resident = make_resident(cast.household, name="李明", phone=MOBILE)
    return correspondence.write(Purpose.CASE, to=resident, text="您的诉求已办结。", by=cast.operator)


@pytest.fixture
def desk(client, cast):
    client.force_login(cast.operator)
    return client


def test_numbers_are_masked_in_the_list_and_on_the_page_until_revealed_for_a_reason(desk, message):
    for url in (reverse("messages"), reverse("message", args=[message.uuid])):
        answer = desk.get(url).content.decode()
        assert "138****2468" in answer and MOBILE not in answer
    reveal = reverse("message_reveal", args=[message.uuid])
    assert desk.post(reveal, {"reason": ""}).status_code == 422
    assert MOBILE in desk.post(reveal, {"reason": "回电"}).content.decode()
    assert AuditEvent.objects.get(action="reveal").reason == "回电"


def test_the_list_is_filtered_paged_by_key_and_asks_a_constant_number_of_queries(
    desk, cast, message, django_assert_max_num_queries
):
    for n in range(25):
        correspondence.write(Purpose.CASE, to=message.resident, text=f"第{n}条", by=None)
    Message.objects.filter(text="第3条").update(state=MessageState.UNKNOWN)
    with django_assert_max_num_queries(20):
        first = desk.get(reverse("messages"))
    assert len(first.context["rows"]) == 20 and first.context["page"].after
    second = desk.get(reverse("messages"), {"after": first.context["page"].after})
    assert len(second.context["rows"]) == 6
    (row,) = desk.get(reverse("messages"), {"state": "unknown"}).context["rows"]
    assert row[0].text == "第3条"
    assert len(desk.get(reverse("messages"), {"state": "nonsense"}).context["rows"]) == 20


def test_an_unknown_message_is_decided_once_and_pressed_twice_harms_nothing(desk, message):
    Message.objects.update(state=MessageState.UNKNOWN)
    decide = reverse("message_decide", args=[message.uuid])
    back = reverse("messages") + "?state=unknown"
    assert desk.post(decide, {"answer": "arrived", "next": back}).url == back
    assert desk.post(decide, {"answer": "again", "next": "https://elsewhere.example/"}).url.endswith(f"{message.uuid}/")
    message.refresh_from_db()
    assert message.state == MessageState.DELIVERED
    assert AuditEvent.objects.filter(action="message.decide").count() == 1


def form(cast, **given):
    return {
        "key": uuid4(),
        "title": "中秋问候",
        "purpose": "greeting",
        "channel": "",
        "unit": "household",
        "area": cast.town.pk,
        "text": "祝您中秋快乐。",
        **given,
    }


def test_a_mailing_is_previewed_with_its_count_and_begun_once(desk, cast):
    preview = desk.post(reverse("compose"), form(cast, text="{name}，祝您中秋快乐。", preview=""))
    assert preview.context["outlook"].people == 2
    assert "王秀兰，祝您中秋快乐。" in preview.content.decode()
    assert not Mailing.objects.exists()
    sent = form(cast, send="")
    first, second = desk.post(reverse("compose"), sent), desk.post(reverse("compose"), sent)
    assert first.url == second.url == reverse("mailing", args=[sent["key"]])
    assert Message.objects.count() == 2
    assert desk.get(first.url).context["letters_waiting"] == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"channel": "sms", "text": "{name}，祝您中秋快乐。"}, "姓名"),
        ({"channel": "sms", "text": "祝您中秋快乐，请填问卷调查。"}, "问卷调查"),
        ({"channel": "sms", "text_hant": "祝您中秋快樂。"}, "樂"),
        ({"age_from": 80, "age_to": 70}, ""),
        ({"area": 999999}, ""),
        ({"text": ""}, ""),
    ],
)
def test_what_the_provider_refuses_blocks_a_short_message_with_a_sentence(desk, cast, given, sentence):
    ProviderRules.objects.filter(code="huawei").update(active=True)
    answer = desk.post(reverse("compose"), form(cast, send="", **given))
    assert answer.status_code == 422 and not Mailing.objects.exists()
    errors = str(answer.context["form"].errors)
    assert sentence in errors or sentence == "姓名"
    assert "祝您" in answer.content.decode() or not given.get("text", "祝您"), "what was typed is kept"


def test_where_other_ways_are_open_it_is_only_said(desk, cast):
    ProviderRules.objects.filter(code="huawei").update(active=True)
    answer = desk.post(reverse("compose"), form(cast, text_hant="祝您中秋快樂。", preview=""))
    assert answer.status_code == 200
    assert any("樂" in finding.text for finding in answer.context["form"].findings)


def test_labels_cards_and_calls_are_printed_on_record(desk, cast, message):
    sent = form(cast, channel="letter", send="")
    desk.post(reverse("compose"), sent)
    for name in ("mailing_labels", "mailing_cards"):
        answer = desk.post(reverse(name, args=[sent["key"]]))
        assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    assert AuditEvent.objects.filter(action="message.print").count() == 4
    calls = form(cast, purpose="notice", unit="person", channel="call", send="")
    desk.post(reverse("compose"), calls)
    page = desk.post(reverse("mailing_calls", args=[calls["key"]])).content.decode()
    assert MOBILE in page and "李明" in page
    assert desk.post(reverse("mailing_posted", args=[sent["key"]])).status_code == 302
    assert set(Message.objects.filter(channel=Channel.LETTER).values_list("state", flat=True)) == {MessageState.SENT}


def test_a_text_is_posted_once_into_a_group_chat_that_is_set_up(desk, settings):
    settings.ROBOTS = {"东安网格群": {"kind": "wecom", "url": "https://chat.example/"}}
    given = {"key": uuid4(), "robot": "东安网格群", "text": "明天上午停水，请相互转告。"}
    first, second = desk.post(reverse("chat"), given), desk.post(reverse("chat"), given)
    posted = Message.objects.get()
    assert first.url == second.url == reverse("message", args=[posted.uuid])
    assert (posted.channel, posted.address, posted.by.username) == (Channel.ROBOT, "东安网格群", "operator")
    for refused in ({"robot": "别的群"}, {"text": ""}):
        answer = desk.post(reverse("chat"), {**given, "key": uuid4(), **refused})
        assert answer.status_code == 422
    assert Message.objects.count() == 1


def test_calls_are_answered_for_one_after_the_other(desk, message):
    Message.objects.update(channel=Channel.CALL)
    page = desk.get(reverse("messages"), {"channel": "call", "state": "waiting"})
    assert reverse("message_decide", args=[message.uuid]) in page.content.decode()
    assert reverse("message_decide", args=[message.uuid]) not in desk.get(reverse("messages")).content.decode()

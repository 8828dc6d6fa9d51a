"""The outbox is carried once: claims, answers, waits, receipts in any order, and what a person decides."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from outreach import correspondence, sending
from outreach.answers import Accepted, NoAnswer, NotTaken
from outreach.models import Message, MessagePart, MessageState, ProviderRules, Receipt
from people.consent import Channel, Purpose
from people.models import AuditEvent, DoNotContact
from tests.factories import make_resident

MOBILE = "13800132468"
S = MessageState


class Provider:
    """A carrier that answers what the test says, and remembers what left."""

    listens = False
    answers: list = []
    left: list = []

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def parts(self, message):
        return message.text.split("|")

    def hand_over(self, message, part, text, total):
        assert not connection.savepoint_ids, "what leaves is committed before it leaves"
        answer = self.answers.pop(0) if self.answers else Accepted(f"id{len(self.left)}")
        if isinstance(answer, Exception):
            raise answer
        if not isinstance(answer, NotTaken):
            self.left.append(text)
        return answer

    def listen(self):
        pass


@pytest.fixture
def provider(settings):
    settings.MESSAGE_CARRIERS = {"sms": "tests.outreach.test_sending.Provider"}
    settings.MESSAGE_BACK_OFF = 15
    Provider.answers, Provider.left = [], []
    return Provider


@pytest.fixture
def write(cast):
    resident = make_resident(cast.household, name="王秀兰", phone=MOBILE)

    def write(text="您的诉求已办结。", **more):
        return correspondence.write(Purpose.CASE, to=resident, text=text, by=cast.operator, **more)

    return write


def run(message: Message) -> Message:
    sending.send_waiting()
    message.refresh_from_db()
    return message


def soon(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(not_before=timezone.now())


def test_a_message_is_handed_over_once_and_its_receipt_says_delivered(provider, write):
    message = run(write())
    assert (message.state, provider.left) == (S.SENT, ["您的诉求已办结。"])
    run(message)
    sending.take_receipt("id0", delivered=True)
    sending.take_receipt("id0", delivered=True)
    sending.take_receipt("id0", delivered=False, code="EXPIRED")
    message.refresh_from_db()
    assert (message.state, len(provider.left)) == (S.DELIVERED, 1)


def test_a_receipt_may_come_before_the_answer(provider, write):
    sending.take_receipt("early", delivered=True)
    provider.answers = [Accepted("early")]
    assert run(write()).state == S.DELIVERED


def test_a_receipt_of_failure_names_its_code_and_a_later_one_of_success_wins(provider, write):
    message = run(write())
    sending.take_receipt("id0", delivered=False, code="UNDELIV 001")
    message.refresh_from_db()
    assert (message.state, message.reason) == (S.FAILED, "UNDELIV 001")
    sending.take_receipt("id0", delivered=True)
    message.refresh_from_db()
    assert (message.state, message.reason) == (S.DELIVERED, "")


def test_no_answer_is_unknown_and_never_sent_again_by_itself(provider, write):
    provider.answers = [NoAnswer("线路中断")]
    message = run(write())
    assert (message.state, message.reason) == (S.UNKNOWN, "线路中断")
    soon(message)
    sending.recover(lease=timedelta(0))
    assert run(message).state == S.UNKNOWN
    assert len(provider.left) == 1


def test_a_busy_provider_is_tried_later_and_later_and_at_last_given_up(provider, write):
    message, waits = write(), []
    for _try in range(sending.MOST_ATTEMPTS):
        provider.answers = [NotTaken("限流", again=True)]
        soon(message)
        before = timezone.now()  # a busy machine may take its time over a try
        waits.append((run(message).not_before - before).total_seconds())
    assert message.state == S.FAILED and message.attempts == sending.MOST_ATTEMPTS
    waits.pop()  # there was no next time
    assert all(15 * 2 <= wait <= 3600 + 60 for wait in waits)
    assert waits[3] > waits[0] and provider.left == []


def test_a_line_that_cannot_be_had_costs_nothing_and_the_rest_waits(provider, write):
    provider.answers = [sending.CannotConnect("不通")] * 3
    messages = [write(f"第{n}条") for n in range(5)]
    sending.send_waiting()
    states = [Message.objects.get(pk=message.pk).state for message in messages]
    assert set(states) == {S.WAITING} and provider.left == []
    assert sum(Message.objects.values_list("attempts", flat=True)) == sending.BUSY_IN_A_ROW


def test_only_the_parts_that_did_not_leave_are_sent_again(provider, write):
    provider.answers = [Accepted("a"), NotTaken("限流", again=True)]
    message = run(write("一|二|三"))
    assert (message.state, provider.left) == (S.WAITING, ["一"])
    soon(message)
    assert run(message).state == S.SENT
    assert provider.left == ["一", "二", "三"]
    for part in message.parts.all():
        sending.take_receipt(part.provider_id, delivered=True)
    message.refresh_from_db()
    assert message.state == S.DELIVERED


def test_a_refused_part_makes_the_whole_fail_whatever_became_of_the_first(provider, write):
    provider.answers = [Accepted("a"), NotTaken("号码错误")]
    message = run(write("一|二"))
    sending.take_receipt("a", delivered=True)
    message.refresh_from_db()
    assert (message.state, message.reason) == (S.FAILED, "号码错误")


def test_a_killed_worker_leaves_unknown_only_what_may_have_left(provider, write):
    claimed, leaving = write("甲"), write("乙")
    for message in (claimed, leaving):
        assert sending.claim(Channel.SMS).pk == message.pk
    MessagePart.objects.create(message=leaving, place=1)
    assert sending.recover() == 0, "their leases still run"
    assert sending.recover(lease=timedelta(0)) == 2
    assert run(claimed).state == S.SENT
    assert run(leaving).state == S.UNKNOWN
    assert provider.left == ["甲"]


def test_a_worker_that_slept_through_its_lease_hands_nothing_over(provider, write):
    write()
    mine = sending.claim(Channel.SMS)
    sending.recover(lease=timedelta(0))
    assert run(mine).state == S.SENT
    mine.claimed_at -= timedelta(minutes=5)
    assert sending.send(mine, provider()) is None
    assert len(provider.left) == 1


def test_who_asks_for_peace_between_writing_and_sending_has_it(provider, write):
    message = write()
    DoNotContact.objects.create(resident=message.resident, reason="本人要求")
    assert (run(message).state, provider.left) == (S.REFUSED, [])


def test_td_closes_the_channel_to_that_number_and_other_words_are_kept(provider, write):
    message = run(write())
    sending.take_reply(MOBILE, "谢谢")
    assert not DoNotContact.objects.exists()
    sending.take_reply(MOBILE, " td。")
    sending.take_reply(MOBILE, "T")
    refusal = DoNotContact.objects.get()
    assert refusal.channel == Channel.SMS and "td" in refusal.reason
    assert list(message.replies.values_list("opt_out", flat=True)) == [True, True, False]
    assert write().channel == Channel.CALL
    assert AuditEvent.objects.get(action="message.opt_out").subject_ref == str(message.resident.uuid)


@pytest.mark.parametrize(
    ("arrived", "state", "times"), [(True, S.DELIVERED, 1), (None, S.FAILED, 1), (False, S.SENT, 2)]
)
def test_a_person_decides_what_is_unknown_once(cast, provider, write, arrived, state, times):
    provider.answers = [NoAnswer("线路中断")]
    message = run(write())
    sending.decide(message, arrived, by=cast.operator)
    with pytest.raises(sending.AlreadyDecided):
        sending.decide(message, True, by=cast.supervisor)
    assert run(message).state == state
    assert len(provider.left) == times
    assert AuditEvent.objects.get(action="message.decide").actor == cast.operator


def test_without_a_provider_it_is_written_to_the_folder_for_the_owner_alone(settings, tmp_path, write):
    settings.MESSAGE_CARRIERS = {"sms": "outreach.channels.folder.Folder"}
    settings.MESSAGE_FOLDER = tmp_path / "messages"
    message = run(write(about="2611-0001"))
    (file,) = settings.MESSAGE_FOLDER.rglob("*.txt")
    assert message.state == S.SENT and message.parts.get().provider_id == file.name
    assert MOBILE in file.read_text(encoding="utf-8") and "您的诉求已办结。" in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0
    assert not Receipt.objects.exists()


def test_one_number_has_so_many_messages_a_day_and_the_next_one_leaves_in_the_morning(provider, write):
    ProviderRules.objects.update_or_create(code="aliyun", defaults={"active": True, "daily_quota": 2})
    messages = [run(write(f"第{n}条|后半")) for n in range(3)]
    assert [message.state for message in messages] == [S.SENT, S.SENT, S.WAITING]
    held = messages[-1]
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert timezone.localtime(held.not_before).isoformat()[:13] == f"{tomorrow}T08"
    assert "2" in held.reason and held.attempts == 0 and not held.parts.exists()
    assert run(correspondence.write(Purpose.CASE, to=None, phone="13900000001", text="别人", by=None)).state == S.SENT
    with time_machine.travel(held.not_before + timedelta(minutes=1), tick=False):
        assert run(held).state == S.SENT
    assert provider.left.count("第2条") == 1
    ProviderRules.objects.update(daily_quota=0)
    assert run(write("不限")).state == S.SENT


def test_a_message_half_of_which_has_left_is_finished_whatever_the_quota(provider, write):
    ProviderRules.objects.update_or_create(code="aliyun", defaults={"active": True, "daily_quota": 1})
    provider.answers = [Accepted("a"), NotTaken("限流", again=True)]
    half = run(write("一|二"))
    soon(half)
    assert run(half).state == S.SENT and provider.left == ["一", "二"]

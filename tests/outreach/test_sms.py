"""Short messages through a real gateway: parts, receipts, faults, and workers that are killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection

from outreach import correspondence, sending
from outreach.models import Message, MessageState, ProviderRules, Reply
from people.consent import Purpose
from people.models import DoNotContact
from tests.cast import make_cast
from tests.factories import make_resident

MOBILE = "13800132468"
S = MessageState


def write(cast, count=1, text="第{n}号通知"):
    return [
        correspondence.write(Purpose.CASE, to=None, phone=f"138{n:08d}", text=text.format(n=n), by=cast.operator)
        for n in range(count)
    ]


def states(messages):
    return [Message.objects.get(pk=message.pk).state for message in messages]


def test_a_long_text_travels_in_joined_parts_a_rare_character_whole_and_its_receipts_come(cast, smsc):
    gateway = smsc()
    text = "好" * 66 + "𠮷" + "台" * 60
    (message,) = write(cast, text=text)
    sending.send_waiting(5)
    first, second = gateway.taken()
    assert first["text"] + second["text"] == text and len(first["text"]) == 66
    reference = message.pk % 256
    assert (first["header"], second["header"]) == ([0, 3, reference, 2, 1], [0, 3, reference, 2, 2])
    assert states([message]) == [S.DELIVERED]


def test_each_fault_of_a_gateway_ends_in_its_own_state(cast, smsc):
    faults = {
        "": S.DELIVERED,
        "receipt first": S.DELIVERED,
        "undelivered": S.FAILED,
        "bad number": S.FAILED,
        "system error": S.UNKNOWN,
        "silent": S.UNKNOWN,
        "hang up after": S.UNKNOWN,
        "hang up before": S.UNKNOWN,
    }
    gateway = smsc(*faults)
    messages = write(cast, len(faults))
    sending.send_waiting(10)
    assert dict(zip(faults, states(messages), strict=True)) == faults
    assert gateway.twice() == []


def test_a_busy_gateway_takes_it_the_next_time(cast, smsc):
    gateway = smsc("throttled", "full", "")
    (message,) = write(cast)
    sending.send_waiting(5)
    assert states([message]) == [S.DELIVERED] and len(gateway.taken()) == 1


def test_an_answer_of_td_closes_the_channel(cast, smsc):
    gateway = smsc()
    correspondence.write(Purpose.CASE, to=make_resident(cast.household, phone=MOBILE), text="通知", by=None)
    sending.send_waiting(5)
    gateway.reply("ＴＤ", MOBILE)
    sending.send_waiting(5)
    assert Reply.objects.get().opt_out and DoNotContact.objects.get().channel == "sms"


def test_a_gateway_that_is_gone_leaves_everything_waiting(cast, smsc):
    smsc().close()
    messages = write(cast, 2)
    assert sending.send_waiting(5) == 0
    assert states(messages) == [S.WAITING] * 2


# A fifth goes wrong.
FAULTS = ["", "", "throttled", "", "", "", "receipt first", *[""] * 4, "silent", *[""] * 5, "hang up after", "", ""]


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_hundred_messages_through_faults_and_two_kills_none_lost_none_twice(transactional_db, smsc):
    assert_none_lost_none_twice(make_cast(), smsc, count=100, kills=2)


@pytest.mark.django_db(transaction=True)
def test_two_workers_together_keep_to_what_one_number_may_have_in_a_day(transactional_db, smsc):
    cast, gateway = make_cast(), smsc(slow=30)
    ProviderRules.objects.update_or_create(code="aliyun", defaults={"active": True, "daily_quota": 3})
    for n in range(12):
        correspondence.write(Purpose.CASE, to=None, phone=MOBILE, text=f"第{n}号通知", by=cast.operator)
    workers = [start_worker(gateway) for _worker in range(2)]
    assert [worker.wait() for worker in workers] == [0, 0]
    assert len(gateway.taken()) == 3
    found = Counter(Message.objects.values_list("state", flat=True))
    assert found[S.WAITING] == 9 and not Message.objects.to_send().exists()


def assert_none_lost_none_twice(cast, smsc, *, count, kills, workers=2):
    """Send *count* messages by so many *workers* at a time, *kills* of which are killed in the middle of it."""
    gateway = smsc(*FAULTS, slow=2)
    messages = write(cast, count)
    busy = [start_worker(gateway) for _worker in range(workers)]
    for kill in range(1, kills + 1):
        worker = busy.pop(0)
        while len(gateway.taken()) < count * kill // (kills + 2) and worker.poll() is None:
            time.sleep(0.02)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert worker.returncode == -signal.SIGKILL, "it was killed in the middle, not after its work"
        busy.append(start_worker(gateway))
    for worker in busy:
        assert worker.wait() == 0
    sending.recover(lease=timedelta(0))
    while sending.send_waiting(30):
        pass
    found = Counter(states(messages))
    assert set(found) <= {S.DELIVERED, S.SENT, S.UNKNOWN}, found
    assert gateway.twice() == [], "sent twice"
    unsent = set(Message.objects.exclude(state=S.UNKNOWN).values_list("text", flat=True)) - {
        part["text"] for part in gateway.taken()
    }
    assert unsent == set(), "lost"
    assert found[S.UNKNOWN] <= count // 4, "most are known"
    return found


def start_worker(gateway):
    name = connection.settings_dict["NAME"]
    server = urlsplit(os.environ.get("DATABASE_URL", ""))
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "caseworks.settings",
        "DATABASE_URL": server._replace(path=f"/{name}").geturl() if server.scheme else f"sqlite:///{name}",
        "SMPP_URL": gateway.url,
        "SMPP_TIMEOUT": "0.5",
        "MESSAGE_BACK_OFF": "0",
    }
    return subprocess.Popen([sys.executable, "manage.py", "send_messages", "--until-empty"], env=environment)

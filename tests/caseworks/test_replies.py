"""What a reply lacks, in sentences; and who may let it stand."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from caseworks import workflow
from caseworks.models import Case, TextModule
from caseworks.moves import Act
from caseworks.replies import Finding, Given, check
from caseworks.states import Status
from tests.cast import Cast
from tests.factories import make_case

SOUND = "11月23日上午物业张师傅上门换了路灯灯泡，已电话告知王阿姨。"


@pytest.mark.parametrize(
    ("outcome", "reply", "lacking"),
    [
        (SOUND, SOUND, []),
        ("修好了", SOUND, []),
        ("", "已处理。", ["empty_words", "no_contact", "no_name", "no_date"]),
        ("", "您好，您反映的问题已按规定办理完毕，感谢。", ["empty_words", "no_contact", "no_name", "no_date"]),
        ("", "换了新灯泡", ["too_short", "no_contact", "no_name", "no_date"]),
        ("", "昨天已经和物业公司联系，三楼的路灯全部换新。", []),
        ("", "路灯全部换新，线路也检查过了，请放心使用。", ["no_contact", "no_name", "no_date"]),
        ("", "今天上午与您通话，路灯全部换新，线路也检查过了。", ["no_name"]),
    ],
)
def test_a_reply_says_what_was_done_by_whom_when_and_that_somebody_spoke_with_the_caller(
    outcome: str, reply: str, lacking: list[str]
):
    assert check(Given(outcome, reply)) == lacking


def test_the_record_speaks_for_contact_and_names():
    reply = "今天换了三楼和四楼的灯泡，王秀兰说亮了。"
    assert check(Given("", reply)) == [Finding.NO_CONTACT, Finding.NO_NAME]
    assert check(Given("", reply, contacted=True, names=["王秀兰"])) == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_saying_more_is_never_held_against_anybody(outcome: str, reply: str):
    fewer = check(Given(outcome, reply))
    more = check(Given(outcome, f"{reply}\n{SOUND}", contacted=True))
    assert set(more) <= set(fewer)
    assert all(str(finding.sentence) for finding in fewer)


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.operator, cast.group)


def send(client: Client, case: Case, **fields: object):
    sent = {"version": case.version, "key": uuid4(), "solved": "yes", **fields}
    return client.post(reverse("case_action", args=[case.number, "resolve"]), sent)


def test_what_the_check_finds_is_said_first_and_one_tick_lets_it_stand_on_record(
    cast: Cast, case: Case, client: Client
):
    client.force_login(cast.leader)
    told = send(client, case, text="换了", reply="已处理")
    assert told.status_code == 422
    page = told.content.decode()
    assert str(Finding.NO_DATE.sentence) in page and "换了" in page
    assert 'type="checkbox" name="all_the_same"' in page
    assert send(client, case, text="换了", reply="已处理", all_the_same="on").status_code == 302
    case.refresh_from_db()
    assert (case.status, case.reply) == (Status.TO_FOLLOW_UP, "已处理")
    assert "no_date" in case.resolved_despite
    assert str(Finding.NO_DATE.sentence) in client.get(case.get_absolute_url()).content.decode()


def test_at_a_desk_the_reply_is_asked_for_and_nothing_stands_in_it_beforehand(cast: Cast, case: Case, client: Client):
    TextModule.objects.create(use="reply", shortcut="dz2", name="到场", text="已到现场")
    client.force_login(cast.leader)
    page = client.get(reverse("case_action", args=[case.number, "resolve"])).content.decode()
    assert 'data-shortcut="/dz2"' in page
    assert not client.get(reverse("case_action", args=[case.number, "resolve"])).context["form"]["reply"].value()
    assert "reply" in send(client, case, text=SOUND).context["form"].errors
    send(client, case, text="换了灯泡", reply=SOUND)
    case.refresh_from_db()
    assert (case.outcome, case.reply, case.resolved_despite) == ("换了灯泡", SOUND, [])


def test_on_the_phone_the_outcome_serves_as_the_reply(cast: Cast, case: Case, client: Client):
    client.force_login(cast.leader)
    fields = {"verb": "resolve", "version": case.version, "key": uuid4(), "solved": "yes"}
    client.post(reverse("phone_case", args=[case.number]), {**fields, "text": SOUND})
    case.refresh_from_db()
    assert (case.status, case.reply) == (Status.TO_FOLLOW_UP, SOUND)


def test_what_was_said_the_first_time_is_forgotten_when_a_case_is_reopened(cast: Cast, case: Case):
    workflow.resolve(case, Act(cast.leader), text="换了", solved="yes", reply="已处理", despite=["no_date"])
    workflow.request_reopen(case, Act(cast.operator), text="又坏了")
    after = workflow.reopen(case, Act(cast.supervisor))
    assert (after.reply, after.resolved_despite) == ("", [])

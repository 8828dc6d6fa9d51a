"""What a short message must be like, per provider, and how a text falls into parts."""

from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.correspondence import rules_of
from outreach.message_reference import PROVIDERS, TEXTS
from outreach.messaging_rules import (
    ALONE,
    JOINED,
    Rules,
    completed,
    is_opt_out,
    lint,
    next_open,
    parts_of,
    traditional_in,
)
from people.consent import PROMOTIONAL, Purpose, why_not

BY_CODE = {row.code: rules_of(row) for row in PROVIDERS}


def units(text):
    return len(text.encode("utf-16-be")) // 2


@given(st.text(alphabet=st.sampled_from("好a𠮷，🙂"), max_size=300))
def test_parts_lose_nothing_fit_and_cut_no_character(text):
    parts = parts_of(text)
    assert "".join(parts) == text
    assert all(units(part) <= (ALONE if len(parts) == 1 else JOINED) for part in parts)
    assert len(parts) <= units(text) // (JOINED - 1) + 1


@pytest.mark.parametrize(("length", "count"), [(0, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_a_text_costs_so_many_messages(length, count):
    assert len(parts_of("好" * length)) == count


@pytest.mark.parametrize(
    ("code", "purpose", "text", "refused"),
    [
        ("huawei", Purpose.GREETING, "祝您节日快乐。拒收请回复R", 0),
        ("huawei", Purpose.GREETING, "祝您节日快乐。", 1),
        ("huawei", Purpose.GREETING, "{name}，祝您节日快乐。拒收请回复R", 1),
        ("huawei", Purpose.GREETING, "有事请拨13800132468。拒收请回复R", 1),
        ("huawei", Purpose.CASE, "您的诉求已办结，请拨13800132468。", 0),
        ("huawei", Purpose.CASE, "您的訴求已辦結。", 1),
        ("huawei", Purpose.FOLLOW_UP, "请对服务作出评价。", 1),
        ("tencent", Purpose.FOLLOW_UP, "请对服务作出评价。", 0),
        ("tencent", Purpose.CASE, "您的訴求已辦結。", 0),
        ("aliyun", Purpose.GREETING, "祝您节日快乐。", 0),
        ("aliyun", Purpose.NOTICE, "祝您节日快乐。", 1),
        ("huawei", Purpose.NOTICE, "祝您節日快樂。", 2),
        ("tencent", Purpose.CASE, "节日期间照常受理。", 0),
        ("aliyun", Purpose.CASE, "{nmae}，您好", 1),
        ("aliyun", Purpose.CASE, "{name}，您好", 0),
        ("aliyun", Purpose.CASE, "好" * 67 * 5 + "多", 1),
    ],
)
def test_each_provider_refuses_what_it_says_it_refuses(code, purpose, text, refused):
    findings = lint(text, purpose, BY_CODE[code], variables=("name",))
    assert len([finding for finding in findings if finding.refuses]) == refused, findings


def test_shared_characters_are_not_taken_for_traditional_ones():
    assert traditional_in("乾隆、著名、於先生、，ＡＢＣ") == []
    assert traditional_in("祝節日快樂") == ["節", "樂"]


@pytest.mark.parametrize("reply", ["TD", "td", "ＴＤ", " T。", "n"])
def test_opt_out_words_are_known_however_they_are_typed(reply):
    assert is_opt_out(reply, BY_CODE["aliyun"].opt_out_words)


@pytest.mark.parametrize("reply", ["", "谢谢", "TDD", "R"])
def test_other_words_are_not(reply):
    assert not is_opt_out(reply, BY_CODE["aliyun"].opt_out_words)


@pytest.mark.parametrize(
    ("hour", "purpose", "leaves"),
    [
        (7, Purpose.GREETING, "22T08"),
        (8, Purpose.GREETING, "22T08"),
        (21, Purpose.GREETING, "23T08"),
        (3, Purpose.INCIDENT, "22T03"),
    ],
)
def test_a_greeting_waits_for_the_hours_and_a_burst_pipe_does_not(hour, purpose, leaves):
    rules = Rules(opens=time(8), closes=time(21))
    assert next_open(purpose, rules, datetime(2026, 11, 22, hour)).isoformat().startswith(f"2026-11-{leaves}")


def test_the_texts_an_office_begins_with_pass_every_provider_in_simplified():
    variables = ("name", "number", "news", "when", "place", "visitor", "card")
    for purpose, _subject, simplified, traditional in TEXTS:
        for code, rules in BY_CODE.items():
            text = completed(simplified, purpose, rules)
            assert [f.text for f in lint(text, purpose, rules, variables=variables) if f.refuses] == [], code
        assert traditional_in(simplified) == []
        assert traditional_in(traditional) or purpose == Purpose.INCIDENT


def test_only_what_is_optional_needs_consent():
    needs = {purpose for purpose in Purpose if why_not(purpose, "sms", consents=(), refusals=())}
    assert needs == PROMOTIONAL
    assert not any(why_not(purpose, "letter", consents=(), refusals=()) for purpose in Purpose)

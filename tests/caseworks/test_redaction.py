"""What the office knows of somebody never survives in a text for the notice board, however it is written there."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caseworks.redaction import Known, Taken, marked, redact
from people.names import fold

FAMILIES = ["王", "李", "欧阳", "陈", "单", "羅"]
GIVEN = ["秀兰", "建国", "娜娜", "静", "志明", "愛華"]
HAN_NAMES = st.builds(str.__add__, st.sampled_from(FAMILIES), st.sampled_from(GIVEN)).filter(lambda name: len(name) > 1)
NAMES = st.one_of(HAN_NAMES, st.sampled_from(["John Smith", "Müller", "ＭＡＲＩＡ"]))
PHONES = st.one_of(st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.from_regex(r"0580-[2-8]\d{6}", fullmatch=True))
DOCUMENTS = st.from_regex(r"3309\d{13}[\dX]", fullmatch=True)
WORDS = st.text("王李秀反映漏水了已修好，。 5路12号·-ab", max_size=12)
BETWEEN = st.sampled_from(["", " ", "\u3000", "\u200b", "·"])
IN_NUMBERS = st.sampled_from(["", " ", "-", " - ", "．"])


def bare(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text))


def spelled(literal: str, between: str) -> str:
    return between.join(literal)


@settings(max_examples=150)
@given(NAMES, WORDS, WORDS, BETWEEN, st.booleans())
def test_no_known_name_survives(name: str, before: str, after: str, between: str, wide: bool):
    written = "".join(chr(ord(char) + 0xFEE0) if wide and "!" <= char <= "~" else char for char in name)
    left = redact(f"{before}{spelled(written, between)}{after}", Known(names=frozenset({name})))
    assert bare(name) not in bare(left.text)
    assert Taken.NAME in {piece.taken for piece in left.taken}


@settings(max_examples=150)
@given(st.one_of(PHONES, DOCUMENTS), WORDS, WORDS, IN_NUMBERS, st.booleans())
def test_no_number_survives_known_or_not(number: str, before: str, after: str, between: str, known: bool):
    text = f"{before}号码{spelled(number, between)}。{after}"
    left = redact(text, Known(numbers=frozenset({number} if known else ())))
    assert bare(number) not in bare(left.text)


@settings(max_examples=100)
@given(
    st.integers(1, 400),
    st.integers(1, 30),
    st.integers(101, 3202),
    BETWEEN,
    st.sampled_from(["幢", "栋", "号楼"]),
    WORDS,
)
def test_no_door_survives(number: int, building: int, room: int, between: str, word: str, after: str):
    address = f"滨港路{number}号{building}{word}{room}室"
    for text, known in ((spelled(address, between), frozenset({address})), (address, frozenset())):
        left = redact(f"家住{text}，{after}", Known(addresses=known))
        assert f"{room}室" not in bare(left.text)
        assert f"{number}号" not in bare(left.text.split("，")[0])


@settings(max_examples=100)
@given(st.lists(st.one_of(WORDS, NAMES, PHONES), max_size=6).map("，".join), st.frozensets(NAMES, max_size=3))
def test_a_text_gone_through_once_is_gone_through_for_good_and_its_gaps_are_found_again(text: str, names):
    known = Known(names=names)
    once = redact(text, known)
    assert redact(once.text, known).text == once.text
    assert [piece.taken for piece in marked(once.text).taken] == [piece.taken for piece in once.taken]


@pytest.mark.parametrize(
    "text",
    [
        "王阿姨来过",
        "小王家漏水",
        "老王说好了",
        "秀兰说好了",
        "浙L·12345 停在门口",
        "邮箱 wang.xl@example.cn",
        "台胞证 T12345678",
        "一三八零零一三二四六八",
        "尾号2468 的来电",
        "教场路31号12幢1601室",
        "3幢二单元",
        "第3小组",
    ],
)
def test_what_tells_a_neighbour_who_it_was_is_taken_out(text: str):
    assert redact(text, Known(names=frozenset({"王秀兰"}))).taken


@pytest.mark.parametrize(
    "text",
    [
        "滨港路路灯 2026-11-22 修好",
        "11月5号已修好",
        "地铁5号线施工",
        "7至14层停水16户",
        "补偿1500000元",
        "请拨热线12345",
        "社区组织活动三次",
        "东安社区门禁已换",
    ],
)
def test_what_tells_nobody_stays(text: str):
    assert redact(text, Known(names=frozenset({"王秀兰"}))).text == text

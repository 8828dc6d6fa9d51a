"""Names as written, and the keys under which they are found again."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.management.commands.build_name_tables import simplified_pairs
from people.names import (
    fold,
    name_key,
    pinyin_keys,
    pinyin_readings,
    query_tokens,
    search_tokens,
    surname,
    text_tokens,
    tidy_name,
)

HAN_NAMES = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=4)


def finds(typed: str, column: str) -> bool:
    """Match as a caller's LIKE does."""
    tokens = query_tokens(typed)
    return bool(tokens) and all(f" {token}" in column for token in tokens)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("马\u3000慧", "马慧"),
        (" 王 小 明\n", "王小明"),
        ("王 小明", "王小明"),
        ("欧阳 娜娜", "欧阳娜娜"),
        ("歐陽 娜娜", "歐陽娜娜"),
        ("张三 李四", "张三 李四"),
        ("买买提 • 艾力", "买买提·艾力"),
        ("买买提‧艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"),
        ("John  Q. Smith", "John Q. Smith"),
        ("Ｊｏｈｎ", "John"),
        ("\ufeff王\u200b伟", "王伟"),
        ("䶮𠮷", "䶮𠮷"),
        ("㛃 𬭚", "㛃𬭚"),
        (None, ""),
        (12, "12"),
    ],
)
def test_tidy_names(written: object, name: str) -> None:
    assert tidy_name(written) == name


@given(st.one_of(st.text(), st.none(), st.integers(), st.floats()))
def test_tidying_twice_is_tidying_once(raw: object) -> None:
    assert tidy_name(tidy_name(raw)) == tidy_name(raw)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(HAN_NAMES, HAN_NAMES)
def test_parts_of_a_name_fold_like_the_whole(first: str, second: str) -> None:
    assert fold(first) + fold(second) == fold(first + second)


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("譚昌麗", "谭昌丽"),
        ("趙立", "赵立"),
        ("鄭軒榮", "郑轩荣"),
        ("乾隆", "干隆"),
        ("ＡＢＣ１２３", "abc123"),
        ("餘鍾峯", "余钟峰"),
    ],
)
def test_traditional_and_full_width_fold_to_simplified_and_half_width(traditional: str, simplified: str) -> None:
    assert fold(traditional) == simplified


def test_the_committed_table_is_what_the_dictionary_gives() -> None:
    pairs = simplified_pairs()
    assert len(pairs) > 4000
    assert {char: fold(char) for char in pairs} == pairs


def test_one_name_written_in_two_ways_has_one_key() -> None:
    assert name_key("馬　慧") == name_key("马慧")
    assert name_key("买买提•艾力") == name_key("买买提 · 艾力")
    assert name_key("John Smith") == name_key("JOHN  SMITH")
    assert name_key("马慧") != name_key("马惠")


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("王秀兰", "王"),
        ("欧阳娜娜", "欧阳"),
        ("歐陽娜娜", "歐陽"),
        ("万俟卨", "万俟"),
        ("欧阳", "欧阳"),
        ("欧伟", "欧"),
        ("马\u3000慧", "马"),
        ("买买提·艾力", ""),
        ("John Smith", ""),
        ("", ""),
    ],
)
def test_surnames_with_which_people_are_addressed(name: str, family: str) -> None:
    assert surname(name) == family


@pytest.mark.parametrize(
    ("name", "full", "initials", "also"),
    [
        ("单雄信", "shanxiongxin", "sxx", "danxiongxin"),
        ("仇英", "qiuying", "qy", "chouying"),
        ("曾兰", "zenglan", "zl", "cenglan"),
        ("区文", "ouwen", "ow", "quwen"),
        ("解珍", "xiezhen", "xz", "jiezhen"),
        ("查良", "zhaliang", "zl", "chaliang"),
        ("翟羽", "zhaiyu", "zy", "diyu"),
        ("朴慧", "piaohui", "ph", "puhui"),
        ("盖宽", "gekuan", "gk", "gaikuan"),
        ("覃思", "qinsi", "qs", "tansi"),
        ("單雄", "shanxiong", "sx", "danxiong"),
        ("吕丽", "lvli", "ll", "lyuli"),
        ("尉迟恭", "yuchigong", "ycg", "weichigong"),
        ("万俟卨", "moqixie", "mqx", "wanqixie"),
        ("长孙无忌", "zhangsunwuji", "zswj", "zhangsunwuji"),
        ("欧阳娜娜", "ouyangnana", "oynn", "ouyangnana"),
        ("买买提·艾力", "maimaitiaili", "mmtal", "maimaitiaili"),
        ("John Smith", "johnsmith", "js", "johnsmith"),
    ],
)
def test_pinyin_knows_how_surnames_are_read_and_how_people_type_them(
    name: str, full: str, initials: str, also: str
) -> None:
    assert pinyin_keys(name) == (full, initials)
    assert also in [reading.full for reading in pinyin_readings(name)]


def test_a_character_is_read_as_a_surname_only_at_the_front() -> None:
    assert [reading.full for reading in pinyin_readings("王单")] == ["wangdan"]


def test_a_rare_character_is_read_by_its_traditional_form_or_left_out() -> None:
    assert pinyin_keys("王龓") == ("wanglong", "wl")
    assert pinyin_keys("王𠮷") == ("wang", "w")
    assert finds("王𠮷", search_tokens("王𠮷"))


def test_nothing_has_no_pinyin() -> None:
    assert pinyin_keys("") == ("", "")
    assert search_tokens("  ") == ""


@pytest.mark.parametrize(
    "typed",
    [
        *["王", "秀", "王秀", "秀兰", "王秀兰", "王秀蘭", "王 秀兰", "王xl"],
        *["wangxiulan", "WangXiuLan", "wangx", "wxl", "ｗｘｌ", "xiulan", "xl", "xiul"],
        *["wang xiulan", "wang xiu lan", "xiulan wang"],
    ],
)
def test_a_person_is_found_by(typed: str) -> None:
    assert finds(typed, search_tokens("王秀兰"))


@pytest.mark.parametrize("typed", ["王兰", "兰秀", "李", "angxiu", "wlx", "xiulanw", "", " ", "%", "_", "\\"])
def test_a_person_is_not_found_by(typed: str) -> None:
    assert not finds(typed, search_tokens("王秀兰"))


def test_a_person_is_found_by_either_reading_and_by_other_names() -> None:
    column = search_tokens("單雄信", "Sean Shan", "信哥")
    for typed in ("shanx", "danx", "sxx", "dxx", "单雄", "sean", "shan", "ss", "信哥", "xinge"):
        assert finds(typed, column), typed


def test_ü_is_typed_as_v_as_ü_or_as_in_passports() -> None:
    for typed in ("lvli", "lüli", "lyuli"):
        assert finds(typed, search_tokens("吕丽")), typed


@given(HAN_NAMES)
def test_everybody_is_found_by_name_by_pinyin_and_by_initials(name: str) -> None:
    column = search_tokens(name)
    assert column == f" {' '.join(column.split())} "
    assert finds(name, column)
    for key in filter(None, pinyin_keys(name)):
        assert key.isascii()
        assert finds(key, column)


@given(st.text())
def test_tokens_hold_nothing_that_like_would_interpret(text: str) -> None:
    for token in (*query_tokens(text), *search_tokens(text).split(" "), *text_tokens(text)):
        assert not set(token) & set("%_\\ ")


def test_the_names_of_an_office_are_indexed_in_under_two_seconds() -> None:
    families, given_names = "王李张刘陈杨赵黄周吴单仇曾覃", "伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超兰霞"
    names = [f + a + b for f in families for a in given_names for b in given_names][:3300]
    started = time.perf_counter()
    columns = {search_tokens(name) for name in names}
    assert len(columns) == 3300
    assert time.perf_counter() - started < 2

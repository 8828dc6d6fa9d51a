"""Numbers of documents and phones, as people and workbooks write them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from people.identifiers import DocumentKind, PhoneKind, check_character, parse_document, parse_phones, split_off_phones

TODAY = date(2026, 11, 22)
ANYTHING = st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans(), st.dates(), st.binary())
DIGITS = "0123456789"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@st.composite
def resident_ids(draw: st.DrawFn) -> tuple[str, date, str]:
    """Yield a valid 18-character number of any kind of card, its date of birth and its sex."""
    born = draw(st.dates(date(1900, 1, 1), TODAY))
    region = draw(st.sampled_from(["330903", "110101", "510202", "810000", "820000", "830000", "911124"]))
    sequence = draw(st.integers(0, 999))
    body = f"{region}{born:%Y%m%d}{sequence:03}"
    return body + check_character(body), born, "M" if sequence % 2 else "F"


@given(resident_ids())
def test_a_valid_number_tells_birth_and_sex(valid: tuple[str, date, str]) -> None:
    number, born, sex = valid
    document = parse_document(number, TODAY)
    assert (document.number, document.born, document.sex, document.problem) == (number, born, sex, "")


@given(resident_ids(), st.integers(0, 16), st.sampled_from(DIGITS))
def test_any_single_wrong_digit_is_reported(valid: tuple[str, date, str], place: int, digit: str) -> None:
    number = valid[0]
    wrong = number[:place] + digit + number[place + 1 :]
    document = parse_document(wrong, TODAY)
    assert document.number == wrong
    assert bool(document.problem) == (wrong != number)


@given(resident_ids(), st.sampled_from(DIGITS + "X"))
def test_a_wrong_check_character_is_reported(valid: tuple[str, date, str], last: str) -> None:
    number = valid[0]
    assert bool(parse_document(number[:17] + last, TODAY).problem) == (last != number[17])


def test_the_example_of_the_standard_is_valid() -> None:
    assert check_character("11010519491231002") == "X"


@given(ANYTHING)
def test_reading_a_document_never_raises_and_settles(raw: object) -> None:
    once = parse_document(raw, TODAY)
    again = parse_document(once.number, TODAY)
    assert again.number == once.number


@pytest.mark.parametrize(
    "written",
    [
        "33090319900506259X",
        "33090319900506259x",
        "'33090319900506259X",
        "’33090319900506259X",
        "３３０９０３１９９００５０６２５９Ｘ",
        " 330903 19900506 259X ",
        "330903-19900506-259X",
        "\u200b33090319900506259X",
        "身份证：33090319900506259X",
    ],
)
def test_ways_of_writing_one_number(written: str) -> None:
    document = parse_document(written, TODAY)
    assert (document.number, document.problem) == ("33090319900506259X", "")


@pytest.mark.parametrize(
    ("written", "kind", "number"),
    [
        ("330903197503156530", DocumentKind.RESIDENT_ID, "330903197503156530"),
        ("CHN310012345678", DocumentKind.FOREIGNER_PERMIT, "CHN310012345678"),
        ("01234567", DocumentKind.TAIWAN_PERMIT, "01234567"),
        ("台胞证 01234567", DocumentKind.TAIWAN_PERMIT, "01234567"),
        ("0123456789(B)", DocumentKind.TAIWAN_PERMIT, "0123456789B"),
        ("01234567890", DocumentKind.TAIWAN_PERMIT, "01234567890"),
        ("h12345678", DocumentKind.HK_MACAO_PERMIT, "H12345678"),
        ("M1234567801", DocumentKind.HK_MACAO_PERMIT, "M1234567801"),
        ("E12345678", DocumentKind.PASSPORT, "E12345678"),
        ("EA1234567", DocumentKind.PASSPORT, "EA1234567"),
        ("A123456789", DocumentKind.OTHER, "A123456789"),
    ],
)
def test_kinds_are_told_by_form(written: str, kind: DocumentKind, number: str) -> None:
    document = parse_document(written, TODAY)
    assert (document.kind, document.number, document.problem) == (kind, number, "")


@pytest.mark.parametrize(
    ("region", "kind"),
    [
        ("911124", DocumentKind.FOREIGNER_PERMIT),
        ("810000", DocumentKind.HMT_RESIDENCE_PERMIT),
        ("820000", DocumentKind.HMT_RESIDENCE_PERMIT),
        ("830000", DocumentKind.HMT_RESIDENCE_PERMIT),
        ("330114", DocumentKind.RESIDENT_ID),
        ("999999", DocumentKind.FOREIGNER_PERMIT),
        ("000000", DocumentKind.RESIDENT_ID),
    ],
)
def test_the_region_tells_the_kind_and_never_refuses(region: str, kind: DocumentKind) -> None:
    body = f"{region}19750315653"
    document = parse_document(body + check_character(body), TODAY)
    assert (document.kind, document.problem) == (kind, "")


def test_an_old_number_of_15_digits_is_the_same_document_as_its_new_form() -> None:
    old = parse_document("330903750315653", TODAY)
    assert (old.born, old.sex, old.problem) == (date(1975, 3, 15), "M", "")
    assert old.number == "330903750315653"
    assert old.key == parse_document("330903197503156530", TODAY).key


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("330903197503156531", "check digit"),
        ("330903197502306530", "impossible"),
        ("330903187503156530", "impossible"),
        ("330903751315653", "impossible"),
        ("330903209903156530", "future"),
        ("33090319750315653", "this one has 17"),
        ("3309031975031565300", "this one has 19"),
        ("33O903197503156530", "consists of digits"),
        ("3309**********6530", "hidden by stars"),
        ("13800138000", "phone number"),
        ("19460325", "date of birth"),
        ("派出所办理中", "not a document number"),
    ],
)
def test_a_problem_says_what_is_wrong_and_not_the_number(written: str, says: str) -> None:
    document = parse_document(written, TODAY)
    assert says in document.problem
    assert document.number == written
    assert written not in document.problem


def test_somebody_born_today_is_not_from_the_future() -> None:
    for born, problem in ((TODAY, False), (TODAY + timedelta(days=1), True)):
        body = f"330903{born:%Y%m%d}001"
        assert bool(parse_document(body + check_character(body), TODAY).problem) is problem


@pytest.mark.parametrize("cell", [330903197503156530.0, 330903197503156000, 3.30903197503156e17])
def test_a_numeric_cell_has_lost_the_tail_and_says_so(cell: float) -> None:
    document = parse_document(cell, TODAY)
    assert "lost" in document.problem
    assert document.number == "330903197503156***"
    assert (document.born, document.sex) == (date(1975, 3, 15), None)


@pytest.mark.parametrize("text", ["3.30903E+17", "3.30903197503156e+17", "330903197503156000"])
def test_text_made_from_a_numeric_cell_has_lost_it_too(text: str) -> None:
    assert "lost" in parse_document(text, TODAY).problem


def test_a_whole_number_that_kept_every_digit_is_sound() -> None:
    assert parse_document(330903197503156530, TODAY).problem == ""


@pytest.mark.parametrize("empty", [None, "", " ", "\u3000", "无", "/", "-", "—"])
def test_nothing_is_not_a_problem(empty: object) -> None:
    assert (parse_document(empty).number, parse_document(empty).problem) == ("", "")
    assert parse_phones(empty) == []


# ---- Phones ----


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("13800127125", ["13800127125"]),
        ("138 0012 7125", ["13800127125"]),
        ("138-0011-0174", ["13800110174"]),
        ("１３８００１７３６５０", ["13800173650"]),
        (13800127125, ["13800127125"]),
        (13800127125.0, ["13800127125"]),
        ("13800127125.0", ["13800127125"]),
        ("+86 138 0012 7125", ["13800127125"]),
        ("0086-13800127125", ["13800127125"]),
        ("8613800127125", ["13800127125"]),
        ("13800167523、0580-3067523", ["13800167523", "0580-3067523"]),
        ("13800127125，13800127126;13800127127／13800127128", [f"1380012712{n}" for n in "5678"]),
        ("13800127125 13800127126", ["13800127125", "13800127126"]),
        ("138 0012 7125 138 0012 7126", ["13800127125", "13800127126"]),
        ("13800127125\n13800127126", ["13800127125", "13800127126"]),
        ("13800127125-13800127126", ["13800127125", "13800127126"]),
        ("13800127125或13800127126", ["13800127125", "13800127126"]),
        ("13800127125、138 0012 7125", ["13800127125"]),
        ("05803067523", ["0580-3067523"]),
        ("(0580)3067523", ["0580-3067523"]),
        ("0580—3067523", ["0580-3067523"]),
        ("+86 580 3067523", ["0580-3067523"]),
        (5803067523, ["0580-3067523"]),
        ("010-88888888", ["010-88888888"]),
        ("3067523", ["3067523"]),
        ("400-123-4567", ["4001234567"]),
        ("12345", ["12345"]),
        (95598, ["95598"]),
        ("0580-12345", ["0580-12345"]),
        ("+886 912 345 678", ["+886912345678"]),
        ("00852-98765432", ["+85298765432"]),
        ("853 6612 3456", ["+85366123456"]),
        ("+1 (212) 555-0123", ["+12125550123"]),
    ],
)
def test_ways_of_writing_phones(written: object, read: list[str]) -> None:
    phones = parse_phones(written)
    assert [phone.number for phone in phones] == read
    assert not any(phone.problem for phone in phones)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("13800127125", PhoneKind.MOBILE),
        ("0580-3067523", PhoneKind.LANDLINE),
        ("4001234567", PhoneKind.SERVICE),
        ("12345", PhoneKind.SERVICE),
        ("119", PhoneKind.SERVICE),
        ("+393331234567", PhoneKind.FOREIGN),
    ],
)
def test_kinds_of_phones(written: str, kind: PhoneKind) -> None:
    assert [phone.kind for phone in parse_phones(written)] == [kind]


@pytest.mark.parametrize(
    "written",
    [
        "0580-3067523转801",
        "0580-3067523 转 801",
        "0580-3067523（转801）",
        "0580-3067523轉801",
        "05803067523分机801",
        "0580 3067523 內線801",
        "0580-3067523-801",
        "0580 3067523 ext. 801",
        "0580-3067523#801",
    ],
)
def test_ways_of_writing_an_extension(written: str) -> None:
    (phone,) = parse_phones(written)
    assert (phone.number, phone.extension, phone.tail4, str(phone)) == (
        "0580-3067523",
        "801",
        "7523",
        "0580-3067523#801",
    )


def test_an_extension_does_not_swallow_the_next_number() -> None:
    phones = parse_phones("0580-3067523 转 801 13800127125")
    assert [str(phone) for phone in phones] == ["0580-3067523#801", "13800127125"]


def test_a_400_number_may_have_an_extension_and_a_hotline_none() -> None:
    assert [str(phone) for phone in parse_phones("400-123-4567-8")] == ["4001234567#8"]
    assert [phone.kind for phone in parse_phones("12345转8")] == [PhoneKind.UNREADABLE]


def test_a_local_landline_takes_the_area_code_of_the_office() -> None:
    assert parse_phones("3067523", area_code="0580")[0].number == "0580-3067523"


def test_words_beside_a_number_become_its_label() -> None:
    phones = parse_phones("儿子：13800127125、13800127126（女儿）")
    assert [(phone.number, phone.label) for phone in phones] == [("13800127125", "儿子"), ("13800127126", "女儿")]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("1380012712", "this one has 10"),
        ("138 0012 712", "this one has 10"),
        ("138001271255", "this one has 12"),
        ("138 00127 12345", "this one has 13"),
        ("138****7125", "hidden by stars"),
        ("0580-306752", "not a phone number"),
        ("同上", "no phone number"),
        ("1.38E+10", "lost"),
    ],
)
def test_an_unreadable_phone_is_kept_and_says_what_is_wrong(written: str, says: str) -> None:
    (phone,) = parse_phones(written)
    assert (phone.kind, phone.number) == (PhoneKind.UNREADABLE, written)
    assert says in phone.problem


def test_a_sound_number_beside_a_wrong_one_is_kept() -> None:
    good, wrong = parse_phones("13800127125 1380012712")
    assert (good.number, good.problem) == ("13800127125", "")
    assert (wrong.number, wrong.kind) == ("1380012712", PhoneKind.UNREADABLE)


@given(ANYTHING)
def test_reading_phones_never_raises_and_loses_no_digit(raw: object) -> None:
    phones = parse_phones(raw)
    if isinstance(raw, str) and re.search("[1-9]", raw):
        assert phones
    for phone in phones:
        if not phone.problem:
            assert [str(again) for again in parse_phones(str(phone))] == [str(phone)]


PHONE_LIKE = st.text(alphabet="0123456789 -+()、/;转#*父", max_size=30)


@given(PHONE_LIKE)
def test_a_number_read_once_reads_the_same_again(written: str) -> None:
    for phone in parse_phones(written):
        if not phone.problem:
            (again,) = parse_phones(str(phone))
            assert (again.number, again.kind, again.extension) == (phone.number, phone.kind, phone.extension)


@given(st.integers(13_000_000_000, 19_999_999_999), st.sampled_from([" ", "-", ""]), st.integers(0, 1))
def test_every_mobile_is_read_however_it_is_grouped(number: int, gap: str, prefix: int) -> None:
    digits = str(number)
    written = ("+86" if prefix else "") + gap.join([digits[:3], digits[3:7], digits[7:]])
    assert [(phone.number, phone.kind) for phone in parse_phones(written)] == [(digits, PhoneKind.MOBILE)]


@pytest.mark.parametrize(
    ("written", "name", "numbers"),
    [
        ("严丽华（13800120003）", "严丽华", "13800120003"),
        ("嚴麗華（電話：13800120003）", "嚴麗華", "13800120003"),
        ("钱玉兰 138-0012-1001", "钱玉兰", "138-0012-1001"),
        ("钱玉兰 电话13800121001/0580-3067523", "钱玉兰", "13800121001、0580-3067523"),
        ("王强（副主任）", "王强（副主任）", ""),
        ("第3小组", "第3小组", ""),
    ],
)
def test_numbers_beside_a_name_are_taken_apart(written: str, name: str, numbers: str) -> None:
    assert split_off_phones(written) == (name, numbers)

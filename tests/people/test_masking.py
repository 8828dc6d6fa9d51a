"""What a screen shows of personal data before it is revealed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.masking import mask_address, mask_document, mask_name, mask_numbers, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("王秀兰", "王*"),
        ("欧阳娜娜", "欧阳*"),
        ("欧阳", "欧*"),
        ("买买提·艾力", "买*"),
        ("John Smith", "J*"),
        ("张", "*"),
        ("", ""),
    ],
)
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800127125", "138****7125"),
        ("0580-3067523", "0580-****523"),
        ("0580-3067523#801", "0580-****523#*"),
        ("010-88886666", "010-*****666"),
        ("3067523", "****523"),
        ("+886912345678", "+88*******678"),
        ("138 0012 712", "*** **** ***"),
        ("", ""),
    ],
)
def test_phones(number: str, masked: str) -> None:
    assert mask_phone(number) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("330903197503156530", "330**************0"),
        ("330903750315653", "330***********3"),
        ("01234567", "0******7"),
        ("E12345678", "E*******8"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_documents(number: str, masked: str) -> None:
    assert mask_document(number) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("滨港路223号1102室", "滨港路***"),
        ("教场路165弄10-303", "教场路***"),
        ("幸福小区五号楼二单元402", "幸福小区***"),
        ("大岙村二组三号", "大岙村***"),
        ("大岙村李家西侧第三间", "大岙村***"),
        ("沈湾街道大岙村23号", "沈湾街道大岙村***"),
        ("登峰渔农村新社区12号", "登峰渔农村新社区***"),
        ("滨港路２２３号", "滨港路***"),
        ("张三家隔壁3号", "***"),
        ("", ""),
    ],
)
def test_addresses(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@given(st.integers(13_000_000_000, 19_999_999_999))
def test_a_masked_mobile_shows_seven_digits_and_no_more(number: int) -> None:
    digits = str(number)
    assert re.sub(r"\D", "", mask_phone(digits)) == digits[:3] + digits[7:]


@given(st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True))
def test_a_masked_resident_id_shows_neither_birth_nor_sequence(number: str) -> None:
    masked = mask_document(number)
    assert len(masked) == len(number)
    assert set(masked[3:-1]) == {"*"}


@given(st.text())
def test_a_masked_address_tells_no_number(address: str) -> None:
    assert not re.search(r"\d", mask_address(address))


@given(st.text())
def test_masking_never_raises_and_hides_something(text: str) -> None:
    if text.strip():
        assert "*" in mask_document(text)
        assert "*" in mask_address(text)
    assert len(mask_name(text)) <= 3
    assert len(re.sub(r"\D", "", mask_phone(text))) <= 7


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("合计；33090319500302001X；12 人", "合计；330**************X；12 人"),
        ("王秀兰330903195003020", "王秀兰330***********0"),
        ("找13800132468，或１３８００１３２４６８", "找1*********8，或１*********８"),
        ("2026-03-0001；202603050012；20260305；0580-1234567", "2026-03-0001；202603050012；20260305；0580-1234567"),
    ],
)
def test_numbers_in_a_text(text: str, masked: str) -> None:
    assert mask_numbers(text) == masked

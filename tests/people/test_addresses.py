"""Addresses taken apart and compared."""

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.addresses import Address, address_key, parse_address, place_name


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("滨港路223号1102室", {"street": "滨港路", "number": "223", "room": "1102"}),
        ("滨港路２２３号 １１０２", {"street": "滨港路", "number": "223", "room": "1102"}),
        ("教场路205号12幢602室", {"street": "教场路", "number": "205", "building": "12", "room": "602"}),
        ("教场路165弄10-303", {"street": "教场路", "lane": "165", "building": "10", "room": "303"}),
        ("缪家塘路3弄1704", {"street": "缪家塘路", "lane": "3", "room": "1704"}),
        ("幸福里5栋2单元402", {"street": "幸福里", "building": "5", "unit": "2", "room": "402"}),
        ("幸福里5-2-402", {"street": "幸福里", "building": "5", "unit": "2", "room": "402"}),
        ("幸福花园B座1203", {"street": "幸福花园", "building": "b", "room": "1203"}),
        ("滨港路223号3楼", {"street": "滨港路", "number": "223", "floor": "3"}),
        ("大岙村23号", {"street": "大岙村", "number": "23"}),
        ("大岙村二组十三号", {"street": "大岙村", "group": "2", "number": "13"}),
        ("市场路12-1号", {"street": "市场路", "number": "12-1"}),
        ("沈湾街道大岙村23号", {"area": "沈湾街道", "street": "大岙村", "number": "23"}),
        ("浙江省舟山市普陀区滨港路1号", {"area": "浙江省舟山市普陀区", "street": "滨港路", "number": "1"}),
        ("登峰渔农村新社区12号", {"street": "登峰渔农村新社区", "number": "12"}),
        ("幸福一路23号", {"street": "幸福一路", "number": "23"}),
        ("滨港路223号1102室（东门）", {"street": "滨港路", "number": "223", "room": "1102", "rest": "东门"}),
        ("滨港路223号12幢-602室", {"street": "滨港路", "number": "223", "building": "12", "room": "602"}),
        ("大岙村", {"street": "大岙村"}),
        ("", {}),
        (None, {}),
    ],
)
def test_addresses_are_taken_apart(written: object, parts: dict[str, str]) -> None:
    assert parse_address(written) == Address(**parts)


@pytest.mark.parametrize(
    "same",
    [
        [
            "幸福小区5幢302室",
            "幸福小区5栋302",
            "幸福小区5号楼302室",
            "幸福小區５幢３０２室",
            "幸福小区 5-302",
            "幸福小区五幢302室",
        ],
        ["教场路165弄10-303", "教场路165弄10号303室", "教场路165弄10幢303"],
        [
            "滨港路223号1102室",
            "滨港路223号1102",
            "滨港路0223号1102室",
            "沈湾街道滨港路223号1102室",
            "滨港路223号11楼1102室",
        ],
    ],
)
def test_one_address_written_in_several_ways_has_one_key(same: list[str]) -> None:
    assert len({address_key(written) for written in same}) == 1


def test_neighbours_have_different_keys() -> None:
    written = [
        "滨港路22号3室",
        "滨港路2号23室",
        "滨港路223号",
        "滨港路223弄",
        "滨港路223号1幢2室",
        "滨港路223号1单元2室",
        "大岙村2组3号",
    ]
    assert len({address_key(each) for each in written}) == len(written)


@given(
    st.one_of(
        st.text(), st.text(alphabet="滨港路村小区123一十号弄幢室-楼单元组座 "), st.integers(), st.floats(), st.none()
    )
)
def test_reading_never_raises_and_loses_no_digit(raw: object) -> None:
    address = parse_address(raw)
    assert all(isinstance(value, str) for value in asdict(address).values())
    assert isinstance(address_key(raw), str)
    assert not any(char.isdigit() for char in place_name(raw))


@given(
    street=st.sampled_from(["滨港路", "幸福小区", "大岙村", "幸福一路"]),
    building=st.integers(1, 99),
    unit=st.integers(1, 9),
    room=st.integers(101, 3999),
    block=st.sampled_from(["幢", "栋", "座", "号楼"]),
    end=st.sampled_from(["室", ""]),
)
def test_every_flat_is_understood_however_its_block_is_called(
    street: str, building: int, unit: int, room: int, block: str, end: str
) -> None:
    address = Address(street=street, building=str(building), unit=str(unit), room=str(room))
    assert parse_address(f"{street}{building}{block}{unit}单元{room}{end}") == address
    assert parse_address(f"{street}{building}-{unit}-{room}{end}") == address
    assert parse_address(address_key(f"{street}{building}{block}{unit}单元{room}")) == address

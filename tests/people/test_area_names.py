"""Areas written short."""

import json

import pytest

from people.area_names import match_area_name
from tests.people.workbook_files import OFFICE

KNOWN = [*json.loads((OFFICE / "truth.json").read_text())["residents"]["by_community"]]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("西塘", "西塘社区"),
        ("西塘社区", "西塘社区"),
        ("东安居委会", "东安社区"),
        ("東安社區", "东安社区"),
        ("沈湾街道东安社区", "东安社区"),
        ("蚂岙", "蚂岙渔农村新社区"),
        ("螞岙社区", "蚂岙渔农村新社区"),
        ("登峰新社区", "登峰渔农村新社区"),
        ("大岙", "大岙村"),
        ("大岙村委会", "大岙村"),
        (" 鲁 家 ", "鲁家村"),
        ("岙", None),
        ("不认识", None),
        ("社区", None),
        ("", None),
    ],
)
def test_the_one_area_that_is_meant_is_found(written: str, meant: str | None):
    assert match_area_name(written, KNOWN) == meant


def test_every_community_is_found_by_its_own_name_and_without_its_kind():
    for name in KNOWN:
        assert match_area_name(name, KNOWN) == name
        assert match_area_name(name.removesuffix("社区").removesuffix("渔农村新").removesuffix("村"), KNOWN) == name


def test_two_that_may_be_meant_are_none_unless_the_kind_tells_them_apart():
    assert match_area_name("大岙", ["大岙村", "大岙社区"]) is None
    assert match_area_name("大岙村", ["大岙村", "大岙社区"]) == "大岙村"
    assert match_area_name("大岙村委会", ["大岙村", "大岙社区"]) == "大岙村"
    assert match_area_name("东", ["东安社区", "东海社区"]) is None

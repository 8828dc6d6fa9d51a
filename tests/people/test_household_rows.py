"""Which rows are one household, in each of the ways in which registers are kept."""

from pathlib import Path

import openpyxl
import pytest

from people.household_rows import HouseholdRows, households, is_head, names_in_list
from people.ledgers import read_ledger
from tests.people.workbook_files import book

HEAD: list[object] = ["序号", "户主姓名", "家庭住址", "成员姓名", "与户主关系", "性别"]
WAYS: dict[str, list[list[object]]] = {
    "the household on its first row": [
        [1, "甲", "1号", "甲", "户主", "男"],
        [None, None, None, "乙", "妻", "女"],
        [2, "丙", "2号", "丙", "户主", "男"],
    ],
    "the household on each row": [
        [1, "甲", "1号", "甲", "户主", "男"],
        [1, "甲", "1号", "乙", "妻", "女"],
        [2, "丙", "2号", "丙", "户主", "男"],
    ],
    "rows numbered, the household on each": [
        [1, "甲", "1号", "甲", "户主", "男"],
        [2, "甲", "1号", "乙", "妻", "女"],
        [3, "丙", "2号", "丙", "户主", "男"],
    ],
    "rows numbered, the household on its first row": [
        [1, "甲", "1号", "甲", "户主", "男"],
        [2, None, None, "乙", "妻", "女"],
        [3, "丙", "2号", "丙", "户主", "男"],
    ],
    "no serial numbers": [
        [None, "甲", "1号", "甲", "户主", "男"],
        [None, None, None, "乙", "妻", "女"],
        [None, "丙", "2号", "丙", "户主", "男"],
    ],
    "no heads, only relations": [
        [None, None, "1号", "甲", "户主", "男"],
        [None, None, None, "乙", "妻", "女"],
        [None, None, "2号", "丙", "户主", "男"],
    ],
    "no relations": [
        [1, "甲", "1号", "甲", None, "男"],
        [None, None, None, "乙", None, "女"],
        [2, "丙", "2号", "丙", None, "男"],
    ],
    "a blank row and a space in a name": [
        [1, "甲 ", "1号", "甲", "户主", "男"],
        [],
        [1, "甲", "1号", "乙", "妻", "女"],
        [2, "丙", "2号", "丙", "户主", "男"],
    ],
}


def _read(path: Path) -> list[HouseholdRows]:
    return list(households(read_ledger(path, "residents").sheets[0]))


def _names(read: list[HouseholdRows]) -> list[list[object]]:
    return [[member.cells.get("member_name") for member in household.members] for household in read]


@pytest.mark.parametrize("way", WAYS)
def test_rows_of_one_household_stay_together(way: str, tmp_path: Path):
    read = _read(book(tmp_path / "a.xlsx", 东安社区=[HEAD, *WAYS[way]]))
    assert _names(read) == [["甲", "乙"], ["丙"]]
    assert [household.cells["address"] for household in read] == ["1号", "2号"]


def test_merged_cells_hold_a_household_together(tmp_path: Path):
    workbook = openpyxl.Workbook()
    for row in [HEAD, *WAYS["the household on its first row"]]:
        workbook.active.append(row)
    for column in "ABC":
        workbook.active.merge_cells(f"{column}2:{column}3")
    workbook.save(tmp_path / "a.xlsx")
    read = _read(tmp_path / "a.xlsx")
    assert _names(read) == [["甲", "乙"], ["丙"]]
    assert [household.row for household in read] == [2, 4]


def test_two_heads_of_one_name_are_two_households(tmp_path: Path):
    rows = [
        [1, "甲", "1号", "甲", None, "男"],
        [2, "甲", "2号", "甲", None, "男"],
        [None, None, None, "乙", None, "女"],
    ]
    assert _names(_read(book(tmp_path / "a.xlsx", 东安社区=[HEAD, *rows]))) == [["甲"], ["甲", "乙"]]


def test_a_register_of_single_persons_has_a_household_each(tmp_path: Path):
    rows = [["姓名", "性别", "住址"], ["甲", "男", "1号"], ["乙", "女", "2号"]]
    assert _names(_read(book(tmp_path / "a.xlsx", 东安社区=rows))) == [["甲"], ["乙"]]


def test_a_household_without_members_keeps_its_head(tmp_path: Path):
    rows = [HEAD, [1, "甲", "1号", None, None, None], [2, "丙", "2号", "丙", "户主", "男"]]
    read = _read(book(tmp_path / "a.xlsx", 东安社区=rows))
    assert [household.cells["head_name"] for household in read] == ["甲", "丙"]


@pytest.mark.parametrize("relation", ["户主", "户 主", "戶　主", "本人（户主）", "\u200b户主\xa0"])
def test_a_head_is_known_however_the_word_is_written(relation: str):
    assert is_head(relation) and not is_head("户主之子")


def test_a_column_that_asks_who_is_head_tells_households_apart(tmp_path: Path):
    head = ["姓名", "是否户主", "性别", "出生日期", "住址"]
    rows = [["甲", "是", "男", "1954", "1号"], ["乙", "否", "女", "1956", "1号"], ["丙", "√", "男", "1960", "2号"]]
    (sheet,) = read_ledger(book(tmp_path / "a.xlsx", 西塘=[head, *rows]), "residents").sheets
    assert [len(household.members) for household in households(sheet)] == [2, 1]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("李玉兰、陈小海（儿子）", [("李玉兰", ""), ("陈小海", "儿子")]),
        ("妻：李玉兰；子：陈小海", [("李玉兰", "妻"), ("陈小海", "子")]),
        ("李玉兰", []),
        ("李玉兰、13800130001", []),
        ("John Smith, Mary", []),
        (None, []),
    ],
)
def test_several_people_in_one_cell(written: str | None, found: list[tuple[str, str]]):
    assert names_in_list(written) == found


def test_the_head_may_stand_below_others_of_a_household_that_has_a_number(tmp_path: Path):
    head = ["序号", "姓名", "与户主关系", "性别", "住址"]
    rows = [
        [1, "甲", "妻", "女", "1号"],
        ["", "乙", "户主", "男", ""],
        [2, "丙", "户主", "男", "2号"],
        ["", "丁", "户主", "", ""],
    ]
    (sheet,) = read_ledger(book(tmp_path / "a.xlsx", 西塘=[head, *rows]), "residents").sheets
    assert [[member.row for member in household.members] for household in households(sheet)] == [[2, 3], [4], [5]]

"""Ledgers of this office and of others: known by their words, read to their end, nothing lost without a word."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from people.area_names import match_area_name
from people.cells import read_count, read_date, read_moment
from people.household_rows import households
from people.ledger_columns import NETWORK
from people.ledgers import Ledger, carried_down, read_ledger
from people.workbooks import WorkbookRefused
from tests.people.workbook_files import OFFICE, book

pytestmark = pytest.mark.usefixtures("in_english")

TRUTH = json.loads((OFFICE / "truth.json").read_text())
HEAD: list[object] = ["序号", "户主姓名", "家庭住址", "成员姓名", "与户主关系", "性别", "出生年月", "联系电话"]
ROW: list[object] = [1, "甲一", "滨港路1号", "甲一", "户主", "男", "1954.4", "13800000001"]
SECOND: list[object] = [None, None, None, "甲二", "子", "男", "1984.4", None]


@pytest.fixture(scope="module")
def residents() -> Ledger:
    return read_ledger(OFFICE / "residents.xlsx", "residents")


@pytest.fixture(scope="module")
def hotline() -> Ledger:
    return read_ledger(OFFICE / "hotline.xlsx", "hotline")


def test_the_network_of_the_office_is_found():
    ledger = read_ledger(OFFICE / "network.xlsx", "network")
    rows = list(carried_down(ledger.sheets[0], NETWORK))
    assert ledger.town == "沈湾街道"
    assert len({row.cells["community"] for row in rows}) == TRUTH["network"]["communities"]
    assert sum("group" in row.cells for row in rows) == TRUTH["network"]["groups"]
    assert ledger.problems == []


def test_the_households_and_members_of_the_office_are_found(residents: Ledger):
    found = {sheet.community: list(households(sheet)) for sheet in residents.sheets}
    everyone = [household for sheet in found.values() for household in sheet]
    assert {name: len(rows) for name, rows in found.items()} == TRUTH["residents"]["by_community"]
    assert len(everyone) == TRUTH["residents"]["households"]
    assert Counter(household.cells["household_kind"] for household in everyone) == TRUTH["residents"]["by_kind"]
    members = [member for household in everyone for member in household.members]
    assert sum("member_name" in member.cells for member in members) == TRUTH["residents"]["residents"]
    assert (residents.town, residents.year, residents.problems) == ("沈湾街道", 2026, [])


def test_every_date_of_birth_of_the_office_is_read(residents: Ledger):
    cells = [record.cells["born"] for sheet in residents.sheets for record in sheet.records if "born" in record.cells]
    assert len(cells) > 3000
    assert [problem for cell in cells if (problem := read_date(cell, today=date(2026, 11, 22))[1])] == []


def test_every_case_of_the_office_has_its_month_channel_and_community(hotline: Ledger):
    (sheet,) = hotline.sheets
    moments = [read_moment(record.cells.get("received_at"), year=hotline.year)[0] for record in sheet.records]
    assert len(sheet.records) == TRUTH["hotline"]["cases"]
    assert Counter(moment.strftime("%Y-%m") for moment in moments if moment) == TRUTH["hotline"]["by_month"]
    assert Counter(record.cells["channel"] for record in sheet.records) == TRUTH["hotline"]["by_channel"]
    known = list(TRUTH["residents"]["by_community"])
    assert all(match_area_name(str(record.cells["community"]), known) for record in sheet.records)
    assert (
        sum(record.cells.get("satisfaction") == "不满意" for record in sheet.records) == TRUTH["hotline"]["unsatisfied"]
    )


@pytest.mark.parametrize("kind", ["network", "residents", "hotline"])
def test_the_kind_is_seen_without_being_told(kind: str):
    assert read_ledger(OFFICE / f"{kind}.xlsx").kind.key == kind


@pytest.mark.parametrize(
    ("given", "wanted", "looks_like"),
    [
        ("hotline", "residents", "hotline ledger"),
        ("network", "residents", "contact network"),
        ("residents", "hotline", "household register"),
        ("residents", "network", "household register"),
        ("hotline", "network", "hotline ledger"),
    ],
)
def test_the_wrong_ledger_is_refused_by_its_kind(given: str, wanted: str, looks_like: str):
    with pytest.raises(WorkbookRefused, match=looks_like):
        read_ledger(OFFICE / f"{given}.xlsx", wanted)


def test_other_columns_are_refused_with_what_was_missed_and_what_was_found(tmp_path: Path):
    path = book(tmp_path / "a.xlsx", 库存=[["品名", "规格", "数量", "单价"], ["打印纸", "A4", 5, 20]])
    with pytest.raises(WorkbookRefused) as refused:
        read_ledger(path, "residents")
    assert "成员姓名" in refused.value.message
    assert "品名、规格" in refused.value.message
    with pytest.raises(WorkbookRefused):
        read_ledger(path)


def test_a_sheet_of_numbers_alone_is_refused_too(tmp_path: Path):
    with pytest.raises(WorkbookRefused):
        read_ledger(book(tmp_path / "a.xlsx", S=[[1, 2, 3]] * 40))


@pytest.mark.parametrize("titles", range(6))
def test_the_head_is_found_under_any_number_of_titles(titles: int, tmp_path: Path):
    above = [
        ["沈湾街道西塘社区侨台户情况登记表"],
        ["填报单位：西塘社区", None, "填报人："],
        ["（内部）"],
        [],
        ["二〇二六年"],
    ]
    ledger = read_ledger(book(tmp_path / "a.xlsx", Sheet1=[*above[:titles], HEAD, ROW, SECOND]), "residents")
    (sheet,) = ledger.sheets
    assert len(sheet.columns) == len(HEAD)
    assert [record.cells["member_name"] for record in sheet.records] == ["甲一", "甲二"]
    assert sheet.community == ("西塘社区" if titles else None)


def test_columns_may_stand_in_any_order_under_other_names(tmp_path: Path):
    head = ["手机号码", "生日", "称谓", "家庭成员", "*户主", "现住址", "证件号码", "备 注"]
    row = ["13800000001", "1954.4", "户主", "甲一", "甲一", "滨港路1号", "330903195404010011", "独居"]
    (sheet,) = read_ledger(book(tmp_path / "a.xlsx", 西塘=[head, row])).sheets
    assert sheet.records[0].cells == {
        "phone": "13800000001",
        "born": "1954.4",
        "relation": "户主",
        "member_name": "甲一",
        "head_name": "甲一",
        "address": "滨港路1号",
        "id_number": "330903195404010011",
        "remark": "独居",
    }
    assert sheet.community == "西塘"


@pytest.mark.parametrize(
    ("kind", "head", "known"),
    [
        (
            "residents",
            [
                "村（居）",
                "家长姓名",
                "成员姓名",
                "称谓",
                "男/女",
                "出生时间",
                "公民身份号码",
                "住所",
                "联络方式",
                "属性",
            ],
            "community head_name member_name relation sex born id_number address phone household_kind",
        ),
        (
            "network",
            [
                "网格长（联络员）",
                "手机号码",
                "所辖户数",
                "网格名称",
                "村居名称",
                "联络站负责人",
                "联系方式",
                "分管领导",
            ],
            "leader leader_phone household_count group community officer officer_phone committee_member",
        ),
        (
            "hotline",
            [
                "接听日期",
                "来电者",
                "联系方法",
                "所在村居",
                "反映的问题",
                "处理部门",
                "处理结果",
                "办结日",
                "回访满意否",
            ],
            "received_at caller phone community content unit status finished_on satisfaction",
        ),
    ],
)
def test_another_office_s_words_for_the_same_columns(kind: str, head: list[object], known: str, tmp_path: Path):
    row: list[object] = [f"乙{number}" for number in range(len(head))]
    (sheet,) = read_ledger(book(tmp_path / "a.xlsx", 西塘=[head, row]), kind).sheets
    assert list(sheet.records[0].cells) == known.split() and not sheet.unknown


def test_traditional_headers_are_understood(tmp_path: Path):
    head = ["編號", "來電時間", "來電人", "聯繫電話", "所屬社區", "反映內容", "滿意度"]
    row = ["1", "1月5日 9:15", "甲女士", "13800000001", "東安", "路燈壞了", "滿意"]
    ledger = read_ledger(book(tmp_path / "a.xlsx", 熱線2025=[["熱線登記"], head, row]))
    assert ledger.kind.key == "hotline"
    assert ledger.year == 2025
    assert set(ledger.sheets[0].columns) == {
        "number", "received_at", "caller", "phone", "community", "content", "satisfaction",
    }  # fmt: skip


def test_a_head_of_two_rows_is_read_with_its_group_titles(tmp_path: Path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in [
        ["东安社区登记表"],
        ["序号", "户主", "住址", "家庭成员", None, None, None, "海外亲属", None, None],
        [None, None, None, "姓名", "关系", "性别", "电话", "姓名", "关系", "所在国家"],
        [1, "甲一", "滨港路1号", "甲一", "户主", "男", "13800000001", "乙一", "兄弟", "荷兰"],
        [None, None, None, "甲二", "子", "男", None, None, None, None],
    ]:
        sheet.append(row)
    for merged in ("A2:A3", "B2:B3", "C2:C3", "D2:G2", "H2:J2"):
        sheet.merge_cells(merged)
    workbook.save(tmp_path / "a.xlsx")
    (read,) = read_ledger(tmp_path / "a.xlsx", "residents").sheets
    first, second = read.records
    assert first.cells == {
        "serial": 1, "head_name": "甲一", "address": "滨港路1号", "member_name": "甲一", "relation": "户主",
        "sex": "男", "phone": "13800000001", "overseas_relatives": "乙一", "kin_relation": "兄弟",
        "overseas_country": "荷兰",
    }  # fmt: skip
    assert second.cells == {"member_name": "甲二", "relation": "子", "sex": "男"}
    assert read.columns["member_name"] == "家庭成员姓名"


def test_bare_phone_columns_belong_to_whom_they_stand_beside(tmp_path: Path):
    head = ["村居", "社区专干", "电话", "委员", "网格", "网格长", "电话", "户数"]
    row = ["东安", "甲", "13800000001", "乙", "一组", "丙", "13800000002", "15户"]
    (sheet,) = read_ledger(book(tmp_path / "a.xlsx", S=[head, row])).sheets
    cells = sheet.records[0].cells
    assert (cells["officer_phone"], cells["leader_phone"]) == ("13800000001", "13800000002")
    assert read_count(cells["household_count"]) == (15, None)


def test_a_community_written_once_or_merged_is_carried_down_to_its_groups(tmp_path: Path):
    head = ["社区", "专职干部", "小组", "小组长"]
    rows = [["东安", "甲", "一组", "乙"], [None, None, "二组", "丙"], ["西塘", None, "一组", "丁"]]
    (sheet,) = read_ledger(book(tmp_path / "a.xlsx", S=[head, *rows])).sheets
    assert [(row.cells["community"], row.cells.get("officer")) for row in carried_down(sheet, NETWORK)] == [
        ("东安", "甲"),
        ("东安", "甲"),
        ("西塘", None),
    ]


def test_totals_notes_signatures_blank_rows_and_repeated_heads_are_passed_over(tmp_path: Path):
    rows = [
        HEAD, ROW, SECOND, ["小 计", "1户"], [], HEAD, [2, "乙一", "滨港路2号", "乙一", "户主", "女", "1960.1", None],
        ["合计", "2户"], [None, "总计：3人"], ["注：本表每季度更新一次。"],
        ["填报人：丙", None, "审核人：丁", None, "2026年9月"],
        ["共2户"],
    ]  # fmt: skip
    ledger = read_ledger(book(tmp_path / "a.xlsx", 东安社区=rows), "residents")
    assert [record.cells["member_name"] for record in ledger.sheets[0].records] == ["甲一", "甲二", "乙一"]
    assert ledger.problems == []


@pytest.mark.parametrize(
    "aside",
    [
        ["東安社區小計：36戶，102人"],
        ["合計", "12戶"],
        ["註：本表由社區填報"],
        ["2.身份证号码务必核对无误后填写。"],
        ["第1页 共3页"],
        ["东安社区侨台户情况登记表（续）"],
        ["单位负责人：", None, "统计人：丙"],
        ["製表人：丙", None, "審核人："],
        ["例：张三", "户主", "男"],
        [1, 2, 3, 4, 5, 6, 7],
    ],
    ids=str,
)
def test_what_stands_for_nobody_is_passed_over_in_a_ledger_without_serial_numbers(aside: list[object], tmp_path: Path):
    rows = [["东安社区侨台户情况登记表"], HEAD[1:], ROW[1:], aside, SECOND[1:]]
    ledger = read_ledger(book(tmp_path / "a.xlsx", Sheet1=rows), "residents")
    assert [record.cells["member_name"] for record in ledger.sheets[0].records] == ["甲一", "甲二"]
    assert ledger.problems == []


def test_a_line_between_the_rows_names_the_community_of_those_below(tmp_path: Path):
    other = [2, "乙一", "滨港路2号", "乙一", "户主", "女", "1960.1", None]
    rows = [HEAD, ["一、東安社區（共1户）"], ROW, SECOND, ["（二）大岙村"], other, [None, None, "只有住址的村"]]
    (sheet,) = read_ledger(book(tmp_path / "a.xlsx", Sheet1=rows), "residents").sheets
    assert [record.cells["community"] for record in sheet.records] == ["東安社區", "東安社區", "大岙村"]


def test_ditto_marks_repeat_what_stands_above(tmp_path: Path):
    rows = [
        HEAD,
        [*ROW[:2], "同上", *ROW[3:]],
        [None, "〃", "同上", "甲二", "子", "男", "1984.4", '"'],
        ROW,
        [2, "乙", "〃"],
    ]
    ledger = read_ledger(book(tmp_path / "a.xlsx", 东安社区=rows), "residents")
    first, second, _third, fourth = ledger.sheets[0].records
    assert [(problem.row, problem.column) for problem in ledger.problems] == [(2, "家庭住址"), (3, "家庭住址")]
    assert "address" not in first.cells
    assert (second.cells["head_name"], second.cells["phone"]) == ("甲一", "13800000001")
    assert set(second.filled) == {"head_name", "address", "phone"}
    assert (fourth.cells["head_name"], fourth.cells["address"]) == ("乙", "滨港路1号")


def test_hints_of_form_in_a_header_do_not_make_it_a_value(tmp_path: Path):
    head = ["姓名", "与户主关系（户主、配偶、子、女、父、母、孙子、孙女、媳、婿、祖父、祖母、兄弟姐妹、其他）", "性别"]
    head += ["出生日期\n（格式：19500101）", "公民身份号码（18位，如330903195001010000）"]
    (sheet,) = read_ledger(
        book(tmp_path / "a.xlsx", 西塘=[head, ["甲", "户主", "男", "1954", "1"]]), "residents"
    ).sheets
    assert set(sheet.columns) == {"member_name", "relation", "sex", "born", "id_number"}


def test_of_two_groups_that_bear_one_header_each_is_whom_its_title_names(tmp_path: Path):
    rows = [
        ["户主信息", None, "家庭成员信息", None, None, "联系方式", None, "海外亲属", None],
        ["姓名", "地址", "姓名", "关系", "电话", "手机", "固定电话", "姓名", "关系"],
        ["甲一", "滨港路1号", "甲二", "子", "13800000001", "13800000002", "3067523", "乙一", "兄弟"],
    ]
    (sheet,) = read_ledger(book(tmp_path / "a.xlsx", 西塘=rows), "residents").sheets
    cells = sheet.records[0].cells
    assert [cells[key] for key in ("head_name", "member_name", "relation", "overseas_relatives", "kin_relation")] == [
        "甲一", "甲二", "子", "乙一", "兄弟",
    ]  # fmt: skip


def test_a_bare_relation_beside_the_relatives_abroad_is_theirs(tmp_path: Path):
    head = ["户编号", "姓名", "是否户主", "性别", "住址", "海外亲属", "国别", "关系"]
    row = ["1", "甲一", "是", "男", "滨港路1号", "乙一", "荷兰", "兄弟"]
    (sheet,) = read_ledger(book(tmp_path / "a.xlsx", 西塘=[head, row]), "residents").sheets
    assert (sheet.records[0].cells["kin_relation"], sheet.records[0].cells["is_head"]) == ("兄弟", "是")
    assert "relation" not in sheet.columns and "head_name" not in sheet.columns


@pytest.mark.parametrize("wanted", ["residents", "network"])
def test_a_hotline_ledger_that_also_has_names_and_addresses_is_no_register(wanted: str, tmp_path: Path):
    head = ["受理编号", "姓名", "性别", "家庭住址", "联系电话", "社区", "网格", "事由", "登记日期", "办理结果"]
    row = ["1", "甲一", "男", "滨港路1号", "13800000001", "东安", "一组", "路灯坏了", "2026.3.7", "已办结"]
    with pytest.raises(WorkbookRefused, match="hotline ledger"):
        read_ledger(book(tmp_path / "a.xlsx", S=[head, row]), wanted)


def test_the_year_may_be_written_in_characters_or_only_in_some_of_the_dates(tmp_path: Path):
    head = ["日期", "来电人", "内容"]
    said = book(tmp_path / "a.xlsx", S=[["热线登记簿（二〇二五年度）"], head, ["3.7", "甲", "停水"]])
    found = book(tmp_path / "b.xlsx", S=[["热线登记簿"], head, ["3.7", "甲", "停水"], ["2025.3.8 9:00", "乙", "停电"]])
    assert (read_ledger(said, "hotline").year, read_ledger(found, "hotline").year) == (2025, 2025)


def test_a_second_part_of_a_sheet_may_have_a_head_of_its_own(tmp_path: Path):
    rows = [
        HEAD,
        ROW,
        ["二、台属户"],
        ["姓名", "户主", "住址", "性别", "籍贯"],
        ["乙一", "乙一", "滨港路2号", "女", "舟山"],
    ]
    (sheet,) = read_ledger(book(tmp_path / "a.xlsx", 东安社区=rows), "residents").sheets
    last = sheet.records[-1]
    assert last.cells == {"member_name": "乙一", "head_name": "乙一", "address": "滨港路2号", "sex": "女"}
    assert last.extra == {"籍贯": "舟山"}


def test_unknown_columns_are_kept_beside_the_record(tmp_path: Path):
    rows = [[*HEAD, "文化程度"], [*ROW, "大学", "表外的字"]]
    (sheet,) = read_ledger(book(tmp_path / "a.xlsx", 东安社区=rows), "residents").sheets
    assert sheet.unknown == ("文化程度",)
    assert sheet.records[0].extra == {"文化程度": "大学", "column 10": "表外的字"}


@pytest.mark.parametrize("header", ["政治面貌", "宗教信仰", "民族", "银行卡号", "统战价值评估", "微信号"])
def test_what_must_not_be_kept_is_not_read_but_said(header: str, tmp_path: Path):
    ledger = read_ledger(book(tmp_path / "a.xlsx", 东安社区=[[*HEAD, header], [*ROW, "某值"]]), "residents")
    (record,) = ledger.sheets[0].records
    assert "某值" not in [*record.cells.values(), *record.extra.values()]
    assert [(problem.row, problem.column, problem.value) for problem in ledger.problems] == [(1, header, "")]


def test_rows_and_sheets_that_say_nothing_usable_are_told(tmp_path: Path):
    rows = [HEAD, ROW, [7], [None, None, "只有住址"]]
    ledger = read_ledger(book(tmp_path / "a.xlsx", 东安社区=rows, 说明=[["请逐户填写"]]), "residents")
    assert [(problem.sheet, problem.row, problem.value) for problem in ledger.problems] == [
        ("东安社区", 4, "只有住址"),
        ("说明", 0, ""),
    ]
    assert len(ledger.sheets[0].records) == 1


@pytest.mark.parametrize(
    ("sheet", "title", "community"),
    [
        ("东安社区", "随便", "东安社区"),
        ("Sheet1", "沈湾街道西塘社区侨台户情况登记表", "西塘社区"),
        ("1", "沈湾街道蚂岙渔农村新社区侨台户登记表", "蚂岙渔农村新社区"),
        ("Sheet1", "填报单位：大岙村", "大岙村"),
        ("西塘", "侨台户登记表", "西塘"),
        ("登记表", "侨台户登记表", None),
        ("02西塘（36户）", "侨台户登记表", "西塘"),
        ("僑戶", "沈灣街道東安社區僑台戶登記表", "東安社區"),
        ("归侨", "沈湾街道各社区侨台户登记表", None),
        ("三季度", "村（社区）侨台户登记表", None),
    ],
)
def test_the_community_comes_from_the_sheet_or_its_title(sheet: str, title: str, community: str, tmp_path: Path):
    (read,) = read_ledger(book(tmp_path / "a.xlsx", **{sheet: [[title], HEAD, ROW]}), "residents").sheets
    assert read.community == community


@pytest.mark.parametrize(
    ("title", "town"),
    [
        ("龍灣鎮僑台居民登記冊", "龍灣鎮"),
        ("侨乡各街道乡镇侨台户登记表", None),
        ("沈湾街道侨情一览表", "沈湾街道"),
        ("舟山市普陀区沈湾街道东安社区登记表", "沈湾街道"),
        ("桃花镇侨台户登记表", "桃花镇"),
        ("侨台户登记表", None),
    ],
)
def test_the_town_comes_from_the_title(title: str, town: str | None, tmp_path: Path):
    assert read_ledger(book(tmp_path / "a.xlsx", S=[[title], HEAD, ROW]), "residents").town == town


def test_a_hidden_copy_is_not_read_but_told_and_read_where_nothing_else_is_there(tmp_path: Path):
    workbook = openpyxl.Workbook()
    for title in ("东安社区", "去年备份", "选项"):
        sheet = workbook.create_sheet(title)
        for row in [["侨眷户"]] if title == "选项" else [HEAD, ROW, SECOND]:
            sheet.append(row)
        sheet.sheet_state = "visible" if title == "东安社区" else "hidden"
    workbook.save(tmp_path / "a.xlsx")
    ledger = read_ledger(tmp_path / "a.xlsx", "residents")
    assert [sheet.title for sheet in ledger.sheets] == ["东安社区"]
    assert [problem.sheet for problem in ledger.problems] == ["去年备份"]
    workbook["东安社区"].sheet_state = "hidden"
    workbook.save(tmp_path / "b.xlsx")
    assert [sheet.title for sheet in read_ledger(tmp_path / "b.xlsx", "residents").sheets] == ["东安社区", "去年备份"]


def test_names_and_countries_may_share_a_column(tmp_path: Path):
    head = ["户主姓名及联系电话", "住址", "类别", "海外亲属姓名及所在国"]
    (sheet,) = read_ledger(
        book(tmp_path / "a.xlsx", 西塘=[head, ["甲", "1号", "侨眷", "乙（美国）"]]), "residents"
    ).sheets
    assert set(sheet.columns) == {"head_name", "address", "household_kind", "overseas_relatives"}


def test_names_and_numbers_of_others_are_not_the_resident_s(tmp_path: Path):
    head = [
        "姓名",
        "住址",
        "类别",
        "手机",
        "座机",
        "网格员姓名",
        "网格员电话",
        "紧急联系人姓名",
        "紧急联系人电话",
        "单位电话",
    ]
    (sheet,) = read_ledger(book(tmp_path / "a.xlsx", 西塘=[head, [*"甲乙丙丁戊己庚辛壬癸"]]), "residents").sheets
    assert sheet.columns == dict(
        zip(["member_name", "address", "household_kind", "phone", "other_phone"], head[:5], strict=True)
    )
    assert sheet.unknown == tuple(head[5:])


def test_a_sheet_of_another_kind_beside_the_ledger_is_told_by_its_kind(tmp_path: Path):
    network = [["社区", "网格", "网格长"], ["东安", "一组", "乙"]]
    path = book(tmp_path / "a.xlsx", 东安社区=[HEAD, ROW], 网格=network)
    ledger = read_ledger(path, "residents")
    assert [(problem.sheet, "contact network" in problem.message) for problem in ledger.problems] == [("网格", True)]
    assert [sheet.title for sheet in read_ledger(path, "network").sheets] == ["网格"]


def test_what_was_asked_for_is_never_taken_for_a_note_nor_an_address_for_a_community(tmp_path: Path):
    rows = [["内容", "日期", "来电人"], ["1.路灯坏了，请派人来看一看。", None, None], ["停水", "3.7", "甲"]]
    (sheet,) = read_ledger(book(tmp_path / "a.xlsx", S=rows), "hotline").sheets
    assert [record.row for record in sheet.records] == [2, 3]
    rows = [["住址", "户主", "姓名", "性别"], ["大岙村", None, None, None], ["1号", "甲", "甲", "男"]]
    ledger = read_ledger(book(tmp_path / "b.xlsx", S=rows), "residents")
    assert [record.cells.get("community") for record in ledger.sheets[0].records] == [None]
    assert [problem.value for problem in ledger.problems] == ["大岙村"]

"""The household register taken in: against the truth of the office's own, and cell by cell."""

import json
from collections import Counter
from datetime import date

import pytest

from people import audit, vault
from people.identifiers import check_character
from people.importing import import_network, import_residents
from people.ledgers import read_ledger
from people.models import (
    Area,
    Household,
    IdentityDocument,
    Membership,
    PhoneNumber,
    RelativeAbroad,
    Resident,
    ServiceNeed,
)
from people.search import find_residents
from tests.people.workbook_files import OFFICE, book

HEAD = [
    "序号",
    "户主姓名",
    "家庭住址",
    "户别",
    "成员姓名",
    "与户主关系",
    "性别",
    "出生年月",
    "身份证号",
    "联系电话",
    "健康状况",
    "海外亲属",
    "旅居国家",
    "亲属关系",
    "服务类别",
    "备注",
]
KINDS = {
    "留学生家属户": "student",
    "侨眷户": "relative",
    "台属户": "taiwan_relative",
    "台胞户": "taiwan",
    "归侨户": "returned",
}
TRUTH = json.loads((OFFICE / "truth.json").read_text(encoding="utf-8"))["residents"]

pytestmark = pytest.mark.django_db


def id_number(born, sequence="001"):
    body = f"330903{born}{sequence}"
    return body + check_character(body)


def household(**cells):
    """The rows of one household of two; *cells* by header change the head's row, with ``2`` before it the other's."""
    head = dict.fromkeys(HEAD, "") | {
        "序号": 1,
        "户主姓名": "王建国",
        "家庭住址": "滨港路223号1102室",
        "户别": "侨眷户",
        "成员姓名": "王建国",
        "与户主关系": "户主",
        "性别": "男",
        "出生年月": "1950.3.2",
        "身份证号": id_number("19500302"),
        "联系电话": "13800130001",
        "健康状况": "良好",
        "海外亲属": "王小明、王小红",
        "旅居国家": "加拿大（多伦多）",
        "亲属关系": "子女",
        "服务类别": "重点",
    }
    wife = dict.fromkeys(HEAD, "") | {"成员姓名": "李秀英", "与户主关系": "配偶", "性别": "女", "出生年月": "1952年7月"}
    for header, value in cells.items():
        (wife if header.startswith("二") else head)[header.removeprefix("二")] = value
    return [[head[h] for h in HEAD], [wife[h] for h in HEAD]]


@pytest.fixture
def take_in(tmp_path):
    """Take in a register with these rows on the sheet of 东安社区, more sheets by name."""

    def take(rows, **sheets):
        pages = {"东安社区": rows, **sheets}
        path = book(
            tmp_path / "residents.xlsx",
            **{name: [["沈湾街道侨台户花名册"], HEAD, *page] for name, page in pages.items()},
        )
        return import_residents(read_ledger(path, "residents"))

    return take


# ---- The office's own register ----


def test_the_register_of_the_office_is_found_whole_and_a_second_time_changes_nothing():
    ledger = read_ledger(OFFICE / "residents.xlsx", "residents")

    first = import_residents(ledger)

    assert first.created["household"] == TRUTH["households"]
    assert first.created["membership"] == TRUTH["residents"]
    assert first.created["relative"] == TRUTH["abroad"]
    # Nine are listed twice in truth; one of them has no document that would prove it.
    assert first.created["resident"] == TRUTH["residents"] - TRUTH["duplicates"] + 1
    assert Counter(Household.objects.values_list("area__name", flat=True)) == TRUTH["by_community"]
    by_kind = Counter(Household.objects.values_list("kind", flat=True))
    assert by_kind == {KINDS[kind]: count for kind, count in TRUTH["by_kind"].items()}
    names = ("resident__name", "resident__name_written", "resident__born", "household__area__name")
    wanted = {(p["name"], p["shown"], date.fromisoformat(p["born"]), p["community"]) for p in TRUTH["people"]}
    assert not wanted - set(Membership.objects.values_list(*names))
    assert Resident.objects.filter(born=None, documents=None).count() == TRUTH["missing_birth"]
    told_in_full_and_kept_encrypted(first.errors)

    second = import_residents(ledger)

    assert not second.changes_anything
    assert dict(second.unchanged) == dict(first.created)
    assert audit.verify().problem == ""
    joined_by_the_network()


def told_in_full_and_kept_encrypted(errors):
    """Every wrong number is among the errors, and on its resident with the problem."""
    kept = {document.number for document in IdentityDocument.objects.exclude(problem="")}
    assert len(errors) == len(kept) == TRUTH["bad_ids"]
    assert {error.value.upper() for error in errors} == kept
    assert all(error.value not in error.masked and error.masked[:3] == error.value[:3] for error in errors)


def joined_by_the_network():
    """The network afterwards finds the communities that the register has made."""
    after = import_network(read_ledger(OFFICE / "network.xlsx", "network"))
    assert (after.created["community"], after.created["town"], after.created["group"]) == (0, 0, 88)
    assert Area.objects.at_level("community").count() == 37


# ---- One household ----


def test_what_the_cells_say_is_found_on_the_records(take_in):
    take_in(household(备注="独居，有一只狗", 联系电话="13800130001、0580-3067523"))

    home = Household.objects.get()
    assert (home.head.name, home.kind, home.tier, home.note) == ("王建国", "relative", "key", "独居，有一只狗")
    assert home.area.name == "东安社区"
    assert list(ServiceNeed.objects.values_list("need", flat=True)) == ["living_alone"]
    relatives = RelativeAbroad.objects.values_list("name", "country", "city", "relation")
    assert set(relatives) == {(name, "加拿大", "多伦多", "子女") for name in ("王小明", "王小红")}
    assert set(home.head.phones.values_list("number", "tail")) == {("13800130001", "0001"), ("0580-3067523", "7523")}
    wife = Resident.objects.get(name="李秀英")
    assert (wife.born, wife.born_precision, wife.sex) == (date(1952, 7, 1), "month", "F")


def test_the_number_of_a_document_and_the_health_are_encrypted_at_rest(take_in):
    from django.db import connection

    take_in(household())
    number = id_number("19500302")
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM people_identitydocument")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT health FROM people_resident WHERE name = '王建国'")
        health = cursor.fetchone()[0]
    assert number not in stored and "良好" not in health
    document = IdentityDocument.objects.get()
    assert (document.number, document.number_index) == (number, vault.blind_index(number))


def test_a_household_joins_the_only_group_of_its_community(take_in, cast):
    west = cast.west.children.get()
    take_in(household(), 西塘=household(户主姓名="陈慧", 成员姓名="陈慧", 身份证号=""))

    assert Household.objects.get(head__name="陈慧").area == west
    assert Household.objects.get(head__name="王建国").area == cast.east


@pytest.mark.parametrize(
    ("cells", "field", "value"),
    [
        ({"联系电话": "13800139999"}, "phones", "13800139999"),
        ({"健康状况": "慢性病"}, "health", "慢性病"),
        ({"出生年月": "1950.3.2", "二出生年月": "1952.7.9"}, "born", "1952-07-09"),
        ({"二性别": "男"}, "sex", "M"),
    ],
)
def test_one_changed_cell_of_a_person_is_one_update(take_in, cells, field, value):
    take_in(household())

    outcome = take_in(household(**cells))

    assert dict(outcome.updated) == {"resident": 1}
    assert [change.fields for change in outcome.changes if field in change.fields]
    assert Resident.objects.count() == 2
    people = Resident.objects.all()
    assert any(value in (str(p.born), p.sex, p.health, *p.phones.values_list("number", flat=True)) for p in people)
    assert not take_in(household(**cells)).changes_anything


@pytest.mark.parametrize(
    "cells",
    [
        {"家庭住址": "滨港路9号"},
        {"户主姓名": "王建华", "成员姓名": "王建华"},
        {"服务类别": "一般"},
        {"户别": "归侨户"},
        {"家庭住址": "滨港路9号", "身份证号": "", "出生年月": "1950.3.2"},
    ],
)
def test_a_corrected_name_or_address_is_the_same_household(take_in, cells):
    take_in(household())

    outcome = take_in(household(**cells))

    assert outcome.created.total() == 0
    assert outcome.updated.total() == 1
    assert (Household.objects.count(), Resident.objects.count()) == (1, 2)


def test_a_corrected_document_replaces_the_wrong_one(take_in):
    wrong = id_number("19500302")[:-1] + ("1" if id_number("19500302")[-1] != "1" else "2")
    first = take_in(household(身份证号=wrong))
    assert [error.value for error in first.errors] == [wrong]

    second = take_in(household())

    assert dict(second.updated) == {"resident": 1}
    assert IdentityDocument.objects.get().number == id_number("19500302")
    assert not second.errors


def test_a_blank_cell_erases_nothing_and_a_missing_member_stays(take_in):
    take_in(household())

    outcome = take_in(household(联系电话="", 健康状况="", 海外亲属="", 服务类别="", 出生年月="1950")[:1])

    assert not outcome.changes_anything
    assert [notice.value for notice in outcome.notices] == ["李秀英"]
    assert Membership.objects.current().count() == 2


def test_an_empty_birth_date_comes_from_the_document(take_in):
    take_in(household(出生年月=""))

    assert Resident.objects.get(name="王建国").born == date(1950, 3, 2)


def test_a_birth_date_against_the_document_is_told_and_noted(take_in):
    outcome = take_in(household(出生年月="1951.3.2"))

    resident = Resident.objects.get(name="王建国")
    assert resident.born == date(1950, 3, 2)
    assert resident.note == "出生年月：1951.3.2"
    assert [(error.column, error.value) for error in outcome.errors] == [("出生年月", "1951.3.2")]


@pytest.mark.parametrize(
    ("column", "value"),
    [("性别", "不清楚"), ("出生年月", "很久以前"), ("联系电话", "1380"), ("户别", "外星户"), ("服务类别", "特级")],
)
def test_a_wrong_cell_loses_neither_its_row_nor_what_was_written(take_in, column, value):
    outcome = take_in(household(**{column: value, "身份证号": ""}))

    assert [(e.sheet, e.row, e.column, e.value) for e in outcome.errors] == [("东安社区", 3, column, value)]
    resident = Resident.objects.get(name="王建国")
    kept = [resident.note, Household.objects.get().note, *PhoneNumber.objects.values_list("number", flat=True)]
    assert any(value in text for text in kept)
    assert not take_in(household(**{column: value, "身份证号": ""})).changes_anything


# ---- One person, two households ----


def test_the_same_person_in_two_communities_is_one_resident(take_in):
    outcome = take_in(household(), 西塘社区=household(二成员姓名="赵敏", 家庭住址="墩头路5号")[:1])

    assert (outcome.created["resident"], outcome.created["membership"]) == (2, 3)
    assert Resident.objects.get(name="王建国").memberships.count() == 2


def test_the_same_number_under_another_name_is_two_people_and_told(take_in):
    outcome = take_in(household(), 西塘社区=household(户主姓名="赵敏", 成员姓名="赵敏")[:1])

    assert outcome.created["resident"] == 3
    assert [error.column for error in outcome.errors] == ["身份证号"]


def test_a_namesake_born_on_the_same_day_stays_another_person(take_in):
    bare = {"身份证号": "", "联系电话": ""}
    outcome = take_in(household(**bare), 西塘社区=household(**bare)[:1])

    assert outcome.created["resident"] == 3


def test_name_birth_date_and_phone_together_are_the_same_person(take_in):
    outcome = take_in(household(身份证号=""), 西塘社区=household(身份证号="")[:1])

    assert outcome.created["resident"] == 2


def test_traditional_and_spaced_names_are_found_under_both_forms(take_in, cast):
    take_in(household(户主姓名="譚昌麗", 成员姓名="譚昌麗", 二成员姓名="马　慧"))

    resident = Resident.objects.get(name="谭昌丽")
    assert resident.name_written == "譚昌麗"
    assert list(find_residents(cast.supervisor, "譚昌")) == list(find_residents(cast.supervisor, "tcl")) == [resident]
    assert Resident.objects.filter(name="马慧").exists()


# ---- All or nothing ----


def test_a_failure_in_the_middle_leaves_nothing(take_in, monkeypatch):
    take_in(household())
    real = PhoneNumber.objects.bulk_create

    def fail(*args, **kwargs):
        real(*args, **kwargs)
        raise RuntimeError("power cut")

    monkeypatch.setattr(PhoneNumber._default_manager, "bulk_create", fail, raising=False)
    with pytest.raises(RuntimeError):
        take_in(household(联系电话="13911112222"), 西塘社区=household(户主姓名="赵敏", 成员姓名="赵敏"))

    assert (Resident.objects.count(), Household.objects.count()) == (2, 1)
    assert not Area.objects.filter(name="西塘社区").exists()
    assert list(PhoneNumber.objects.values_list("number", flat=True)) == ["13800130001"]


def test_progress_runs_up_to_all_rows(tmp_path):
    path = book(tmp_path / "r.xlsx", 东安社区=[["沈湾街道"], HEAD, *household()])
    seen = []

    import_residents(read_ledger(path, "residents"), progress=lambda done, total: seen.append((done, total)))

    assert seen[-1] == (2, 2)


# ---- Kept otherwise than here ----


def register(tmp_path, *rows, sheet="Sheet1"):
    path = book(tmp_path / "other.xlsx", **{sheet: [["沈湾街道侨台户花名册"], *rows]})
    return import_residents(read_ledger(path, "residents"))


def test_a_row_may_name_one_more_relative_alone(take_in):
    more = dict.fromkeys(HEAD, "") | {"海外亲属": "王小兰", "旅居国家": "法国", "亲属关系": "女儿"}
    outcome = take_in([*household(), [more[header] for header in HEAD]])

    relatives = set(RelativeAbroad.objects.values_list("name", "country", "relation"))
    assert ("王小兰", "法国", "女儿") in relatives and len(relatives) == 3
    assert (outcome.errors, outcome.created["household"], outcome.created["resident"]) == ([], 1, 2)


def test_a_row_whose_name_cannot_be_read_is_kept_with_its_household(take_in):
    rows = household(户主姓名="#REF!", 成员姓名="#REF!")[:1]
    outcome = take_in(rows)

    home = Household.objects.get()
    assert (home.head, home.address) == (None, "滨港路223号1102室")
    assert "13800130001" in home.note and id_number("19500302") not in home.note
    assert {(error.row, error.column, error.value) for error in outcome.errors} == {(3, "成员姓名", "#REF!")}
    assert not take_in(rows).changes_anything
    mended = take_in(household()[:1])
    assert (mended.created["household"], Household.objects.get().head.name) == (0, "王建国")


def test_two_columns_of_numbers_and_those_beside_the_name_are_all_his(tmp_path):
    head = ["户主姓名及联系电话", "住址", "手机", "固定电话", "性别"]
    register(tmp_path, head, ["王建国（13800130003）", "滨港路9号", 13800130001.0, "0580-3067523转801", "男"])

    assert Resident.objects.get().name == "王建国"
    numbers = PhoneNumber.objects.values_list("number", "extension")
    assert set(numbers) == {("13800130003", ""), ("13800130001", ""), ("0580-3067523", "801")}


def test_a_failed_formula_is_no_phone_number(take_in):
    outcome = take_in(household(联系电话="#N/A"))

    assert [error.column for error in outcome.errors] == ["联系电话"]
    assert not PhoneNumber.objects.exists()


def test_a_community_written_once_holds_for_the_households_below(tmp_path):
    head = ["社区", "户主", "姓名", "性别", "住址"]
    rows = [
        ["东安社区", "甲一", "甲一", "男", "1号"],
        ["", "乙一", "乙一", "女", "2号"],
        ["西塘社区", "丙", "丙", "男", "3号"],
    ]
    outcome = register(tmp_path, head, *rows)

    areas = dict(Household.objects.values_list("head__name", "area__name"))
    assert areas == {"甲一": "东安社区", "乙一": "东安社区", "丙": "西塘社区"}
    assert not outcome.errors


@pytest.mark.parametrize("header", ["是否户主", "户主"])
def test_who_is_head_may_be_a_question_answered_with_yes(tmp_path, header):
    head = ["姓名", header, "性别", "出生日期", "住址"]
    register(tmp_path, head, ["甲", "是", "男", "1954", "1号"], ["乙", "否", "女", "1956", "1号"], sheet="东安社区")

    assert dict(Membership.objects.values_list("resident__name", "relation")) == {"甲": "户主", "乙": ""}


def test_a_household_in_one_row_has_its_members_in_one_cell(tmp_path):
    head = ["户主", "户主身份证号", "联系电话", "住址", "家庭成员", "海外亲属"]
    rows = [
        [
            "陈国强",
            id_number("19500203"),
            "13800150001",
            "1号",
            "妻：李玉兰、陈小海",
            "陈大海（美国）、陈小红（女儿）、李娜（Lina）",
        ],
        ["许秀英", id_number("19510203", "002"), "13800150002", "2号", "许小明", ""],
    ]
    outcome = register(tmp_path, head, *rows, sheet="东安社区")

    members = Membership.objects.values_list("resident__name", "relation", "household__head__name")
    assert set(members) == {
        ("陈国强", "户主", "陈国强"), ("李玉兰", "妻", "陈国强"), ("陈小海", "", "陈国强"),
        ("许秀英", "户主", "许秀英"), ("许小明", "", "许秀英"),
    }  # fmt: skip
    assert IdentityDocument.objects.get(number_index=vault.blind_index(rows[0][1])).resident.name == "陈国强"
    relatives = set(RelativeAbroad.objects.values_list("name", "country", "relation"))
    assert relatives == {("陈大海", "美国", ""), ("陈小红", "", "女儿"), ("李娜(Lina)", "", "")}
    assert not outcome.errors
    assert not register(tmp_path, head, *rows, sheet="东安社区").changes_anything


def test_a_head_who_has_no_row_of_his_own_is_a_member_too(take_in):
    rows = household(成员姓名="李秀兰", 与户主关系="配偶", 性别="女", 出生年月="1951", 身份证号="")
    take_in(rows)

    assert Household.objects.get().head.name == "王建国"
    assert Membership.objects.count() == 3
    assert Resident.objects.get(name="王建国").born is None
    assert not take_in(rows).changes_anything


def test_two_names_of_the_head_are_told(take_in):
    outcome = take_in(household(户主姓名="王建华"))

    home = Household.objects.get()
    assert (home.head.name, home.note) == ("王建国", "户主姓名：王建华")
    assert [(error.column, error.value) for error in outcome.errors] == [("户主姓名", "王建华")]


def test_a_household_on_two_sheets_is_one_and_adds_what_was_missing(take_in):
    again = household(
        联系电话="13900139000", 服务类别="", 备注="独居", 二成员姓名="王小海", 二与户主关系="子", 二出生年月="1980"
    )
    outcome = take_in(household(联系电话="", 服务类别=""), 东安社区重点户=again)

    home = Household.objects.get()
    assert set(home.memberships.values_list("resident__name", flat=True)) == {"王建国", "李秀英", "王小海"}
    assert (home.note, home.head.phones.get().number) == ("独居", "13900139000")
    assert [notice.sheet for notice in outcome.notices] == ["东安社区重点户"]
    assert not take_in(household(联系电话="", 服务类别=""), 东安社区重点户=again).changes_anything


def test_a_country_without_a_name_is_kept_as_a_note(take_in):
    take_in(household(海外亲属="", 亲属关系=""))

    assert Household.objects.get().note == "旅居国家：加拿大（多伦多）"


def test_what_stands_in_brackets_beside_a_kind_is_kept_and_does_not_decide(take_in):
    outcome = take_in(household(户别="侨眷（父亲是归侨）"))

    home = Household.objects.get()
    assert (home.kind, home.note, outcome.errors) == ("relative", "户别：侨眷（父亲是归侨）", [])

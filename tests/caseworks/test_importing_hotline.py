"""The hotline ledger taken in: against the truth of the office's own, and cell by cell."""

import json
from collections import Counter
from datetime import datetime

import pytest
import time_machine
from django.utils import timezone

from caseworks import moves, workflow
from caseworks.importing.hotline import import_hotline
from caseworks.models import Case, Category, FollowUp, TimelineEntry
from people.ledgers import read_ledger
from people.models import Area, Organisation
from tests.factories import make_resident
from tests.people.workbook_files import OFFICE, book

HEAD = [
    "编号",
    "来电时间",
    "来电人",
    "电话",
    "所属社区",
    "反映内容",
    "类别",
    "来源",
    "承办单位",
    "要求办结日期",
    "办理情况",
    "办结日期",
    "回访",
    "满意度",
    "备注",
]
TRUTH = json.loads((OFFICE / "truth.json").read_text(encoding="utf-8"))["hotline"]
CHANNELS = {"窗口": "window", "热线": "hotline", "微信": "online", "走访": "visit", "接待日": "reception"}

pytestmark = pytest.mark.django_db


def row(**cells):
    full = {
        "编号": "20260001",
        "来电时间": "01.05 09:15",
        "来电人": "王阿姨",
        "电话": "13800130001",
        "所属社区": "东安社区",
        "反映内容": "楼道路灯坏了多日没人修",
        "类别": "公共设施",
        "来源": "热线",
        "承办单位": "东安社区",
        "要求办结日期": "2026-01-10",
        "办理情况": "已办结",
        "办结日期": "2026-01-08",
        "回访": "已回访",
        "满意度": "满意",
    }
    return [(full | cells).get(header, "") for header in HEAD]


@pytest.fixture
def take_in(tmp_path):
    def take(*rows, **options):
        path = book(tmp_path / "hotline.xlsx", 登记=[["沈湾街道服务热线登记2026"], HEAD, *rows])
        with time_machine.travel(datetime(2026, 11, 22, 2, tzinfo=timezone.get_fixed_timezone(0)), tick=False):
            return import_hotline(read_ledger(path, "hotline"), **options)

    return take


def local(moment):
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def test_the_ledger_of_the_office_is_found_whole_and_a_second_time_changes_nothing():
    ledger = read_ledger(OFFICE / "hotline.xlsx", "hotline")

    first, second = import_hotline(ledger), import_hotline(ledger)

    cases = list(Case.objects.all())
    assert first.created["case"] == len(cases) == TRUTH["cases"]
    assert sum(case.status == "closed" for case in cases) == TRUTH["done"]
    assert sum(case.resolved_at is not None for case in cases) == TRUTH["done"]
    assert sum(case.satisfaction == "not" for case in cases) == TRUTH["unsatisfied"]
    assert Counter(local(case.registered_at)[:7] for case in cases) == TRUTH["by_month"]
    channels = {CHANNELS[name]: count for name, count in TRUTH["by_channel"].items()}
    assert Counter(case.channel for case in cases) == channels
    assert Area.objects.at_level("community").count() == 37
    assert not any(case.area_id is None for case in cases)
    assert not second.changes_anything
    assert dict(second.unchanged) == dict(first.created + Counter(category=13))


def test_what_the_cells_say_is_found_on_the_case(take_in):
    take_in(row())

    case = Case.objects.get(number="20260001")
    assert (case.status, case.channel, case.satisfaction) == ("closed", "hotline", "satisfied")
    assert (case.category.code, case.area.name, case.caller_name) == ("public-works", "东安社区", "王阿姨")
    assert (case.handling_area.name, case.handling_role, case.unit) == ("东安社区", "officer", None)
    assert local(case.registered_at) == "2026-01-05 09:15"
    assert local(case.due_at) == "2026-01-10 17:30"
    assert local(case.resolved_at) == local(case.closed_at) == "2026-01-08 17:30"
    assert list(case.timeline.order_by("pk").values_list("verb", flat=True)) == ["register", "resolve", "follow_up"]
    assert FollowUp.objects.get().reached
    assert "王阿姨"[0] in case.search


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({}, "closed"),
        ({"办理情况": "办理中", "办结日期": ""}, "in_progress"),
        ({"办理情况": "已转办", "办结日期": ""}, "in_progress"),
        ({"办理情况": "", "办结日期": ""}, "to_accept"),
        ({"办理情况": "", "办结日期": "", "承办单位": ""}, "to_dispatch"),
        ({"办理情况": ""}, "closed"),
        ({"办理情况": "已联系物业，尽快修复", "办结日期": ""}, "in_progress"),
        ({"办理情况": "未办结", "办结日期": ""}, "in_progress"),
    ],
)
def test_the_status_is_what_the_ledger_says(take_in, cells, status):
    outcome = take_in(row(回访="", 满意度="", **cells))

    assert Case.objects.get().status == status
    assert not outcome.errors


def test_words_of_the_status_that_are_no_status_are_kept(take_in):
    take_in(row(办理情况="已转办", 办结日期="", 回访="", 满意度=""))

    assert Case.objects.get().ledger_note == "办理情况：已转办"


def test_another_unit_than_a_community_becomes_an_organisation(take_in):
    outcome = take_in(row(承办单位="自来水公司"), row(编号="20260002", 反映内容="停水", 承办单位="民政办"))

    assert outcome.created["unit"] == 2
    assert dict(Organisation.objects.values_list("name", "kind")) == {"自来水公司": "utility", "民政办": "department"}


def test_an_unknown_category_is_added_for_the_office_to_sort_in(take_in):
    outcome = take_in(row(类别="宠物纠纷"))

    assert outcome.created["category"] == 1
    assert Category.objects.get(name="宠物纠纷").code == "chongwujiufen"


def test_short_names_find_the_community_written_in_full_further_down(take_in):
    take_in(row(所属社区="东安", 承办单位="东安"), row(编号="20260002", 反映内容="停水"))

    assert list(Area.objects.at_level("community").values_list("name", flat=True)) == ["东安社区"]
    assert Case.objects.filter(handling_area__name="东安社区").count() == 2


@pytest.mark.parametrize(
    ("column", "value", "becomes"),
    [
        ("办结日期", "2026-12-24", "2026-11-22 10:00"),
        ("办结日期", "2026-01-02", "2026-01-05 09:15"),
    ],
)
def test_an_impossible_day_of_completion_is_told_noted_and_taken_as_the_nearest_possible(
    take_in, column, value, becomes
):
    outcome = take_in(row(**{column: value}))

    case = Case.objects.get()
    assert [(error.row, error.column, error.value) for error in outcome.errors] == [(3, column, value)]
    assert case.ledger_note == f"{column}：{value}"
    assert (case.status, local(case.resolved_at)) == ("closed", becomes)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("来电时间", "某天"),
        ("电话", "1380"),
        ("来源", "飞鸽"),
        ("满意度", "三颗星"),
        ("要求办结日期", "尽快"),
        ("所属社区", "不知道哪里"),
    ],
)
def test_a_wrong_cell_loses_neither_its_row_nor_what_was_written(take_in, column, value):
    outcome = take_in(row(**{column: value}))

    assert [(error.column, error.value) for error in outcome.errors] == [(column, value)]
    assert f"{column}：{value}" in Case.objects.get().ledger_note
    assert not take_in(row(**{column: value})).changes_anything


def test_one_changed_cell_is_one_update_with_a_line_on_the_timeline(take_in):
    take_in(row(办理情况="办理中", 办结日期="", 回访="", 满意度=""))

    outcome = take_in(row())

    assert dict(outcome.updated) == {"case": 1}
    case = Case.objects.get()
    assert (case.status, case.satisfaction, case.version) == ("closed", "satisfied", 2)
    assert list(case.timeline.order_by("pk").values_list("verb", flat=True)) == ["register", "resolve", "follow_up"]
    assert not take_in(row()).changes_anything


def test_a_case_worked_on_here_is_left_alone(take_in, cast):
    take_in(row(办理情况="办理中", 办结日期="", 回访="", 满意度=""))
    case = Case.objects.get()
    workflow.note(case, moves.Act(cast.supervisor), text="电话联系过")

    outcome = take_in(row())

    assert not outcome.changes_anything
    assert Case.objects.get().status == "in_progress"


def test_two_requests_under_one_number_are_two_cases(take_in):
    rows = [row(), row(来电时间="01.06 10:00", 反映内容="停水了", 来电人="李先生")]
    outcome = take_in(*rows)

    assert set(Case.objects.values_list("number", flat=True)) == {"20260001", "20260001-2"}
    assert [error.column for error in outcome.errors] == ["编号"]
    assert not take_in(*rows).changes_anything


def test_the_same_row_twice_is_one_case_and_told(take_in):
    outcome = take_in(row(), row())

    assert Case.objects.count() == 1
    assert [(error.row, error.column) for error in outcome.errors] == [(4, "编号")]


def test_running_numbers_and_rows_without_a_number_stay_themselves(take_in):
    rows = [row(编号=1), row(编号="", 反映内容="停水")]
    take_in(*rows)

    assert Case.objects.filter(number="2026-0001").exists()
    assert not take_in(*rows).changes_anything


def test_the_caller_is_linked_only_where_number_and_surname_name_one_resident(take_in, cast):
    wang = make_resident(cast.household, name="王丽", phone="13800130001")
    make_resident(cast.household, name="李强", phone="13800130002")

    take_in(
        row(),
        row(编号="2", 反映内容="甲", 电话="13800130002"),
        row(编号="3", 反映内容="乙", 来电人="匿名"),
    )

    assert list(Case.objects.filter(caller__isnull=False).values_list("caller", "household")) == [
        (wang.pk, cast.household.pk)
    ]
    assert Case.objects.get(anonymous=True).caller_name == ""


def test_two_who_share_number_and_surname_are_not_guessed_between(take_in, cast):
    for name in ("王丽", "王芳"):
        make_resident(cast.household, name=name, phone="13800130001")

    take_in(row(), row(编号="2", 反映内容="甲", 来电人="王芳"))

    assert Case.objects.get(number="20260001").caller is None
    assert Case.objects.get(number="2026-0002").caller.name == "王芳"


def test_a_dry_run_leaves_nothing(take_in):
    outcome = take_in(row(类别="宠物纠纷", 承办单位="自来水公司"), dry_run=True)

    assert outcome.created["case"] == 1
    assert not Case.objects.exists() and not Organisation.objects.exists() and not Area.objects.exists()
    assert not Category.objects.filter(name="宠物纠纷").exists()


def test_a_failure_in_the_middle_leaves_nothing(take_in, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr(TimelineEntry._default_manager, "bulk_create", fail, raising=False)
    with pytest.raises(RuntimeError):
        take_in(row())

    assert not Case.objects.exists() and not Area.objects.exists()


def test_like_requests_whose_time_cannot_be_read_are_not_taken_for_one(take_in):
    def unreadable(**cells):
        return row(**{"编号": "", "来电时间": "昨天", "反映内容": "问路"} | cells)

    first, other = row(来电时间="02.05 09:15"), row(编号="20260002", 来电时间="03.05 09:15")
    take_in(first, unreadable(), other, unreadable())
    again = take_in(first, unreadable(), other, unreadable())

    assert Case.objects.filter(summary="问路").count() == 2
    assert not again.changes_anything


def test_what_was_answered_at_once_is_done(take_in):
    take_in(row(办理情况="当场答复"))
    assert Case.objects.get().status == "closed"


# ---- Kept otherwise than here ----


def hotline(tmp_path, **sheets):
    path = book(
        tmp_path / "other.xlsx", **{title: [["沈湾街道热线（二〇二六年度）"], *rows] for title, rows in sheets.items()}
    )
    with time_machine.travel(datetime(2026, 11, 22, 2, tzinfo=timezone.get_fixed_timezone(0)), tick=False):
        return import_hotline(read_ledger(path, "hotline"))


def test_each_month_s_sheet_may_count_from_one(tmp_path):
    head = ["序号", "日期", "来电人", "内容"]
    sheets = {
        f"{month}月": [head, [1, f"{month}.3", "王", "停水"], [2, f"{month}.4", "李", "停电"]] for month in range(1, 12)
    }
    outcome = hotline(tmp_path, **sheets)

    assert Case.objects.count() == 22
    assert Case.objects.filter(number="2026-11-0002", summary="停电").exists()
    assert not outcome.errors
    assert not hotline(tmp_path, **sheets).changes_anything


def test_sheets_of_any_name_may_count_from_one(tmp_path):
    head = ["序号", "日期", "来电人", "内容"]
    sheets = {f"本{number}": [head, [1, f"{number}.3", "王", "停水"]] for number in range(1, 12)}
    outcome = hotline(tmp_path, **sheets)

    assert set(Case.objects.values_list("number", flat=True)) == {
        "2026-0001", *(f"2026-0001-{again}" for again in range(2, 12)),
    }  # fmt: skip
    assert len(outcome.errors) == 10
    assert not hotline(tmp_path, **sheets).changes_anything


@pytest.mark.parametrize(
    ("head", "first", "second"),
    [
        (["日期", "时间"], ["3月7日", "09:15"], ["", "下午2点半"]),
        (["时间", "日期"], ["09:15", "2026-03-07"], ["14：30", ""]),
        (["登记日期", "来电时间"], ["2026.3.7", datetime(2026, 3, 7, 9, 15)], ["2026.3.7", "3.7 14:30"]),
    ],
)
def test_day_and_hour_may_have_a_column_each(tmp_path, head, first, second):
    rows = [[*head, "来电人", "内容"], [*first, "王", "停水"], [*second, "李", "停电"]]
    hotline(tmp_path, 登记=rows)

    moments = [local(moment) for moment in Case.objects.order_by("pk").values_list("registered_at", flat=True)]
    assert moments == ["2026-03-07 09:15", "2026-03-07 14:30"]


@pytest.mark.parametrize(
    ("said", "satisfaction", "note"),
    [
        ("电话回访，群众表示满意", "satisfied", "回访：电话回访，群众表示满意"),
        ("已回访，不太满意，要求重办", "not", "回访：已回访，不太满意，要求重办"),
        ("基本满意", "fairly", ""),
        ("已回访", "", ""),
    ],
)
def test_a_follow_up_in_prose_says_how_satisfied_and_is_kept(take_in, said, satisfaction, note):
    take_in(row(回访=said, 满意度=""))

    case = Case.objects.get()
    assert (case.satisfaction, case.ledger_note) == (satisfaction, note)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("已转城管中队，现已解决", "closed"),
        ("受理后当日办理完毕", "closed"),
        ("路灯已于3月8日修复", "closed"),
        ("尚未處理", "to_accept"),
        ("已转物业，要求3日内解决", "in_progress"),
        ("已受理，待办结", "in_progress"),
    ],
)
def test_the_status_in_prose(take_in, said, status):
    take_in(row(办理情况=said, 办结日期="", 回访="", 满意度=""))

    assert Case.objects.get().status == status


def test_a_ledger_without_days_of_completion_is_told_once(tmp_path):
    head = ["日期", "来电人", "内容", "处理结果"]
    outcome = hotline(tmp_path, 登记=[head, ["3.7", "王", "停水", "已解决"], ["3.8", "李", "停电", "已解决"]])

    assert [(error.row, error.column) for error in outcome.errors] == [(2, "处理结果")]


def test_what_is_too_long_for_its_field_is_whole_in_the_note(take_in):
    number, unit = "舟普沈热线〔2026〕第0001号", "很长的单位" * 30
    outcome = take_in(row(编号=number, 承办单位=unit))

    note = Case.objects.get().ledger_note
    assert f"编号：{number}" in note and f"承办单位：{unit}" in note
    assert [error.column for error in outcome.errors] == ["承办单位"]


def test_the_numbers_of_both_columns_and_beside_the_name_are_kept(tmp_path):
    head = ["日期", "来电人", "联系电话", "手机", "内容"]
    hotline(tmp_path, 登记=[head, ["3.7", "王阿姨 13800130003", "0580-3067523", "13800130001", "停水"]])

    case = Case.objects.get()
    assert (case.caller_name, case.caller_phone) == ("王阿姨", "0580-3067523")
    assert case.ledger_note == "联系电话：0580-3067523、13800130001、13800130003"


@pytest.mark.parametrize(
    ("is_done", "reply", "satisfied", "found"),
    [
        ("是", "已电话答复本人", "是", ("closed", "已电话答复本人", "satisfied", "")),
        ("否", "已联系物业", "", ("in_progress", "", "", "答复内容：已联系物业")),
        ("", "已答复", "否", ("closed", "已答复", "not", "")),
    ],
)
def test_questions_of_yes_and_no_and_the_reply(tmp_path, is_done, reply, satisfied, found):
    head = ["日期", "来访人", "事由", "是否办结", "答复内容", "办结日期", "是否满意"]
    done_on = "" if is_done == "否" else "3.8"
    hotline(tmp_path, 东安社区=[head, ["3.7", "王", "停水", is_done, reply, done_on, satisfied]])

    case = Case.objects.get()
    assert (case.status, case.outcome, case.satisfaction, case.ledger_note) == found
    assert case.area.name == "东安社区"


def test_month_and_day_may_have_a_column_each(tmp_path):
    head = [["序", "日期", "", "来电人", "内容"], ["", "月", "日", "", ""]]
    hotline(tmp_path, 登记=[*head, [1, 3, 7, "王", "停水"]])

    case = Case.objects.get()
    assert (case.number, local(case.registered_at)) == ("2026-0001", "2026-03-07 00:00")


@pytest.mark.parametrize(("written", "channel"), [("网格巡查", "patrol"), ("网上", "online"), ("小程序", "online")])
def test_a_round_of_the_grid_is_not_the_net(take_in, written, channel):
    take_in(row(来源=written))

    assert Case.objects.get().channel == channel

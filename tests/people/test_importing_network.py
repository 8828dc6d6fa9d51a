"""The contact network taken in: areas, accounts, posts; who hands over to whom."""

import pytest

from people.importing import import_network
from people.ledgers import read_ledger
from people.models import Area, AuditEvent, Post, User
from people.workbooks import WorkbookRefused
from tests.people.workbook_files import OFFICE, book

HEAD = ["社区", "专职干部", "干部电话", "包片委员", "网格小组", "小组长", "小组长电话"]
ROWS = [
    ["东安社区", "乔欣玉", "13800172633", "张贞云", "第1小组", "任嘉", "13800157511"],
    ["", "", "", "", "第2小组", "", "13800180830"],
    ["西塘社区", "沈福丽", "13800168259", "张贞云", "第一小组", "江群", "138 0012 0700"],
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def take_in(tmp_path):
    """Take in a network of these rows, in a town."""

    def take(rows, **options):
        path = book(tmp_path / "network.xlsx", 网格=[["沈湾街道网格划分"], HEAD, *rows])
        return import_network(read_ledger(path, "network"), **options)

    return take


def changed(rows, row, column, value):
    return [[value if (r, c) == (row, column) else cell for c, cell in enumerate(line)] for r, line in enumerate(rows)]


def holders(area, role):
    return sorted(Post.objects.current().filter(area__name=area, role=role).values_list("user__name", flat=True))


def test_the_office_s_own_network_is_whole_and_a_second_time_changes_nothing():
    ledger = read_ledger(OFFICE / "network.xlsx", "network")

    first, second = import_network(ledger), import_network(ledger)

    assert (first.created["community"], first.created["group"]) == (37, 88)
    assert [(error.row, error.column) for error in first.errors] == [(4, "小组长"), (66, "小组长")]
    assert not second.changes_anything
    assert dict(second.unchanged) == dict(first.created)
    assert Area.objects.at_level("group").count() == 88
    assert Post.objects.filter(role="leader").count() == 86


def test_each_post_is_filled_on_its_own_area(take_in):
    take_in(ROWS)

    assert holders("东安社区", "officer") == ["乔欣玉"]
    assert holders("东安社区", "committee") == holders("西塘社区", "committee") == ["张贞云"]
    assert User.objects.get(name="江群").phone == "13800120700"
    assert User.objects.filter(name="张贞云").count() == 1


def test_nobody_can_sign_in_with_an_imported_account(take_in):
    take_in(ROWS)

    assert not any(user.has_usable_password() for user in User.objects.all())


def test_a_group_without_a_leader_is_kept_and_told(take_in):
    outcome = take_in(ROWS)

    assert Area.objects.filter(parent__name="东安社区").count() == 2
    assert holders("第2小组", "leader") == []
    assert [(error.row, error.column) for error in outcome.errors] == [(4, "小组长")]


def test_a_new_leader_takes_over_and_the_old_post_ends(take_in):
    take_in(ROWS)
    Post.objects.update(since="2026-01-01")

    outcome = take_in(changed(changed(ROWS, 0, 5, "周红"), 0, 6, "13900001111"))

    assert outcome.created == {"staff": 1, "post": 1}
    assert outcome.updated == {"post": 1}
    assert Post.objects.current().get(area__parent__name="东安社区", role="leader").user.name == "周红"
    assert Post.objects.get(user__name="任嘉").until is not None


def test_a_new_phone_number_stays_with_the_same_account(take_in):
    take_in(ROWS)

    outcome = take_in(changed(ROWS, 0, 6, "13900001111"))

    assert (outcome.created.total(), dict(outcome.updated)) == (0, {"staff": 1})
    assert User.objects.get(name="任嘉").phone == "13900001111"


def test_an_unreadable_phone_is_told_and_the_person_still_appointed(take_in):
    outcome = take_in(changed(ROWS, 0, 6, "1380015"))

    assert outcome.errors[0][1:4] == (3, "小组长电话", "1380015")
    assert User.objects.get(name="任嘉").phone == ""


def test_the_same_group_written_in_another_way_is_found(take_in):
    take_in(ROWS)

    outcome = take_in(changed(changed(ROWS, 0, 4, "1组"), 2, 0, "西塘"))

    assert not outcome.changes_anything


def test_a_dry_run_tells_the_same_and_leaves_nothing(take_in):
    before = AuditEvent.objects.count()
    dry = take_in(ROWS, dry_run=True)

    assert not Area.objects.exists() and not User.objects.exists() and AuditEvent.objects.count() == before
    assert dry.created == take_in(ROWS).created


def test_a_supervisor_takes_in_his_own_town_only(take_in, cast):
    mine = take_in(ROWS, by=cast.supervisor)
    assert mine.created["town"] == 0
    stranger = cast.stranger
    stranger.posts.update(role="supervisor")

    with pytest.raises(WorkbookRefused):
        take_in(ROWS, by=User.objects.get(pk=stranger.pk))
    assert holders("西塘社区", "officer") == ["沈福丽"]


def test_a_failure_in_the_middle_leaves_nothing(take_in, monkeypatch):
    from people import network

    real, calls = network.appoint, []

    def fail_late(*args, **kwargs):
        calls.append(args)
        if len(calls) == 4:
            raise RuntimeError("power cut")
        return real(*args, **kwargs)

    monkeypatch.setattr(network, "appoint", fail_late)
    with pytest.raises(RuntimeError):
        take_in(ROWS)

    assert not Area.objects.exists() and not User.objects.exists()


def test_what_has_no_field_is_noted_with_the_group():
    ledger = read_ledger(OFFICE / "network.xlsx", "network")

    import_network(ledger)

    notes = list(Area.objects.at_level("group").values_list("note", flat=True))
    assert all("约计户数：" in note for note in notes)
    # The two groups without a leader's name keep the number that stood there.
    assert sum("小组长电话：138" in note for note in notes) == 2


def test_a_vacant_post_is_no_person_and_a_title_no_part_of_a_name(take_in):
    vacant = changed(changed(ROWS, 0, 5, "空缺"), 2, 3, "张贞云（副主任）")

    outcome = take_in(vacant)

    assert holders("第1小组", "leader") == []
    assert [(error.row, error.column) for error in outcome.errors][:1] == [(3, "小组长")]
    assert User.objects.filter(name__startswith="张贞云").count() == 1


def test_ditto_marks_brackets_and_numbers_beside_the_name(take_in):
    rows = [
        ["1.东安社区（2个小组）", "乔欣玉", 13800172633.0, "张贞云", "第1小组", "任嘉（13800157511）", ""],
        ["〃", "同上", "同上", "同上", "第2小组", "暫缺", ""],
    ]
    outcome = take_in(rows)

    assert list(Area.objects.at_level("community").values_list("name", flat=True)) == ["东安社区"]
    assert (holders("东安社区", "officer"), holders("第2小组", "leader")) == (["乔欣玉"], [])
    assert User.objects.get(name="任嘉").phone == "13800157511"
    assert [(error.row, error.column, error.value) for error in outcome.errors] == [(4, "小组长", "暫缺")]
    assert not take_in(rows).changes_anything


def test_names_and_numbers_may_share_a_column(tmp_path):
    head = ["社区", "网格", "网格员姓名及联系电话"]
    path = book(tmp_path / "n.xlsx", S=[["沈湾街道"], head, ["东安社区", "一网格", "钱玉兰 138-0012-1001"]])
    import_network(read_ledger(path, "network"))

    assert User.objects.values_list("name", "phone").get(posts__role="leader") == ("钱玉兰", "13800121001")


def test_two_who_hold_one_post_may_stand_in_two_rows(take_in):
    rows = [
        ["东安社区", "乔欣玉", "", "", "第1小组", "任嘉", ""],
        ["东安社区", "李强", "", "", "第2小组", "江群", ""],
        ["东安社区", "", "", "", "第2小组", "顾婷", ""],
    ]
    take_in([["东安社区", "丁一", "", "", "第1小组", "任嘉", ""]])
    take_in(rows)

    assert holders("东安社区", "officer") == ["乔欣玉", "李强"]
    assert holders("第2小组", "leader") == ["江群", "顾婷"]
    assert not take_in(rows).changes_anything


def test_each_person_may_have_a_row_with_what_he_does(tmp_path):
    head = ["村（社区）名称", "职务", "姓名", "手机号码", "所辖小组"]
    rows = [["东安社区", "社区专职干部", "孙志强", "13800121002", ""], ["", "联络员", "钱玉兰", "13800121001", "1组"]]
    path = book(tmp_path / "n.xlsx", S=[["沈湾街道联络员名册"], head, *rows])
    import_network(read_ledger(path, "network"))

    assert (holders("东安社区", "officer"), holders("1组", "leader")) == (["孙志强"], ["钱玉兰"])
    assert User.objects.get(name="钱玉兰").phone == "13800121001"
    assert not import_network(read_ledger(path, "network")).changes_anything


def test_each_community_may_have_a_sheet(tmp_path):
    head = ["序号", "网格名称", "网格长", "联系电话"]
    sheets = {
        name: [["沈湾街道网格一览表"], head, [1, "一网格", "钱玉兰", "13800121001"]] for name in ("东安社区", "大岙村")
    }
    outcome = import_network(read_ledger(book(tmp_path / "n.xlsx", **sheets), "network"))

    assert set(Area.objects.at_level("group").values_list("parent__name", "name")) == {
        ("东安社区", "一网格"), ("大岙村", "一网格"),
    }  # fmt: skip
    assert not outcome.errors

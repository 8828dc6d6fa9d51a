"""Where the houses of a town stand, taken in from a table; and what is refused, in which words."""

import json

import pytest
from django.core.management import CommandError, call_command

from people import audit
from people.building_rows import what_is_wrong
from people.importing import buildings, import_buildings
from people.importing.buildings import read_table
from people.models import AuditEvent, Building
from people.planes import Plane
from people.proximity import House, Point
from people.workbooks import WorkbookRefused
from tests.people.workbook_files import book

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

HEAD = ["地址", "东坐标", "北坐标"]
EAST, NORTH = 41_413_000, 3_320_000
ROWS = [["滨港路1号", EAST, NORTH], ["滨港路3号", EAST + 20, NORTH + 0.4], ["教场路165弄10号", EAST + 90, NORTH - 60]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.fixture
def table(tmp_path):
    """A workbook of these rows under a head."""
    return lambda rows, head=HEAD: book(tmp_path / "buildings.xlsx", 楼幢=[head, *rows])


@pytest.fixture
def take_in(cast, table):
    def take(rows, head=HEAD, **options):
        return import_buildings(read_table(table(rows, head)), cast.town, **options)

    return take


def stored() -> dict[str, Point]:
    return {building.address: building.point for building in Building.objects.all()}


def figures(outcome) -> tuple[int, int, int, int]:
    (counted,) = [counts for _kind, *counts in outcome.table()]
    return (*counted, outcome.removed)


def wrong(outcome) -> list[tuple[int, str, str]]:
    return [(cell.row, cell.column, cell.message) for cell in outcome.errors]


def test_houses_are_taken_in_once_audited_and_the_same_table_changes_nothing(cast, take_in):
    first, second = take_in(ROWS, by=cast.manager), take_in(ROWS, by=cast.manager)
    assert (figures(first), figures(second)) == ((3, 0, 0, 0), (0, 0, 3, 0))
    assert stored()["滨港路3号"] == (EAST + 20, NORTH)
    assert Building.objects.get(address="教场路165弄10号").house == House("教场路", "", "165", "10")
    rows = AuditEvent.objects.filter(object_type="people.building")
    assert set(rows.values_list("action", "actor")) == {("building.add", cast.manager.pk)}
    assert rows.count() == 3
    assert audit.verify().broken_at is None


def test_a_house_that_was_surveyed_again_is_moved_and_another_spelling_is_the_same_house(take_in):
    take_in(ROWS)
    again = take_in([["沈湾街道滨港路０１号", EAST + 5, NORTH], *ROWS[1:]])
    assert figures(again) == (0, 1, 2, 0)
    assert stored()["沈湾街道滨港路０１号"] == (EAST + 5, NORTH)


def test_a_dry_run_says_the_same_and_changes_nothing(take_in):
    assert figures(take_in(ROWS, dry_run=True)) == (3, 0, 0, 0)
    assert not Building.objects.exists()
    assert not AuditEvent.objects.filter(object_type="people.building").exists()


def test_a_whole_table_removes_what_it_leaves_out_and_may_lie_on_another_plane(cast, take_in):
    take_in(ROWS)
    moved = [[address, east - 41_000_000, north] for address, east, north in ROWS[:2]]
    outcome = take_in(moved, whole=True, by=cast.manager)
    assert figures(outcome) == (0, 2, 0, 1)
    assert set(stored().values()) == {(EAST - 41_000_000, NORTH), (EAST - 40_999_980, NORTH)}
    assert AuditEvent.objects.filter(action="building.delete", actor=cast.manager).count() == 1
    # Nothing readable is no reason to remove everything.
    assert figures(take_in([["滨港路", 1, 2]], whole=True)) == (0, 0, 0, 0)


def test_an_import_that_breaks_off_leaves_nothing_behind(take_in, monkeypatch):
    def fail(*_arguments):
        raise RuntimeError("the power failed")

    monkeypatch.setattr(buildings.audit, "record_many", fail)
    with pytest.raises(RuntimeError):
        take_in(ROWS)
    assert not Building.objects.exists()


# ---- The words of a head ----


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (["标准地址", "Y坐标（米）", "X坐标（米）"], ["滨港路3号2幢", EAST, NORTH]),
        (["X", "Y", "门牌"], [NORTH, EAST, "滨港路3号2幢"]),  # by the word, not by its place
        (["address", "north", "east"], ["滨港路3号2幢", NORTH, EAST]),
        (["路名", "门牌号", "幢", "横坐标", "纵坐标"], ["滨港路", 3, 2, EAST, NORTH]),
        (["路名", "门牌号", "幢号", "东坐标Y", "北坐标X"], ["滨港路", "3号", "2号楼", f"{EAST:,}", f"{NORTH}米"]),
        (["门牌", "路名", "楼栋", "东坐标(CGCS2000)", "北坐标(CGCS2000)"], ["3号", "滨港路", "2", EAST, NORTH]),
    ],
)
def test_columns_are_known_by_their_words(take_in, head, row):
    outcome = take_in([row], head)
    assert not outcome.errors
    (building,) = Building.objects.all()
    assert (building.house, building.point) == (House("滨港路", "", "3", "2"), (EAST, NORTH))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_text_file_is_a_table_too(cast, tmp_path, encoding, delimiter):
    path = tmp_path / "buildings.csv"
    lines = [["滨港路楼幢表"], [], HEAD, *ROWS]
    path.write_text("\n".join(delimiter.join(map(str, line)) for line in lines), encoding=encoding)
    assert figures(import_buildings(read_table(path), cast.town)) == (3, 0, 0, 0)


# ---- Degrees ----

DEGREES = [["滨港路1号", 122.1, 30.0], ["滨港路3号", "东经122.1002°", "30.0001"]]
DEGREE_HEAD = ["地址", "经度", "纬度"]


def test_degrees_are_put_on_the_plane_of_the_town_s_zone_and_kept_in_metres(take_in):
    assert figures(take_in(DEGREES, DEGREE_HEAD)) == (2, 0, 0, 0)
    assert stored()["滨港路1号"] == (41_413_161, 3_320_454)
    assert figures(take_in(DEGREES, DEGREE_HEAD)) == (0, 0, 2, 0)


@pytest.mark.parametrize("plane", [Plane(3, 41, False), Plane(3, 40), Plane(6, 21)])
def test_degrees_join_the_plane_that_is_there_already(take_in, plane):
    east, north = map(round, plane.put(122.0998, 29.9999))
    take_in([["教场路8号", east, north]])
    take_in(DEGREES, DEGREE_HEAD)
    assert stored()["滨港路1号"] == tuple(map(round, plane.put(122.1, 30.0)))


# ---- What is refused ----


def test_each_wrong_row_is_named_and_the_others_go_in(take_in):
    rows = [
        *ROWS,
        ["滨港路5号", EAST, ""],
        ["", EAST, NORTH],
        ["滨港路7号", "三百米", NORTH],
        ["9号", EAST, NORTH],
        ["滨港路", EAST, NORTH],
        ["滨港路11号2单元301室", EAST, NORTH],
        ["滨港路3号", EAST + 500, NORTH],
        ["滨港路13号", NORTH, EAST],
        ["滨港路15号", EAST + 60_000, NORTH],
        ["滨港路17号", 10.0**12, NORTH],
    ]
    outcome = take_in(rows)
    told = {row: (column, message) for row, column, message in wrong(outcome)}
    assert set(told) == set(range(5, 15))
    assert told[5] == ("北坐标", "The coordinate is missing. Write both of them, or leave the row out.")
    assert told[6] == ("地址", "The address is missing. Write the street and the number.")
    assert "“三百米” is not a number of metres" in told[7][1]
    assert "no street" in told[8][1]
    assert "no house" in told[9][1]
    assert "Leave out stairs, storey and room." in told[10][1]
    assert "on row 3 already" in told[11][1]
    assert "with X and Y exchanged it lies among them" in told[12][1]
    assert "60 km from the other buildings, more than 50" in told[13][1]
    assert "not a number of metres" in told[14][1]
    assert figures(outcome) == (3, 0, 0, 0)


def test_degrees_out_of_the_country_are_told_by_column(take_in):
    outcome = take_in([*DEGREES, ["滨港路5号", 30.0, 122.1]], DEGREE_HEAD)
    assert [column for _row, column, _message in wrong(outcome)] == ["经度", "纬度"]


def test_a_table_on_another_plane_is_refused_as_a_whole(take_in):
    take_in(ROWS)
    with pytest.raises(WorkbookRefused, match="the same plane and zone"):
        take_in([["滨港路21号", EAST - 41_000_000, NORTH]])
    assert len(stored()) == 3


def test_a_table_with_x_and_y_exchanged_is_refused_on_a_plane_of_the_town_s_own_too(take_in):
    take_in([["滨港路1号", 5_000, 90_000]])
    with pytest.raises(WorkbookRefused, match="with X and Y exchanged it lies among them"):
        take_in([["滨港路21号", 90_010, 5_000], ["滨港路23号", 90_000, 5_020]])


@pytest.mark.parametrize(
    ("head", "row", "sentence"),
    [
        (["地址", "X", "Y"], ["滨港路1号", EAST, NORTH], "surveyors' X is north, Y is east"),
        (["地址", "X", "Y"], ["滨港路1号", 122.1, 30.0], "look like degrees"),
        (["地址", "户主"], ["滨港路1号", "王秀兰"], "missing 东坐标 / 经度、北坐标 / 纬度"),
        (["地址", "东坐标", "电话"], ["滨港路1号", EAST, 1], "missing 北坐标 / 纬度"),
    ],
)
def test_columns_that_are_not_what_they_say_are_refused(take_in, head, row, sentence):
    with pytest.raises(WorkbookRefused, match=sentence):
        take_in([row], head)
    assert not Building.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "The file is empty"),
        ("a.csv", b"\n ,\n", "no filled row"),
        ("a.xlsx", OLE, "old workbook"),  # .xls under another name
        ("a.csv", OLE, "old workbook"),
        ("a.csv", b"\xff\x00\xff", "not an Excel workbook"),
        ("a.csv", "地址,东坐标,北坐标\n".encode() + b"\x81\x00", "not an Excel workbook"),
        ("a.csv", b"\x80" * 9000, "cannot be read as a table"),
        ("a.csv", b"1,2\n" * 1_400_000, "too large for a table"),
        ("a.csv", b"," * 9000, "no filled row"),
        ("a.csv", b"\xe5\x9c\xb0\xe5\x9d\x80\n" + b"x" * 200_000, "cannot be read as a table"),
        ("a.csv", b"<html><body>table</body></html>", "No sheet has a head row of a table of buildings"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(WorkbookRefused) as refused:
        read_table(path)
    assert sentence in refused.value.message


def test_more_rows_than_a_town_has_houses_are_refused(take_in, monkeypatch):
    monkeypatch.setattr(buildings, "MOST", 2)
    with pytest.raises(WorkbookRefused, match="more than 2 rows"):
        take_in(ROWS)


@pytest.mark.parametrize("address", ["鲁家村3组", "鲁家村3组12号", "滨港路165弄", "滨港路5幢", "滨港路12-1号"])
def test_what_names_a_house_is_enough(address):
    assert what_is_wrong(address) == ""


def test_the_houses_of_another_town_are_another_table(cast, take_in, table):
    take_in(ROWS)
    import_buildings(read_table(table([["滨港路1号", 500, 900]])), cast.next_town)
    assert Building.objects.count() == 4
    assert Building.objects.visible_to(cast.manager).count() == 3


# ---- manage.py import_buildings ----


def test_the_command_takes_in_says_how_much_and_what_to_correct(cast, table, capsys):
    path = table([*ROWS, ["滨港路", 1, 2]])
    call_command("import_buildings", path, "--area", "沈湾街道", "--dry-run")
    assert "nothing was changed" in capsys.readouterr().out
    assert not Building.objects.exists()
    call_command("import_buildings", path, "--area", "沈湾街道")
    told = capsys.readouterr().out
    assert "3 buildings added, 0 changed, 0 unchanged, 0 removed." in told
    assert "楼幢 5 地址 “滨港路”" in told
    call_command("import_buildings", path, "--area", "沈湾街道", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert (printed["unchanged"], printed["removed"], len(printed["errors"])) == ({"building": 3}, 0, 1)


@pytest.mark.parametrize("arguments", [["absent.csv"], ["absent.csv", "--json"], ["/dev/null", "--area", "沈湾街道"]])
def test_the_command_refuses_with_2(cast, arguments):
    with pytest.raises(CommandError) as refused:
        call_command("import_buildings", *arguments)
    assert refused.value.returncode == 2


def test_where_there_are_several_towns_the_command_asks_which(cast, table):
    with pytest.raises(CommandError, match="--area"):
        call_command("import_buildings", table(ROWS))

"""The gate for workbooks: what is read, and that everything else is refused quickly, small, and in one sentence."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from datetime import time as clock
from pathlib import Path

import openpyxl
import pytest

from people.workbooks import WorkbookRefused, open_workbook
from people.worksheets import CellError, MonthShown
from tests.people import workbook_files as files

SECONDS, MEGABYTES = 5, 256

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ENTITY_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY i SYSTEM "file:///etc/passwd">]>'


def _parts(**sizes: int) -> Callable[[Path], Path]:
    """An honest workbook with parts of so many blanks besides."""
    return lambda path: files.package(path, files.sheet_xml(ONE), **{name: b" " * size for name, size in sizes.items()})


def _bytes(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


def _sheet(body: str, before: str = "", after: str = "", **more: str | bytes) -> Callable[[Path], Path]:
    return lambda path: files.package(path, files.sheet_xml(body, before, after), **more)


def _sheet_behind(doctype: str, entity: str) -> Callable[[Path], Path]:
    cell = f'<row r="1"><c r="A1" t="inlineStr"><is><t>&{entity};</t></is></c></row>'
    return lambda path: files.package(path, doctype + files.sheet_xml(cell))


def _truncated(path: Path) -> Path:
    whole = (files.OFFICE / "residents.xlsx").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def _broken_in_the_middle(path: Path) -> Path:
    whole = bytearray((files.OFFICE / "hotline.xlsx").read_bytes())
    whole[100_000:100_400] = bytes(400)
    path.write_bytes(whole)
    return path


def _empty_sheets(path: Path) -> Path:
    openpyxl.Workbook().save(path)
    return path


def _word(path: Path) -> Path:
    document = files.relations(("rId1", "officeDocument", "word/document.xml"))
    return files.package(path, "<x/>", **{"_rels__.rels": document, "word__document.xml": "<document/>"})


def _no_workbook(path: Path) -> Path:
    return files.many_entries(path, 3)


def _scattered(path: Path) -> Path:
    rows = (f'<row r="{n}">{files.text_cell(f"A{n}", "x")}</row>' for n in range(1, 30_000))
    return files.package(
        path, files.sheet_xml("".join(rows) + f'<row r="30001">{files.text_cell("SA30001", "x")}</row>')
    )


def _noise(length: int) -> str:
    """Text that cannot be packed tightly, the same every time."""
    return random.Random(length).randbytes(length // 2).hex()


def _wide_strings(path: Path) -> Path:
    """One emoji makes four bytes of every character around it."""
    noise = _noise(560 * 32_000)
    items = "".join(f"<si><t>{noise[at : at + 32_000]}😀</t></si>" for at in range(0, len(noise), 32_000))
    return files.package(path, files.sheet_xml(ONE), **{"xl__sharedStrings.xml": f"{STRINGS}{items}</sst>"})


def _endless_comment(path: Path) -> Path:
    return files.package(path, files.sheet_xml(ONE, before=f"<!--{_noise(3_000_000)}-->"))


def _much_work(path: Path) -> Path:
    noise = _noise(1_900_000)
    cells = (f'<c t="inlineStr"><is><t>{noise[at : at + 8]}</t></is></c>' for at in range(0, len(noise), 8))
    rows = "".join("<row>" + "".join(row) + "</row>" for row in zip(*[cells] * 20, strict=False))
    return files.package(path, files.sheet_xml(rows + "</row>"))


def _merged_over_each_other(path: Path) -> Path:
    rows = "".join(f'<row r="{n}">{files.text_cell(f"A{n}", "x")}</row>' for n in range(1, 3_000))
    ranges = "".join(f'<mergeCell ref="A{n}:XFD1048576"/>' for n in range(1, 3_000))
    return files.package(path, files.sheet_xml(rows, after=f"<mergeCells>{ranges}</mergeCells>"))


ONE = f'<row r="1">{files.text_cell("A1", "户主姓名")}</row>'
STRINGS = f'<sst xmlns="{files.MAIN}">'
DAMAGED, LARGE, PROTECTED, NOT = "damaged", "too large", "password", "not an Excel workbook"

REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "an empty file": (_bytes(b""), "file is empty"),
    "only empty sheets": (_empty_sheets, "no sheet has a filled cell"),
    "no sheets": (
        _sheet(ONE, **{"xl__workbook.xml": f'<workbook xmlns="{files.MAIN}"><sheets/></workbook>'}),
        "no sheet has a filled cell",
    ),
    "an old .xls renamed": (_bytes(OLE + "Workbook".encode("utf-16-le")), ".xls"),
    "a password": (_bytes(OLE + "EncryptedPackage".encode("utf-16-le")), PROTECTED),
    "a png": (_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100)), "picture"),
    "a jpg": (_bytes(b"\xff\xd8\xff\xe0" + bytes(100)), "picture"),
    "a pdf": (_bytes(b"%PDF-1.7\n"), "PDF"),
    "a csv in GB 18030": (_bytes("户主姓名,家庭住址\n".encode("gb18030")), "text (CSV"),
    "a web page": (_bytes(b"<html><table></table></html>"), "text (CSV"),
    "unknown bytes": (_bytes(b"\x7fELF\0\0\0"), NOT),
    "a zip of something else": (_no_workbook, NOT),
    "a Word document": (_word, NOT),
    "half a workbook": (_truncated, DAMAGED),
    "bytes broken in the middle": (_broken_in_the_middle, DAMAGED),
    "XML that ends too soon": (lambda path: files.package(path, "<worksheet><sheetData><row>"), DAMAGED),
    "macros": (lambda path: files.package(path, files.sheet_xml(ONE), **{"xl__vbaProject.bin": b"\0"}), "macros"),
    "a zip bomb": (_parts(xl__a=150_000_000), LARGE),
    "a zip bomb that claims to be small": (
        lambda path: files.with_claimed_sizes(_parts(xl__a=150_000_000)(path), 1000),
        DAMAGED,
    ),
    "a small part packed absurdly tight": (_parts(xl__a=20_000_000), LARGE),
    "entries that overlap": (files.with_overlapping_entries, DAMAGED),
    "tens of thousands of entries": (lambda path: files.many_entries(path, 65_000), LARGE),
    "a million declared rows": (_sheet(ONE, before='<dimension ref="A1:P1048576"/>'), LARGE),
    "one cell at the far corner": (_sheet(f'<row r="1048576">{files.text_cell("XFD1048576", "x")}</row>'), LARGE),
    "a cell beyond all columns": (_sheet(f'<row r="1">{files.text_cell("ZZZZ1", "x")}</row>'), DAMAGED),
    "a row number below one": (_sheet(f'<row r="-7">{files.text_cell("A1", "x")}</row>'), DAMAGED),
    "cells scattered far and wide": (_scattered, LARGE),
    "a million rows, all empty": (lambda path: files.package(path, files.sheet_xml("<row/>" * 3_000_000)), LARGE),
    "merged cells over each other": (_merged_over_each_other, LARGE),
    "a bomb of shared strings": (
        _sheet(ONE, **{"xl__sharedStrings.xml": STRINGS + "<si><t>a</t></si>" * 2_000_000 + "</sst>"}),
        LARGE,
    ),
    "one endless string": (
        _sheet(ONE, **{"xl__sharedStrings.xml": STRINGS + "<si><t>" + "ab c" * 20_000 + "</t></si></sst>"}),
        LARGE,
    ),
    "wide strings that fill the memory": (_wide_strings, LARGE),
    "a token without end": (_endless_comment, DAMAGED),
    "as much work as is let in, broken at its end": (_much_work, DAMAGED),
    "billion laughs": (_sheet_behind(ENTITY_BOMB, "i"), DAMAGED),
    "an external entity": (_sheet_behind(EXTERNAL, "i"), DAMAGED),
    "a reference to a string that is not there": (_sheet('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'), DAMAGED),
    "a number that is none": (_sheet('<row r="1"><c r="A1"><v>nan</v></c></row>'), DAMAGED),
}

MEASURE = """
import json, pathlib, sys, time
from django.conf import settings
settings.configure(USE_I18N=False)
from people.workbooks import WorkbookRefused, open_workbook
began, refusal = time.process_time(), None
try:
    for sheet in open_workbook(sys.argv[1]): pass
except WorkbookRefused as error:
    refusal = error.message
# Not getrusage: its peak begins with that of the process which started this one.
status = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())
peak = int(status["VmHWM"].split()[0]) // 1024
sys.stdout.write(json.dumps([refusal, time.process_time() - began, peak]))
"""


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_one_sentence_in_five_seconds_and_256_megabytes(name: str, tmp_path: Path):
    make, expected = REFUSED[name]
    path = make(tmp_path / "ledger.xlsx")
    answer = subprocess.run(
        [sys.executable, "-c", MEASURE, path], capture_output=True, text=True, timeout=60, check=True
    )
    refusal, seconds, megabytes = json.loads(answer.stdout)
    assert refusal, "it was read"
    assert expected in refusal
    assert "\n" not in refusal
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


@pytest.mark.parametrize(
    ("name", "sheets", "rows"), [("network", 1, 90), ("residents", 37, 3471), ("hotline", 1, 2402)]
)
def test_the_office_s_own_workbooks_are_read_in_three_seconds(name: str, sheets: int, rows: int):
    began = time.process_time()
    read = list(open_workbook(files.OFFICE / f"{name}.xlsx"))
    assert time.process_time() - began < 3
    assert (len(read), sum(len(sheet.rows) for sheet in read)) == (sheets, rows)


@pytest.mark.parametrize("name", ["network", "residents", "hotline"])
def test_every_value_is_the_one_that_openpyxl_reads(name: str):
    path = files.OFFICE / f"{name}.xlsx"
    for ours, theirs in zip(open_workbook(path), openpyxl.load_workbook(path, data_only=True), strict=True):
        assert ours.title == theirs.title
        expected = {
            (number, column): value
            for number, row in enumerate(theirs.iter_rows(values_only=True), 1)
            for column, value in enumerate(row)
            if value is not None
        }
        found = {
            (row.number, column): value
            for row in ours.rows
            for column, value in enumerate(row.values)
            if value is not None
        }
        assert found == expected


def test_kinds_of_values_come_back_as_they_are(tmp_path: Path):
    values = ["文字", 3, 2.5, True, datetime(2026, 1, 5, 9, 15), clock(9, 30), None, "末"]
    (sheet,) = open_workbook(files.book(tmp_path / "a.xlsx", 表=[values]))
    assert list(sheet.rows[0].values) == values


def test_shared_strings_lose_their_readings_and_keep_their_runs(tmp_path: Path):
    strings = (
        f'<sst xmlns="{files.MAIN}"><si><r><t>沈</t></r><r><t>湾</t></r><rPh><t>shenwan</t></rPh></si>'
        "<si><t>a_x000A_b</t></si></sst>"
    )
    cells = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
    path = files.package(tmp_path / "a.xlsx", files.sheet_xml(cells), **{"xl__sharedStrings.xml": strings})
    (sheet,) = open_workbook(path)
    assert sheet.rows[0].values == ("沈湾", "a\nb")


def test_chinese_built_in_formats_and_formats_of_their_own_are_dates(tmp_path: Path):
    styles = (
        f'<styleSheet xmlns="{files.MAIN}"><numFmts>'
        '<numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
        '<numFmt numFmtId="177" formatCode="[Red]0.00&quot;d&quot;"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="31"/><xf numFmtId="176"/><xf numFmtId="177"/></cellXfs></styleSheet>'
    )
    cells = "<row>" + "".join(f'<c s="{style}"><v>27468</v></c>' for style in range(4)) + "</row>"
    (sheet,) = open_workbook(files.package(tmp_path / "a.xlsx", files.sheet_xml(cells), **{"xl__styles.xml": styles}))
    assert sheet.rows[0].values == (27468, datetime(1975, 3, 15), datetime(1975, 3, 15), 27468)


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path: Path):
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.active.append([datetime(1975, 3, 15)])
    workbook.save(tmp_path / "a.xlsx")
    (sheet,) = open_workbook(tmp_path / "a.xlsx")
    assert sheet.rows[0].values == (datetime(1975, 3, 15),)


def test_formulas_give_their_stored_result_and_errors_are_marked(tmp_path: Path):
    cells = (
        "<row><c><f>1+1</f><v>2</v></c><c t='str'><f>A1</f><v>甲</v></c><c t='e'><v>#REF!</v></c><c><f>B9</f></c></row>"
    )
    (sheet,) = open_workbook(files.package(tmp_path / "a.xlsx", files.sheet_xml(cells)))
    assert sheet.rows[0].values == (2, "甲", "#REF!", "#FORMULA")
    assert [isinstance(value, CellError) for value in sheet.rows[0].values] == [False, False, True, True]


def test_merged_cells_repeat_downwards_and_say_so(tmp_path: Path):
    workbook = openpyxl.Workbook()
    for row in [
        ["户主", "x", "成员"],
        ["甲", "住址", "甲"],
        [None, None, "乙"],
        [None, None, "丙"],
        ["丁", "址", "丁"],
    ]:
        workbook.active.append(row)
    workbook.active.merge_cells("A2:A4")
    workbook.active.merge_cells("B2:B3")
    workbook.save(tmp_path / "a.xlsx")
    (sheet,) = open_workbook(tmp_path / "a.xlsx")
    assert sheet.rows[2].values == ("甲", "住址", "乙")
    assert sheet.rows[2].filled == {0, 1}
    assert sheet.rows[3].values == ("甲", None, "丙")
    assert sheet.rows[3].filled == {0}


def test_hidden_sheets_are_read_and_flagged(tmp_path: Path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["a"])
    workbook.create_sheet("旧").append(["b"])
    workbook["旧"].sheet_state = "veryHidden"
    workbook.save(tmp_path / "a.xlsx")
    assert [(sheet.title, sheet.hidden) for sheet in open_workbook(tmp_path / "a.xlsx")] == [
        ("Sheet", False),
        ("旧", True),
    ]


def test_formatting_to_the_last_column_is_no_reason_to_refuse(tmp_path: Path):
    body = f'<row r="1">{files.text_cell("A1", "甲")}<c r="XFD1" s="0"/></row>'
    path = files.package(tmp_path / "a.xlsx", files.sheet_xml(body, before='<dimension ref="A1:XFD1"/>'))
    (sheet,) = open_workbook(path)
    assert sheet.rows[0].values == ("甲",)


def test_an_upload_is_read_as_well_as_a_path_and_stays_open(tmp_path: Path):
    with files.honest(tmp_path / "a.xlsx").open("rb") as upload:
        (sheet,) = open_workbook(upload)
        assert sheet.rows[0].values == ("户主姓名",)
        assert not upload.closed


def test_the_refusal_comes_before_the_first_sheet_is_asked_for(tmp_path: Path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"")
    with pytest.raises(WorkbookRefused):
        open_workbook(path)


def test_dates_that_show_year_and_month_alone_say_so(tmp_path: Path):
    workbook = openpyxl.Workbook()
    for row, code in enumerate(['yyyy"年"m"月"', "mmm-yy", "yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "h:mm"], start=1):
        cell = workbook.active.cell(row, 1, datetime(1954, 4, 1))
        cell.number_format = code
    workbook.active.cell(6, 1, datetime(1954, 4, 17)).number_format = 'yyyy"年"m"月"'
    workbook.save(tmp_path / "a.xlsx")
    (sheet,) = open_workbook(tmp_path / "a.xlsx")
    assert [isinstance(row.values[0], MonthShown) for row in sheet.rows] == [True, True, False, False, False, False]

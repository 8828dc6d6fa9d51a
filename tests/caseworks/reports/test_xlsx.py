"""The workbook: the same figures as the page, as numbers, on A4; and text that stays text."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from caseworks.reports import xlsx
from caseworks.reports.monthly import monthly
from people.models import AuditEvent
from tests.caseworks.reports.printed import tables_of_page, tables_of_workbook

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def content(town, may) -> bytes:
    return xlsx.export(town.supervisor, may).getvalue()


@pytest.fixture
def book(content):
    return load_workbook(BytesIO(content))


def test_every_figure_of_the_file_is_that_of_the_page(client, town, content):
    client.force_login(town.supervisor)
    shown = tables_of_page(client.get(reverse("report_month", args=[2026, 5])).content.decode())
    assert len(shown) == 16
    assert tables_of_workbook(content) == shown


def test_figures_are_numbers_and_shares_are_formatted_as_per_cent(book):
    channels = next(sheet for sheet in book if sheet.title.startswith("4 "))
    received, share = channels["B4"], channels["C4"]
    assert (received.data_type, received.number_format) == ("n", "0")
    assert (share.data_type, share.number_format) == ("n", "0.0%")
    assert 0 < share.value < 1


def test_every_sheet_prints_on_a4_one_page_wide_with_its_head_and_page_numbers(book):
    for sheet in book:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_area
        assert all(code in sheet.oddFooter.center.text for code in ("&P", "&N"))
    for sheet in book.worksheets[1:-1]:
        assert sheet.freeze_panes == "B4"
        assert sheet.print_title_rows == "$1:$3"


def test_every_sheet_has_the_head_and_the_foot_to_fill_in(book, town):
    for sheet in book:
        words = " ".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row if value is not None)
        assert town.town.name in words
        assert str(town.supervisor) in words
        assert "2026" in words


def test_the_last_sheet_says_what_each_figure_means(book, town, may):
    report = monthly(town.supervisor, may)
    last = book.worksheets[-1]
    written = [(last.cell(line, 1).value, last.cell(line, 2).value) for line in range(4, 4 + len(report.definitions))]
    assert written == report.definitions


def test_a_name_that_looks_like_a_formula_stays_text(town, may):
    for name in ("=1+1", "https://example.org", "007"):
        town.west.name = name
        town.west.save(update_fields=["name"])
        book = load_workbook(BytesIO(xlsx.export(town.supervisor, may).getvalue()))
        found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == name]
        assert found
        assert all(cell.data_type == "s" and cell.hyperlink is None for cell in found)


def test_taking_a_report_away_is_recorded(content, town):
    event = AuditEvent.objects.get(action="report.export")
    assert (event.actor, event.reason) == (town.supervisor, "2026-05")


def test_names_of_sheets_are_what_excel_takes(book):
    assert len(set(book.sheetnames)) == len(book.sheetnames)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)

"""The monthly report as an Excel workbook: real numbers, a sheet for each table, ready to be printed on A4."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from caseworks.reports import cells
from caseworks.reports.cells import Cell, Kind
from caseworks.reports.monthly import MonthlyReport, monthly
from caseworks.reports.months import Month
from caseworks.reports.tables import Row, Table
from people import audit

if TYPE_CHECKING:
    from xlsxwriter.format import Format

    from people.models import User

# Text stays text: nothing somebody typed becomes a formula, a link or a number.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
NUMBER_FORMATS = {
    Kind.COUNT: "0",
    Kind.PERCENT: "0.0%",
    Kind.CHANGE: "+0.0%;−0.0%;0.0%",
    Kind.POINTS: "+0.0;−0.0;0.0",
    Kind.DAYS: "0.0",
}
A4 = 9
MARGINS = {"left": 0.6, "right": 0.6, "top": 0.75, "bottom": 0.75}  # inches
LABEL_WIDTH, COLUMN_WIDTH = 24, 11  # characters
SHEET_NAME = 31  # the most that Excel takes
HEAD_ROWS = 3  # title, fill-in head, column heads


def export(user: User, month: Month) -> BytesIO:
    """Make the workbook of a month for the scope of *user*, and record that he took it away."""
    with transaction.atomic():
        stream = BytesIO()
        write(monthly(user, month), stream)
        audit.record(user, "report.export", user, reason=f"{month.year}-{month.number:02}")
    stream.seek(0)
    return stream


def write(report: MonthlyReport, stream: BytesIO) -> None:
    """Write *report* as a workbook to *stream*: an overview, a sheet for each table, the definitions."""
    with Workbook(stream, OPTIONS) as book:
        writer = _Writer(book, report)
        writer.overview()
        for table in report.tables.values():
            writer.table(table)
        writer.definitions()


class _Writer:
    """Writes sheet after sheet, each from its first row to its last, as a workbook in constant memory demands."""

    def __init__(self, book: Workbook, report: MonthlyReport) -> None:
        self.book, self.report = book, report
        boxed = {"border": 1, "valign": "vcenter"}
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        self.left = book.add_format({"valign": "vcenter"})
        self.middle = book.add_format({"valign": "vcenter", "align": "center"})
        self.right = book.add_format({"valign": "vcenter", "align": "right"})
        self.prose = book.add_format({"text_wrap": True, "valign": "top"})
        self.head = book.add_format({**boxed, "bold": True, "align": "center", "text_wrap": True})
        self.label = book.add_format({**boxed, "text_wrap": True})
        self.bold_label = book.add_format({**boxed, "bold": True})
        self.no_base = book.add_format({**boxed, "align": "right"})
        self.numbers = {kind: book.add_format({**boxed, "num_format": form}) for kind, form in NUMBER_FORMATS.items()}
        self.totals = {
            kind: book.add_format({**boxed, "bold": True, "num_format": form}) for kind, form in NUMBER_FORMATS.items()
        }

    def overview(self) -> None:
        sheet = self._sheet(_("Overview"), 3)
        self._title(sheet, 3, self.report.title)
        line = HEAD_ROWS - 1
        for sentence in self.report.sentences:
            sheet.set_row(line, 36)
            _merge(sheet, line, 0, 3, sentence, self.prose)
            line += 1
        self._foot(sheet, line + 1, 3)

    def table(self, table: Table) -> None:
        last = len(table.columns)
        sheet = self._sheet(f"{table.number} {table.title}", last)
        sheet.freeze_panes(HEAD_ROWS, 1)
        sheet.repeat_rows(0, HEAD_ROWS - 1)
        title = _("Table %(number)d  %(title)s") % {"number": table.number, "title": table.title}
        self._title(sheet, last, title, table.unit)
        sheet.set_row(HEAD_ROWS - 1, 32)
        for column, head in enumerate([table.heads, *table.columns]):
            sheet.write_string(HEAD_ROWS - 1, column, head, self.head)
        line = HEAD_ROWS
        for row in table.rows:
            self._row(sheet, line, row, self.label, self.numbers)
            line += 1
        if table.total:
            self._row(sheet, line, table.total, self.bold_label, self.totals)
            line += 1
        if table.lacks_a_base:
            sheet.write_string(line, 0, _("“/”: there is no base to reckon from."), self.left)
            line += 1
        self._foot(sheet, line + 1, last)

    def definitions(self) -> None:
        sheet = self._sheet(_("Definitions"), 1)
        sheet.set_column(1, 1, 76)
        self._title(sheet, 1, _("Definitions"))
        for column, head in enumerate([_("Figure"), _("Definition")]):
            sheet.write_string(HEAD_ROWS - 1, column, head, self.head)
        line = HEAD_ROWS
        for label, sentence in self.report.definitions:
            sheet.set_row(line, 32)
            sheet.write_string(line, 0, label, self.label)
            sheet.write_string(line, 1, sentence, self.label)
            line += 1
        self._foot(sheet, line + 1, 1)

    def _sheet(self, name: str, last: int) -> Worksheet:
        """Begin a sheet whose last column is *last*, laid out for A4."""
        sheet = self.book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", name)[:SHEET_NAME])
        sheet.set_column(0, 0, LABEL_WIDTH)
        sheet.set_column(1, last, COLUMN_WIDTH)
        sheet.set_paper(A4)
        if last > 6:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(**MARGINS)
        sheet.center_horizontally()
        sheet.set_footer("&C" + _("Page &P of &N"))
        return sheet

    def _title(self, sheet: Worksheet, last: int, title: str, unit: str = "") -> None:
        sheet.set_row(0, 28)
        _merge(sheet, 0, 0, last, title, self.title)
        sheet.set_row(1, 20)
        sheet.write_string(1, 0, _("Unit: %(unit)s") % {"unit": self.report.unit}, self.left)
        period = _("Period: %(period)s") % {"period": self.report.period}
        if last < 2:
            sheet.write_string(1, last, period, self.right)
            return
        # The head of a table says what it counts at its right edge, where a reader of such tables looks.
        _merge(sheet, 1, 1, last - 2 if unit and last > 3 else last, period, self.middle)
        if unit and last > 3:
            _merge(sheet, 1, last - 1, last, _("Counted in: %(unit)s") % {"unit": unit}, self.right)

    def _row(self, sheet: Worksheet, line: int, row: Row, label: Format, formats: dict[Kind, Format]) -> None:
        sheet.write_string(line, 0, row.label, label)
        for column, cell in enumerate(row.cells, 1):
            if cell.value is None:
                sheet.write_string(line, column, cells.NO_BASE, self.no_base)
            else:
                sheet.write_number(line, column, _number(cell), formats[cell.kind])

    def _foot(self, sheet: Worksheet, line: int, last: int) -> None:
        """Who prepared, reviewed and answers for it, and when: what is empty is filled in by hand."""
        foot = self.report.foot
        step = max((last + 1) // len(foot), 1)
        if last + 1 < len(foot):
            sheet.write_string(line, 0, "    ".join(foot), self.left)
        else:
            for place, words in enumerate(foot):
                sheet.write_string(line, place * step, words, self.left)
        sheet.print_area(0, 0, line, last)


def _merge(sheet: Worksheet, line: int, first: int, last: int, words: str, form: Any) -> None:
    if first < last:
        sheet.merge_range(line, first, line, last, "", form)
    sheet.write_string(line, first, words, form)


def _number(cell: Cell) -> float:
    """The value as Excel holds it: 94.1 % is 0.941."""
    if cell.value is None:
        raise ValueError("Where there is no base, there is no number.")
    return float(cell.value / 100 if cell.kind in (Kind.PERCENT, Kind.CHANGE) else cell.value)

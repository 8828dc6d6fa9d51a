"""The cells to mend, as a workbook to work through beside the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter
from django.utils.translation import gettext as _

from people.importing import CellError

_WIDTHS = (18, 8, 24, 30, 80)


def error_workbook(errors: Sequence[CellError]) -> BytesIO:
    """One row per cell: sheet, row, column, value as written, what is wrong and what to do. Nothing is a formula."""
    file = BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(_("To correct"))
        head = book.add_format({"bold": True, "bg_color": "#EDF1F6", "bottom": 1, "valign": "top"})
        # As text, so that a long number keeps its digits when somebody edits it.
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        titles = (_("Sheet"), _("Row"), _("Column"), _("Value"), _("What is wrong and what to do"))
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, head)
        for row, error in enumerate(errors, 1):
            sheet.write_string(row, 0, error.sheet, text)
            sheet.write_number(row, 1, error.row)
            sheet.write_string(row, 2, error.column, text)
            sheet.write_string(row, 3, error.value, text)
            sheet.write_string(row, 4, error.message, text)
        sheet.autofilter(0, 0, max(len(errors), 1), len(_WIDTHS) - 1)
    file.seek(0)
    return file

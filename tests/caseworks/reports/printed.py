"""Read a report back: the tables of a page and of a workbook, each figure as it is written on paper."""

from html.parser import HTMLParser
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

HEAD_ROWS = 3

Rows = list[list[str]]


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Rows] = []
        self._inside = False

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append("")
            self._inside = True

    def handle_endtag(self, tag):
        if tag in ("th", "td"):
            self._inside = False

    def handle_data(self, data):
        if self._inside:
            self.tables[-1][-1][-1] += data


def tables_of_page(html: str) -> list[Rows]:
    """Every table: its rows from the heads of its columns down, as text."""
    parser = _Tables()
    parser.feed(html)
    return parser.tables


def tables_of_workbook(content: bytes) -> list[Rows]:
    """Every sheet between the overview and the definitions: its boxed rows, as text."""
    book = load_workbook(BytesIO(content))
    return [_rows(sheet) for sheet in book.worksheets[1:-1]]


def _rows(sheet: Worksheet) -> Rows:
    boxed = [row for row in sheet.iter_rows(min_row=HEAD_ROWS) if row[0].border.left.style]
    return [[written(cell) for cell in row] for row in boxed]


def written(cell: Cell) -> str:
    """What Excel shows of a cell under its format."""
    value, form = cell.value, cell.number_format
    if not isinstance(value, (int, float)):
        return str(value)
    if "%" in form:
        value = round(100 * value, 1)
    if form == "0":
        return str(value)
    sign = {1: "+", -1: "−", 0: ""}[(value > 0) - (value < 0)] if form.startswith("+") else ""
    return f"{sign}{abs(value):.1f}"

"""The parts of an .xlsx package besides its sheets, read as streams: what the sheets are, their strings and dates.

Follows ECMA-376 part 1, chapter 18. Strict and transitional files differ in namespaces only, so elements are told by
their local names. Nothing here is trusted to be small: see the limits.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import IO, NamedTuple, Protocol

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

MAX_TEXT = 32_767  # characters in one cell, Excel's own limit
MAX_STRING_BYTES = 64 * 1024 * 1024  # of one string table, as held in memory
MAX_PENDING_BYTES = 1024 * 1024  # a single tag longer than this is no tag
CHUNK = 64 * 1024

DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Built-in number formats of dates; 27–36 and 50–58 are those of Chinese Excel and WPS and never spelled out."""

MONTH_FORMATS = frozenset({17, 27, 36, 50, 52, 57})
"""Those among them that show year and month alone in Chinese Excel."""


class UnreadableXml(Exception):
    """A part is not well-formed, declares a DTD, or says something no workbook says."""


class WorkbookTooLarge(Exception):
    """A part goes beyond one of the limits above."""


class Relation(NamedTuple):
    kind: str
    target: str


class SheetEntry(NamedTuple):
    title: str
    relation: str
    hidden: bool


@dataclass
class Outline:
    """What workbook.xml says: the sheets in order, and from which day dates are counted."""

    sheets: list[SheetEntry] = field(default_factory=list)
    from_1904: bool = False


class Target(Protocol):
    def start(self, tag: str, attributes: dict[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, text: str) -> None: ...


def stream(part: IO[bytes], target: Target) -> None:
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    fed = 0
    try:
        while chunk := part.read(CHUNK):
            parser.feed(chunk)
            fed += len(chunk)
            # Expat before 2.6 reads an unfinished token again with every piece: quadratic, and all of it is held.
            if fed - parser.parser.CurrentByteIndex > MAX_PENDING_BYTES:
                raise UnreadableXml("a token without end")
        parser.close()
    except (ParseError, DefusedXmlException, LookupError) as error:
        raise UnreadableXml(str(error)) from error


def local(name: str) -> str:
    return name[name.rfind("}") + 1 :]


class Elements:
    """A target that only looks at start tags."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, tag: str) -> None:
        pass

    def data(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass


class _Relationships(Elements):
    def __init__(self) -> None:
        self.found: dict[str, Relation] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = Relation(kind, attributes.get("Target", ""))


def parse_relationships(part: IO[bytes]) -> dict[str, Relation]:
    target = _Relationships()
    stream(part, target)
    return target.found


class _Workbook(Elements):
    def __init__(self) -> None:
        self.outline = Outline()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            self.outline.sheets.append(SheetEntry(attributes.get("name", ""), relation, hidden))
        elif name == "workbookPr":
            self.outline.from_1904 = attributes.get("date1904", "0") in ("1", "true")


def parse_workbook(part: IO[bytes]) -> Outline:
    target = _Workbook()
    stream(part, target)
    return target.outline


class _Styles(Elements):
    def __init__(self) -> None:
        self.formats: dict[int, str] = {}
        self.dates: set[int] = set()
        self.months: set[int] = set()
        self.count = 0
        self.in_cell_formats = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if name == "numFmt":
            self.formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self.in_cell_formats = True
        elif name == "xf" and self.in_cell_formats:
            number = int(attributes.get("numFmtId", "0"))
            code = self.formats.get(number)
            if number in DATE_FORMATS if code is None else _shows_a_date(code):
                self.dates.add(self.count)
            if number in MONTH_FORMATS if code is None else _shows_a_month(code):
                self.months.add(self.count)
            self.count += 1

    def end(self, tag: str) -> None:
        if local(tag) == "cellXfs":
            self.in_cell_formats = False


def _bare(code: str) -> str:
    """A number format without what it only writes out."""
    return re.sub(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.', "", code.lower())


def _shows_a_date(code: str) -> bool:
    bare = _bare(code)
    return bare != "general" and re.search(r"[ymdhs年月日]", bare) is not None


def _shows_a_month(code: str) -> bool:
    """yyyy"年"m"月", mmm-yy: a year and a month, neither day nor hour."""
    shown = set(re.sub("[^ymdhs]", "", _bare(code).partition(";")[0]))
    return shown == {"y", "m"}


class DateStyles(NamedTuple):
    dates: frozenset[int]
    months: frozenset[int]


def date_styles_of(part: IO[bytes]) -> DateStyles:
    """Indexes of the cell styles under which a number is a date or a time, and of those that show no day."""
    target = _Styles()
    try:
        stream(part, target)
    except (KeyError, ValueError) as error:
        raise UnreadableXml(str(error)) from error
    return DateStyles(frozenset(target.dates), frozenset(target.months))


class Text(Elements):
    """Collects the text of <t> or <v> elements, without the readings (<rPh>) that East Asian Excel adds."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.listening = False
        self.phonetic = False

    def data(self, text: str) -> None:
        if self.listening:
            self.length += len(text)
            if self.length > MAX_TEXT:
                raise WorkbookTooLarge
            self.pieces.append(text)

    def begin(self) -> None:
        self.pieces = []
        self.length = 0

    def text(self) -> str:
        whole = "".join(self.pieces)
        return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), whole) if "_x" in whole else whole


class _SharedStrings(Text):
    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self.held = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match local(tag):
            case "si":
                self.begin()
            case "t":
                self.listening = not self.phonetic
            case "rPh":
                self.phonetic = True

    def end(self, tag: str) -> None:
        match local(tag):
            case "t":
                self.listening = False
            case "rPh":
                self.phonetic = False
            case "si":
                text = self.text()
                self.held += sys.getsizeof(text)
                if self.held > MAX_STRING_BYTES:
                    raise WorkbookTooLarge
                self.strings.append(text)


def parse_shared_strings(part: IO[bytes]) -> list[str]:
    target = _SharedStrings()
    stream(part, target)
    return target.strings

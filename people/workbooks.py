"""The gate for workbooks from outside: a hand-kept .xlsx is either read safely or refused in one sentence.

Two steps, both bounded before anything grows:

1. The package is looked through without trusting what it says of itself: what the first bytes really are, the size of
   the zip directory before it is loaded, entries that overlap, and every part inflated once in small pieces while
   bytes and markup are counted. What is too large is refused here, before any XML is parsed.
2. The sheets are read one after another by a streaming parser (`people.worksheets`) through defusedxml with every
   DTD forbidden, so that there are no entities to expand.

Why not openpyxl: read-only mode knows no merged cells, costs 371 MiB on a crafted file of 0.66 MB, and at 0.9 s for
2,400 rows its own parse would use up the five seconds a refusal may take. Limits that are counted first need no child
process; the memory held is a small multiple of them.
"""

from __future__ import annotations

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from django.utils.translation import gettext as _

from people.workbook_parts import (
    DateStyles,
    UnreadableXml,
    WorkbookTooLarge,
    date_styles_of,
    parse_relationships,
    parse_shared_strings,
    parse_workbook,
)
from people.worksheets import Reading, Sheet, parse_sheet

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_DIRECTORY_BYTES = 512 * 1024  # about 5,000 parts; an office's book has under 200
MAX_INFLATED_BYTES = 100 * 1024 * 1024
MAX_RATIO = 250  # an honest sheet of repeated words stays under 60
RATIO_MATTERS_FROM = 1024 * 1024
MAX_MARKUP = 2_000_000  # "<" in all parts together, the work of parsing: under five seconds; about 20,000 full rows
MAX_SHEETS = 500
CHUNK = 64 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END_OF_DIRECTORY = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_READABLE_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class WorkbookRefused(Exception):
    """The file cannot be read as a workbook; `message` is one translated sentence: what, why, what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TextRefused(WorkbookRefused):
    """The file is text; where a table may come as text, `people.text_tables` reads it."""


def open_workbook(source: str | os.PathLike[str] | BinaryIO) -> Iterator[Sheet]:
    """The sheets of a workbook in their order, hidden ones included, each parsed when it is asked for.

    The package is checked before this returns. Raises WorkbookRefused, from here or while iterating.
    """
    with ExitStack() as opened:
        file = opened.enter_context(Path(source).open("rb")) if isinstance(source, str | os.PathLike) else source
        _check_first_bytes(file)
        _check_directory_size(file)
        package = opened.enter_context(_open_package(file))
        _check_entries(package)
        _count_contents(package)
        return _sheets(package, opened.pop_all())


def _sheets(package: zipfile.ZipFile, opened: ExitStack) -> Iterator[Sheet]:
    try:
        with opened:
            yield from _read_sheets(package)
    except UnreadableXml as error:
        raise _damaged() from error
    except WorkbookTooLarge as error:
        raise _too_large() from error
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, OverflowError) as error:
        raise _damaged() from error


def _read_sheets(package: zipfile.ZipFile) -> Iterator[Sheet]:
    workbook_path = _workbook_path(package)
    relations = parse_relationships(_part(package, _relations_of(workbook_path)))
    outline = parse_workbook(_part(package, workbook_path))
    if len(outline.sheets) > MAX_SHEETS:
        raise _too_large()
    paths = {key: _resolve(workbook_path, relation.target) for key, relation in relations.items()}
    shared: list[str] = []
    styles = DateStyles(frozenset(), frozenset())
    for key, relation in relations.items():
        if relation.kind == "sharedStrings":
            shared = parse_shared_strings(_part(package, paths[key]))
        elif relation.kind == "styles":
            styles = date_styles_of(_part(package, paths[key]))
    reading = Reading(shared, styles.dates, outline.from_1904, styles.months)
    anything = False
    for entry in outline.sheets:
        relation_found = relations.get(entry.relation)
        if relation_found is None or relation_found.kind != "worksheet":
            continue  # a chart sheet has no cells
        sheet = parse_sheet(_part(package, paths[entry.relation]), entry.title, entry.hidden, reading)
        anything = anything or bool(sheet.rows)
        yield sheet
    if not anything:
        raise WorkbookRefused(_("The workbook is empty: no sheet has a filled cell. Choose the file with the ledger."))


def _check_first_bytes(file: BinaryIO) -> None:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(4096)
    if not size:
        raise WorkbookRefused(_("The file is empty. Choose the workbook again, or save it again in Excel or WPS."))
    if size > MAX_FILE_BYTES:
        raise _too_large()
    if head.startswith(b"PK\x03\x04"):
        return
    if head.startswith(_OLE):
        file.seek(0)
        if "EncryptedPackage".encode("utf-16-le") in file.read():
            raise _protected()
        raise WorkbookRefused(
            _("The file is an old workbook (.xls) or another Office file. Open it and save it as .xlsx.")
        )
    if head.startswith(_PICTURES) or head[8:12] == b"WEBP" or head[4:8] == b"ftyp":
        raise WorkbookRefused(_("The file is a picture, not a workbook. Choose the .xlsx file itself."))
    if head.startswith(b"%PDF"):
        raise WorkbookRefused(_("The file is a PDF, not a workbook. Choose the .xlsx file itself."))
    if b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TextRefused(
            _("The file is text (CSV or a web page), not a workbook. Open it in Excel or WPS and save it as .xlsx.")
        )
    raise WorkbookRefused(_("The file is not an Excel workbook. Open it in Excel or WPS and save it as .xlsx."))


def _check_directory_size(file: BinaryIO) -> None:
    """Refuse a huge directory before `zipfile` loads it whole: 20 MB hold 400,000 entries and 250 MB of objects."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 65_557))  # the end record, 22 bytes, and the longest comment
    tail = file.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(tail) < at + 22:
        raise _damaged()
    (directory_bytes,) = struct.unpack_from("<L", tail, at + 12)
    if directory_bytes > MAX_DIRECTORY_BYTES or tail[max(0, at - 20) : at].startswith(_ZIP64_LOCATOR):
        raise _too_large()


def _open_package(file: BinaryIO) -> zipfile.ZipFile:
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise _damaged() from error


def _check_entries(package: zipfile.ZipFile) -> None:
    entries = sorted(package.infolist(), key=lambda entry: entry.header_offset)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise _protected()
    if any(entry.compress_type not in _READABLE_METHODS for entry in entries):
        raise _damaged()
    names = {entry.filename for entry in entries}
    if len(names) != len(entries):
        raise _damaged()
    starts = [entry.header_offset for entry in entries[1:]] + [package.start_dir]
    for entry, following in zip(entries, starts, strict=True):
        if entry.header_offset + 30 + len(entry.filename) + entry.compress_size > following:
            raise _damaged()  # entries that overlap inflate the same bytes again and again
    if any(name.endswith("vbaProject.bin") for name in names):
        raise WorkbookRefused(_("The workbook holds macros. Save it as .xlsx (without macros) and choose that file."))
    if sum(entry.file_size for entry in entries) > MAX_INFLATED_BYTES:
        raise _too_large()


def _count_contents(package: zipfile.ZipFile) -> None:
    """Inflate every part once, keeping nothing: the sizes in the directory are only claims."""
    inflated = markup = 0
    for entry in package.infolist():
        part_bytes = 0
        try:
            with package.open(entry) as part:
                while chunk := part.read(CHUNK):
                    part_bytes += len(chunk)
                    inflated += len(chunk)
                    markup += chunk.count(b"<") if entry.filename.endswith((".xml", ".rels")) else 0
                    packed_tightly = part_bytes > max(RATIO_MATTERS_FROM, MAX_RATIO * entry.compress_size)
                    if inflated > MAX_INFLATED_BYTES or markup > MAX_MARKUP or packed_tightly:
                        raise _too_large()
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise _damaged() from error


def _workbook_path(package: zipfile.ZipFile) -> str:
    names = set(package.namelist())
    if "_rels/.rels" in names:
        for relation in parse_relationships(_part(package, "_rels/.rels")).values():
            if relation.kind == "officeDocument":
                path = _resolve("", relation.target)
                if path.endswith(".bin"):
                    raise WorkbookRefused(_("The file is a binary workbook (.xlsb). Open it and save it as .xlsx."))
                if path in names and not path.startswith(("word/", "ppt/")):
                    return path
                raise _no_workbook()
    raise _no_workbook()


def _relations_of(path: str) -> str:
    folder, _slash, name = path.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def _resolve(base: str, target: str) -> str:
    """A relationship's target as a name in the package: relative to the part, or absolute with a leading slash."""
    joined = PurePosixPath(target) if target.startswith("/") else PurePosixPath(base).parent / target
    return re.sub(r"(^|/)(?!\.\.)[^/]+/\.\./", r"\1", str(joined)).lstrip("/")


def _part(package: zipfile.ZipFile, name: str) -> IO[bytes]:
    return package.open(name)


def _damaged() -> WorkbookRefused:
    return WorkbookRefused(_("The workbook is damaged or incomplete. Open it in Excel or WPS, save it again as .xlsx."))


def _protected() -> WorkbookRefused:
    return WorkbookRefused(
        _("The workbook is protected by a password. Open it, remove the password, and save it again.")
    )


def _no_workbook() -> WorkbookRefused:
    return WorkbookRefused(_("The file is not an Excel workbook. Open it in Excel or WPS and save it as .xlsx."))


def _too_large() -> WorkbookRefused:
    return WorkbookRefused(
        _("The workbook is too large or declares too many cells. Copy only the filled rows into a new workbook.")
    )

"""What each row of a table of buildings says: which house, and where it stands, in metres or in degrees."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from people.addresses import parse_address
from people.cells import half_width, read_text
from people.ledgers import LedgerSheet, Record
from people.planes import LATITUDES, LONGITUDES
from people.proximity import House, Point, place_of
from people.worksheets import Value

LONGEST_ADDRESS = 200
LARGEST = 100_000_000  # metres: more than twice round the earth, whatever the plane

Wrong = Callable[[LedgerSheet, int, str, object, str], None]
"""Takes a cell to mend: its sheet, row and column by key, its value, and what is wrong and what to do."""

# An address is looked at several times, one row after the other.
_parsed = lru_cache(maxsize=16)(parse_address)
_METRES = re.compile(r"([+-]?\d{1,9}(?:\.\d+)?)(?:米|m)?")
_DEGREES = re.compile(r"(?:东经|北纬|[en])?([+-]?\d{1,3}(?:\.\d+)?)[°度]?[en]?")


@dataclass(frozen=True)
class BuildingRow:
    """A row that can be taken in. `where` is (east, north), or (longitude, latitude) where `in_degrees`."""

    sheet: LedgerSheet
    row: int
    address: str
    house: House
    where: Point
    in_degrees: bool
    keys: tuple[str, str]
    """Of the columns that say where."""


def read_building(sheet: LedgerSheet, record: Record, wrong: Wrong) -> BuildingRow | None:
    """Read one row; None where a cell is wrong, which is told to *wrong*."""
    address = _address(sheet, record, wrong)
    in_degrees = not record.cells.keys() & {"east", "north"}
    keys = ("longitude", "latitude") if in_degrees else ("east", "north")
    where = [_coordinate(sheet, record, key, wrong) for key in keys]
    if address is None or where[0] is None or where[1] is None:
        return None
    return BuildingRow(sheet, record.row, address, place_of(address).house, (where[0], where[1]), in_degrees, keys)


def what_is_wrong(address: str) -> str:
    """Why an address is not that of a building, in a sentence; empty where it is."""
    parsed = _parsed(address)
    if max(len(address), len(parsed.street)) > LONGEST_ADDRESS:
        return _("The address is longer than %(longest)d characters. Shorten it.") % {"longest": LONGEST_ADDRESS}
    if not parsed.street:
        return _("The address names no street or village. Write it before the number.")
    if not any((parsed.group, parsed.lane, parsed.number, parsed.building)):
        return _("The address names a street but no house. Write its number or building.")
    if parsed.unit or parsed.floor or parsed.room:
        return _("The address goes on within the building. Leave out stairs, storey and room.")
    return ""


def _address(sheet: LedgerSheet, record: Record, wrong: Wrong) -> str | None:
    texts = {}
    for key in ("address", "street", "group", "number", "building"):
        text, problem = read_text(record.cells.get(key))
        if problem:
            wrong(sheet, record.row, key, record.cells.get(key), problem)
            return None
        texts[key] = re.sub(r"\s+", "", text or "")
    address = _put_together(texts)
    key = next((key for key in ("address", "number", "building") if key in record.cells), "address")
    sentence = what_is_wrong(address) if address else _("The address is missing. Write the street and the number.")
    if sentence:
        wrong(sheet, record.row, key, address, sentence)
        return None
    return address


def _put_together(texts: dict[str, str]) -> str:
    """One address from columns that hold it whole or in parts: 路名, 门牌号 and 幢, of which each may say its word."""
    address = texts["address"]
    said = _parsed(address)
    if not said.street:
        group = _with_word(texts["group"], "组") if not said.group else ""
        number = _with_word(address or texts["number"], "号")
        address = texts["street"] + group + number
        said = _parsed(address)
    return address + ("" if said.building else _with_word(texts["building"], "幢"))


def _with_word(text: str, word: str) -> str:
    """A bare number or letter with the word that says what it counts: 12 is 12号, 12甲 is 12甲号, 165弄 stays."""
    return text + word if re.fullmatch(r"\d[\d-]*[甲乙丙丁A-Za-z]?|[A-Za-z]\d*|[甲乙丙丁东南西北中]", text) else text


def _coordinate(sheet: LedgerSheet, record: Record, key: str, wrong: Wrong) -> float | None:
    value = record.cells.get(key)
    number, sentence = _read(value, key)
    if sentence:
        wrong(sheet, record.row, key, value, sentence)
    return number


def _read(value: Value, key: str) -> tuple[float | None, str]:
    text, problem = read_text(value)
    if text is None:
        return None, problem or _("The coordinate is missing. Write both of them, or leave the row out.")
    plain = re.sub(r"[\s,，]", "", half_width(text)).casefold()
    if key in ("east", "north"):
        found = _METRES.fullmatch(plain)
        if found and abs(float(found[1])) < LARGEST:
            return float(found[1]), ""
        return None, _("“%(value)s” is not a number of metres. Write digits, such as 512345.67.") % {"value": text}
    found = _DEGREES.fullmatch(plain)
    least, most = LONGITUDES if key == "longitude" else LATITUDES
    if found and least <= float(found[1]) <= most:
        return float(found[1]), ""
    told = {"value": text, "least": least, "most": most}
    if key == "longitude":
        return None, _("“%(value)s” is no longitude between %(least)d and %(most)d degrees, such as 122.30125.") % told
    return None, _("“%(value)s” is no latitude between %(least)d and %(most)d degrees, such as 29.95417.") % told

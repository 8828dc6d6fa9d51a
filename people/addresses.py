"""Addresses as an office writes them ("滨港路223号1102室", "教场路165弄10-303"), taken apart and compared.

Nothing is looked up and nothing judged: what the words do not say stays "", what is not understood stays in ``rest``.
"""

import re
from dataclasses import dataclass

from people.names import fold

_TENS = "零一二三四五六七八九"
_NUMERAL = re.compile(r"[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]")
_UNIT_WORDS = "弄|号|幢|栋|座|组|社|队|单元|门|楼|层|室"
_COUNTED = re.compile(rf"(?:第)?({_NUMERAL.pattern})(?=(?:{_UNIT_WORDS}))")

_PLACE = (
    "大道|路|街|巷|弄堂|胡同|里|村|社区|小区|新区|区|苑|园|花园|家园|公寓|城|庭|府|湾|坊|岙|岛|广场|大厦|大楼|中心|市场"
)
_HEAD = re.compile(r"\D*?(?=\d|[a-z](?:座|幢|栋|号楼|单元)|$)", re.DOTALL)
_STREET = re.compile(
    r"(?P<area>(?:[^\d]{2,8}?(?:省|自治区))?(?:[^\d]{2,6}?市(?!场))?(?:[^\d]{2,6}?(?<![小社园新])[区县])?"
    r"(?:[^\d]{2,6}?(?:街道|镇|乡))?(?:[^\d]{2,8}?(?:社区|(?<!农)村(?!新)))?)"
    rf"(?P<street>[^\d]*?[^\d](?:{_PLACE}))"
)
_N = r"(?<!\d)\d{1,6}"  # bounded: a cell may hold ten thousand digits
_PARTS = {
    "group": re.compile(rf"({_N})(?:村民小组|小组|组|社|队)"),
    "lane": re.compile(rf"({_N})弄"),
    "building": re.compile(rf"({_N}[a-z]?|[a-z](?:{_N})?|[甲乙丙丁东南西北中])(?:号楼|幢|栋|座|号?大楼)"),
    "number": re.compile(rf"({_N}(?:-\d{{1,6}})?[甲乙丙丁a-z]?)号"),
    "unit": re.compile(rf"({_N}|[a-z])(?:单元|门(?!牌))"),
    "floor": re.compile(rf"({_N})(?:楼|层)"),
    "room": re.compile(rf"(?<!-)({_N}[a-z]?|[a-z]\d{{1,6}})室"),
}
_DASHED = re.compile(rf"(?<![\w-])({_N}[a-z]?)(?:-({_N}[a-z]?))?(?:-({_N}[a-z]?))?室?(?![\w-])")
_BETWEEN = "\x00"


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address, folded to half-width simplified text, numbers without leading zeros; "" if absent.

    ``area`` is what stands before the road, village or estate named in ``street`` (province down to community);
    ``group`` a village's grid group; ``lane`` the 弄; in a lane a house's 号 is its ``building``.
    """

    area: str = ""
    street: str = ""
    group: str = ""
    lane: str = ""
    number: str = ""
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    rest: str = ""


def parse_address(raw: object) -> Address:
    """Take an address apart; never raises."""
    text = _compact(raw)
    head = _HEAD.match(text)
    name = head[0] if head else ""
    place = _STREET.fullmatch(name)
    found = place.groupdict() if place else {"street": name}
    tail = text[len(name) :]
    for part, pattern in _PARTS.items():
        if match := pattern.search(tail):
            found[part] = match[1]
            tail = tail[: match.start()] + _BETWEEN + tail[match.end() :]
    tail = _read_dashed(tail, found)
    if found.get("lane") and found.get("number") and not found.get("building"):
        found["building"] = found.pop("number")
    parts = {part: re.sub(r"(?<!\d)0+(?=\d)", "", value) for part, value in found.items()}
    if parts.get("floor") and re.fullmatch(rf"{parts['floor']}\d\d", parts.get("room", "")):
        del parts["floor"]  # "3楼301室" says it twice
    return Address(**parts, rest=re.sub(rf"[{_BETWEEN}\-]", "", tail))


def address_key(raw: object) -> str:
    """Return the key under which two spellings of one address are equal ("5幢302室", "5栋302", "5号楼 302").

    Leaves out the area, since offices write it or not: compare keys within one community.
    """
    address = parse_address(raw)
    units = {
        "group": "组",
        "lane": "弄",
        "number": "号",
        "building": "幢",
        "unit": "单元",
        "floor": "层",
        "room": "室",
    }
    parts = [getattr(address, part) + word for part, word in units.items() if getattr(address, part)]
    return "".join([address.street, *parts, address.rest])


def place_name(raw: object) -> str:
    """Return the road, village or estate with its area, without anything that tells the house; "" if none is named."""
    text = _compact(raw)
    name = re.sub(r"\d.*", "", text, flags=re.DOTALL)
    place = re.match(rf".*(?:{_PLACE})", name, flags=re.DOTALL)
    return place[0] if place else ""


def _compact(raw: object) -> str:
    """Return folded text without blanks and punctuation, numerals before a unit word as digits, one kind of dash."""
    text = re.sub(r"\s", "", fold("" if raw is None else str(raw)))
    text = re.sub("[‐‑–—―−_~#之]", "-", text).replace("号院", "号")
    text = re.sub(r"[,.。;:'\"()\x00]", "", text)
    return _COUNTED.sub(lambda match: str(_numeral(match[1])), text)


def _numeral(text: str) -> int:
    """Return the value of a Chinese numeral from 一 to 九十九."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _TENS.index(ones)
    return (_TENS.index(tens) if tens else 1) * 10 + (_TENS.index(ones) if ones else 0)


def _read_dashed(tail: str, found: dict[str, str]) -> str:
    """Read the bare numbers at the end ("10-303", "5-2-402", "1704") into the parts still free; return what is left."""
    tail = re.sub(f"-*{_BETWEEN}-*", _BETWEEN, tail)
    match = _DASHED.search(tail)
    if match is None:
        return tail
    values = [value for value in match.groups() if value]
    located = any(found.get(part) for part in ("lane", "number", "building", "unit"))
    wanted = {
        1: ["room" if located else "number"],
        2: ["unit" if found.get("building") else "building", "room"],
        3: ["building", "unit", "room"],
    }[len(values)]
    if any(found.get(part) for part in wanted):
        return tail
    found.update(zip(wanted, values, strict=True))
    return tail[: match.start()] + _BETWEEN + tail[match.end() :]

"""How far apart two households live, as far as their addresses tell.

Nothing is known of the map: an office has addresses, hardly ever coordinates. So the parts of an address are taken as
a tree, street, village group, number, building, stairs, storey, door, and two households are as far apart as the first
part in which they differ says. The metres are a rule of thumb for a Chinese town, good enough to compare walks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from people.addresses import Address, parse_address

# Between two streets of one community, in metres; between two addresses that do not say where they are, too.
BETWEEN_STREETS = 500


class Part(NamedTuple):
    """One part of an address in its order: 12甲 is (12, "甲"), 东 is (0, "东"), a part not given (0, "")."""

    number: int
    text: str


class _Level(NamedTuple):
    """Metres between two that differ at a level: `least`, and `step` for each number between them, up to `most`.

    `most` is at most twice the `least` of the level above, so that a detour is never shorter than the way itself.
    """

    least: int
    step: int
    most: int


_LEVELS = (
    _Level(300, 50, 600),  # village groups
    _Level(20, 4, 600),  # house numbers and lanes along a street
    _Level(15, 10, 40),  # buildings behind one number
    _Level(10, 5, 30),  # stairs of a building
    _Level(4, 3, 20),  # storeys
    _Level(1, 1, 8),  # doors on a landing
)
_LEADING = re.compile(r"\d*")


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where a household lives. The order of places is the walking order: street by street, door after door."""

    street: str
    parts: tuple[Part, ...]

    @property
    def known(self) -> bool:
        """Whether the address says anything at all."""
        return bool(self.street) or any(part != _NOTHING for part in self.parts)


_NOTHING = Part(0, "")


@lru_cache(maxsize=4096)
def place_of(address: str) -> Place:
    """Read an address as it stands in the ledger; never raises. The area before the street is left out."""
    parsed = parse_address(address)
    floor, room = _storey(parsed)
    # A lane (弄) has its number along the street among those of the houses.
    parts = (parsed.group, parsed.lane or parsed.number, parsed.building, parsed.unit, floor, room or parsed.rest)
    return Place(parsed.street, tuple(_part(text) for text in parts))


def distance(one: Place, other: Place) -> int:
    """Return the way between two places in metres. A metric on the places that say where they are."""
    if one.street != other.street or not (one.known and other.known):
        return BETWEEN_STREETS
    for level, mine, theirs in zip(_LEVELS, one.parts, other.parts, strict=True):
        if mine != theirs:
            return min(level.least + level.step * abs(mine.number - theirs.number), level.most)
    return 0


def walk(places: Iterable[Place]) -> int:
    """Return the metres of one walk through all *places*, in walking order."""
    return sum(distance(one, other) for one, other in pairwise(sorted(places)))


def _part(text: str) -> Part:
    leading = _LEADING.match(text)
    digits = leading[0] if leading else ""
    return Part(int(digits or 0), text[len(digits) :])


def _storey(address: Address) -> tuple[str, str]:
    """Return storey and door: 1102室 is the second door on the eleventh storey."""
    if not address.floor and (match := re.fullmatch(r"(\d{1,2})(\d\d)", address.room)):
        return match[1], match[2]
    return address.floor, address.room

"""Which households an incident may reach: those of areas, of buildings, or of a pasted list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from people.addresses import address_key, parse_address
from people.models import Area, Household, User
from people.models.areas import within

# A house of its own is no building to choose: it is found in the list of households.
LEAST_IN_A_BUILDING = 2
# Lines of a pasted list: more than an incident ever reached, fewer than a mistake can bring.
MOST_LINES = 3000
# Lines that are looked up by one query.
BATCH = 500


def choosable(user: User, areas: Iterable[Area]) -> list[Household]:
    """The households of *areas* that *user* may see and the office looks after, in the order of their places."""
    paths = [area.path or "?" for area in areas]
    return list(Household.objects.visible_to(user).current().filter(within(paths, "area__")))


@dataclass(frozen=True)
class Building:
    """A building by its address, with as many households as it has in the register."""

    key: str
    households: int


def building_of(address: str) -> str:
    """The address without the door: "滨港路223号" of "滨港路223号1102室"; "" where it names no building."""
    parts = parse_address(address)
    numbers = [(parts.lane, "弄"), (parts.number, "号"), (parts.building, "幢")]
    told = "".join(number + word for number, word in numbers if number)
    return f"{parts.street}{told}" if parts.street and told else ""


def buildings(households: Iterable[Household]) -> list[Building]:
    """The buildings in which several of *households* live, largest first."""
    counted = Counter(building_of(household.address) for household in households)
    return [Building(key, n) for key, n in counted.most_common() if key and n >= LEAST_IN_A_BUILDING]


@dataclass(frozen=True)
class Listed:
    """What a pasted list came to: the households found, and the lines that fit none or more than one."""

    households: list[Household]
    unknown: list[str]


def read_list(user: User, text: str, near: Area | None = None) -> Listed:
    """Read one household a line: its number in the ledger, or its address as anybody would write it.

    A number or an address that several communities have means the one below *near*. Three queries at most.
    """
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))[:MOST_LINES]
    keys = {line: address_key(line) for line in lines}
    seen = Household.objects.visible_to(user).current().select_related("area")
    fits: dict[str, list[Household]] = {}
    for column, values in (("serial", lines), ("address_key", [key for key in keys.values() if key])):
        for start in range(0, len(values), BATCH):
            for household in seen.filter(**{f"{column}__in": values[start : start + BATCH]}):
                fits.setdefault(f"{column} {getattr(household, column)}", []).append(household)
    found: dict[int, Household] = {}
    unknown = []
    for line in lines:
        one = _the_one(fits.get(f"serial {line}") or fits.get(f"address_key {keys[line]}") or [], near)
        if one:
            found[one.pk] = one
        else:
            unknown.append(line)
    return Listed(list(found.values()), unknown)


def _the_one(fitting: list[Household], near: Area | None) -> Household | None:
    close = [one for one in fitting if near and (one.area.path or "").startswith(near.path or "?")]
    candidates = close or fitting
    return candidates[0] if len(candidates) == 1 else None

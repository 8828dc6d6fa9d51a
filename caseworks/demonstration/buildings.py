"""Where the houses of the invented town stand: its streets lie beside one another, on a plane of the town's own."""

from __future__ import annotations

from caseworks.demonstration import places
from caseworks.demonstration.households import Home
from caseworks.demonstration.office import Office
from people import audit
from people.models import Building
from people.proximity import House, Point, place_of

# Metres: from a street to the next, from a row of streets to the next, from a house to the next, behind one another.
STREETS_APART, ROWS_APART, HOUSES_APART, BUILDINGS_APART = 90, 900, 2, 12
STREETS_IN_A_ROW = 8
CORNER: Point = (20_000, 60_000)
# Of some houses no office knows where they stand: one in so many.
UNKNOWN = 4


def survey(office: Office, homes: list[Home], reason: str) -> None:
    """Say where the houses stand in which the office knows somebody, but for a few."""
    addresses = {place_of(home.household.address).house: home.household.address for home in homes}
    buildings = []
    for number, (house, address) in enumerate(sorted(addresses.items())):
        if number % UNKNOWN:
            east, north = _stands(house)
            written = address[: address.index("幢") + 1]
            building = Building(area=office.town, address=written, east=round(east), north=round(north))
            building.read_address()
            buildings.append(building)
    Building.objects.bulk_create(buildings, batch_size=500)
    audit.record_many(None, "building.add", [audit.Entry(building, reason=reason) for building in buildings])


def _stands(house: House) -> Point:
    """Odd numbers north of their street, even ones south; the buildings of a number one behind the other."""
    row, street = divmod(places.STREETS.index(house.street), STREETS_IN_A_ROW)
    number, building = int(house.number), int(house.building)
    behind = (6 + BUILDINGS_APART * building / 4) * (1 if number % 2 else -1)
    return (
        CORNER[0] + ROWS_APART * row + HOUSES_APART * number,
        CORNER[1] + STREETS_APART * street + behind,
    )

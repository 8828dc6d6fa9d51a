"""Where the houses of a town stand, from a table of their addresses and coordinates."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from people import audit
from people.building_rows import BuildingRow, read_building
from people.importing.outcome import Outcome, Progress
from people.importing.turn import take_turn
from people.ledgers import Ledger, read_sheets
from people.models import Area, Building, User
from people.planes import FAR, is_far, looks_like_degrees, looks_turned, middle, plane_of, turned
from people.proximity import House, Point
from people.text_tables import open_table
from people.workbooks import WorkbookRefused

KIND = "building"
# More than any town has; one chain of the audit is written for all of them.
MOST = 50_000
_STEP = 500  # rows between two words of progress


class BuildingsOutcome(Outcome):
    """Counted under `KIND` alone."""

    def as_json(self) -> dict[str, Any]:
        return super().as_json() | {"removed": self.removed}

    def __str__(self) -> str:
        counted = {
            "added": self.created[KIND],
            "changed": self.updated[KIND],
            "unchanged": self.unchanged[KIND],
            "removed": self.removed,
        }
        return (
            _("%(added)d buildings added, %(changed)d changed, %(unchanged)d unchanged, %(removed)d removed.") % counted
        )


def read_table(source: str | os.PathLike[str] | BinaryIO) -> Ledger:
    """Read a workbook or a CSV file as a table of buildings. Raises WorkbookRefused."""
    return read_sheets(open_table(source), "buildings")


def import_buildings(
    ledger: Ledger,
    area: Area,
    *,
    by: User | None = None,
    whole: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda done, total: None,
) -> BuildingsOutcome:
    """Take in where the houses of the town *area* stand; with *whole*, those that are not in the table are removed.

    A row that is wrong is told and left out, the others go in, all in one transaction. Raises WorkbookRefused where
    no row is on the plane of the buildings known already, or the table as a whole is not what it says.
    """
    outcome = BuildingsOutcome((KIND,))
    outcome.add_problems(ledger.problems)
    records = [(sheet, record) for sheet in ledger.sheets for record in sheet.records]
    if len(records) > MOST:
        raise WorkbookRefused(
            _("The table has more than %(most)d rows. Split it, by street or community.") % {"most": MOST}
        )
    read = []
    for number, (sheet, record) in enumerate(records, 1):
        read.append(read_building(sheet, record, outcome.wrong))
        if number % _STEP == 0:
            progress(number, len(records))
    rows = _each_once([row for row in read if row], outcome)
    _check_columns(rows)
    with transaction.atomic():
        take_turn()
        present = {building.house: building for building in Building.objects.filter(area=area)}
        points = _on_one_plane(rows, [] if whole else [building.point for building in present.values()], outcome)
        _write(area, points, present, whole, outcome, by)
        if dry_run:
            transaction.set_rollback(True)
    progress(len(records), len(records))
    titles = [sheet.title for sheet in ledger.sheets]
    outcome.errors.sort(key=lambda cell: (titles.index(cell.sheet) if cell.sheet in titles else -1, cell.row))
    return outcome


def why_not_there(building: Building) -> str:
    """Why a building cannot stand where it is said to, in a sentence; empty where it can."""
    others = Building.objects.filter(area=building.area_id).exclude(pk=building.pk)
    known = list(others.values_list("east", "north"))
    centre = middle(known) if known else building.point
    return _far_away(building.point, centre) if is_far(building.point, centre) else ""


def _each_once(rows: Sequence[BuildingRow], outcome: Outcome) -> list[BuildingRow]:
    """The first row of each house; another that says the same is passed over, one that says otherwise is told."""
    first: dict[House, BuildingRow] = {}
    for row in rows:
        known = first.setdefault(row.house, row)
        if known.where != row.where:
            message = _("This building is on row %(row)d already, at another place. Keep one of the two rows.")
            outcome.wrong(row.sheet, row.row, "address", row.address, message % {"row": known.row})
    return list(first.values())


def _check_columns(rows: Sequence[BuildingRow]) -> None:
    """Refuse a table whose columns hold something else than their heads say."""
    metres = [row.where for row in rows if not row.in_degrees]
    if not metres:
        return
    if all(looks_like_degrees(point) for point in metres):
        raise WorkbookRefused(
            _("The coordinates look like degrees, not metres. Name the columns 经度 (longitude) and 纬度 (latitude).")
        )
    if looks_turned(middle(metres)):
        raise WorkbookRefused(
            _("East and north are taken for one another: surveyors' X is north, Y is east. Exchange the heads.")
        )


def _on_one_plane(
    rows: Sequence[BuildingRow], known: Sequence[Point], outcome: Outcome
) -> list[tuple[BuildingRow, Point]]:
    """Where each row lies in whole metres; those far from all the others are told and left out.

    The others are the buildings *known* already, with none known those of the table itself.
    """
    points = _in_metres(rows, known)
    if not points:
        return []
    centre = middle(known or points)
    near = [not is_far(point, centre) for point in points]
    if not any(near):
        raise WorkbookRefused(_far_away(middle(points), centre))
    for row, point, fits in zip(rows, points, near, strict=True):
        if not fits:
            value = ", ".join(str(part) if row.in_degrees else f"{part:.0f}" for part in row.where)
            outcome.wrong(row.sheet, row.row, row.keys[0], value, _far_away(point, centre))
    return [(row, point) for row, point, fits in zip(rows, points, near, strict=True) if fits]


def _in_metres(rows: Sequence[BuildingRow], known: Sequence[Point]) -> list[Point]:
    degrees = [row.where for row in rows if row.in_degrees]
    plane = plane_of(degrees, known or [row.where for row in rows if not row.in_degrees]) if degrees else None
    found = [plane.put(*row.where) if plane and row.in_degrees else row.where for row in rows]
    return [(round(east), round(north)) for east, north in found]


def _far_away(point: Point, centre: Point) -> str:
    told = {"km": round(math.dist(point, centre) / 1000), "most": FAR // 1000}
    if not is_far(turned(point), centre):
        return (
            _(
                "It would lie %(km)d km from the other buildings; with X and Y exchanged it lies among them. "
                "Exchange the two: X is north, Y is east."
            )
            % told
        )
    return (
        _(
            "It would lie %(km)d km from the other buildings, more than %(most)d. Take the coordinates from the same "
            "plane and zone as theirs; where theirs are the wrong ones, take in the whole table anew."
        )
        % told
    )


def _write(
    area: Area,
    points: Sequence[tuple[BuildingRow, Point]],
    present: dict[House, Building],
    whole: bool,
    outcome: BuildingsOutcome,
    by: User | None,
) -> None:
    added, changed = [], []
    for row, point in points:
        building = present.pop(row.house, None)
        if building is None:
            where = {"east": point[0], "north": point[1]}
            added.append(Building(area=area, address=row.address, **row.house._asdict(), **where))
            outcome.created[KIND] += 1
        elif (building.address, building.point) != (row.address, point):
            building.address, (building.east, building.north) = row.address, point
            changed.append(building)
            outcome.change(row.sheet, row.row, KIND, building, ["address", "east", "north"])
        else:
            outcome.unchanged[KIND] += 1
    gone = list(present.values()) if whole and points else []
    outcome.removed = len(gone)
    fields = ["address", "east", "north"]
    added = Building.objects.bulk_create(added, batch_size=500)
    Building.objects.bulk_update(changed, fields, batch_size=500)
    audit.record_many(by, "building.add", [audit.Entry(building, fields) for building in added])
    audit.record_many(by, "building.change", [audit.Entry(building, fields) for building in changed])
    audit.record_many(by, "building.delete", [audit.Entry(building) for building in gone])
    for start in range(0, len(gone), 500):
        Building.objects.filter(pk__in=[building.pk for building in gone[start : start + 500]]).delete()

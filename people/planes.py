"""The plane of a town: east and north in metres, as surveyors write them, and longitude and latitude put on it.

Surveyors use the Gauss–Krüger projection of the country's ellipsoid (CGCS2000), in zones of 3 or 6 degrees: metres
north of the equator (their X), and metres east of the middle meridian of the zone plus 500,000 (their Y), often with
the number of the zone before it: 40512345. Longitude and latitude are put on the same plane by its series, cut off
after the fourth power: within a few centimetres of the exact one. On the plane itself ways are too long by 0.03 % at
most, at the edge of a zone of 3 degrees (a metre in three kilometres), by 0.13 % in one of 6. What lies farther from
the others than a district reaches is on another plane, or has its coordinates the wrong way round.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median_low
from typing import NamedTuple

from people.proximity import Point

FAR = 50_000
"""Metres between a building and the middle of the town, beyond which it is not believed."""

LONGITUDES, LATITUDES = (73, 136), (3, 54)
"""Of the country, in degrees."""

_SEMI_MAJOR = 6_378_137.0
_FLATTENING = 1 / 298.257222101
_E2 = _FLATTENING * (2 - _FLATTENING)
_SECOND_E2 = _E2 / (1 - _E2)
# Of the arc from the equator: for the latitude, and for the sines of its double, fourfold and sixfold.
_ARC = (
    1 + 3 / 4 * _E2 + 45 / 64 * _E2**2 + 175 / 256 * _E2**3,
    -(3 / 4 * _E2 + 15 / 16 * _E2**2 + 525 / 512 * _E2**3) / 2,
    (15 / 64 * _E2**2 + 105 / 256 * _E2**3) / 4,
    -(35 / 512 * _E2**3) / 6,
)
_FALSE_EAST = 500_000
_NUMBER = 1_000_000


class Plane(NamedTuple):
    """One of the surveyors' planes: its zone of *width* degrees, and whether east begins with the zone's number."""

    width: int
    zone: int
    numbered: bool = True

    @property
    def meridian(self) -> int:
        return self.zone * self.width - (3 if self.width == 6 else 0)

    def put(self, longitude: float, latitude: float) -> Point:
        """Return where degrees lie on the plane."""
        b = math.radians(latitude)
        sine, cosine, tangent = math.sin(b), math.cos(b), math.tan(b)
        m = math.radians(longitude - self.meridian) * cosine
        eta = _SECOND_E2 * cosine**2
        across = _SEMI_MAJOR / math.sqrt(1 - _E2 * sine**2)
        arc = _ARC[0] * b + sum(part * math.sin(2 * n * b) for n, part in enumerate(_ARC[1:], 1))
        north = _SEMI_MAJOR * (1 - _E2) * arc
        north += across * tangent * (m**2 / 2 + (5 - tangent**2 + 9 * eta + 4 * eta**2) * m**4 / 24)
        east = across * (m + (1 - tangent**2 + eta) * m**3 / 6)
        return east + _FALSE_EAST + (self.zone * _NUMBER if self.numbered else 0), north


def plane_of(degrees: Sequence[Point], known: Sequence[Point]) -> Plane:
    """The plane on which (longitude, latitude) come to lie among what is *known* already, in metres.

    With nothing known it is that of the zone of 3 degrees, with its number, so that it is known again from then on.
    """
    longitude, latitude = middle(degrees)
    usual = Plane(3, round(longitude / 3))
    if not known:
        return usual
    zones = [Plane(3, usual.zone + step) for step in (0, -1, 1)]
    zones += [Plane(6, math.floor(longitude / 6) + 1 + step) for step in (0, -1, 1)]
    planes = [plane._replace(numbered=numbered) for plane in zones for numbered in (True, False)]
    return min(planes, key=lambda plane: math.dist(plane.put(longitude, latitude), middle(known)))


def middle(points: Sequence[Point]) -> Point:
    """A point among *points* that some that are wrong do not shift: the median of each coordinate."""
    return median_low([east for east, _north in points]), median_low([north for _east, north in points])


def is_far(point: Point, from_: Point) -> bool:
    return math.dist(point, from_) > FAR


def turned(point: Point) -> Point:
    """The point that is meant where X and Y were taken for one another."""
    return point[1], point[0]


def looks_turned(point: Point) -> bool:
    """Whether, on a plane of the surveyors, what should be east can only be north, and the other way round."""
    east, north = turned(point)
    return 1_900_000 < north < 6_000_000 and (east < _NUMBER or 13 * _NUMBER <= east < 46 * _NUMBER)


def looks_like_degrees(point: Point) -> bool:
    """Whether a point given in metres is rather a longitude and a latitude, in whichever order."""
    return any(_in_the_country(*degrees) for degrees in (point, turned(point)))


def _in_the_country(longitude: float, latitude: float) -> bool:
    return LONGITUDES[0] <= longitude <= LONGITUDES[1] and LATITUDES[0] <= latitude <= LATITUDES[1]

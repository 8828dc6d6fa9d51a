"""Degrees put on the surveyors' plane. The metres to compare with are PROJ's (tmerc on the ellipsoid of CGCS2000)."""

import math

import pytest

from people.planes import Plane, looks_like_degrees, looks_turned, middle, plane_of

TOWN = [(122.30125, 29.95417), (122.31, 29.96), (122.29, 29.95)]


@pytest.mark.parametrize(
    ("plane", "longitude", "latitude", "east", "north"),
    [
        (Plane(3, 41), 122.1, 30.0, 41413160.549, 3320454.433),
        (Plane(3, 41, numbered=False), 123.9, 29.95, 586882.956, 3314911.487),
        (Plane(3, 40), 121.5, 18.0, 40658872.257, 1991624.681),
        (Plane(3, 40), 120.0, 31.2, 40500000, 3453148.560),
        (Plane(6, 21), 125.9, 30.0, 21779870.393, 3323656.688),
    ],
)
def test_degrees_come_to_lie_where_surveyors_put_them(plane, longitude, latitude, east, north):
    assert math.dist(plane.put(longitude, latitude), (east, north)) < 0.1


def test_an_office_that_knows_nothing_yet_gets_the_zone_of_its_town_with_its_number():
    assert plane_of(TOWN, []) == Plane(3, 41)


@pytest.mark.parametrize("plane", [Plane(3, 41), Plane(3, 40), Plane(3, 41, False), Plane(6, 21), Plane(6, 20, False)])
def test_the_plane_is_the_one_on_which_the_town_stands_already(plane):
    assert plane_of(TOWN, [plane.put(*degrees) for degrees in TOWN]) == plane


def test_the_middle_is_not_shifted_by_one_that_is_wrong():
    assert middle([(1, 5), (2, 6), (3_000_000, -7)]) == (2, 5)


def test_what_stands_in_the_wrong_columns_is_seen():
    put = Plane(3, 41).put(*TOWN[0])
    assert [looks_turned(point) for point in (put, put[::-1], (413_000, 3_320_000), (3_320_000, 413_000))] == [
        False,
        True,
        False,
        True,
    ]
    assert [looks_like_degrees(point) for point in (*TOWN[:2], TOWN[0][::-1], put, (120, 340))] == [
        True,
        True,
        True,
        False,
        False,
    ]

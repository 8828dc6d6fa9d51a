"""How far apart two addresses are."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.proximity import BETWEEN_STREETS, House, distance, in_walking_order, place_of, walk

ADDRESSES = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["滨港路", "教场路", "鲁家村", "鲁家村3组", "鲁家村5组"]),
    st.sampled_from(["1号", "2号", "2弄", "12甲号", "87号", "223号"]),
    st.sampled_from(["", "1幢", "2幢", "12幢", "东幢"]),
    st.sampled_from(["", "1单元", "3单元"]),
    st.sampled_from(["", "101室", "102室", "302室", "1102室", "1802室"]),
)


def apart(one: str, other: str) -> int:
    return distance(place_of(one), place_of(other))


def test_the_more_two_addresses_share_the_nearer_they_are():
    home = "教场路205号12幢2单元602室"
    nearest_first = [
        home,
        "教场路205号12幢2单元601室",
        "教场路205号12幢2单元302室",
        "教场路205号12幢1单元602室",
        "教场路205号9幢2单元602室",
        "教场路223号12幢2单元602室",
        "滨港路205号12幢2单元602室",
    ]
    ways = [apart(home, other) for other in nearest_first]
    assert ways[0] == 0
    assert ways == sorted(set(ways))


@pytest.mark.parametrize(
    ("one", "near", "far"),
    [
        ("滨港路9号", "滨港路10号", "滨港路100号"),  # by number, not by spelling
        ("滨港路223号1102室", "滨港路223号902室", "滨港路223号102室"),
        ("滨港路213弄203", "滨港路214号1室", "滨港路21号1室"),  # a lane lies among the houses of its street
        ("鲁家村3组12号", "鲁家村3组44号", "鲁家村5组12号"),
    ],
)
def test_numbers_are_compared_as_numbers(one, near, far):
    assert apart(one, near) < apart(one, far)


def test_two_spellings_of_one_address_are_no_way_apart():
    assert apart("滨港路５号楼３０２室", "滨港路5幢302") == 0


@pytest.mark.parametrize("unknown", ["", "   "])
def test_an_address_that_says_nothing_is_far_from_everybody(unknown):
    assert apart(unknown, "滨港路1号") == BETWEEN_STREETS
    assert apart(unknown, unknown) == BETWEEN_STREETS


@given(ADDRESSES, ADDRESSES, ADDRESSES)
def test_the_way_is_a_metric(one, other, third):
    assert apart(one, one) == 0
    assert apart(one, other) == apart(other, one)
    assert (apart(one, other) == 0) == (place_of(one) == place_of(other))
    assert apart(one, third) <= apart(one, other) + apart(other, third)


@given(st.lists(ADDRESSES, max_size=6))
def test_no_walk_through_the_doors_of_one_stairwell_is_shorter_than_walking_order(addresses):
    doors = [place_of(f"滨港路1号1幢1单元{number}01室") for number in {len(address) for address in addresses}]
    ways = [
        sum(distance(one, other) for one, other in itertools.pairwise(order)) for order in itertools.permutations(doors)
    ]
    assert walk(doors) == min(ways)


def test_a_walk_does_not_depend_on_how_its_doors_are_listed():
    doors = [place_of(f"滨港路{number}号") for number in (8, 2, 30, 4)]
    assert walk(doors) == walk(reversed(doors)) == (20 + 8) + (20 + 16) + (20 + 88)


# ---- Where houses stand ----

POINTS = st.one_of(st.none(), st.tuples(st.integers(0, 2000), st.integers(0, 2000)))


def standing(address: str, east: int, north: int):
    return place_of(address).at((east, north))


def test_between_two_houses_that_stand_somewhere_the_straight_way_counts():
    home = standing("滨港路1号1幢301室", 300, 400)
    assert distance(home, standing("教场路8号", 0, 0)) == 500
    assert distance(home, standing("教场路9号", 300, 412)) == 12
    assert distance(home, standing("滨港路99号", 297, 404)) == 5
    assert distance(home, standing("滨港路1号2幢101室", 300, 430)) == 30


def test_within_a_house_stairs_storeys_and_doors_count_as_before():
    for other in ("滨港路1号1幢302室", "滨港路1号1幢901室", "滨港路1号1幢2单元301室", "滨港路1号1幢301室"):
        known = distance(standing("滨港路1号1幢301室", 3, 4), standing(other, 3, 4))
        assert known == apart("滨港路1号1幢301室", other)


def test_where_one_of_two_stands_nowhere_all_is_as_it_was():
    for other in ("教场路8号", "滨港路99号", "滨港路1号2幢"):
        assert distance(standing("滨港路1号", 3, 4), place_of(other)) == apart("滨港路1号", other)


def test_two_houses_that_share_a_point_are_as_far_apart_as_their_addresses_say():
    one, other = "滨港路1号1幢", "滨港路1号4幢"
    assert distance(standing(one, 3, 4), standing(other, 3, 4)) == apart(one, other)
    assert distance(standing("滨港路1号", 3, 4), standing("教场路8号", 3, 4)) == 0  # round the corner


@given(ADDRESSES, ADDRESSES, POINTS, POINTS)
def test_the_way_is_as_long_there_as_back(one, other, here, there):
    home, away = place_of(one).at(here), place_of(other).at(there)
    assert distance(home, away) == distance(away, home)


@given(st.lists(st.tuples(ADDRESSES, POINTS), max_size=12, unique_by=lambda entry: entry[0]))
def test_a_walk_is_never_longer_than_in_the_order_of_the_names_and_goes_by_every_door_once(entries):
    places = [place_of(address).at(point) for address, point in entries]
    by_name = sum(distance(one, other) for one, other in itertools.pairwise(sorted(places)))
    assert walk(places) <= by_name
    assert sorted(in_walking_order(places, lambda place: place)) == sorted(places)
    if all(place.point is None for place in places):
        assert walk(places) == by_name


def test_streets_are_walked_as_they_lie_each_from_its_nearer_end():
    """Three streets one behind the other from west to east; the second is numbered from its far end."""
    west = [standing(f"西河路{number}号", 20 * number, 0) for number in (1, 2, 3)]
    between = [standing(f"同济路{number}号", 200 - 20 * number, 0) for number in (1, 2, 3)]
    east = [standing(f"墩头路{number}号", 200 + 20 * number, 0) for number in (1, 2, 3)]
    order = in_walking_order([*between, *east, *west], lambda place: place)
    assert order in ([*west, *between[::-1], *east], [*east[::-1], *between, *west[::-1]])
    assert walk(order) == 240


def test_a_house_is_part_of_its_number_and_of_the_group_of_its_village():
    assert place_of("滨港路1号2幢301室").house.around == [House("滨港路", "", "1", "2"), House("滨港路", "", "1", "")]
    assert place_of("鲁家村3组12甲号").house.around == [
        House("鲁家村", "3", "12甲", ""),
        House("鲁家村", "3", "", ""),
    ]
    assert place_of("滨港路").house.around == []

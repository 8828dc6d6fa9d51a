"""How far apart two addresses are."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.proximity import BETWEEN_STREETS, distance, place_of, walk

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

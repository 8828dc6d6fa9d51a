"""The division of a community into groups of neighbours."""

import itertools
import random
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from people.proximity import place_of, walk
from people.walks import Door, Walk, divide

OFFICE = Path(__file__).parents[1] / "data" / "office" / "residents.xlsx"
SIZE = 15
STREETS = ["滨港路", "教场路", "泰来街", "西河路", "墩头路", "同济路"]

HOUSES = st.lists(
    st.builds("{}{}号{}01室".format, st.sampled_from(STREETS), st.integers(1, 60), st.integers(1, 6)),
    min_size=1,
    max_size=40,
)


@pytest.fixture(scope="module")
def office() -> dict[str, list[str]]:
    """The addresses of an office's register, by community."""
    book = openpyxl.load_workbook(OFFICE, read_only=True)
    return {
        sheet.title: [row[0] for row in sheet.iter_rows(min_row=4, min_col=3, max_col=3, values_only=True) if row[0]]
        for sheet in book
    }


def doors(addresses, groups=()) -> list[Door]:
    return [
        Door(key, place_of(address), group)
        for key, (address, group) in enumerate(itertools.zip_longest(addresses, groups))
    ]


def metres(walks: list[Walk]) -> int:
    return sum(walk(door.place for door in found.doors) for found in walks)


def evenly(row: list[Door], number: int) -> list[Walk]:
    return [Walk(tuple(row[len(row) * n // number : len(row) * (n + 1) // number])) for n in range(number)]


def moved(walks: list[Walk]) -> int:
    return sum(door.group is not None and door.group != found.group for found in walks for door in found.doors)


def assert_contiguous(walks: list[Walk]) -> None:
    """On each street the households of a group stand in one unbroken row."""
    group_of = {door.key: number for number, found in enumerate(walks) for door in found.doors}
    every = sorted((door for found in walks for door in found.doors), key=lambda door: (door.place, door.key))
    for street, row in itertools.groupby(every, key=lambda door: door.place.street):
        runs = [group for group, _doors in itertools.groupby(group_of[door.key] for door in row)]
        assert len(runs) == len(set(runs)), f"a group comes back on {street}"


@given(HOUSES, st.integers(1, 15), st.lists(st.one_of(st.none(), st.integers(1, 4)), max_size=40))
def test_everybody_is_in_one_group_none_is_over_the_limit_and_all_are_contiguous(addresses, limit, groups):
    walks = divide(doors(addresses, groups[: len(addresses)]), limit)
    assert sorted(door.key for found in walks for door in found.doors) == list(range(len(addresses)))
    assert max(len(found.doors) for found in walks) <= limit
    going_on = [found.group for found in walks if found.group is not None]
    assert len(going_on) == len(set(going_on))
    assert_contiguous(walks)


@given(HOUSES, st.integers(1, 15))
def test_without_groups_no_more_are_made_than_are_needed(addresses, limit):
    assert len(divide(doors(addresses), limit)) == -(-len(addresses) // limit)


@given(HOUSES, st.integers(3, 15))
def test_what_was_proposed_and_taken_is_left_alone_the_next_time(addresses, limit):
    first = divide(doors(addresses), limit)
    settled = [Door(door.key, door.place, number) for number, found in enumerate(first) for door in found.doors]
    assert moved(divide(settled, limit)) == 0


@given(HOUSES, st.randoms(use_true_random=False))
def test_the_order_of_the_register_does_not_matter(addresses, chance):
    row = doors(addresses)
    shuffled = list(row)
    chance.shuffle(shuffled)
    assert divide(shuffled, 7) == divide(row, 7)


def test_the_office_walks_less_than_by_alphabet_and_by_chance(office):
    """By 9 % and by 70 % over its 37 communities, many of which have one or two groups."""
    proposed = by_alphabet = by_chance = 0
    for addresses in office.values():
        row = doors(addresses)
        walks = divide(row, SIZE)
        assert max(len(found.doors) for found in walks) <= SIZE
        assert_contiguous(walks)
        proposed += metres(walks)
        by_alphabet += metres(evenly([row[n] for n in sorted(range(len(row)), key=lambda n: addresses[n])], len(walks)))
        random.Random(2026).shuffle(row)
        by_chance += metres(evenly(row, len(walks)))
    assert by_alphabet >= 1.09 * proposed
    assert by_chance >= 1.7 * proposed


@pytest.mark.parametrize("name", ["新港社区", "海滨社区", "螺门村"])
def test_in_a_large_community_others_walk_a_fifth_more_by_alphabet_and_two_and_a_half_times_as_far_by_chance(
    office, name
):
    row = doors(office[name])
    walks = divide(row, SIZE)
    by_alphabet = evenly([row[n] for n in sorted(range(len(row)), key=lambda n: office[name][n])], len(walks))
    random.Random(2026).shuffle(row)
    assert metres(by_alphabet) >= 1.2 * metres(walks)
    assert metres(evenly(row, len(walks))) >= 2.5 * metres(walks)


@pytest.mark.parametrize("name", ["新港社区", "海滨社区", "螺门村", "石壁村", "永宁社区"])
def test_the_groups_of_the_office_are_about_as_large_as_one_another(office, name):
    sizes = [len(found.doors) for found in divide(doors(office[name]), SIZE)]
    assert max(sizes) - min(sizes) <= 5


def test_streets_are_put_together_so_that_none_is_cut_without_need():
    lengths = {"滨港路": 8, "教场路": 10, "泰来街": 7, "西河路": 5}
    addresses = [f"{street}{2 * number}号" for street, length in lengths.items() for number in range(length)]
    walks = divide(doors(addresses), SIZE)
    assert {frozenset(door.place.street for door in found.doors) for found in walks} == {
        frozenset({"滨港路", "泰来街"}),
        frozenset({"教场路", "西河路"}),
    }


def test_a_long_street_is_cut_where_the_houses_are_farthest_apart():
    near = [f"滨港路{number}号" for number in range(1, 13)]
    far = [f"滨港路{number}号" for number in range(80, 90)]
    assert [len(found.doors) for found in divide(doors(near + far), SIZE)] == [12, 10]


def test_newcomers_join_the_group_of_their_stairs_and_nobody_moves():
    addresses = [f"滨港路1号1幢{storey}01室" for storey in range(1, 11)]
    addresses += [f"教场路9号{storey}01室" for storey in range(1, 11)]
    groups = [1] * 10 + [2] * 10
    walks = divide(doors([*addresses, "滨港路1号1幢1102室", "教场路9号203室"], groups), SIZE)
    assert moved(walks) == 0
    assert {found.group: len(found.doors) for found in walks} == {1: 11, 2: 11}


def test_a_group_that_has_grown_too_large_gives_up_no_more_than_it_must():
    addresses = [f"滨港路{number}号" for number in range(1, 19)]
    walks = divide(doors(addresses, [1] * 18), SIZE)
    assert moved(walks) == 3
    assert {found.group: len(found.doors) for found in walks} == {1: 15, None: 3}


def test_small_groups_are_not_merged_to_save_one():
    addresses = [f"滨港路{number}号" for number in range(1, 7)]
    walks = divide(doors(addresses, [1, 1, 1, 2, 2, 2]), SIZE)
    assert [(found.group, len(found.doors)) for found in walks] == [(1, 3), (2, 3)]


def test_households_without_an_address_are_given_a_group_too():
    walks = divide(doors(["", "", "滨港路1号", "没有门牌"]), 2)
    assert sorted(door.key for found in walks for door in found.doors) == [0, 1, 2, 3]


def test_no_household_no_group_and_no_group_without_room():
    assert divide([], SIZE) == []
    with pytest.raises(ValueError):
        divide(doors(["滨港路1号"]), 0)


# ---- Where houses stand ----


def along(street: str, number: int, start: tuple[int, int], step: tuple[int, int]) -> list[tuple[str, tuple[int, int]]]:
    """The houses of a street, each so many metres on from the one before."""
    return [
        (f"{street}{house + 1}号", (start[0] + step[0] * house, start[1] + step[1] * house)) for house in range(number)
    ]


def standing(*streets: list[tuple[str, tuple[int, int]]]) -> list[Door]:
    houses = [house for street in streets for house in street]
    return [Door(key, place_of(address).at(point)) for key, (address, point) in enumerate(houses)]


def streets_of(walks: list[Walk]) -> set[frozenset[str]]:
    return {frozenset(door.place.street for door in found.doors) for found in walks}


def test_streets_whose_houses_face_each_other_are_walked_together_whatever_their_names():
    names, far = ("滨港路", "教场路", "泰来街", "西河路"), 3_000
    streets = [along(name, 7, (0, row * 12 if row < 2 else far + row * 12), (15, 0)) for row, name in enumerate(names)]
    # By name the first two are neighbours; in the town the first and the third are.
    streets[1], streets[2] = along("教场路", 7, (0, far), (15, 0)), along("泰来街", 7, (0, 12), (15, 0))
    assert streets_of(divide(standing(*streets), SIZE)) == {
        frozenset({"滨港路", "泰来街"}),
        frozenset({"教场路", "西河路"}),
    }
    by_name = divide(doors([address for street in streets for address, _point in street]), SIZE)
    assert frozenset({"滨港路", "泰来街"}) not in streets_of(by_name)


def test_a_lane_goes_with_the_end_of_a_long_bent_street_that_it_lies_at():
    bend = along("环城路", 10, (0, 0), (0, 40)) + [
        (f"环城路{house + 11}号", (40 * house + 40, 400)) for house in range(10)
    ]
    lane = along("小巷", 10, (-15, 0), (-10, 0))
    walks = divide(standing(bend, lane), SIZE)
    (with_lane,) = [found for found in walks if "小巷" in {door.place.street for door in found.doors}]
    assert {door.place.house.number for door in with_lane.doors if door.place.street == "环城路"} == set("12345")
    assert_contiguous(walks)


def test_a_street_is_cut_where_it_crosses_the_river_though_its_numbers_go_on():
    this_side, that_side = along("滨港路", 12, (0, 0), (20, 0)), along("滨港路", 22, (800, 0), (20, 0))[12:]
    assert [len(found.doors) for found in divide(standing(this_side, that_side), SIZE)] == [12, 10]
    assert [len(found.doors) for found in divide(doors([house for house, _at in this_side + that_side]), SIZE)] != [
        12,
        10,
    ]


STANDING = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900)) | st.none(), min_size=40, max_size=40)


@settings(max_examples=25)
@given(HOUSES, st.integers(1, 15), STANDING, st.randoms(use_true_random=False))
def test_wherever_houses_stand_no_group_is_over_the_limit_all_are_contiguous_and_the_same_again(
    addresses, limit, points, chance
):
    at = dict(zip((place_of(address).house for address in addresses), points, strict=False))
    row = [Door(door.key, door.place.at(at[door.place.house])) for door in doors(addresses)]
    walks = divide(row, limit)
    assert sorted(door.key for found in walks for door in found.doors) == list(range(len(addresses)))
    assert max(len(found.doors) for found in walks) <= limit
    assert_contiguous(walks)
    shuffled = list(row)
    chance.shuffle(shuffled)
    assert divide(shuffled, limit) == walks
    settled = [Door(door.key, door.place, number) for number, found in enumerate(walks) for door in found.doors]
    assert limit < 3 or moved(divide(settled, limit)) == 0

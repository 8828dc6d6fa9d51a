"""The arithmetic of a report: rounding, shares, changes, and how a figure is written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caseworks.reports.cells import Cell, Kind, added, change, half_up, percent, shares, text


@pytest.mark.parametrize(
    ("exact", "rounded"), [("6.25", "6.3"), ("6.24", "6.2"), ("-6.25", "-6.3"), ("0.05", "0.1"), ("99.95", "100.0")]
)
def test_a_half_is_rounded_up_as_by_hand(exact, rounded):
    assert half_up(Decimal(exact)) == Decimal(rounded)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60).filter(any))
def test_shares_sum_to_exactly_a_hundred_and_stay_near_the_truth(parts):
    found = shares(parts)
    assert sum(share.value for share in found) == 100
    assert added(found).value == 100
    largest = parts.index(max(parts))
    for place, (part, share) in enumerate(zip(parts, found, strict=True)):
        off = abs(share.value - Decimal(100 * part) / sum(parts))
        assert off <= (Decimal("0.05") * len(parts) if place == largest else Decimal("0.05"))


def test_three_equal_parts_sum_to_a_hundred_by_the_first_giving_way():
    assert [text(share) for share in shares([1, 1, 1])] == ["33.4", "33.3", "33.3"]


def test_of_nothing_there_are_no_shares():
    assert [text(share) for share in shares([0, 0])] == ["/", "/"]
    assert text(added(shares([0, 0]))) == "/"


@pytest.mark.parametrize(
    ("now", "then", "written"),
    [
        (85, 80, "+6.3"),
        (85, 89, "−4.5"),
        (5, 5, "0.0"),
        (5, 0, "/"),
        (0, 0, "/"),
        (0, 4, "−100.0"),
        (10001, 10000, "0.0"),
    ],
)
def test_a_count_changes_in_per_cent_of_what_it_was(now, then, written):
    assert text(change(Cell(now), Cell(then))) == written


@pytest.mark.parametrize(
    ("now", "then", "written"),
    [((80, 85), (77, 83), "+1.3"), ((1, 2), (1, 2), "0.0"), ((1, 3), (1, 2), "−16.7"), ((1, 3), (0, 0), "/")],
)
def test_a_rate_changes_in_percentage_points(now, then, written):
    found = change(percent(*now), percent(*then))
    assert found.kind is Kind.POINTS
    assert text(found) == written


def test_a_rate_of_nothing_is_not_a_rate_of_zero():
    assert (text(percent(0, 0)), text(percent(0, 3)), text(percent(3, 3))) == ("/", "0.0", "100.0")

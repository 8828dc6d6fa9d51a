"""Cut the walk through a community into groups of neighbours.

The objective, all of it in metres and to be made as small as possible:

    the sum of the walks through each group            (`people.proximity.walk`)
  + BALANCE · (size − mean size)² for each group       (groups about as large as one another)
  + GROUP for each group                               (no more groups than are needed)
  + MOVE for each household that leaves its group      (existing groups stay)

under two conditions: no group has more than the limit of households, and every group is contiguous, which means that
on each street its households stand in one unbroken row, with no household of another group between them.

The method is *order first, split second* (J. Beasley, Route first–cluster second methods for vehicle routing, Omega
11, 1983; C. Prins, A simple and effective evolutionary algorithm for the VRP, 2004): all households in one row, street
after street; the best cuts of that row by dynamic programming, exactly; and a local search over the order of the
streets, which may also be walked backwards. Where groups exist, the first order is the one in which they lie side by
side; where streets are known to lie somewhere in the town, the others come where they lie. The same households always
give the same groups.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from statistics import fmean
from typing import NamedTuple

from people.proximity import Place, distance, in_walking_order, lined_up

BALANCE = 10
GROUP = 9_000
# More than a group: nobody is moved to save one.
MOVE = 10_000
# How many steps the search for a better order of streets may take: about half a second.
PATIENCE = 300_000


@dataclass(frozen=True)
class Door:
    """A household at its place; `group` is the key of the group it is in today."""

    key: int
    place: Place
    group: int | None = None


@dataclass(frozen=True)
class Walk:
    """A group as proposed, its doors in walking order; `group` is the key of the existing one, None for a new one."""

    doors: tuple[Door, ...]
    group: int | None = None


Street = tuple[Door, ...]


def divide(doors: Sequence[Door], limit: int) -> list[Walk]:
    """Divide the households of one community into groups of at most *limit*, in walking order."""
    if limit < 1:
        raise ValueError("A group has room for one household at least.")
    if not doors:
        return []
    streets = _first_order(_streets(doors))
    limit = min(limit, len(doors))
    best = _cut(streets, limit)
    left = PATIENCE
    improved = True
    while improved and left > 0:
        improved = False
        for order in _neighbours(streets):
            found = _cut(order, limit)
            left -= found.work
            if found.cost < best.cost:
                streets, best, improved = order, found, True
                break
            if left <= 0:
                break
    walks = [Walk(tuple(_walked(walk.doors)), walk.group) for walk in best.walks]
    return sorted(walks, key=lambda walk: (walk.doors[0].place, walk.doors[0].key))


def _walked(doors: Sequence[Door]) -> list[Door]:
    return in_walking_order(sorted(doors, key=lambda door: door.key), lambda door: door.place)


def _streets(doors: Sequence[Door]) -> list[Street]:
    in_order = sorted(doors, key=lambda door: (door.place, door.key))
    return [tuple(row) for _street, row in groupby(in_order, key=lambda door: door.place.street)]


def _first_order(streets: list[Street]) -> list[Street]:
    """Order the streets, and turn them, so that today's groups lie side by side; those without any come last.

    Where it is known where streets lie, these come where the walk becomes least longer by them.
    """
    ranks = _ranks(streets)
    placed, free = [], []
    for street in streets:
        seen = [ranks[door.group] for door in street if door.group is not None]
        if not seen:
            free.append(street)
        else:
            placed.append((fmean((min(seen), max(seen))), street[::-1] if seen[0] > seen[-1] else street))
    side_by_side = [street for _rank, street in sorted(placed, key=lambda item: item[0])]
    return [tuple(street) for street in lined_up(free, lambda door: door.place, behind=side_by_side)]


def _ranks(streets: list[Street]) -> dict[int, int]:
    """Number today's groups so that those who share a street follow one another."""
    groups = {door.group: None for street in streets for door in street if door.group is not None}
    beside: dict[int, dict[int, None]] = {group: {} for group in groups}
    for street in streets:
        row = [group for group, _doors in groupby(door.group for door in street if door.group is not None)]
        for group, following in pairwise(row):
            beside[group][following] = beside[following][group] = None
    ranks: dict[int, int] = {}
    for start in sorted(beside, key=lambda group: len(beside[group])):
        waiting = [start]
        while waiting:
            group = waiting.pop()
            if group not in ranks:
                ranks[group] = len(ranks)
                waiting += beside[group]
    return ranks


def _neighbours(streets: list[Street]) -> Iterator[list[Street]]:
    """Yield the orders that differ by one street put elsewhere or turned round."""
    for here, street in enumerate(streets):
        rest = streets[:here] + streets[here + 1 :]
        for there in range(len(streets)):
            if there != here:
                yield [*rest[:there], street, *rest[there:]]
        if len(street) > 1:
            yield [*streets[:here], street[::-1], *streets[here + 1 :]]


@dataclass(frozen=True)
class _Cuts:
    cost: float
    walks: list[Walk]
    work: int


class _Step(NamedTuple):
    """The last group of a way to cut: where it begins, how many of today's groups were used before it, which it is."""

    begin: int
    used: int
    group: int


NEW = -1


def _cut(streets: list[Street], limit: int) -> _Cuts:
    """Return the best way to cut the streets, walked in this order, into groups.

    ``best[end][used]`` is the least cost of the first *end* doors when of today's groups, numbered in the order in
    which the walk comes by them, only those below *used* go on: so each of them goes on once at most. It is kept for
    the groups that the walk has begun and not yet left behind; what lies beyond is equal to the last of these.
    """
    row = [door for street in streets for door in street]
    groups = _in_order_of_appearance(row)
    number = {group: position for position, group in enumerate(groups)}
    today = [NEW if door.group is None else number[door.group] for door in row]
    begun = [0, *accumulate((group + 1 for group in today), max)]
    unfinished = [len(groups)]
    for group in reversed(today):
        unfinished.append(unfinished[-1] if group == NEW else min(unfinished[-1], group))
    unfinished.reverse()
    links = [0, *(distance(one.place, other.place) for one, other in pairwise(row))]
    mean = len(row) / max(math.ceil(len(row) / limit), len(groups))
    fixed = [GROUP + BALANCE * (size - mean) ** 2 for size in range(limit + 1)]
    beyond = len(groups) + 1
    best: list[list[float]] = [[0.0] * beyond]
    steps: list[list[_Step]] = [[]]
    work = 0
    for end in range(1, len(row) + 1):
        low, high = unfinished[end], begun[end]
        window = range(min(low, high), high + 1)
        costs = [math.inf] * beyond
        step = [_Step(0, 0, NEW)] * beyond
        members: dict[int, int] = {}
        metres = from_groups = 0
        for begin in range(end - 1, max(0, end - limit) - 1, -1):
            group = today[begin]
            if group != NEW:
                members[group] = members.get(group, 0) + 1
                from_groups += 1
            before = best[begin]
            cost = metres + fixed[end - begin] + MOVE * from_groups
            metres += links[begin]
            for used in window:
                if before[used] + cost < costs[used]:
                    costs[used] = before[used] + cost
                    step[used] = _Step(begin, used, NEW)
            for group, staying in members.items():
                if before[group] + cost - MOVE * staying < costs[group + 1]:
                    costs[group + 1] = before[group] + cost - MOVE * staying
                    step[group + 1] = _Step(begin, group, group)
            work += len(window)
        for used in range(window.start + 1, beyond):
            if costs[used - 1] <= costs[used]:
                costs[used], step[used] = costs[used - 1], step[used - 1]
        best.append(costs)
        steps.append(step)
    return _Cuts(best[-1][-1], _walks(row, groups, steps), work)


def _walks(row: list[Door], groups: list[int], steps: list[list[_Step]]) -> list[Walk]:
    """Follow the best way to cut *row* from its end back to its beginning."""
    walks = []
    end, used = len(row), len(groups)
    while end:
        begin, used, group = steps[end][used]
        walks.append(Walk(tuple(row[begin:end]), None if group == NEW else groups[group]))
        end = begin
    return walks


def _in_order_of_appearance(row: list[Door]) -> list[int]:
    """Today's groups by the mean position of their doors in the row."""
    positions: dict[int, list[int]] = defaultdict(list)
    for position, door in enumerate(row):
        if door.group is not None:
            positions[door.group].append(position)
    return sorted(positions, key=lambda group: fmean(positions[group]))

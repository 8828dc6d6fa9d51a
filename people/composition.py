"""What the composition of a household says about its service needs. Pure; it proposes, and a person confirms.

From 60 on somebody is elderly (老年人权益保障法, article 2). An elderly person by himself lives alone (独居). Elderly
people with nobody of another generation around them are empty-nesters (空巢), and so are parents from 45 on whose
child lives abroad and who have nobody else at home (families of students abroad). Where the
age of anybody in the household is unknown, nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

ELDERLY = 60
PARENTS_FROM = 45
EMPTY_NEST, LIVING_ALONE = "empty_nest", "living_alone"
# What can be read off a household; every other need is told, not derived.
DERIVED = (EMPTY_NEST, LIVING_ALONE)

CHILDREN = frozenset({"子女", "儿子", "女儿", "儿", "女", "长子", "次子", "长女", "次女", "独生子", "独生女"})
PARENTS = frozenset({"父亲", "母亲", "父", "母", "父母", "岳父", "岳母", "公公", "婆婆"})
_YOUNGER = CHILDREN | {"孙子", "孙女", "外孙", "外孙女", "儿媳", "女婿", "孙子女", "外孙子女"}


@dataclass(frozen=True)
class Member:
    """A living member: full years, None where unknown, and what he is to the head of the household."""

    age: int | None
    relation: str = ""


def needs_of(members: Sequence[Member], *, child_abroad: bool = False) -> frozenset[str]:
    """Those of `DERIVED` that a household of *members* has; none where an age is unknown or nobody lives there."""
    ages = [member.age for member in members if member.age is not None]
    if not members or len(ages) < len(members):
        return frozenset()
    found = set()
    one_generation = not any(member.relation in _YOUNGER | PARENTS for member in members)
    if one_generation and (min(ages) >= ELDERLY or (child_abroad and min(ages) >= PARENTS_FROM and len(ages) <= 2)):
        found.add(EMPTY_NEST)
    if len(members) == 1 and ages[0] >= ELDERLY:
        found.add(LIVING_ALONE)
    return frozenset(found)


def known(members: Sequence[Member]) -> bool:
    """Whether enough is known of a household to say that a need is no longer there."""
    return bool(members) and all(member.age is not None for member in members)

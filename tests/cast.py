"""The cast: one town with two communities, everybody who works there, and a stranger from the next town."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction

from people import audit, network
from people.addresses import address_key
from people.models import Area, AreaLevel, Household, Membership, Organisation, Post, Resident, User
from people.names import name_key, search_tokens

# Since when everybody has been at his post: a test that goes back to a day of its own finds them there.
SETTLED = date(2020, 1, 1)


@dataclass
class Cast:
    """`east` has two groups; the leader has the first of them. `west` belongs to nobody but the town."""

    town: Area
    east: Area
    group: Area
    other_group: Area
    west: Area
    west_group: Area
    next_town: Area
    next_group: Area
    water: Organisation
    operator: User
    leader: User
    other_leader: User
    officer: User
    committee: User
    department: User
    supervisor: User
    manager: User
    stranger: User
    household: Household
    other_household: Household
    foreign_household: Household

    def by_role(self) -> dict[str, User]:
        """One user of each role, all of them of this town."""
        roles = ("operator", "leader", "officer", "committee", "department", "supervisor", "manager")
        return {role: getattr(self, role) for role in roles}


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, on whatever database the test runs on."""
    return make_cast()


def make_cast() -> Cast:
    """Add the cast to the database, with the rows that the operations of `people.network` would have written.

    A dozen statements instead of the hundred and more of eight areas added and eight people appointed one by one: it
    is what nearly every test begins with. `tests/test_cast.py` holds it against the operations.
    """
    with transaction.atomic():
        town, next_town, east, west, _south, group, other_group, west_group, next_group = add_areas()
        water = Organisation.objects.create(name="自来水公司", kind="utility")
        staff = add_staff(
            ("operator", "张敏", "operator", town),
            ("leader", "李建国", "leader", group),
            ("other_leader", "周红", "leader", other_group),
            ("officer", "陈静", "officer", east),
            ("committee", "苏梦", "committee", east),
            ("department", "何平", "department", water),
            ("supervisor", "赵刚", "supervisor", town),
            ("manager", "钱进", "manager", town),
            ("stranger", "孙丽", "operator", next_town),
        )
        household, other_household, foreign_household = add_households(
            (group, "王秀兰", "滨港路223号1102室"),
            (west_group, "陈建华", "教场路31号12幢1601室"),
            (next_group, "吴月", "北桥街5号"),
        )
    return Cast(
        town=town,
        east=east,
        group=group,
        other_group=other_group,
        west=west,
        west_group=west_group,
        next_town=next_town,
        next_group=next_group,
        water=water,
        household=household,
        other_household=other_household,
        foreign_household=foreign_household,
        **staff,
    )


def add_areas() -> list[Area]:
    """Add both towns, their communities and groups, in this order."""
    level = {level.code: level for level in AreaLevel.objects.all()}
    town, next_town = towns = [Area(name=name, level=level["town"]) for name in ("沈湾街道", "北桥镇")]
    east, west, south = communities = [
        Area(name="东安社区", level=level["community"], parent=town),
        Area(name="西塘社区", level=level["community"], parent=town),
        Area(name="南浦社区", level=level["community"], parent=next_town),
    ]
    groups = [
        Area(name=name, level=level["group"], parent=parent)
        for name, parent in (("第1小组", east), ("第2小组", east), ("第1小组", west), ("第1小组", south))
    ]
    areas = []
    for of_a_level in (towns, communities, groups):
        # bulk_create reads the key of a parent when it is asked to, not when the row was made.
        areas += Area.objects.bulk_create(of_a_level)
    for area in areas:
        network.locate(area)
    Area.objects.bulk_update(areas, ["path", "search"])
    audit.record_many(None, "area.add", [audit.Entry(area) for area in areas])
    return areas


def add_staff(*wanted: tuple[str, str, str, Area | Organisation]) -> dict[str, User]:
    """Add members of staff of (account, name, role, where), each with his post, by account."""
    users = [User(username=username, name=name, password=_password()) for username, name, _role, _place in wanted]
    User.objects.bulk_create(users)
    posts = [
        Post(
            user=user,
            role=role,
            area=place if isinstance(place, Area) else None,
            unit=place if isinstance(place, Organisation) else None,
            since=SETTLED,
        )
        for user, (_username, _name, role, place) in zip(users, wanted, strict=True)
    ]
    Post.objects.bulk_create(posts)
    entries = [audit.Entry(post, ["user", "role", "area", "unit"]) for post in posts]
    audit.record_many(None, "post.appoint", entries)
    return {user.username: user for user in users}


def add_households(*wanted: tuple[Area, str, str]) -> list[Household]:
    """Add households of (area, name of the head, address)."""
    households = [
        Household(area=area, address=address, address_key=address_key(address)) for area, _head, address in wanted
    ]
    Household.objects.bulk_create(households)
    heads = [Resident(name=name, name_key=name_key(name), search=search_tokens(name)) for _area, name, _at in wanted]
    Resident.objects.bulk_create(heads)
    Membership.objects.bulk_create(
        Membership(resident=head, household=household, relation="户主")
        for head, household in zip(heads, households, strict=True)
    )
    for head, household in zip(heads, households, strict=True):
        household.head = head
    Household.objects.bulk_update(households, ["head"])
    return households


@cache
def _password() -> str:
    return make_password("a long enough password")

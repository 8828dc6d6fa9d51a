"""The cast: one town with two communities, everybody who works there, and a stranger from the next town."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from people.models import Area, Household, Organisation, User
from tests.factories import make_area, make_household, make_user


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
    town = make_area("沈湾街道", "town")
    east = make_area("东安社区", "community", town)
    group = make_area("第1小组", "group", east)
    other_group = make_area("第2小组", "group", east)
    west = make_area("西塘社区", "community", town)
    west_group = make_area("第1小组", "group", west)
    next_town = make_area("北桥镇", "town")
    next_group = make_area("第1小组", "group", make_area("南浦社区", "community", next_town))
    water = Organisation.objects.create(name="自来水公司", kind="utility")
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
        operator=make_user("operator", "operator", area=town, name="张敏"),
        leader=make_user("leader", "leader", area=group, name="李建国"),
        other_leader=make_user("other_leader", "leader", area=other_group, name="周红"),
        officer=make_user("officer", "officer", area=east, name="陈静"),
        committee=make_user("committee", "committee", area=east, name="苏梦"),
        department=make_user("department", "department", unit=water, name="何平"),
        supervisor=make_user("supervisor", "supervisor", area=town, name="赵刚"),
        manager=make_user("manager", "manager", area=town, name="钱进"),
        stranger=make_user("stranger", "operator", area=next_town, name="孙丽"),
        household=make_household(group, head="王秀兰", address="滨港路223号1102室"),
        other_household=make_household(west_group, head="陈建华", address="教场路31号12幢1601室"),
        foreign_household=make_household(next_group, head="吴月", address="北桥街5号"),
    )

"""Coverage debt: the figures are the length of the list, the most neglected come first, nobody sees other towns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import travel

from outreach.coverage import plan_visits
from outreach.debt import by_area, by_liaison, month_end, owed_to
from outreach.visiting import VisitRecord, record_visit
from people.access import Role
from people.models import Household, Tier
from people.network import appoint
from tests.cast import Cast
from tests.factories import make_household

pytestmark = pytest.mark.django_db


@pytest.fixture
def neglected(cast: Cast):
    """On 10 December: one never met since September, one due on the 19th, one just met, one in the next town."""
    with travel("2026-12-10 10:00 +0800", tick=False):
        today = timezone.localdate()
        since = {"tier": Tier.KEY, "tier_since": today - timedelta(days=100)}
        worst = make_household(cast.group, head="陈阿婆", address="滨港路1号", **since)
        soon = make_household(cast.west_group, head="周阿公", address="教场路2号", **since)
        well = make_household(cast.group, head="刘师傅", address="滨港路3号", **since)
        make_household(cast.next_group, head="外镇人", address="北桥街9号", **since)
        record_visit(VisitRecord(soon, "well", at=timezone.now() - timedelta(days=21)), cast.operator)
        record_visit(VisitRecord(well, "well"), cast.leader)
        plan_visits(month_end(today))
        yield worst, soon


def test_the_figures_of_the_communities_are_the_length_of_their_lists(cast: Cast, neglected):
    worst, soon = neglected
    today = timezone.localdate()
    tasks = owed_to(cast.supervisor, today).order_by("due_on")
    assert [task.household for task in tasks] == [worst, soon]
    communities = {owed.area: owed for owed in by_area(cast.supervisor, today)}
    assert list(communities) == [cast.east, cast.west]
    for area, owed in communities.items():
        assert owed.figures.by_month_end == owed_to(cast.supervisor, today, area).count() == 1
    assert [owed.figures.late for owed in communities.values()] == [1, 0]
    assert communities[cast.east].figures.households == Household.objects.filter(area__parent=cast.east).count()
    assert communities[cast.east].liaisons == ["陈静", "苏梦"]
    groups = by_area(cast.supervisor, today, cast.east)
    assert [(owed.area, owed.figures.by_month_end, owed.liaisons) for owed in groups] == [
        (cast.group, 1, ["李建国"]),
        (cast.other_group, 0, ["周红"]),
    ]


def test_a_leader_owes_what_is_owed_in_all_his_groups_and_what_nobody_leads_is_said(cast: Cast, neglected):
    today = timezone.localdate()
    appoint(cast.other_leader, Role.LEADER, by=None, area=cast.group)
    owed = by_liaison(cast.supervisor, today)
    assert [(one.name, one.areas, one.figures.by_month_end, one.figures.late) for one in owed] == [
        ("周红", [cast.other_group, cast.group], 1, 1),
        ("李建国", [cast.group], 1, 1),
        ("", [cast.west_group], 1, 0),
    ]
    groups = sum(owed.figures.households for owed in by_area(cast.supervisor, today, cast.east))
    assert by_liaison(cast.supervisor, today, cast.east)[0].figures.households == groups
    assert [one.name for one in by_liaison(cast.leader, today)] == ["周红", "李建国"]


def test_the_page_counts_what_is_missing_and_asks_as_often_for_many_as_for_few(
    cast: Cast, neglected, client: Client, django_assert_max_num_queries
):
    client.force_login(cast.supervisor)
    since = timezone.localdate() - timedelta(days=80)
    for number in range(15):
        make_household(cast.group, address=f"滨港路{number}号", tier=Tier.KEY, tier_since=since)
    plan_visits(month_end(timezone.localdate()))
    client.get("/network/debt/")
    with django_assert_max_num_queries(25):
        page = client.get("/network/debt/").content.decode()
    assert page.index("陈阿婆") < page.index("周阿公")
    assert "外镇人" not in page and "刘师傅" not in page
    assert "滨港路1号" not in page
    client.force_login(cast.leader)
    own = client.get("/network/debt/").content.decode()
    assert "陈阿婆" in own and "周阿公" not in own

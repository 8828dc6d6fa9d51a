"""Routing asks whose request it is: the kind and the tier of its household, wherever the request comes from."""

from __future__ import annotations

import pytest
from django.urls import reverse

from caseworks import category_setup, doorstep, joining
from caseworks.models import Case, Category, RoutingRule
from caseworks.moves import Act
from caseworks.states import Status
from outreach.visiting import VisitRecord
from people.models import AreaLevel, Household, PhoneNumber
from tests.cast import Cast
from tests.factories import make_case, make_household

pytestmark = pytest.mark.any_database


@pytest.fixture
def rules(cast: Cast) -> None:
    """Of Taiwan compatriots to a unit, of assistance households straight to the officer; the rest to the leaders."""
    officer = {"target_level": AreaLevel.objects.get(code="community"), "target_role": "officer"}
    RoutingRule.objects.create(rank=1, name="台胞户", kind="taiwan", target_unit=cast.water)
    RoutingRule.objects.create(rank=2, name="帮扶户", tier="assistance", **officer)


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("sort", "rule", "handler"),
    [
        ({"kind": "taiwan"}, "台胞户", "water"),
        ({"kind": "taiwan", "tier": "assistance"}, "台胞户", "water"),
        ({"kind": "relative", "tier": "assistance"}, "帮扶户", "east"),
        ({"kind": "taiwan_relative", "tier": "key"}, "就近派给网格小组长", "group"),
        ({}, "就近派给网格小组长", "group"),
        (None, "就近派给网格小组长", "group"),
    ],
)
def test_a_case_goes_by_the_kind_and_the_tier_of_its_household(cast: Cast, sort, rule: str, handler: str):
    home = None if sort is None else make_household(cast.group, **sort)
    case = make_case(cast.operator, cast.group, household=home)
    assert rule in case.route_reason
    assert (case.unit or case.handling_area) == getattr(cast, handler)


@pytest.mark.usefixtures("rules")
def test_without_a_household_such_rules_alone_leave_a_case_to_dispatch(cast: Cast):
    RoutingRule.objects.filter(kind="", tier="").delete()
    case = make_case(cast.operator, cast.group)
    assert (case.status, case.handling_area) == (Status.TO_DISPATCH, None)
    RoutingRule.objects.create(rank=9, name="台胞台属户", kind="taiwan_relative", tier="key", target_unit=cast.water)
    for tier, status in (("ordinary", Status.TO_DISPATCH), ("key", Status.TO_ACCEPT)):
        home = make_household(cast.group, kind="taiwan_relative", tier=tier)
        assert make_case(cast.operator, cast.group, household=home).status == status


@pytest.mark.usefixtures("rules")
def test_the_desk_foretells_the_rule_by_kind_and_does_as_it_said(client, cast: Cast):
    Household.objects.filter(pk=cast.household.pk).update(kind="taiwan")
    head = cast.household.head
    assert head is not None
    PhoneNumber.objects.create(resident=head, number="13800132468", kind="mobile", tail="2468")
    client.force_login(cast.operator)
    form = {"channel": "hotline", "summary": "水管爆裂", "area": cast.group.pk}
    for named, rule in (
        ({"resident": head.uuid}, "台胞户"),
        ({"resident": cast.other_household.head.uuid, "concerned_resident": head.uuid}, "台胞户"),
        ({"resident": head.uuid, "anonymous": "on"}, "就近派给网格小组长"),
        ({"caller": "13900001111"}, "就近派给网格小组长"),
    ):
        page = client.post(reverse("desk_preview"), {**form, **named})
        reason = page.context["foresight"].route.reason
        assert rule in reason and reason in page.content.decode()
        answer = client.post(reverse("desk_new"), {**form, **named}, follow=True)
        assert answer.context["case"].route_reason == reason


@pytest.mark.usefixtures("rules")
def test_the_parts_of_a_split_and_what_comes_from_a_visit_go_by_their_household_too(cast: Cast):
    Household.objects.filter(pk=cast.household.pk).update(kind="taiwan")
    cast.household.refresh_from_db()
    case = make_case(cast.operator, cast.group, household=cast.household)
    joining.split(case, Act(cast.operator), parts=[joining.Part("楼道灯坏了")])
    doorstep.record(VisitRecord(cast.household, "needs_help", note="水管漏水"), cast.leader)
    assert [one.unit for one in Case.objects.all()] == 3 * [cast.water]


def test_a_rule_for_a_kind_is_not_the_usual_route_of_its_category(cast: Cast):
    works = Category.objects.get(code="public-works")
    RoutingRule.objects.create(rank=1, name="台胞", category=works, kind="taiwan", target_unit=cast.water)
    RoutingRule.objects.create(rank=2, name="帮扶", category=works, tier="key", target_unit=cast.water)
    assert category_setup.own_rule(works) is None
    usual = RoutingRule.objects.create(rank=3, name="都", category=works, target_unit=cast.water)
    assert category_setup.own_rule(works) == usual

"""A rehearsal says what would have become of last month's cases, and writes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from caseworks import intake, rehearsal, routing
from caseworks.models import Case, Category, RoutingRule, RuleTrouble, ServiceLevel, TimelineEntry
from caseworks.rehearsal import Setup, rehearse
from people.criteria import HouseholdFacts
from people.models import AreaLevel, AuditEvent, Post
from tests.cast import Cast
from tests.factories import make_case

LAST_MONTH = timezone.make_aware(datetime(2026, 10, 14, 10, 0))
NOW = timezone.make_aware(datetime(2026, 11, 18, 10, 0))


@pytest.fixture
def month(cast: Cast):
    """Three cases of public works and one enquiry of last month, one more of this month; today is a Wednesday."""
    Post.objects.update(since=LAST_MONTH.date())
    works, advice = Category.objects.get(code="public-works"), Category.objects.get(code="advice")
    with time_machine.travel(LAST_MONTH, tick=False):
        for area in (cast.group, cast.other_group, cast.west_group):
            make_case(cast.operator, area, category=works)
        make_case(cast.operator, cast.group, category=advice)
        make_case(cast.stranger, cast.next_group, category=works)
    with time_machine.travel(NOW, tick=False):
        make_case(cast.operator, cast.group, category=works)
        yield works


def to_water(cast: Cast, **conditions) -> RoutingRule:
    return RoutingRule(rank=1, name="给自来水公司", target_unit=cast.water, **conditions)


def first(rule: RoutingRule) -> Setup:
    now = rehearsal.in_force()
    return Setup([rule, *now.rules], now.levels)


def test_a_rule_tells_what_it_would_have_taken_from_whom_and_writes_nothing(cast: Cast, month: Category):
    rule = to_water(cast, category=month, area=cast.east)
    before = (TimelineEntry.objects.count(), AuditEvent.objects.count(), list(Case.objects.values_list("route_reason")))
    found = rehearse(cast.manager, first(rule), lambda one: one.route.rule is rule)
    assert (found.month.looked_at, found.touched, found.moved, found.shifted) == (4, 2, 2, 0)
    assert found.paths == [("网格小组 · 小组长", "自来水公司", 2)]
    assert {example.area for example in found.examples} == {"东安社区 第1小组", "东安社区 第2小组"}
    told = repr([(e.number, e.category, e.area) for e in found.examples])
    assert "王秀兰" not in told and "13800132468" not in told
    after = (TimelineEntry.objects.count(), AuditEvent.objects.count(), list(Case.objects.values_list("route_reason")))
    assert before == after


def test_a_rule_behind_one_that_takes_the_same_would_have_changed_nothing(cast: Cast, month: Category):
    now = rehearsal.in_force()
    rule = to_water(cast, category=month)
    found = rehearse(cast.manager, Setup([*now.rules, rule], now.levels), lambda one: one.route.rule is rule)
    assert (found.touched, found.changes_nothing) == (0, True)


def test_another_limit_tells_which_deadlines_move_and_by_how_much(cast: Cast, month: Category):
    now = rehearsal.in_force()
    level = ServiceLevel(category=month, urgency="normal", contact="4wh", handling="3wd", redo="3wd")
    found = rehearse(cast.manager, Setup(now.rules, [*now.levels, level]), lambda one: one.level is level)
    assert (found.touched, found.moved, found.shifted) == (3, 0, 3)
    # Received on a Wednesday: 5 working days end on the next Wednesday, 3 on the Monday before it.
    assert (found.handling.earlier, found.handling.later) == (3, 0)
    assert found.handling.by[0][1] == 3 and "2" in found.handling.by[0][0]
    # A working day ends on Thursday at 17:30; four office hours on Wednesday, with half an hour to spare for lunch.
    assert found.contact.earlier == 3


def test_a_rule_without_anybody_to_send_to_says_how_many_would_wait_for_dispatch(cast: Cast, month: Category):
    cast.leader.posts.all().delete()
    for user in (cast.other_leader, cast.officer, cast.committee):
        user.posts.all().delete()
    rule = RoutingRule(rank=1, name="给小组长", category=month, target_level=AreaLevel.objects.get(code="group"))
    found = rehearse(cast.manager, first(rule), lambda one: one.route.rule is rule)
    assert (found.touched, found.nowhere) == (3, 3)


def test_of_a_month_with_more_cases_an_even_sample_is_taken_and_the_page_says_so(
    cast: Cast, month: Category, monkeypatch, client
):
    looked_at, counts = rehearsal.fired(cast.manager)
    assert (looked_at.total, looked_at.looked_at, looked_at.complete) == (4, 4, True)
    monkeypatch.setattr(rehearsal, "MOST_CASES", 2)
    looked_at, counts = rehearsal.fired(cast.manager)
    assert (looked_at.total, looked_at.looked_at, looked_at.step, counts.total()) == (4, 2, 2, 2)
    client.force_login(cast.manager)
    for page in ("rules", "ladder"):
        told = " ".join(client.get(reverse(page)).content.decode().split())
        assert "抽取 2 件" in told and "共 4 件" in told


def test_a_rehearsal_takes_as_many_queries_for_a_long_month_as_for_a_short_one(cast: Cast, month: Category):
    rule = to_water(cast, category=month)
    setup = first(rule)

    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            found = rehearse(cast.manager, setup, lambda one: one.route.rule is rule)
        return found.touched, len(queries)

    touched, before = asked()
    with time_machine.travel(LAST_MONTH - timedelta(days=1), tick=False):
        for _each in range(9):
            make_case(cast.operator, cast.group, category=month)
    many, after = asked()
    # Of five examples instead of three the names of two more areas are looked up, with level and community.
    assert (touched, many) == (3, 12) and after <= before + 4


def test_the_posts_over_all_areas_are_read_once_and_are_those_over_each(cast: Cast, django_assert_num_queries):
    areas = [cast.group, cast.other_group, cast.west_group, cast.next_group, cast.east, cast.town]
    over_each = [routing.posts_over(area) for area in areas]
    assert [len(posts) for posts in over_each] == [3, 3, 0, 0, 2, 0]
    over_any = routing.posts_over_any()
    with django_assert_num_queries(1):
        assert [sorted(over_any(area), key=_key) for area in areas] == [sorted(posts, key=_key) for posts in over_each]


def _key(post: Post) -> int:
    return post.pk


def test_the_rehearsed_route_and_deadline_are_those_of_a_case_logged_then(cast: Cast, month: Category):
    rule = to_water(cast, category=month, urgency="urgent")
    request = routing.Request(month, "hotline", cast.group, "urgent", HouseholdFacts())
    trial = rehearsal.Trial(first(rule))
    outcome = trial.send(request)
    rule.save()
    case = make_case(cast.operator, cast.group, category=month, urgency="urgent")
    assert (case.unit, case.due_at) == (outcome.route.unit, trial.due(outcome.limits["handling"], case.registered_at))
    assert case.route_reason == outcome.route.reason


def test_a_rule_that_breaks_is_left_out_and_on_the_board_and_intake_goes_on(client, cast: Cast, month: Category):
    broken = RoutingRule.objects.create(rank=1, name="坏规则", area=cast.west, target_unit=cast.water)
    type(cast.west).objects.filter(pk=cast.west.pk).update(path=None)
    case = make_case(cast.operator, cast.group, category=month)
    assert (case.handling_area, case.handling_role) == (cast.group, "leader")
    trouble = RuleTrouble.objects.get()
    assert trouble.rule == f"caseworks.routingrule:{broken.pk}" and trouble.case is None
    intake.foresee(routing.Request(month, "hotline", cast.group, "normal", HouseholdFacts()))
    assert RuleTrouble.objects.get().times >= 2
    found = rehearse(cast.manager, rehearsal.in_force(), lambda one: True)
    assert list(found.broken) == ["坏规则"]
    client.force_login(cast.supervisor)
    board = client.get(reverse("board")).content.decode()
    assert "坏规则" in board and reverse("rule", args=[broken.pk]) in board
    assert client.get(reverse("rules")).status_code == 200

"""The menu at the side of every page."""

from itertools import groupby

import pytest
from django.http import HttpResponse
from django.urls import path

from caseworks.models import Case
from caseworks.navigation import BADGE_LIMIT, PLACES, Group, badge, badges, entries, lengths
from people.access import Role, allow
from tests.cast import Cast


def screen(*roles):
    return allow(*roles)(lambda request: HttpResponse())


# Some of the site's addresses, each with a rule; the others do not exist here.
urlpatterns = [
    path("desk/new/", screen(Role.OPERATOR), name="desk_new"),
    path("cases/", screen(), name="case_list"),
    path("households/", lambda request: HttpResponse(), name="households"),
    path("board/", screen(Role.SUPERVISOR), name="board"),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def urls(user, at="/"):
    return [entry.url for entry in entries(user, at)]


def test_the_menu_leads_only_where_the_rule_of_the_view_lets_the_user_in(cast: Cast):
    assert urls(cast.operator) == ["/desk/new/", "/cases/"]
    assert urls(cast.supervisor) == ["/board/", "/cases/"]  # logging is for supervisors too, the view here refuses


def test_a_view_without_a_rule_is_not_in_the_menu(cast: Cast):
    assert "/households/" not in urls(cast.operator)


def test_a_user_without_a_post_today_has_an_empty_menu(cast: Cast):
    cast.operator.posts.all().delete()
    assert urls(type(cast.operator).objects.get(pk=cast.operator.pk)) == []


def test_the_page_below_a_place_marks_the_place_as_current(cast: Cast):
    current = [entry.url for entry in entries(cast.operator, "/cases/2611-0001/") if entry.current]
    assert current == ["/cases/"]
    assert not any(entry.current for entry in entries(cast.operator, "/search/"))


def test_no_part_of_anybodys_menu_has_more_than_nine_places():
    crowded = {
        (role, group)
        for role in Role
        for group in Group
        if sum(role in place.roles and place.group == group for place in PLACES) > 9
    }
    assert not crowded


def test_the_places_of_a_part_stand_together():
    assert [group for group, _places in groupby(place.group for place in PLACES)] == list(Group)


def test_no_two_places_share_a_key():
    keys = [place.key for place in PLACES if place.key]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(("waiting", "shown"), [(0, ""), (7, "7"), (99, "99"), (BADGE_LIMIT + 1, "99+")])
def test_a_badge_says_what_waits_and_stops_at_its_limit(waiting, shown):
    assert badge(waiting) == shown


def test_queues_are_counted_no_further_than_a_badge_can_show_and_all_in_one_query(
    cast: Cast, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr("caseworks.navigation.BADGE_LIMIT", 2)
    Case.objects.bulk_create(Case(number=f"2611-{n:04d}", channel="hotline", summary="路灯不亮") for n in range(5))
    queues = {"all": Case.objects.all(), "one": Case.objects.filter(number="2611-0001"), "none": Case.objects.none()}
    with django_assert_num_queries(1):
        assert lengths(queues, cast.operator) == {"all": 3, "one": 1, "none": 0}


def test_the_badge_of_the_board_counts_the_cases_nobody_has(cast: Cast):
    Case.objects.create(number="2611-0001", channel="hotline", summary="路灯不亮", area=cast.group)
    Case.objects.create(number="2611-0002", channel="hotline", summary="井盖坏了", area=cast.group, status="closed")
    assert badges(cast.supervisor) == {"board": "1", "case_list": ""}


@pytest.mark.urls("caseworks.urls")
def test_the_menu_asks_the_database_nothing_and_its_badges_come_in_one_query(
    cast: Cast, client, django_assert_num_queries
):
    Case.objects.create(number="2611-0001", channel="hotline", summary="路灯不亮", area=cast.group)
    client.force_login(cast.supervisor)
    page = client.get("/households/").content.decode()
    assert 'hx-get="/menu/"' in page and '<span class="badge" id="badge-board"></span>' in page
    with django_assert_num_queries(5):  # session, user, posts, extensions asked for, badges
        answer = client.get("/menu/").content.decode()
    assert '<span class="badge" id="badge-board" hx-swap-oob="true">1</span>' in answer
    assert '<span class="badge" id="badge-approvals" hx-swap-oob="true"></span>' in answer

"""The list of cases: what is in each view, what narrows it, how it is paged, and what it costs."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caseworks import listing, returning, workflow
from caseworks.listing import VIEWS, Filters
from caseworks.models import Case, Category, RoutingRule
from caseworks.moves import Act
from people.models import User
from tests.cast import Cast
from tests.factories import make_case

# Session, user, posts, one page, the holders of its posts, three lists of choices, the digest.
MOST_QUERIES = 10


def open_list(client: Client, user: User, **query: str):
    client.force_login(user)
    response = client.get(reverse("case_list"), query)
    assert response.status_code == 200
    return response


def numbers(response) -> list[str]:
    return re.findall(r'id="row-(\d{4}-\d{4})"', response.content.decode())


def age(case: Case, **span: int) -> Case:
    Case.objects.filter(pk=case.pk).update(registered_at=timezone.now() - timedelta(**span))
    case.refresh_from_db()
    return case


def test_a_list_shows_the_cases_in_scope_and_no_others(cast: Cast, client: Client):
    mine = make_case(cast.operator, cast.group)
    make_case(cast.stranger, cast.next_group)
    assert numbers(open_list(client, cast.operator)) == [mine.number]
    assert numbers(open_list(client, cast.leader)) == [mine.number]
    assert numbers(open_list(client, cast.other_leader)) == []


def test_callers_are_masked(cast: Cast, client: Client):
    make_case(cast.operator, cast.group, caller_phone="13800132468")
    page = open_list(client, cast.operator).content.decode()
    assert "138****2468" in page
    assert "13800132468" not in page


def test_a_case_names_who_holds_the_post_today(cast: Cast, client: Client):
    make_case(cast.operator, cast.group)
    assert "李建国" in open_list(client, cast.operator).content.decode()
    cast.leader.posts.update(until=timezone.localdate() - timedelta(days=1), since=timezone.localdate() - timedelta(9))
    assert "李建国" not in open_list(client, cast.operator).content.decode()


def test_the_dispatch_queue_says_why_no_rule_caught_a_case(cast: Cast, client: Client):
    RoutingRule.objects.all().delete()
    waiting = make_case(cast.operator, cast.group)
    queue = open_list(client, cast.operator, view="dispatch")
    assert numbers(queue) == [waiting.number]
    assert waiting.route_reason in queue.content.decode()
    assert 'data-row-key="d"' in queue.content.decode()


def test_each_view_holds_the_cases_it_is_named_for(cast: Cast, client: Client):
    act = Act(cast.leader)
    cases = {
        "to_accept": make_case(cast.operator, cast.group),
        "in_progress": workflow.accept(make_case(cast.operator, cast.group), act),
        "followup": workflow.resolve(make_case(cast.operator, cast.group), act, text="好了", solved="yes"),
        "returned": returning.send_back(make_case(cast.operator, cast.group), act, reason="not_mine"),
        "dispatch": make_case(cast.operator, None),
        "reopen": make_case(cast.operator, cast.group),
        "overdue": make_case(cast.operator, cast.group),
        "today": make_case(cast.operator, cast.group),
    }
    workflow.resolve(cases["reopen"], act, text="好了", solved="yes")
    workflow.request_reopen(cases["reopen"], Act(cast.operator), text="又坏了")
    now = timezone.now()
    end_of_day = listing.start_of_day(now) + timedelta(days=1, seconds=-1)
    Case.objects.filter(pk=cases["overdue"].pk).update(due_at=now - timedelta(hours=1))
    Case.objects.filter(pk=cases["today"].pk).update(due_at=end_of_day)
    found = {view: set(listing.view_queryset(cast.supervisor, view).values_list("number", flat=True)) for view in VIEWS}
    accepted_not_yet = {cases[name].number for name in ("to_accept", "overdue", "today")}
    assert found["to_accept"] == accepted_not_yet
    assert found["dispatch"] == {cases["dispatch"].number, cases["returned"].number}
    for view in ("in_progress", "followup", "returned", "reopen", "overdue", "today"):
        assert found[view] == {cases[view].number}, view
    assert found["all"] == {case.number for case in cases.values()}
    assert listing.view_queryset(cast.operator, "logged").count() == len(cases)
    mine = set(listing.view_queryset(cast.leader, "mine").values_list("number", flat=True))
    assert mine == accepted_not_yet | {cases["in_progress"].number}


def test_filters_narrow_together_and_an_area_stands_for_all_below_it(cast: Cast, client: Client):
    noise = Category.objects.get(code="neighbours")
    wanted = make_case(cast.operator, cast.group, summary="夜里施工噪声", category=noise, channel="window")
    make_case(cast.operator, cast.west_group, summary="夜里施工噪声", category=noise, channel="window")
    make_case(cast.operator, cast.group, summary="夜里施工噪声", channel="window")
    query = {"q": "噪声", "category": str(noise.pk), "area": str(cast.east.pk), "channel": "window"}
    response = open_list(client, cast.operator, **query)
    assert numbers(response) == [wanted.number]
    assert response.content.decode().count('class="chip"') == 4


def test_days_of_registration_count_whole_days_of_the_office(cast: Cast, client: Client):
    before = make_case(cast.operator, cast.group)
    edge = timezone.make_aware(datetime(2026, 5, 31, 23, 59, 59))
    Case.objects.filter(pk=before.pk).update(registered_at=edge)
    after = make_case(cast.operator, cast.group)
    Case.objects.filter(pk=after.pk).update(registered_at=edge + timedelta(seconds=1))
    assert numbers(open_list(client, cast.operator, until="2026-05-31")) == [before.number]
    assert numbers(open_list(client, cast.operator, since="2026-06-01")) == [after.number]


@pytest.mark.parametrize("sort", ["registered", "due"])
def test_pages_follow_one_another_both_ways_without_a_gap_or_a_repeat(sort: str, cast: Cast, client: Client):
    made = [age(make_case(cast.operator, cast.group), minutes=number // 3) for number in range(45)]
    Case.objects.filter(pk__in=[case.pk for case in made[:7]]).update(due_at=None)
    seen: list[str] = []
    response = open_list(client, cast.operator, sort=sort)
    pages = [numbers(response)]
    while url := response.context["next_url"]:
        response = client.get(url)
        pages.append(numbers(response))
    seen = [number for page in pages for number in page]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert sorted(seen) == sorted(case.number for case in made)
    if sort == "due":
        assert set(seen[-7:]) == {case.number for case in made[:7]}
    back = client.get(response.context["previous_url"])
    assert numbers(back) == pages[1]
    assert numbers(client.get(back.context["previous_url"])) == pages[0]


def forged(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "query",
    [
        {"after": "forged"},
        {"before": "WyJ4IiwgMV0"},
        {"after": forged("0001-01-01T00:00:00+14:00", 1)},
        {"before": forged("2026-01-01T00:00:00+08:00", float("inf"))},
        {"category": "x"},
        {"since": "never"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
    ],
)
def test_a_query_that_cannot_be_read_narrows_nothing(query: dict[str, str], cast: Cast, client: Client):
    case = make_case(cast.operator, cast.group)
    assert numbers(open_list(client, cast.operator, **query)) == [case.number]


def test_an_empty_list_says_which_kind_of_empty_it_is(cast: Cast, client: Client):
    def empty(user: User, **query: str) -> dict[str, str]:
        return open_list(client, user, **query).context["empty"]

    assert empty(cast.operator)["action_url"] == reverse("desk_new")
    assert "action_url" not in empty(cast.other_leader)
    make_case(cast.operator, cast.group)
    assert empty(cast.operator, view="overdue")["text"] == VIEWS["overdue"].empty
    assert empty(cast.operator, q="没有这样的事")["action_url"] == f"{reverse('case_list')}?view=all"


def test_the_number_of_queries_does_not_grow_with_the_list(cast: Cast, client: Client, django_assert_max_num_queries):
    places = [cast.group, cast.other_group, cast.west_group, cast.east, None]
    for number in range(25):
        make_case(cast.operator, places[number % 5])
    client.force_login(cast.supervisor)
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(reverse("case_list"))


def test_what_a_list_asks_for_is_what_the_list_page_finds(cast: Cast):
    make_case(cast.operator, cast.group)
    for view in VIEWS:
        rows = listing.list_page(cast.supervisor, Filters(view=view)).rows
        assert len(rows) == listing.view_queryset(cast.supervisor, view).count()

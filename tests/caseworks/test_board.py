"""The board: each figure is the length of the list it opens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caseworks import listing, workflow, workload
from caseworks.models import Case
from caseworks.moves import Act
from caseworks.reports.metrics import rates
from caseworks.reports.months import Month
from tests.cast import Cast
from tests.factories import make_case

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = [pytest.mark.any_database, pytest.mark.usefixtures("mid_month")]

# Of them seven for the menu, the digest and the rules in trouble, which every page or the board has.
MOST_QUERIES = 23


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """An office with something in every tile."""
    now = timezone.now()
    leader = Act(cast.leader)
    late = [make_case(cast.operator, cast.group) for _ in range(3)]
    Case.objects.filter(pk__in=[case.pk for case in late]).update(due_at=now - timedelta(minutes=5))
    today = make_case(cast.operator, cast.group)
    end_of_day = listing.start_of_day(now) + timedelta(days=1, seconds=-1)
    Case.objects.filter(pk=today.pk).update(due_at=end_of_day)
    make_case(cast.operator, cast.west_group)  # nobody holds a post there: it waits to be dispatched
    make_case(cast.operator, None)
    done = workflow.resolve(make_case(cast.operator, cast.group), leader, text="好了", solved="yes")
    workflow.request_reopen(done, Act(cast.operator), text="又坏了")
    for _ in range(2):
        case = workflow.resolve(make_case(cast.operator, cast.group), leader, text="好了", solved="yes")
        Case.objects.filter(pk=case.pk).update(due_at=timezone.now())
    make_case(cast.stranger, cast.next_group)
    return cast


@pytest.mark.parametrize("role", ["supervisor", "operator"])
def test_each_tile_counts_exactly_the_list_it_opens(role: str, busy: Cast, client: Client):
    client.force_login(getattr(busy, role))
    tiles = client.get(reverse("board")).context["tiles"]
    lengths = [len(client.get(tile["url"]).context["rows"]) for tile in tiles]
    assert [tile["value"] for tile in tiles[:4]] == lengths[:4] == [3, 1, 2, 1]
    rate = listing.on_time_this_month(getattr(busy, role))
    assert (rate.total, rate.met) == (lengths[4], 2)
    assert rate.percent == 40
    assert "40.0%" in str(tiles[4]["value"])


def test_the_rate_of_a_month_without_a_deadline_is_no_number(cast: Cast, client: Client):
    client.force_login(cast.supervisor)
    tile = client.get(reverse("board")).context["tiles"][4]
    assert tile["value"] == "–"


def test_the_rate_is_that_of_the_monthly_report(busy: Cast):
    month = Month.current()
    rate = listing.on_time_this_month(busy.supervisor, month.as_of)
    assert rate.total > 0
    assert rate.total == rates.ON_TIME.whole.rows(busy.supervisor, month).count()
    assert rate.met == rates.ON_TIME.part.rows(busy.supervisor, month).count()


def test_what_is_late_comes_first_and_can_be_urged_or_handed_on_from_there(busy: Cast, client: Client):
    client.force_login(busy.supervisor)
    response = client.get(reverse("board"))
    due = [row.case.due_at for row in response.context["rows"]]
    assert len(due) == 4
    assert due == sorted(due)
    number = response.context["rows"][0].case.number
    assert reverse("case_action", args=[number, "urge"]) in response.content.decode()


def test_the_bars_add_up_to_the_open_cases_and_each_row_to_its_list(busy: Cast, client: Client):
    client.force_login(busy.supervisor)
    response = client.get(reverse("board"))
    loads = response.context["loads"]
    assert sum(load.open for load in loads) == listing.view_queryset(busy.supervisor, "open").count()
    assert sum(load.overdue for load in loads) == listing.view_queryset(busy.supervisor, "overdue").count()
    for load in loads:
        if load.area:
            rows = client.get(reverse("case_list"), {"view": "open", "area": load.area.pk}).context["rows"]
            assert len(rows) == load.open
    page = response.content.decode()
    assert page.count('class="bar-open"') == len(loads) == 3
    assert "style=" not in page


def test_an_area_above_the_listed_ones_is_counted_elsewhere(cast: Cast):
    make_case(cast.operator, cast.town)
    make_case(cast.operator, cast.group)
    loads = workload.open_by_area(cast.supervisor)
    assert [(load.area, load.open) for load in loads] == [(cast.east, 1), (None, 1)]


def test_the_board_is_quick(busy: Cast, client: Client, django_assert_max_num_queries):
    client.force_login(busy.supervisor)
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(reverse("board"))


def test_the_start_of_everybodys_day_is_the_screen_of_his_role(cast: Cast, client: Client):
    starts = {}
    for role, user in cast.by_role().items():
        client.force_login(user)
        starts[role] = client.get("/")["Location"]
    assert starts == {
        "operator": reverse("desk_new"),
        "supervisor": reverse("board"),
        "leader": reverse("phone_today"),
        "officer": reverse("phone_today"),
        "committee": reverse("phone_today"),
        "department": reverse("case_list"),
        "manager": reverse("admin:index"),
    }

"""A whole stairwell on one page of the phone: twelve doors in fifteen taps at most."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from outreach.models import TaskReason, Visit, VisitTask
from outreach.visiting import ask_for_visit
from people.models import Household
from tests.browser import axe
from tests.cast import Cast
from tests.factories import make_household

# What the verbs behind it do is tried on both databases where they live; this is how it is on the screen.
pytestmark = pytest.mark.any_database

HEADS = [
    "王秀兰",
    "陈桂香",
    "李玉珍",
    "张福根",
    "刘美华",
    "赵永昌",
    "孙阿毛",
    "周根娣",
    "吴宝珠",
    "郑国平",
    "冯金妹",
    "褚水生",
]


@pytest.fixture
def stairs(transactional_db, cast: Cast) -> list[Household]:
    """Twelve doors on six storeys behind one street door, all due this week, and one household next door."""
    doors = [
        make_household(cast.group, head=head, address=f"滨港路7号3幢2单元{number // 2 + 1}0{number % 2 + 1}室")
        for number, head in enumerate(HEADS)
    ]
    make_household(cast.group, head="卫东", address="滨港路7号4幢1单元101室")
    for door in doors:
        ask_for_visit(door, timezone.localdate(), reason=TaskReason.CADENCE)
    return doors


def test_twelve_doors_are_written_down_in_fifteen_taps(
    phone: Page, live_server, client: Client, cast: Cast, stairs: list[Household]
):
    client.force_login(cast.leader)
    session = client.cookies["sessionid"].value
    phone.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    phone.goto(f"{live_server.url}/m/")
    taps = 0

    def tap(selector: str, number: int = 0) -> None:
        nonlocal taps
        taps += 1
        phone.locator(selector).nth(number).tap()

    tap("a[href='/m/week/']")
    phone.wait_for_url("**/m/week/")
    axe(phone)
    expect(phone.locator("a.card")).to_have_count(1)
    tap("a.card")
    phone.wait_for_url("**/m/stairs/**")
    expect(phone.locator(".door")).to_have_count(12)
    expect(phone.locator("legend .numeric")).to_have_text(
        [f"{storey}0{door}" for storey in range(1, 7) for door in (1, 2)]
    )
    expect(phone.locator("input:checked")).to_have_count(0)
    for number in range(12):
        tap(
            ".door-choices label:has([value=not_home])" if number == 4 else ".door-choices label:has([value=well])",
            number,
        )
    axe(phone)
    tap(".submit-bar button")
    phone.wait_for_url("**/m/week/")
    assert taps <= 15
    expect(phone.locator(".notice-success")).to_contain_text("12")
    visits = Visit.objects.filter(household__in=stairs)
    assert visits.count() == 12
    assert visits.get(outcome="not_home").household == stairs[4]
    assert {visit.role for visit in visits} == {"leader"}
    # Where nobody was in, somebody goes again, and nowhere else.
    assert [task.household for task in VisitTask.objects.open().filter(household__in=stairs)] == [stairs[4], stairs[4]]


def test_nothing_chosen_is_no_walk_and_the_same_walk_twice_is_one(client: Client, cast: Cast, stairs: list[Household]):
    client.force_login(cast.leader)
    page = f"/m/stairs/{stairs[0].uuid}/"
    uuid = "0f4ad0ba-9d5d-4f5e-8d6f-0c2b0e8a4b11"
    assert client.post(page, {"uuid": uuid}).status_code == 422
    said = {"uuid": uuid, f"door-{stairs[2].uuid}": "well"}
    assert [client.post(page, said).status_code for _ in range(2)] == [302, 302]
    assert Visit.objects.count() == 1
    assert client.post(page, {**said, f"door-{stairs[2].uuid}": "not_home"}).status_code == 409
    assert Visit.objects.count() == 1


def test_choices_not_sent_yet_stay_when_the_first_door_gets_a_page_of_its_own_and_leaves(
    phone: Page, live_server, client: Client, cast: Cast, stairs: list[Household]
):
    client.force_login(cast.leader)
    session = client.cookies["sessionid"].value
    phone.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    phone.goto(f"{live_server.url}/m/stairs/{stairs[0].uuid}/")
    phone.locator(".door-choices label:has([value=well])").nth(3).tap()
    expect(phone.locator("[data-draft-saved]")).not_to_be_empty()
    said = {"uuid": "0f4ad0ba-9d5d-4f5e-8d6f-0c2b0e8a4b12", "outcome": "not_home", "form": "home"}
    client.post(f"/m/visits/{stairs[0].uuid}/", {**said, "change": "moved", "change_text": "搬到外地"})
    phone.goto(f"{live_server.url}/m/week/")
    phone.locator("a.card").tap()
    phone.wait_for_url("**/m/stairs/**")
    expect(phone.locator(".door")).to_have_count(11)
    expect(phone.locator(f"[name='door-{stairs[3].uuid}']:checked")).to_have_value("well")


def test_of_a_door_that_left_meanwhile_it_is_said_that_nothing_is_kept(
    client: Client, cast: Cast, stairs: list[Household]
):
    client.force_login(cast.leader)
    Household.objects.filter(pk=stairs[0].pk).update(ended_on=timezone.localdate())
    said = {"uuid": "0f4ad0ba-9d5d-4f5e-8d6f-0c2b0e8a4b13", f"door-{stairs[2].uuid}": "well"}
    page = client.post(f"/m/stairs/{stairs[0].uuid}/", {**said, f"door-{stairs[0].uuid}": "well"})
    assert page.status_code == 422
    assert not Visit.objects.exists()
    assert client.post(f"/m/stairs/{stairs[0].uuid}/", said).status_code == 302
    assert Visit.objects.get().household == stairs[2]

"""An incident of 380 households from one page, and the next caller who joins it by one key."""

import time
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from caseworks import incidents
from caseworks.models import Case, CaseCaller, IncidentHousehold
from caseworks.moves import Act
from people.models import Household
from tests.browser import axe
from tests.cast import Cast
from tests.factories import make_case

HOUSEHOLDS = 380
SECONDS = 10


@pytest.fixture
def sign_in(live_server, client: Client, cast: Cast) -> Callable[[BrowserContext], None]:
    def put(context: BrowserContext) -> None:
        client.force_login(cast.operator)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])

    return put


def test_380_households_are_added_from_one_page_in_seconds_and_the_next_caller_joins_by_one_key(
    page: Page, live_server, sign_in, cast: Cast
):
    Household.objects.bulk_create(
        Household(
            area=cast.group if number % 2 else cast.other_group,
            address=f"教场路{number % 19 + 1}号{number}室",
            address_key=f"教场路{number % 19 + 1}号{number}室",
        )
        for number in range(1, HOUSEHOLDS)
    )
    incident = incidents.declare(make_case(cast.operator, cast.group, summary="主管爆裂，停水"), Act(cast.operator))
    sign_in(page.context)
    page.goto(f"{live_server.url}{reverse('incident_add', args=[incident.number])}")
    axe(page)
    began = time.monotonic()
    page.locator(f"input[name=areas][value='{cast.east.pk}']").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".incident-figures dd").first).to_have_text(str(HOUSEHOLDS), timeout=SECONDS * 1000)
    assert time.monotonic() - began < SECONDS
    assert IncidentHousehold.objects.filter(household__isnull=False).count() == HOUSEHOLDS
    axe(page)

    page.goto(f"{live_server.url}/desk/new/")
    page.locator("#id_caller").fill("13912345678")
    page.locator("#id_area_name").fill(cast.group.long_name)
    expect(page.locator("[data-join-incident]")).to_be_visible()
    page.keyboard.press("F4")
    expect(page.locator("#number")).to_have_text(incident.number)
    assert CaseCaller.objects.get(case=incident).phone == "13912345678"
    assert IncidentHousehold.objects.filter(caller__phone="13912345678").exists()
    assert Case.objects.count() == 1

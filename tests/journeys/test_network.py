"""From a gap in the network to groups and back, in a real browser."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from people.models import Area, Household
from tests.browser import axe
from tests.cast import Cast
from tests.factories import make_area, make_household


@pytest.fixture
def village(cast: Cast) -> Area:
    area = make_area("勾山村", "community", cast.town)
    for number in range(20):
        make_household(area, head=f"住户{number}", address=f"{'滨港路' if number < 9 else '教场路'}{number + 1}号")
    return area


def test_groups_are_made_from_the_gap_changed_by_hand_and_taken_back(
    page: Page, live_server, client: Client, cast: Cast, village: Area
):
    client.force_login(cast.supervisor)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/network/")
    axe(page)
    page.locator(f'main a[href="/network/{village.pk}/groups/"]').first.click()
    axe(page)
    expect(page.locator(".planned-group")).to_have_count(2)

    first, second = page.locator(".planned-group").all()
    moved = first.locator("tbody th").first.inner_text()
    first.locator("select").first.select_option("第2小组")
    page.locator('button[value="count"]').click()
    expect(second.locator("tbody th", has_text=moved).first).to_be_visible()
    assert not Household.objects.exclude(area=village).filter(head__name=moved).exists()

    page.locator('button[value="apply"]').click()
    expect(page.locator(".notice-success")).to_be_visible()
    assert Household.objects.get(head__name=moved).area.name == "第2小组"
    axe(page)

    page.locator('form[action$="/undo/"] button').click()
    expect(page.locator(".notice-success")).to_be_visible()
    assert Household.objects.filter(area=village).count() == 20

"""From a gap in the network to groups and back, in a real browser."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from people.models import Area, Household
from tests.browser import axe
from tests.cast import Cast
from tests.factories import make_area, make_household

# What the verbs behind it do is tried on both databases where they live; this is how it is on the screen.
pytestmark = pytest.mark.any_database


@pytest.fixture
def village(cast: Cast) -> Area:
    area = make_area("勾山村", "community", cast.town)
    for number in range(20):
        make_household(area, head=f"住户{number}", address=f"{'滨港路' if number < 9 else '教场路'}{number + 1}号")
    return area


def box_of(shown: Locator) -> Any:
    """Where something is on the screen: x, y, width, height."""
    return shown.bounding_box()


def drag(page: Page, grip: Locator, to: Locator) -> None:
    """Take hold of a handle, carry it to where *to* is, scrolling at the edge of the window, and let go."""
    grip.scroll_into_view_if_needed()
    begin, height = box_of(grip), page.evaluate("innerHeight")
    page.mouse.move(begin["x"] + begin["width"] / 2, begin["y"] + begin["height"] / 2)
    page.mouse.down()
    while box_of(to)["y"] > height - 200:
        page.mouse.move(begin["x"] + 40, height - 20)
        page.wait_for_timeout(50)
    end = box_of(to)
    page.mouse.move(end["x"] + 20, end["y"] + 10, steps=4)
    page.mouse.up()


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
    size = first.locator("tbody tr").count()
    moved = first.locator("tbody th").first.inner_text()
    row = page.locator(f'tr[data-name="{moved}"]')
    figures = page.locator("#planned-figures dd").nth(2)
    before = figures.inner_text()

    # By key, and taken back.
    row.locator("[data-grip]").focus()
    page.keyboard.press("ArrowDown")
    expect(second.locator("tbody th", has_text=moved).first).to_be_visible()
    expect(row.locator("[data-grip]")).to_be_focused()
    expect(first.locator("[data-size]")).to_have_text(str(size - 1))
    page.keyboard.press("Control+z")
    expect(first.locator("tbody tr")).to_have_count(size)
    expect(first.locator("tbody th").first).to_have_text(moved)
    # By choice in its row, and taken back by the button.
    row.locator("select").select_option("第2小组")
    expect(second.locator("tbody th", has_text=moved).first).to_be_visible()
    page.locator("[data-undo]").click()
    expect(page.locator("[data-undo]")).to_be_hidden()
    # By hand: the figures are counted anew, nothing is saved.
    drag(page, row.locator("[data-grip]"), second.locator("h2"))
    expect(second.locator("tbody th", has_text=moved).first).to_be_visible()
    expect(figures).not_to_have_text(before)
    axe(page)
    assert not Household.objects.exclude(area=village).filter(head__name=moved).exists()

    page.locator('button[value="apply"]').click()
    expect(page.locator(".notice-success")).to_be_visible()
    assert Household.objects.get(head__name=moved).area.name == "第2小组"
    axe(page)

    page.locator('form[action$="/undo/"] button').click()
    expect(page.locator(".notice-success")).to_be_visible()
    assert Household.objects.filter(area=village).count() == 20


def test_a_finger_carries_a_household_too(page: Page, live_server, client: Client, cast: Cast, village: Area):
    client.force_login(cast.supervisor)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/network/{village.pk}/groups/")
    first, second = page.locator(".planned-group").all()
    moved = first.locator("tbody th").last.inner_text()
    grip = page.locator(f'tr[data-name="{moved}"] [data-grip]')
    grip.scroll_into_view_if_needed()
    second.locator("h2").scroll_into_view_if_needed()
    box, there = box_of(grip), box_of(second.locator("h2"))
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": box["x"] + 10, "y": box["y"] + 10})
    touch("touchMove", {"x": there["x"] + 15, "y": there["y"] - 5})
    touch("touchMove", {"x": there["x"] + 20, "y": there["y"] + 10})
    touch("touchEnd")
    expect(second.locator("tbody th", has_text=moved).first).to_be_visible()

"""J9: one shift hands the desk to the next, in a real browser: nothing to type but a word, nothing to look up."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from caseworks.models import ShiftHandOver
from tests.browser import axe
from tests.cast import Cast
from tests.factories import make_case, make_user

# What the verbs behind it do is tried on both databases where they live; this is how it is on the screen.
pytestmark = pytest.mark.any_database

AT_MOST = 120  # seconds


def sign_in(page: Page, live_server, client: Client, user) -> None:
    client.force_login(user)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])


def test_the_desk_changes_hands_in_under_two_minutes(page: Page, live_server, client: Client, cast: Cast):
    colleague = make_user("colleague", "operator", area=cast.town, name="秦欢")
    urgent = make_case(cast.operator, None, urgency="urgent", summary="电梯困人")
    start = time.monotonic()

    sign_in(page, live_server, client, cast.operator)
    page.goto(f"{live_server.url}/desk/handover/")
    expect(page.get_by_role("link", name=urgent.number).first).to_be_visible()
    axe(page)
    page.get_by_role("combobox").select_option(label="秦欢")
    page.locator("textarea").fill("电梯公司说半小时到")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/handover/*-*/")
    axe(page)

    sign_in(page, live_server, client, colleague)
    page.goto(f"{live_server.url}/desk/handover/")
    expect(page.locator(".shift-waiting")).to_contain_text("电梯公司说半小时到")
    page.locator(".shift-waiting button").click()
    page.wait_for_url("**/desk/handover/*-*/")
    page.emulate_media(media="print")
    expect(page.locator(".handover-list").first).to_contain_text("电梯困人")
    expect(page.locator(".sidebar")).to_be_hidden()
    assert time.monotonic() - start < AT_MOST
    assert ShiftHandOver.objects.get().taken_by == colleague

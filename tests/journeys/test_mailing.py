"""A greeting to the households of a community, from its text to the letters brought to the post."""

import pytest
from playwright.sync_api import expect

from outreach.models import Message, MessageState
from tests.browser import axe

# What the verbs behind it do is tried on both databases where they live; this is how it is on the screen.
pytestmark = pytest.mark.any_database


def test_a_greeting_is_previewed_written_and_posted(page, live_server, client, cast):
    client.force_login(cast.operator)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/messages/new/?purpose=greeting")
    assert page.locator("[name=text]").input_value().startswith("佳节将至")
    page.locator("[name=title]").fill("春节贺卡")
    page.locator("[name=age_from]").fill("80")
    page.locator("[name=age_to]").fill("70")
    page.locator("[name=preview]").click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("春节贺卡")
    page.locator("[name=age_from]").fill("")
    page.locator("[name=age_to]").fill("")
    page.locator("[name=preview]").click()
    expect(page.locator(".compose-count")).to_contain_text("2")
    axe(page)
    page.locator("[name=send]").click()
    expect(page.locator("h1")).to_have_text("春节贺卡")
    axe(page)
    with page.expect_download() as labels:
        page.locator('form[action$="labels.pdf"] button').click()
    assert labels.value.suggested_filename.endswith(".pdf")
    page.locator('form[action$="/posted/"] button').click()
    expect(page.locator(".notice-success")).to_be_visible()
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT}

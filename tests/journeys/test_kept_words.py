"""What was typed and sent without an answer is back in its form, for its author alone, in a real browser."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from caseworks.models import Case, TimelineEntry
from tests.browser import axe
from tests.cast import Cast
from tests.factories import make_case

pytestmark = pytest.mark.any_database

WORDS = "已电话联系，约好明早九点上门看一看。"


@pytest.fixture
def case(page: Page, live_server, client: Client, cast: Cast) -> Case:
    """A case, its page before the operator, with a note typed into the page."""
    case = make_case(cast.operator, cast.group)
    client.force_login(cast.operator)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(live_server.url + reverse("case_detail", args=[case.number]))
    note(page).fill(WORDS)
    return case


def note(page: Page):
    return page.locator("main textarea[name=text]").first


def sign_in(page: Page, username: str) -> None:
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", "a long enough password")
    page.press("input[name=password]", "Enter")


def notes() -> list[str]:
    return list(TimelineEntry.objects.filter(verb="note").values_list("text", flat=True))


def test_the_session_ended_and_the_note_is_there_after_signing_in_and_sent_once(page: Page, case: Case):
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="添加备注").click()
    sign_in(page, "operator")
    expect(note(page)).to_have_value(WORDS)
    expect(page.locator("[data-kept]")).to_be_visible()
    axe(page)
    assert notes() == []
    page.locator("main form:has(textarea[name=text]) button[type=submit]").first.click()
    expect(page.locator(".timeline-text").first).to_have_text(WORDS)
    assert notes() == [WORDS]
    # It was answered: nothing comes back a second time.
    page.reload()
    expect(note(page)).to_have_value("")
    expect(page.locator("[data-kept]")).to_be_hidden()


def test_a_page_that_expired_meanwhile_gives_the_note_back(page: Page, case: Case):
    """As after signing in again in another window."""
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="添加备注").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("页面已过期")
    page.go_back()
    expect(note(page)).to_have_value(WORDS)
    page.reload()
    expect(note(page)).to_have_value(WORDS)
    assert notes() == []


def test_somebody_else_who_signs_in_there_does_not_see_it(page: Page, case: Case):
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="添加备注").click()
    sign_in(page, "supervisor")
    expect(page.locator("main form textarea[name=text]").first).to_have_value("")
    assert WORDS not in page.content()
    assert page.evaluate("sessionStorage.getItem('on-its-way')") is None


def test_a_server_that_does_not_answer_costs_no_word(page: Page, case: Case):
    page.route("**/note/**", lambda route: route.abort("connectionrefused"))
    page.get_by_role("button", name="添加备注").click()
    page.wait_for_url("chrome-error://**")
    page.unroute("**/note/**")
    page.go_back()
    expect(note(page)).to_have_value(WORDS)
    page.get_by_role("button", name="添加备注").click()
    expect(page.locator(".timeline-text").first).to_have_text(WORDS)
    assert notes() == [WORDS]

"""J4: given back twice from the phone, decided by the supervisor on the keyboard; the deadline stays where it was."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from caseworks.models import Case, RoutingRule
from caseworks.states import Status
from people.models import User
from tests.browser import axe
from tests.cast import Cast
from tests.factories import make_case

# What the verbs behind it do is tried on both databases where they live; this is how it is on the screen.
pytestmark = pytest.mark.any_database


def sign_in(page: Page, live_server, user: User) -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])


def give_back(phone: Page, live_server, user: User, case: Case, reason: str, better: str = "") -> int:
    """Give the case back from the list of what is to do; return how many taps it took."""
    sign_in(phone, live_server, user)
    phone.goto(f"{live_server.url}/m/")
    steps = [
        phone.locator("a.card", has_text=case.summary),
        phone.locator("details:has([value=return]) > summary"),
        phone.locator(f"label:has([value={reason}])"),
        phone.locator("details[open] button[data-sending]"),
    ]
    for number, step in enumerate(steps):
        if better and number == len(steps) - 1:
            phone.locator("details[open] select[name=better]").select_option(better)
        step.tap()
    expect(phone.locator(".notice-success")).to_be_visible()
    return len(steps)


def test_a_case_given_back_twice_is_decided_by_the_supervisor_and_is_due_when_it_was(
    phone: Page, new_context, live_server, cast: Cast
):
    RoutingRule.objects.filter(target_level__isnull=True).delete()
    case = make_case(cast.operator, cast.group, summary="楼道灯不亮")
    due, key = case.due_at, f"post:{cast.other_group.pk}:leader"

    assert give_back(phone, live_server, cast.leader, case, "elsewhere", key) == 4
    desk = new_context(viewport={"width": 1440, "height": 900}).new_page()
    sign_in(desk, live_server, cast.operator)
    desk.goto(f"{live_server.url}/cases/?view=returned")
    axe(desk)
    # The suggestion of the handler is one key away: J takes the row, Enter hands the case on.
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.locator("tbody[data-rows] tr")).to_have_count(0)
    case.refresh_from_db()
    assert (case.status, case.handling_area) == (Status.TO_ACCEPT, cast.other_group)

    give_back(phone, live_server, cast.other_leader, case, "not_mine")
    case.refresh_from_db()
    assert case.status == Status.TO_ADJUDICATE
    sign_in(desk, live_server, cast.supervisor)
    desk.goto(f"{live_server.url}/approvals/")
    axe(desk)
    desk.keyboard.press("r")
    expect(desk.locator(".reasons button").first).to_be_visible()
    axe(desk)
    desk.keyboard.press("1")
    expect(desk.locator(".notice-success")).to_be_visible()
    case.refresh_from_db()
    assert (case.status, case.handling_area, case.due_at) == (Status.TO_ACCEPT, cast.other_group, due)

    # Decided is decided: the phone says why it cannot be given back once more.
    sign_in(phone, live_server, cast.other_leader)
    phone.goto(f"{live_server.url}/m/cases/{case.number}/")
    expect(phone.locator("details:has([value=return])")).to_have_count(0)
    axe(phone)

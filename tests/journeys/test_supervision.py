"""A late case from the digest of the morning to feedback given, on a phone; the supervisor's board beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from caseworks import supervision
from caseworks.models import Case, Digest
from caseworks.moves import Act
from people.models import User
from tests.browser import axe
from tests.cast import Cast
from tests.factories import make_case

# What the verbs behind it do is tried on both databases where they live; this is how it is on the screen.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


def sign_in(page: Page, live_server, client: Client, user: User) -> None:
    client.force_login(user)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])


def test_a_leader_reads_his_digest_and_reports_and_the_supervisor_sees_it(
    phone: Page, live_server, client: Client, cast: Cast, new_context
):
    case = make_case(cast.operator, cast.group, summary="楼道灯坏了两周")
    case = supervision.supervise(case, Act(cast.supervisor), text="居民多次来电", feedback=1)
    yesterday = timezone.now() - timedelta(days=1)
    Case.objects.filter(pk=case.pk).update(feedback_due_at=yesterday, due_at=timezone.now() + timedelta(days=3))
    item = {"topic": "feedback", "case": case.number, "at": yesterday.isoformat(), "what": ""}
    Digest.objects.create(user=cast.leader, day=timezone.localdate(), items=[item])

    sign_in(phone, live_server, client, cast.leader)
    phone.goto(f"{live_server.url}/m/")
    phone.locator("a[href='/digest/']").tap()
    expect(phone.locator(".digest-lines li")).to_have_count(1)
    axe(phone)
    phone.locator(".digest-lines a").tap()
    phone.wait_for_url(f"**/m/cases/{case.number}/")
    # What will fire is there to be read before it does.
    assert phone.locator(".rungs li").count() >= 3
    phone.locator(".rungs").scroll_into_view_if_needed()
    axe(phone)
    phone.locator("summary", has_text=_label(phone, "feedback")).tap()
    phone.locator("#feedback_text").fill("周三进场，已约好电工")
    phone.locator("#feedback_again").fill("2")
    phone.locator("details[open] button[type=submit]").tap()
    phone.wait_for_url("**/m/")
    assert phone.locator("a[href='/digest/']").count() == 0
    case.refresh_from_db()
    assert case.feedback_due_at and case.feedback_due_at > timezone.now()

    desk = new_context().new_page()
    sign_in(desk, live_server, client, cast.supervisor)
    desk.goto(f"{live_server.url}/supervised/")
    expect(desk.locator("tbody[data-rows] tr")).to_contain_text(["周三进场"])


def _label(page: Page, verb: str) -> str:
    """What the button that opens the form of *verb* says."""
    form = page.locator(f"details.offer:has(input[name=verb][value={verb}]) > summary")
    return form.inner_text()

"""J10: a category with its limits and its route, tried before it is saved; a call logged then meets what was tried."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from caseworks.models import Category
from caseworks.templatetags.components import moment
from tests.browser import axe, leave
from tests.cast import Cast
from tests.factories import make_case

# What the verbs behind it do is tried on both databases where they live; this is how it is on the screen.
pytestmark = pytest.mark.any_database


def sign_in(page: Page, client: Client, live_server, user) -> None:
    leave(page)
    client.force_login(user)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])


def test_what_the_manager_tried_is_what_the_next_call_meets(page: Page, live_server, client: Client, cast: Cast):
    past = make_case(cast.operator, cast.other_group, category=Category.objects.get(code="neighbours"))
    sign_in(page, client, live_server, cast.manager)
    page.goto(f"{live_server.url}/rules/categories/")
    page.locator('main a[href="/rules/categories/new/"]').click()
    page.locator("[name=name]").fill("施工噪声")
    page.locator("[name=name_hant]").fill("施工噪聲")
    page.locator("[name=name_en]").fill("Building noise")
    page.locator("[name=parent]").select_option(label="邻里环境")
    page.locator("[name=code]").fill("building-noise")
    page.locator("[name=normal_handling]").fill("2wd")
    page.locator("[name=target]").select_option(label="社区（村） · 专职干部")
    page.locator("[name=sample_area]").select_option(label="东安社区 第1小组")
    page.locator("button[value=try]").click()

    sample, real = page.locator("#tried tbody tr").all()
    expect(real).to_contain_text(past.number)
    expect(page.locator("#tried")).not_to_contain_text("王秀兰")
    expect(sample).to_contain_text("陈静")
    assert not Category.objects.filter(code="building-noise").exists()
    axe(page)
    promised = sample.inner_text()

    page.locator("button[value=save]").click()
    expect(page.locator(".notice-success")).to_be_visible()

    case = make_case(cast.operator, cast.group, category=Category.objects.get(code="building-noise"))
    assert case.route_reason in promised
    assert (case.handling_area, case.handling_role, case.limits["handling"]) == (cast.east, "officer", "2wd")
    assert moment(case.due_at) in promised


def test_a_rule_is_switched_off_from_the_book_after_it_was_rehearsed(
    page: Page, live_server, client: Client, cast: Cast
):
    sign_in(page, client, live_server, cast.manager)
    page.goto(f"{live_server.url}/rules/")
    axe(page)
    page.locator('.rule-actions a[href$="/off/"]').click()
    expect(page.locator("#rehearsal")).to_be_visible()
    page.locator(".rule-do button").click()
    expect(page.locator(".rule-off")).to_have_count(1)

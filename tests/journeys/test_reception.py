"""A reception day: people logged one after the other on the keyboard alone, in a real browser."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from caseworks.models import Case
from tests.browser import axe
from tests.cast import Cast
from tests.factories import make_appointment, make_reception_day, make_resident

# What the verbs behind it do is tried on both databases where they live; this is how it is on the screen.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]

ADDED = "加装后请通知三楼"


def test_four_people_are_logged_without_retyping_who_they_are(page: Page, live_server, client: Client, cast: Cast):
    day = make_reception_day(cast.town, cast.supervisor, post="街道办副主任")
    known = make_resident(cast.household, name="王芳", phone="13800132468")
    make_appointment(cast.operator, day, resident=known, name="王芳", phone="13800132468", matter="楼道加装扶手")
    for name in ("周平", "吴月", "陈亮"):
        make_appointment(cast.operator, day, name=name, matter=f"{name}咨询入学")
    client.force_login(cast.operator)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(live_server.url + day.get_absolute_url())
    page.keyboard.press("t")

    # Who comes next is in the form, and the clerk is at what he came for.
    page.wait_for_url("**/talk/")
    expect(page.locator("#id_summary")).to_be_focused()
    expect(page.locator("#id_caller_name")).to_have_value("王芳")
    expect(page.locator("#id_area_name")).to_have_value("东安社区 第1小组")
    axe(page)
    page.keyboard.insert_text(ADDED)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    for name in ("周平", "吴月"):
        expect(page.locator("#id_caller_name")).to_have_value(name)
        expect(page.locator("#id_summary")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.insert_text("材料齐全即可，当场答复")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
    expect(page.locator("#id_caller_name")).to_have_value("陈亮")

    cases = list(Case.objects.order_by("pk"))
    assert [case.caller_name for case in cases] == ["王芳", "周平", "吴月"]
    assert [case.sponsor for case in cases] == [cast.supervisor, None, None]
    assert ADDED in cases[0].summary and cases[0].handling_area == cast.group
    assert {case.status for case in cases[1:]} == {"closed"}
    assert {case.caller_phone for case in cases[1:]} == {"13800136802"}
    # Nothing that was sent is offered as a draft, on the server or on this device.
    assert not cast.operator.drafts.exists()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []

"""How the pages of the phone look on small screens and in large text."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from caseworks.models import Case
from people.models import Membership
from tests.browser import PHONE, axe, watch
from tests.cast import Cast
from tests.journeys.phone.fitting import fits
from tests.journeys.phone.hand import Hand

# On the other database the same journey is made by test_whole_path.py.
pytestmark = pytest.mark.any_database

SMALL = {**PHONE, "viewport": {"width": 320, "height": 640}}


def screens(office: Cast) -> dict[str, str]:
    chen = Membership.objects.get(resident__name="陈桂香").household
    case = Case.objects.get(summary__startswith="楼道")
    return {
        "today": "/m/",
        "visit": f"/m/visits/{chen.uuid}/",
        "case": f"/m/cases/{case.number}/",
        "new": "/m/new/",
        "me": "/m/me/",
    }


@pytest.mark.parametrize("options", [PHONE, SMALL], ids=["360", "320"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_fits_small_phones_also_with_text_half_as_large_again(
    new_context, live_server, signed_in, office: Cast, options, language: str
):
    office.leader.language = language
    office.leader.save()
    context = new_context(**options)
    faults = watch(context)
    signed_in(context, office.leader)
    page = context.new_page()
    for address in screens(office).values():
        page.goto(live_server.url + address)
        for details in page.locator("details.more").all():
            details.evaluate("part => { part.open = true }")
        offers = page.locator("details.offer")
        for number in range(offers.count() or 1):
            if offers.count():
                offers.nth(number).evaluate("part => { part.open = true }")
            page.set_viewport_size(options["viewport"])
            fits(page)
            # What lies under the bar at the foot until one scrolls counts as too small to tap.
            page.set_viewport_size({"width": options["viewport"]["width"], "height": 3000})
            axe(page)
            page.evaluate("document.documentElement.style.fontSize = '150%'")
            fits(page)
            page.evaluate("document.documentElement.style.fontSize = ''")
    assert not faults


def test_numbers_to_call_are_large_and_their_warning_stands_beside_them(hand: Hand):
    hand.open_visit()
    hand.tap(".reach")
    page = hand.page
    expect(page.locator("a[href='tel:13800132468']")).to_be_visible()
    expect(page.locator(".notice-warning")).to_have_text("中午不要打")
    axe(page)
    fits(page)


def test_a_list_without_anything_to_do_says_so(phone: Page, live_server, signed_in, cast: Cast):
    signed_in(phone.context, cast.committee)
    phone.goto(f"{live_server.url}/m/")
    expect(phone.locator(".empty")).to_be_visible()
    axe(phone)
    fits(phone)


def test_the_needs_of_a_household_fit_the_phone_of_whoever_looks_after_it(
    new_context, live_server, signed_in, office: Cast
):
    office.leader.font_size = "largest"
    office.leader.save()
    context = new_context(**SMALL)
    signed_in(context, office.leader)
    page = context.new_page()
    page.goto(f"{live_server.url}/households/{office.household.uuid}/needs/")
    assert page.evaluate("document.documentElement.scrollWidth") == SMALL["viewport"]["width"]

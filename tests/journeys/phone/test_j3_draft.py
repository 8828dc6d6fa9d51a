"""J3 where the network fails, the page is closed or the script is off: what was typed stays on the device."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from outreach.models import Visit
from people.models import Photo
from tests.browser import PHONE, axe
from tests.cast import Cast
from tests.journeys.phone.hand import SUBMIT, Hand, file, photo_of_twelve_megapixels

# On the other database the same journey is made by test_whole_path.py.
pytestmark = pytest.mark.any_database


def test_without_a_network_the_page_says_so_keeps_every_word_and_sends_it_once_later(hand: Hand):
    page = hand.page
    before = Visit.objects.count()
    hand.open_visit()
    hand.tap(".choices label:has([value=not_home])")
    page.fill("#id_note", "邻居说去女儿家了")
    page.context.set_offline(True)
    hand.tap(SUBMIT)
    expect(page.locator("[data-not-sent=network]")).to_be_visible()
    axe(page)
    assert page.input_value("#id_note") == "邻居说去女儿家了"
    assert Visit.objects.count() == before
    page.context.set_offline(False)
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_be_visible()
    assert Visit.objects.count() == before + 1


def test_an_answer_that_was_lost_on_the_way_back_makes_no_second_visit(hand: Hand):
    page = hand.page
    before = Visit.objects.count()
    hand.open_visit()
    hand.tap(".choices label:has([value=not_home])")

    def deliver_and_lose(route):
        if route.request.method != "POST":
            return route.continue_()
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/m/visits/**", deliver_and_lose)
    hand.tap(SUBMIT)
    expect(page.locator("[data-not-sent=network]")).to_be_visible()
    assert Visit.objects.count() == before + 1
    page.unroute("**/m/visits/**")
    page.reload()
    expect(page.locator("[data-draft-restored]")).to_be_visible()
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_be_visible()
    assert Visit.objects.count() == before + 1


def test_what_was_typed_is_back_after_the_phone_closed_the_page_and_gone_once_the_office_has_it(
    hand: Hand, live_server
):
    page = hand.page
    hand.open_visit()
    address = page.url
    hand.tap(".choices label:has([value=needs_help])")
    page.fill("#id_note", "灯坏了")
    expect(page.locator("[data-draft-saved]")).to_contain_text(":")
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("[data-draft-restored]")).to_be_visible()
    axe(page)
    assert page.input_value("#id_note") == "灯坏了"
    assert page.locator("[value=needs_help]").is_checked()
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_be_visible()
    page.goto(address)
    expect(page.locator("[data-draft-restored]")).to_be_hidden()
    assert page.input_value("#id_note") == ""
    assert page.locator("input[name=outcome]:checked").count() == 0


def test_what_is_back_is_not_left_in_a_part_that_is_folded_up_and_photos_are_asked_for_again(hand: Hand):
    page = hand.page
    hand.open_visit()
    hand.tap("#visit details.more summary")
    page.fill("#id_promised", "下周送药")
    page.locator("#id_note").focus()
    page.reload()
    expect(page.locator("[data-draft-restored]")).to_contain_text("照片")
    expect(page.locator("#id_promised")).to_be_visible()
    expect(page.locator("#id_promised")).to_have_value("下周送药")


def test_a_draft_can_be_thrown_away(hand: Hand):
    page = hand.page
    hand.open_visit()
    hand.tap(".choices label:has([value=well])")
    page.reload()
    page.locator("[data-draft-discard]").tap()
    assert page.locator("input[name=outcome]:checked").count() == 0
    page.reload()
    expect(page.locator("[data-draft-restored]")).to_be_hidden()


def test_a_draft_is_shown_to_nobody_else_on_the_same_phone(hand: Hand, signed_in, office: Cast):
    page = hand.page
    hand.open_visit()
    page.fill("#id_note", "只给我看")
    page.locator("#id_note").blur()
    address = page.url
    signed_in(page.context, office.officer)
    page.goto(address)
    assert page.input_value("#id_note") == ""
    expect(page.locator("[data-draft-restored]")).to_be_hidden()


def test_somebody_signed_out_meanwhile_finds_his_words_again_after_signing_in(hand: Hand, signed_in, office: Cast):
    page = hand.page
    hand.open_visit()
    address = page.url
    hand.tap(".choices label:has([value=not_home])")
    page.fill("#id_note", "改天再来")
    page.context.clear_cookies(name="sessionid")
    hand.tap(SUBMIT)
    page.wait_for_url("**/login/**")
    signed_in(page.context, office.leader)
    page.goto(address)
    assert page.input_value("#id_note") == "改天再来"


def test_without_a_script_a_visit_takes_the_same_three_taps(new_context, live_server, signed_in, office: Cast):
    context = new_context(**PHONE, java_script_enabled=False)
    signed_in(context, office.leader)
    hand = Hand(context.new_page())
    hand.page.goto(f"{live_server.url}/m/")
    hand.open_visit()
    hand.tap(".choices label:has([value=well])")
    hand.page.locator("#photos").set_input_files([file("a.jpg", photo_of_twelve_megapixels(80, 60))])
    hand.tap(SUBMIT)
    expect(hand.page.locator(".notice-success")).to_be_visible()
    assert hand.taps == 3
    assert Photo.objects.get().visits.exists()

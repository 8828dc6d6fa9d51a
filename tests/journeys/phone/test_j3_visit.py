"""J3: a visit in three taps, on a phone in the street, in a real browser."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from caseworks.models import Case
from outreach.models import Visit
from people.models import Photo
from people.photos import LARGEST_KEPT
from tests.browser import axe
from tests.journeys.phone.fitting import fits
from tests.journeys.phone.hand import SUBMIT, VISIT, Hand, file, photo_of_twelve_megapixels

# On the other database the same journey is made by test_whole_path.py.
pytestmark = pytest.mark.any_database


def test_three_taps_from_what_is_to_do_to_a_visit_that_the_office_has(hand: Hand):
    page = hand.page
    hand.open_visit()
    expect(page.locator("input[name=outcome]:checked")).to_have_count(0)
    hand.tap(".choices label:has([value=well])")
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_contain_text("✓")
    assert hand.taps == 3
    assert page.url.endswith("/m/")
    assert page.locator(VISIT, has_text="陈桂香").count() == 0
    strip = page.locator(".notice-success").bounding_box()
    assert strip and strip["width"] == 360
    axe(page)
    newest = Visit.objects.first()
    assert newest and (newest.outcome, newest.household.head and newest.household.head.name) == ("well", "陈桂香")


def test_nothing_chosen_is_no_visit(hand: Hand):
    page = hand.page
    before = Visit.objects.count()
    hand.open_visit()
    page.fill("#id_note", "敲了门")
    hand.tap(SUBMIT)
    expect(page.locator(".error-summary")).to_be_focused()
    axe(page)
    assert page.input_value("#id_note") == "敲了门"
    assert Visit.objects.count() == before
    page.locator(".error-summary a").tap()
    assert page.url.endswith("#id_outcome")


def test_a_photo_costs_three_taps_more_and_is_kept_small_upright_and_without_its_place(hand: Hand):
    page = hand.page
    hand.open_visit()
    hand.tap(".choices label:has([value=well])")
    with page.expect_file_chooser() as chooser:
        page.locator("#photos").tap()
    hand.taps += 3  # the field, the shutter, "use this one"
    taken = file("IMG_1.jpg", photo_of_twelve_megapixels())
    chooser.value.set_files([taken])
    expect(page.locator("[data-chosen]")).to_contain_text("1")
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_be_visible(timeout=20_000)
    assert hand.taps == 6
    kept = Photo.objects.get()
    content = kept.file.read()
    assert len(content) <= LARGEST_KEPT
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (1200, 1600)
        assert not picture.getexif()
        top, bottom = picture.convert("RGB").getpixel((600, 200)), picture.convert("RGB").getpixel((600, 1400))
    assert isinstance(top, tuple) and isinstance(bottom, tuple)
    assert top[0] > 200 and top[1] < 60 and abs(bottom[0] - bottom[1]) < 40  # red above, grey below
    assert list(kept.visits.all()) == [Visit.objects.first()]


def test_what_is_no_photo_never_costs_the_visit(hand: Hand):
    page = hand.page
    hand.open_visit()
    hand.tap(".choices label:has([value=well])")
    page.locator("#photos").set_input_files(
        [
            file("good.jpg", photo_of_twelve_megapixels(80, 60)),
            file("bad.jpg", b"no picture"),
        ]
    )
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_be_visible()
    expect(page.locator(".notice-warning")).to_contain_text("bad.jpg")
    newest = Visit.objects.first()
    assert newest and newest.photos.count() == 1


def test_urgent_is_asked_once_more_beside_the_number_to_call_and_becomes_a_critical_case(hand: Hand):
    page = hand.page
    hand.open_visit()
    hand.tap(".choices label:has([value=urgent])")
    page.fill("#id_note", "摔倒在厨房，站不起来")
    page.locator("#photos").set_input_files([file("a.jpg", photo_of_twelve_megapixels(80, 60))])
    hand.tap(SUBMIT)
    call = page.locator("a[href='tel:05801234567']")
    expect(call).to_be_visible()
    axe(page)
    fits(page)
    assert not Case.objects.filter(urgency="critical").exists()
    hand.tap(SUBMIT)
    expect(page.locator(".notice-success")).to_be_visible()
    assert hand.taps == 4
    case = Case.objects.get(urgency="critical")
    assert (case.summary, case.channel) == ("摔倒在厨房，站不起来", "visit")
    assert case.visit == Visit.objects.first()
    assert case.visit and case.visit.photos.count() == case.timeline.get().photos.count() == 1

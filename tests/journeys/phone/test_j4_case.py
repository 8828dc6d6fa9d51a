"""J4 on the phone: a case given back in four taps, or accepted in two."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from caseworks.models import Case
from tests.journeys.phone.hand import Hand

# On the other database the same journey is made by test_whole_path.py.
pytestmark = pytest.mark.any_database


def test_a_case_is_given_back_in_four_taps(hand: Hand):
    page = hand.page
    hand.tap("a.card", "路灯不亮")
    hand.tap("details:has([value=return]) > summary")
    hand.tap("label:has([value=elsewhere])")
    hand.tap("details[open] button[data-sending]")
    expect(page.locator(".notice-success")).to_be_visible()
    assert hand.taps == 4
    assert Case.objects.get(summary="路灯不亮").status == "to_dispatch"


def test_a_case_is_accepted_in_two_taps_and_stays_in_hand(hand: Hand):
    hand.tap("a.card", "路灯不亮")
    hand.tap("form.offer button")
    expect(hand.page.locator(".notice-success")).to_be_visible()
    assert hand.taps == 2
    case = Case.objects.get(summary="路灯不亮")
    assert case.status == "in_progress"
    assert hand.page.url.endswith(f"/m/cases/{case.number}/")

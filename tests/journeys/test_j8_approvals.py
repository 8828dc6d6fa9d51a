"""J8: outcomes approved one after the other, a key each, and one sent back with a reason."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from caseworks import workflow
from caseworks.models import Case, Category
from caseworks.moves import Act
from caseworks.states import Status
from tests.browser import axe
from tests.cast import Cast
from tests.factories import make_case
from tests.journeys.test_j4_returned_twice import sign_in

# What the verbs behind it do is tried on both databases where they live; this is how it is on the screen.
pytestmark = pytest.mark.any_database

OUTCOME = "11月21日王师傅上门换了灯泡，楼道已经亮了，已电话告知王阿姨。"


def reported(cast: Cast, number: int) -> Case:
    case = make_case(cast.operator, cast.group, summary=f"路灯不亮，第{number}盏", details="三楼到四楼之间。")
    return workflow.resolve(workflow.accept(case, Act(cast.leader)), Act(cast.leader), text=OUTCOME, solved="yes")


def test_three_outcomes_are_judged_with_a_key_each(page: Page, live_server, client: Client, cast: Cast):
    Category.objects.filter(code="public-works").update(approve_closure=True)
    cases = [reported(cast, number) for number in (1, 2, 3)]
    sign_in(page, live_server, cast.supervisor)
    page.goto(f"{live_server.url}/approvals/")
    axe(page)
    expect(page.locator(".split-list a")).to_have_count(3)
    expect(page.locator("article")).to_contain_text(OUTCOME)

    page.keyboard.press("j")
    expect(page.locator(".split-list [aria-current]")).to_contain_text(cases[1].number)
    page.keyboard.press("k")
    expect(page.locator(".split-list [aria-current]")).to_contain_text(cases[0].number)

    page.keyboard.press("a")
    expect(page.locator(".split-list [aria-current]")).to_contain_text(cases[1].number)
    page.keyboard.press("r")
    page.keyboard.press("3")
    expect(page.locator(".split-list [aria-current]")).to_contain_text(cases[2].number)
    page.keyboard.press("a")
    expect(page.locator(".split-list a")).to_have_count(0)
    axe(page)

    for case in cases:
        case.refresh_from_db()
    assert [case.status for case in cases] == [Status.TO_FOLLOW_UP, Status.IN_PROGRESS, Status.TO_FOLLOW_UP]
    assert cases[1].timeline.filter(verb="send_back_to_redo").get().text

"""J5: follow-up calls on the keyboard alone, one after the other, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from caseworks import workflow
from caseworks.models import Case
from caseworks.moves import Act
from caseworks.states import Status
from people.models import AuditEvent
from tests.browser import axe, leave
from tests.cast import Cast
from tests.factories import make_case

# On the other database the same journey is made by test_whole_path.py.
pytestmark = pytest.mark.any_database


def to_call(cast: Cast, hours_ago: int) -> Case:
    case = workflow.resolve(make_case(cast.operator, cast.group), Act(cast.leader), text="换了灯泡", solved="yes")
    Case.objects.filter(pk=case.pk).update(follow_up_after=timezone.now() - timedelta(hours=hours_ago))
    return case


@pytest.fixture
def calls(page: Page, live_server, client: Client, cast: Cast) -> tuple[Page, list[Case]]:
    """The queue of three callers, opened by the operator."""
    cases = [to_call(cast, hours_ago) for hours_ago in (9, 6, 3)]
    client.force_login(cast.operator)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/followups/")
    return page, cases


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_three_calls_are_recorded_with_digits_and_no_mouse(calls: tuple[Page, list[Case]]):
    page, (content, missed, cross) = calls
    axe(page)
    press(page, "j", "Enter")
    page.wait_for_url(f"**/followups/{content.number}/")
    axe(page)
    # Questions that do not arise yet are out of the way, and nothing is answered beforehand.
    expect(page.locator("[data-question=solved]")).to_be_hidden()
    assert page.locator("input:checked").count() == 0
    press(page, "p")
    expect(page.locator(".dial")).to_have_text("13800132468")
    press(page, "1", "1", "1")
    expect(page.locator("textarea")).to_be_focused()
    expect(page.locator("[data-question=redo]")).to_be_hidden()
    page.keyboard.insert_text("谢谢街道")
    press(page, "1", "Control+Enter")  # a digit in the note is a digit

    page.wait_for_url(f"**/followups/{missed.number}/")
    press(page, "2", "Control+Enter")

    page.wait_for_url(f"**/followups/{cross.number}/")
    press(page, "1", "3", "3")
    expect(page.locator("[data-question=redo]")).to_be_visible()
    axe(page)
    press(page, "1", "Control+Enter")

    page.wait_for_url("**/followups/")
    expect(page.locator("tbody tr")).to_have_count(1)
    axe(page)
    for case in (content, missed, cross):
        case.refresh_from_db()
    assert (content.status, content.satisfaction) == (Status.CLOSED, "satisfied")
    assert content.follow_ups.get().note == "谢谢街道1"
    assert (missed.status, missed.follow_up_tries) == (Status.TO_FOLLOW_UP, 1)
    assert (cross.status, cross.solved) == (Status.REOPEN_REQUESTED, "no")
    assert AuditEvent.objects.filter(action="reveal").count() == 1


def test_after_the_last_call_in_vain_a_liaison_asks_at_the_door_by_thumb(
    calls: tuple[Page, list[Case]], client: Client, cast: Cast, live_server
):
    page, (case, next_call, _last) = calls
    Case.objects.filter(pk=case.pk).update(follow_up_tries=2)
    page.goto(f"{live_server.url}/followups/{case.number}/")
    expect(page.locator("[data-question=door]")).to_be_hidden()
    press(page, "2")
    expect(page.locator("[data-question=door]")).to_contain_text(cast.officer.name)
    axe(page)
    press(page, "1", "Control+Enter")
    page.wait_for_url(f"**/followups/{next_call.number}/")

    leave(page)
    client.force_login(cast.officer)
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"{live_server.url}/m/")
    axe(page)
    page.locator(f".duties a[href='/m/cases/{case.number}/']").click()
    form = page.locator("details:has([value=follow_up])")
    form.locator("summary").click()
    expect(form.locator("[data-question=solved]")).to_be_hidden()
    form.get_by_text("见到了").click()
    form.get_by_text("部分解决").click()
    form.get_by_text("基本满意").click()
    expect(form.locator("[data-question=redo]")).to_be_hidden()
    axe(page)
    form.locator("button[type=submit]").click()
    page.wait_for_url("**/m/")
    case.refresh_from_db()
    assert (case.status, case.solved, case.satisfaction) == (Status.CLOSED, "partly", "fairly")
    assert case.follow_ups.filter(way="door", by=cast.officer).count() == 1


def test_a_composition_of_the_input_method_answers_nothing_and_sends_nothing(calls: tuple[Page, list[Case]]):
    page, (case, *_others) = calls
    page.goto(page.url + f"{case.number}/")
    press(page, "1", "1", "1")
    browser = page.context.new_cdp_session(page)
    browser.send("Input.imeSetComposition", {"text": "xie xie", "selectionStart": 7, "selectionEnd": 7})
    browser.send(
        "Input.dispatchKeyEvent",
        {"type": "rawKeyDown", "windowsVirtualKeyCode": 229, "key": "Process", "code": "Digit1"},
    )
    browser.send("Input.insertText", {"text": "谢谢"})
    expect(page.locator("textarea")).to_have_value("谢谢")
    assert page.url.endswith(f"/followups/{case.number}/")
    assert not case.follow_ups.exists()


def test_a_case_is_dispatched_from_the_queue_by_initials(calls: tuple[Page, list[Case]], cast: Cast):
    page, _cases = calls
    waiting = make_case(cast.operator, None)
    page.goto(page.url.replace("/followups/", "/cases/?view=dispatch"))
    axe(page)
    press(page, "d")
    page.wait_for_url(f"**/cases/{waiting.number}/dispatch/**")
    axe(page)
    expect(page.locator("#narrow-target")).to_be_focused()
    page.keyboard.type("ljg")
    press(page, "Enter")
    expect(page.locator("#id_target option")).to_have_count(1)
    press(page, "Control+Enter")
    page.wait_for_url("**/cases/?view=dispatch")
    waiting.refresh_from_db()
    assert (waiting.handling_area, waiting.handling_role) == (cast.group, "leader")

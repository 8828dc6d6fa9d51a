"""J2: dispatching, one case and many, by clicks that are counted; and taking it back."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from caseworks.models import BulkChange, BulkItem, Case, ItemState, RoutingRule
from caseworks.states import Status
from people.models import User
from tests.browser import axe
from tests.cast import Cast
from tests.factories import make_case

MATCHING = 128


class Mouse:
    """Counts clicks; choosing in a list by typing costs none."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).first.click()


@pytest.fixture
def many(cast: Cast) -> list[Case]:
    """One case, a page of twenty, and those that match after them: all wait to be dispatched."""
    RoutingRule.objects.all().delete()
    first = make_case(cast.operator, cast.group)
    kept = {field.attname: getattr(first, field.attname) for field in Case._meta.concrete_fields}
    for own in ("id", "uuid", "number"):
        del kept[own]
    return Case.objects.bulk_create(
        Case(**kept, number=f"2611-{number:04d}") for number in range(1001, 1001 + MATCHING + 20)
    )


def enter(page: Page, client: Client, user: User, url: str) -> None:
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def test_one_is_dispatched_in_three_clicks_twenty_in_five_and_all_that_match_are_put_back(
    page: Page, live_server, client: Client, cast: Cast, many: list[Case]
):
    enter(page, client, cast.operator, live_server.url)
    queue = f"{live_server.url}{reverse('case_list')}?view=dispatch"
    page.goto(queue)

    one = Mouse(page)
    one.click("[data-row-key=d]")
    page.locator("#narrow-target").fill("ljg")
    page.keyboard.press("Enter")
    one.click("form.action-form button[type=submit]")
    page.wait_for_url(queue)
    assert Case.objects.with_status(Status.TO_ACCEPT).count() == 1
    assert one.clicks <= 3

    twenty = Mouse(page)
    twenty.click("[data-select-all]")
    expect(page.locator("[data-selected-count]")).to_contain_text("20")
    twenty.click("#selection button[formaction*=dispatch]")
    page.locator("#narrow-target").fill("ljg")
    page.keyboard.press("Enter")
    twenty.click("form[data-ctrl-enter] button[type=submit]")
    expect(page.locator("form[action*=undo]")).to_be_visible()
    axe(page)
    assert BulkItem.objects.filter(state=ItemState.DONE).count() == 20
    assert twenty.clicks <= 5

    page.goto(queue)
    page.locator("tbody input[name=case]").nth(1).click()
    page.locator("tbody input[name=case]").nth(4).click(modifiers=["Shift"])
    assert page.locator("tbody input[name=case]:checked").count() == 4
    page.locator("tbody tr a[data-open]").first.focus()
    page.keyboard.press("x")
    assert page.locator("tbody input[name=case]:checked").count() == 5

    every = Mouse(page)
    every.click("#selection a[href*='all=1']")
    expect(page.locator("#selection strong")).to_contain_text(str(MATCHING))
    axe(page)
    every.click("#selection button[formaction*=dispatch]")
    expect(page.locator("h1")).to_contain_text(str(MATCHING))
    assert page.locator("tbody tr").count() == 5
    axe(page)
    page.locator("#narrow-target").fill("ljg")
    page.keyboard.press("Enter")
    every.click("form[data-ctrl-enter] button[type=submit]")
    expect(page.locator("form[action*=undo]")).to_be_visible(timeout=20_000)
    assert not Case.objects.with_status(Status.TO_DISPATCH).exists()
    assert every.clicks <= 5
    every.click("form[action*=undo] button")
    expect(page.locator("form[action*=undo]")).to_have_count(0, timeout=20_000)
    assert Case.objects.with_status(Status.TO_DISPATCH).count() == MATCHING
    assert BulkChange.objects.latest("pk").items.filter(state=ItemState.UNDONE).count() == MATCHING


def test_without_a_network_the_page_stays_with_every_word_and_is_sent_when_it_is_back(
    page: Page, live_server, client: Client, cast: Cast
):
    case = make_case(cast.operator, cast.group)
    enter(page, client, cast.operator, live_server.url)
    page.goto(f"{live_server.url}{reverse('case_action', args=[case.number, 'note'])}")
    page.locator("#id_text").fill("楼道灯又坏了一盏")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-connection-lost]")).to_be_visible()
    expect(page.locator("#id_text")).to_have_value("楼道灯又坏了一盏")
    page.context.set_offline(False)
    expect(page.locator("[data-connection-lost]")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"{live_server.url}{reverse('case_detail', args=[case.number])}")
    assert case.timeline.filter(verb="note", text="楼道灯又坏了一盏").exists()

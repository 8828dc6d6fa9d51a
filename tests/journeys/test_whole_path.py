"""The whole path on the invented office: a call comes in, somebody calls at the door, the report is signed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from caseworks.demonstration import filling
from caseworks.demonstration.office import Size
from caseworks.models import Case
from caseworks.states import Status
from outreach.models import Visit
from people import audit
from people.models import Household, PhoneNumber, User
from tests.browser import axe

PASSWORD = "a password for guests"
SMALL = Size(communities=3, groups=6, households=60, cases=60, months=3)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(transactional_db) -> None:
    filling.fill(SMALL)
    filling.set_password(PASSWORD)


@pytest.fixture
def sign_in(live_server, office) -> Callable[[Page, str], None]:
    """Sign in as a person does: at the page, with a password."""

    def go(page: Page, account: str) -> None:
        page.context.clear_cookies()
        page.goto(f"{live_server.url}/login/")
        page.locator("[name=username]").fill(account)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)

    return go


def received(page: Page, live_server, folder: Path) -> int:
    """The number of cases received this month, as the downloaded workbook has it."""
    today = timezone.localdate()
    page.goto(f"{live_server.url}/reports/{today.year}-{today.month}/")
    with page.expect_download() as download:
        page.locator("a[download]").click()
    download.value.save_as(folder / "report.xlsx")
    book = openpyxl.load_workbook(folder / "report.xlsx", data_only=True)
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    return next(row[1] for row in rows if row[0] == "受理" and isinstance(row[1], int))


def test_from_the_call_to_the_downloaded_report(page: Page, phone: Page, live_server, sign_in, tmp_path):
    leader = User.objects.get(username="leader")
    group = leader.posts.current().get(role="leader").area
    home = Household.objects.filter(area=group, head__phones__isnull=False).first()
    caller = PhoneNumber.objects.filter(resident=home.head).first()

    sign_in(page, "supervisor")
    before = received(page, live_server, tmp_path)

    # The operator takes the call.
    sign_in(page, "operator")
    page.goto(f"{live_server.url}/desk/new/")
    page.keyboard.type(caller.number)
    expect(page.locator(".suggestions:not([hidden]) [role=option]").nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.insert_text("楼道路灯坏了，晚上看不见台阶")
    expect(page.locator("[data-suggestion='1']")).to_contain_text("公共设施")
    page.keyboard.press("Tab")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#number")).to_be_visible()
    case = Case.objects.get(number=page.locator("#number").inner_text())
    assert case.caller == home.head
    assert (case.status, case.area) == (Status.TO_ACCEPT, group)
    # Whoever the rules chose, it is the leader's to do in this story.
    Case.objects.filter(pk=case.pk).update(handling_area=group, handling_role="leader", unit=None)

    # The leader accepts it on the phone, calls at the door, and reports what was done.
    sign_in(phone, "leader")
    phone.goto(f"{live_server.url}/m/cases/{case.number}/")
    axe(phone)
    phone.locator("form:has(input[name=verb][value=accept]) button[type=submit]").tap()
    expect(phone.locator("form:has(input[name=verb][value=resolve])")).to_have_count(1)
    phone.goto(f"{live_server.url}/m/visits/{home.uuid}/")
    phone.locator("label:has(input[name=outcome][value=well])").tap()
    phone.locator(".submit-bar button[type=submit]").tap()
    phone.wait_for_url(f"{live_server.url}/m/")
    expect(phone.locator("main")).to_contain_text("已交到街道")
    visit = Visit.objects.get(household=home, by=leader, at__date=timezone.localdate(), outcome="well")
    assert visit.recorded_at is not None
    phone.goto(f"{live_server.url}/m/cases/{case.number}/")
    resolving = phone.locator("form:has(input[name=verb][value=resolve])")
    phone.locator("details:has(input[name=verb][value=resolve]) > summary").tap()
    resolving.locator("textarea").fill("换了灯泡，晚上看过，亮了")
    resolving.locator("label:has(input[name=solved][value=yes])").tap()
    resolving.locator("button[type=submit]").tap()
    phone.wait_for_url(f"{live_server.url}/m/")
    case.refresh_from_db()
    assert (case.status, case.resolved_by) == (Status.TO_FOLLOW_UP, leader)

    # The operator follows up.
    page.goto(f"{live_server.url}/followups/{case.number}/")
    for key in ("1", "1", "1", "Control+Enter"):
        page.keyboard.press(key)
    page.wait_for_url(lambda url: case.number not in url)
    case.refresh_from_db()
    assert (case.status, case.solved, case.satisfaction) == (Status.CLOSED, "yes", "satisfied")

    # The supervisor takes the report away, and it has one case more.
    sign_in(page, "supervisor")
    assert received(page, live_server, tmp_path) == before + 1
    assert audit.verify().broken_at is None

"""J6: a supervisor takes the month's report away with three clicks, and the file says what the screen said."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from caseworks import workflow
from caseworks.models import Case
from caseworks.moves import Act
from outreach.visiting import VisitRecord, record_visit
from tests.browser import axe
from tests.caseworks.reports.printed import tables_of_page, tables_of_workbook
from tests.cast import make_cast
from tests.factories import make_case

# On the other database the same journey is made by test_whole_path.py.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]

PASSWORD = "a long enough password"


@pytest.fixture
def office(transactional_db):
    """The cast, with some work done today and some five weeks ago."""
    cast = make_cast()
    earlier = timezone.now() - timedelta(days=35)
    for number in range(8):
        case = make_case(cast.operator, cast.group if number % 2 else cast.other_group)
        if number % 3:
            workflow.resolve(case, Act(cast.supervisor), text="已修好", solved="yes")
        if number > 5:
            Case.objects.filter(pk=case.pk).update(registered_at=earlier, resolved_at=earlier)
    asked = Case.objects.filter(status="to_follow_up").first()
    workflow.follow_up(asked, Act(cast.operator), reached=True, solved="yes", satisfaction="satisfied")
    record_visit(VisitRecord(cast.household, "well"), cast.leader)
    return cast


def sign_in(page, live_server, username: str) -> None:
    page.goto(live_server.url + reverse("login"))
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def test_three_clicks_from_anywhere_bring_a_file_that_says_what_the_screen_said(page, live_server, office, tmp_path):
    sign_in(page, live_server, "supervisor")
    page.locator(f'.sidebar a[href="{reverse("reports")}"]').click()
    page.wait_for_url("**/reports/")
    page.locator(".month-cards a").first.click()
    page.wait_for_url(re.compile(r"/reports/\d{4}-\d+/$"))
    shown = tables_of_page(page.content())
    with page.expect_download() as download:
        page.locator("a[download]").click()
    taken = Path(tmp_path / "report.xlsx")
    download.value.save_as(taken)
    assert tables_of_workbook(taken.read_bytes()) == shown
    assert download.value.suggested_filename.endswith(".xlsx")
    totals = [table[-1] for table in shown if len(table) > 2]
    assert any(float(total[1]) for total in totals)


def test_a_figure_on_the_page_leads_to_as_many_rows(page, live_server, office):
    sign_in(page, live_server, "supervisor")
    page.goto(live_server.url + reverse("reports"))
    page.locator(".month-cards a").first.click()
    figure = page.locator("a.figure").first
    said = int(figure.inner_text())
    figure.click()
    page.wait_for_url("**/rows/received/")
    assert page.locator("tbody tr").count() == said


@pytest.mark.parametrize("size", [(1440, 900), (720, 450), (360, 780)], ids=lambda size: f"{size[0]}×{size[1]}")
def test_the_pages_are_accessible_and_nothing_runs_out_of_the_window(page, live_server, office, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    sign_in(page, live_server, "supervisor")
    today = timezone.localdate()
    for address in (
        reverse("reports"),
        reverse("report_month", args=[today.year, today.month]),
        reverse("report_rows", args=[today.year, today.month, "received"]),
        reverse("report_rows", args=[today.year, today.month, "reopened"]),
    ):
        page.goto(live_server.url + address)
        if size[0] != 720:  # between the other two: nothing stands there that does not stand in one of them
            axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address

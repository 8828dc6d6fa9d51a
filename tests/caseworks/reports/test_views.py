"""The pages of the reports: who sees them, of which months, and what an address may ask."""

import pytest
from django.urls import reverse

from people.models import Household

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_the_months_to_choose_from_are_thirteen_the_newest_first(client, town):
    client.force_login(town.supervisor)
    page = client.get(reverse("reports")).content.decode()
    places = [page.find(f'href="/reports/{year}-{month}/"') for year, month in [(2026, 6), (2026, 5), (2025, 6)]]
    assert -1 not in places
    assert places == sorted(places)
    assert page.count('class="tile"') == 13
    assert "/reports/2025-5/" not in page


@pytest.mark.parametrize("name", ["report_month", "report_xlsx"])
@pytest.mark.parametrize("month", [(2100, 1), (2026, 13), (2026, 0), (1900, 1), (99999999999999999999, 1)])
def test_a_month_that_is_none_or_has_not_begun_is_not_found(client, town, name, month):
    client.force_login(town.supervisor)
    assert client.get(reverse(name, args=month)).status_code == 404


def test_the_month_may_be_written_with_a_nought(client, town):
    client.force_login(town.supervisor)
    assert client.get("/reports/2026-05/").status_code == 200


def test_a_month_in_progress_says_so(client, town):
    client.force_login(town.supervisor)
    june, may = (client.get(reverse("report_month", args=[2026, number])).context["report"] for number in (6, 5))
    assert june.month.in_progress
    assert not may.month.in_progress
    assert june.period != may.period


@pytest.mark.parametrize("role", ["operator", "leader", "officer", "department", "manager"])
@pytest.mark.parametrize("address", ["reports", "report_month", "report_rows", "report_xlsx"])
def test_reports_are_for_supervisors_and_committee_members(client, town, role, address):
    client.force_login(town.by_role()[role])
    args = {"reports": [], "report_rows": [2026, 5, "received"]}.get(address, [2026, 5])
    assert client.get(reverse(address, args=args)).status_code == 403


def test_the_rows_of_somebody_elses_community_are_not_found(client, town):
    client.force_login(town.committee)
    rows = reverse("report_rows", args=[2026, 5, "received"])
    assert client.get(rows, {"community": town.east.pk}).status_code == 200
    assert client.get(rows, {"community": town.west.pk}).status_code == 404
    assert client.get(rows, {"community": 10**9}).status_code == 404


@pytest.mark.parametrize(
    ("figure", "query"), [("nonsense", {}), ("received", {"channel": "pigeon"}), ("received", {"category": "none"})]
)
def test_what_nobody_defined_is_not_found(client, town, figure, query):
    client.force_login(town.supervisor)
    assert client.get(reverse("report_rows", args=[2026, 5, figure]), query).status_code == 404


def test_rows_can_be_narrowed_by_several_dimensions_at_once(client, town):
    client.force_login(town.supervisor)
    query = {"channel": "hotline", "category": "public-works", "community": town.east.pk}
    answer = client.get(reverse("report_rows", args=[2026, 5, "received"]), query)
    numbers = {case.number for case in answer.context["page"].rows}
    assert answer.context["total"] == len(numbers) == 3
    assert all(case.area.path.startswith(town.east.path) for case in answer.context["page"].rows)


def test_a_list_of_households_shows_no_address(client, town):
    client.force_login(town.supervisor)
    page = client.get(reverse("report_rows", args=[2026, 5, "households"])).content.decode()
    addresses = Household.objects.visible_to(town.supervisor).values_list("address", flat=True)
    assert addresses
    assert not [address for address in addresses if address in page]


def test_the_download_has_a_name_and_the_right_type(client, town):
    client.force_login(town.supervisor)
    answer = client.get(reverse("report_xlsx", args=[2026, 5]))
    assert "attachment" in answer["Content-Disposition"]
    assert "2026-05" in answer["Content-Disposition"]
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert b"".join(answer.streaming_content).startswith(b"PK")

"""The report of a month: its sums, its shares, its words, and the rows behind each of its figures."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from caseworks.models import Case, Category
from caseworks.reports.cells import Kind
from caseworks.reports.dimensions import NONE, load_dimensions
from caseworks.reports.metrics import FIGURES
from caseworks.reports.monthly import BROKEN_DOWN, monthly
from caseworks.templatetags.figures import rows_url
from tests.cast import Cast
from tests.factories import make_area, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(town: Cast, may):
    return monthly(town.supervisor, may)


def cells_of(report):
    for table in report.tables.values():
        for row in [*table.rows, *([table.total] if table.total else [])]:
            yield from row.cells


def test_as_many_rows_stand_behind_every_figure_as_it_says(report, town):
    dimensions = load_dimensions(town.supervisor)
    counts = {cell for cell in cells_of(report) if cell.kind is Kind.COUNT}
    # Three months, and everything that any of the tables shows.
    assert {cell.figure for cell in counts} >= FIGURES.keys()
    wrong = []
    for cell in counts:
        figure = FIGURES[cell.figure]
        rows = figure.rows(town.supervisor, cell.month)
        if cell.dimension:
            column = figure.subject.columns[cell.dimension]
            rows = dimensions[cell.dimension].narrow(rows, column, cell.member)
        if rows.count() != cell.value:
            wrong.append((cell, rows.count()))
    assert not wrong


def test_totals_are_the_sums_of_their_columns(report):
    summed = {key: table for key, table in report.tables.items() if table.total}
    of_cases = {"channel", "category", "community", "level", "asked"}
    assert summed.keys() == of_cases | {"kind", "homes", "care", "visits", "tier", "campaigns", "suggestions"}
    for key, table in summed.items():
        counted = [place for place, cell in enumerate(table.total.cells) if cell.kind is Kind.COUNT]
        totals = [table.total.cells[place].value for place in counted]
        assert totals == [sum(row.cells[place].value for row in table.rows) for place in counted], key
        assert totals[0] > 0, key


def test_shares_sum_to_a_hundred(report):
    for key in ("channel", "category", "community", "level", "kind"):
        table = report.tables[key]
        assert sum(row.cells[1].value for row in table.rows) == 100 == table.total.cells[1].value, key


def test_every_table_by_a_dimension_agrees_on_what_was_received(report):
    totals = {report.tables[key].total.cells[0].value for key in ("channel", "category", "community")}
    assert totals == {report.tables["handling"].rows[0].cells[0].value} == {7}


def test_what_has_no_place_or_category_is_counted_and_said(report):
    for key in ("community", "category"):
        last = report.tables[key].rows[-1].cells[0]
        assert (last.member, last.value) == (NONE, 1)


def test_a_part_of_a_category_counts_in_the_whole(town, may):
    works = Category.objects.get(code="public-works")
    lamps = Category.objects.create(code="lamps", name="路灯", parent=works)
    before = monthly(town.supervisor, may).tables["category"]
    Case.objects.filter(category=works).update(category=lamps)
    after = monthly(town.supervisor, may).tables["category"]
    assert after.rows == before.rows
    rows = load_dimensions(town.supervisor)["category"].narrow(Case.objects.all(), "category", "public-works")
    assert rows.count() == Case.objects.filter(category=lamps).count() > 0


def test_a_community_that_is_no_more_stands_in_the_report_while_it_has_figures(town, may):
    make_area("旧港社区", "community", town.town)
    empty = make_area("老街社区", "community", town.town)
    empty.active = False
    empty.save(update_fields=["active"])
    town.west.active = False
    town.west.save(update_fields=["active"])
    labels = [row.label for row in monthly(town.supervisor, may).tables["community"].rows]
    assert "旧港社区" in labels
    assert "西塘社区" in labels
    assert "老街社区" not in labels


def test_committee_members_report_on_their_own_communities(town, may):
    report = monthly(town.committee, may)
    assert report.place == "东安社区"
    assert [row.label for row in report.tables["community"].rows] == ["东安社区"]
    assert report.tables["community"].total.cells[0].value == 4


def test_the_overview_says_the_figures_in_words(report):
    with translation.override("en"):
        said = report.sentences
    assert said[0] == (
        "7 requests were received in the month: up 40.0% on the month before (5), "
        "up 133.3% on the same month last year (3)."
    )
    assert "6 cases were due, 4 of them resolved on time: 66.7%" in " ".join(map(str, said))


def test_a_month_without_anything_is_reported_without_a_stumble(town, may):
    supervisor = make_user("new_town", "supervisor", area=make_area("新港街道", "town"))
    report = monthly(supervisor, may)
    with translation.override("en"):
        said = report.sentences
    assert "no base to compare with" in said[0]
    # An enterprise of no area is everybody's.
    assert all(cell.value in (0, None) for cell in cells_of(report) if cell.figure != "enterprises")
    assert report.tables["channel"].lacks_a_base


def test_the_number_of_queries_does_not_grow_with_the_office(town, may):
    with CaptureQueriesContext(connection) as few:
        monthly(town.supervisor, may)
    for number in range(12):
        community = make_area(f"第{number}社区", "community", town.town)
        make_area("第1小组", "group", community)
        Category.objects.create(code=f"more-{number}", name=f"其他{number}")
    with CaptureQueriesContext(connection) as many:
        monthly(town.supervisor, may)
    assert len(few) == len(many) <= 20


def links(page: str) -> dict[str, str]:
    found = re.findall(r'<a class="figure" href="([^"]+)">([^<]+)</a>', page)
    return {unescape(address): words for address, words in found}


def test_each_figure_on_the_page_leads_to_a_list_that_long(client, town, report):
    client.force_login(town.supervisor)
    page = client.get(reverse("report_month", args=[2026, 5])).content.decode()
    found = links(page)
    assert found.keys() == {url for cell in cells_of(report) if (url := rows_url(cell))} | {
        url for url in found if "?" not in url
    }
    # One of each figure, whole and narrowed: every list on the page is drawn by one of these.
    sample = {(address.split("/rows/")[1].split("=")[0]): address for address in found if "/2026-5/" in address}
    assert {key.split("/")[0] for key in sample} == FIGURES.keys()
    for address in sample.values():
        answer = client.get(address)
        assert answer.status_code == 200, address
        shown = answer.content.decode()
        assert shown.count('<th scope="row"') == int(found[address]), address
        assert re.search(rf"<strong class=\"numeric\">{found[address]}</strong>", shown), address


def test_a_long_list_runs_over_pages_without_losing_or_doubling_a_row(client, town):
    original = Case.objects.get(number="2605-0001")
    for number in range(45):
        original.pk, original.number, original.uuid = (
            None,
            f"2605-9{number:03}",
            f"00000000-0000-4000-8000-{number:012}",
        )
        original.save(force_insert=True)
    client.force_login(town.supervisor)
    address, numbers = reverse("report_rows", args=[2026, 5, "received"]), []
    while address:
        page = client.get(address).content.decode()
        numbers += re.findall(r"/cases/(2605-\d+)/", page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = further and reverse("report_rows", args=[2026, 5, "received"]) + unescape(further[1])
    assert len(numbers) == len(set(numbers)) == 7 + 45


def test_every_subject_of_the_report_has_its_dimensions(town):
    dimensions = load_dimensions(town.supervisor)
    for subject, names in BROKEN_DOWN:
        assert set(names) <= subject.columns.keys() & dimensions.keys()

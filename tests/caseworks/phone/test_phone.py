"""The phone's pages: who may open them, what waits there, reporting, and oneself."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from caseworks.models import Case, Category
from caseworks.templatetags.components import light
from outreach.models import Visit
from outreach.visiting import ask_for_visit
from people.models import AuditEvent
from tests.answers import bare
from tests.caseworks.phone.sending import picture, visit, words
from tests.cast import Cast
from tests.factories import make_case, make_household

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

NOWHERE = "00000000-0000-4000-8000-000000000000"


# ---- Who ----


@pytest.mark.parametrize("address", ["/m/", "/m/me/"])
def test_the_phone_is_for_liaisons_and_departments(client, cast: Cast, address: str):
    for role, user in cast.by_role().items():
        client.force_login(user)
        expected = 200 if role in ("leader", "officer", "committee", "department") else 403
        assert client.get(address).status_code == expected, role


def test_a_department_has_cases_on_its_phone_and_neither_visits_nor_reports(client, cast: Cast):
    client.force_login(cast.department)
    assert client.get(f"/m/visits/{cast.household.uuid}/").status_code == 403
    assert client.get("/m/new/").status_code == 403
    assert 'href="/m/new/"' not in words(client.get("/m/"))


def test_another_leaders_household_and_case_are_answered_like_none_at_all(client, cast: Cast):
    case = make_case(cast.operator, cast.group)
    client.force_login(cast.other_leader)
    for address, never in [
        (f"/m/visits/{cast.household.uuid}/", f"/m/visits/{NOWHERE}/"),
        (f"/m/cases/{case.number}/", "/m/cases/2611-9999/"),
    ]:
        there, nowhere = client.get(address), client.get(never)
        assert there.status_code == nowhere.status_code == 404
        assert bare(there) == bare(nowhere)


@pytest.mark.parametrize("address", ["/m/visits/{uuid}/", "/m/visits/{uuid}/reach/"])
def test_what_another_leader_sends_about_a_household_changes_nothing(client, cast: Cast, address: str):
    client.force_login(cast.other_leader)
    rows = AuditEvent.objects.count()
    sent = client.post(address.format(uuid=cast.household.uuid), {"uuid": uuid4(), "outcome": "well", "form": "home"})
    assert sent.status_code == 404
    assert (Visit.objects.count(), AuditEvent.objects.count()) == (0, rows)


def test_a_household_that_moved_away_is_visited_no_more(client, cast: Cast):
    cast.household.ended_on = timezone.localdate()
    cast.household.save()
    assert client.get(f"/m/visits/{cast.household.uuid}/").status_code == 404


def test_who_was_at_the_door_when_somebody_put_the_household_down_as_left_is_told_and_keeps_his_words(
    client, cast: Cast
):
    cast.household.ended_on = timezone.localdate()
    cast.household.save()
    page = visit(client, cast.household, note="敲门没人应")
    assert page.status_code == 409
    assert not Visit.objects.exists()
    assert "登记为已迁出" in words(page) and "敲门没人应" in words(page)


# ---- Today ----


def test_a_card_shows_enough_to_know_the_duty_and_nothing_in_full(client, cast: Cast):
    case = make_case(cast.operator, cast.group, summary="水管爆裂", place="滨港路223号1102室")
    ask_for_visit(cast.household, timezone.localdate())
    page = words(client.get("/m/"))
    for shown in ["水管爆裂", "滨港路***", "王秀兰", f"/m/cases/{case.number}/", f"/m/visits/{cast.household.uuid}/"]:
        assert shown in page
    for hidden in ["223号", "1102", "13800132468"]:
        assert hidden not in page


def test_the_page_asks_the_database_as_often_for_many_duties_as_for_one(
    client, cast: Cast, django_assert_max_num_queries
):
    def open_page() -> int:
        with django_assert_max_num_queries(12) as asked:
            assert client.get("/m/").status_code == 200
        return len(asked)

    make_case(cast.operator, cast.group)
    ask_for_visit(cast.household, timezone.localdate())
    one = open_page()
    for number in range(9):
        make_case(cast.operator, cast.group)
        ask_for_visit(make_household(cast.group, address=f"滨港路{number}号"), timezone.localdate())
    assert open_page() == one


@pytest.mark.parametrize("asked", ["", "100", "7", "99999999999", "-1", "ten", "²"])
def test_any_number_of_cards_can_be_asked_for(client, asked: str):
    assert client.get("/m/", {"show": asked}).status_code == 200


def test_a_long_list_leads_to_the_rest_of_it(client, cast: Cast):
    Case.objects.bulk_create(
        Case(number=f"2601-{n}", channel="hotline", summary=f"灯{n}", status="to_accept", area=cast.group,
             handling_area=cast.group, handling_role="leader", due_at=timezone.now() + timedelta(days=n))
        for n in range(1, 53)
    )  # fmt: skip
    page = words(client.get("/m/"))
    assert page.count('class="card ') == 50
    assert 'href="?show=100"' in page
    rest = words(client.get("/m/?show=100"))
    assert rest.count('class="card ') == 52
    assert "?show=" not in rest


# ---- A report, and oneself ----


def test_a_leader_with_one_group_reports_for_it_without_choosing(client, cast: Cast):
    page = words(client.get("/m/new/"))
    assert f'<option value="{cast.group.pk}" selected>' in page
    sent = {"uuid": str(uuid4()), "summary": "井盖松了", "area": cast.group.pk, "photos": picture()}
    for _time in range(2):
        answer = client.post("/m/new/", sent, follow=True)
        sent["photos"] = picture()
    case = Case.objects.get()
    assert (case.summary, case.channel, case.area, case.registered_by) == (
        *("井盖松了", "patrol"),
        *(cast.group, cast.leader),
    )
    assert case.timeline.get().photos.count() == 1
    assert case.number in words(answer)


def test_an_officer_must_say_for_which_area(client, cast: Cast):
    client.force_login(cast.officer)
    assert '<option value="" selected>' in words(client.get("/m/new/"))
    assert client.post("/m/new/", {"uuid": uuid4(), "summary": "井盖松了"}).status_code == 422
    assert not Case.objects.exists()


def test_nobody_reports_for_an_area_that_is_not_his(client, cast: Cast):
    sent = {"uuid": uuid4(), "summary": "井盖松了", "area": cast.other_group.pk}
    assert client.post("/m/new/", sent).status_code == 422
    assert not Case.objects.exists()


def test_the_urgency_usual_for_the_category_is_that_of_the_report(client, cast: Cast):
    Category.objects.filter(code="public-works").update(urgency="urgent")
    category = Category.objects.get(code="public-works")
    client.post("/m/new/", {"uuid": uuid4(), "summary": "水管爆裂", "area": cast.group.pk, "category": category.pk})
    assert Case.objects.get().urgency == "urgent"


def test_the_page_about_oneself_tells_posts_languages_and_what_was_done_last(client, cast: Cast):
    visit(client, cast.household)
    page = words(client.get("/m/me/"))
    for word in [
        "李建国",
        "东安社区 第1小组",
        "王秀兰",
        'value="en"',
        'value="largest"',
        "/logout/",
        "/account/password/",
    ]:
        assert word in page


# ---- The light of a day ----


def test_what_is_due_on_a_day_is_not_late_on_it():
    now = timezone.now()
    today = timezone.localdate(now)
    assert [light(today + timedelta(days=days), now)[0] for days in (-1, 0, 1)] == ["overdue", "today", "progress"]

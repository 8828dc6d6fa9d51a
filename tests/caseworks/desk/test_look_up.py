"""What is found while a call lasts: people, areas, categories, and what the form would come to."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseworks.models import Case, CaseCaller, Category
from people.models import Resident
from tests.caseworks.desk.form import PHONE, sent, typed
from tests.cast import Cast
from tests.factories import make_area, make_case, make_household, make_resident

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = pytest.mark.any_database


# ---- Looking people, areas and categories up ----


@pytest.mark.parametrize("words", ["2468", PHONE, "138 0013 2468", "王秀兰", "王秀", "wxl", "wangxiu"])
def test_a_caller_is_found_by_number_tail_name_or_initials(desk: Client, cast: Cast, wang: Resident, words: str):
    make_case(cast.operator, cast.group, caller=wang)
    page = desk.post(reverse("desk_callers"), {"typed": words}).content.decode()
    assert str(wang.uuid) in page and "138****2468" in page and "东安社区 第1小组" in page
    assert page.count('role="option"') == 2
    assert page.index(str(wang.uuid)) < page.index("data-new")


def test_a_number_nobody_has_offers_a_new_caller_and_nothing_else(desk: Client, wang: Resident):
    page = desk.post(reverse("desk_callers"), {"typed": "13700000000"}).content.decode()
    assert page.count('role="option"') == 1
    assert 'data-text="13700000000"' in page


def test_the_look_up_shows_no_full_number_that_was_not_typed_and_nobody_out_of_scope(desk: Client, cast: Cast):
    make_resident(cast.foreign_household, name="王秀莲", phone="13800002468")
    make_resident(cast.household, name="王秀莉", phone="13811112468")
    page = desk.post(reverse("desk_callers"), {"typed": "2468"}).content.decode()
    assert "王秀莉" in page and "13811112468" not in page
    assert "王秀莲" not in page


def test_a_look_up_takes_five_queries_whoever_many_are_found(desk: Client, cast: Cast, django_assert_max_num_queries):
    for number in range(8):
        home = make_household(cast.group, head=f"王秀{number}", address=f"滨港路{number}号")
        make_case(cast.operator, cast.group, caller=home.head)
    with django_assert_max_num_queries(5):
        page = desk.post(reverse("desk_callers"), {"typed": "wangxiu"}).content.decode()
    assert page.count("data-value") == 9


def test_looking_up_leaves_no_number_in_an_address(desk: Client):
    for name in ("desk_callers", "desk_areas", "desk_categories", "desk_preview"):
        assert desk.get(reverse(name), {"typed": PHONE}).status_code == 405


def test_areas_are_found_by_initials_within_scope(desk: Client, cast: Cast):
    make_area("东安村", "community", cast.next_town)
    page = desk.post(reverse("desk_areas"), {"typed": "da"}).content.decode()
    assert "东安社区 第1小组" in page and "东安村" not in page


@pytest.mark.parametrize("words", ["ggss", "公共", "水管"])
def test_categories_are_found_by_initials_name_or_keyword(desk: Client, words: str):
    assert "公共设施" in desk.post(reverse("desk_categories"), {"typed": words}).content.decode()


# ---- What the form would come to ----


def test_nothing_is_foretold_before_there_is_real_input(desk: Client, cast: Cast):
    make_case(cast.operator, cast.group)
    context = desk.post(reverse("desk_preview"), typed(summary="")).context
    assert context["foresight"] is None
    assert not (context["duplicates"] or context["open_hits"] or context["suggestions"])


def test_the_preview_foretells_what_saving_then_does(desk: Client, cast: Cast):
    fields = {"area": cast.group.pk, "category": Category.objects.get(code="public-works").pk}
    foresight = desk.post(reverse("desk_preview"), typed(**fields)).context["foresight"]
    case = sent(desk, **fields)
    assert (foresight.route.area, foresight.route.reason) == (case.handling_area, case.route_reason)
    assert foresight.due_at == case.due_at
    assert Case.objects.count() == 1


def test_the_panel_shows_the_caller_his_open_cases_and_the_like_of_them(desk: Client, cast: Cast, wang: Resident):
    works = Category.objects.get(code="public-works")
    own = make_case(cast.operator, cast.group, caller=wang, category=Category.objects.get(code="family"))
    done = make_case(cast.operator, cast.group, caller=wang, answer="已答复", category=works)
    nearby = make_case(cast.operator, cast.group, caller_name="刘强", caller_phone="13900001111")
    CaseCaller.objects.create(case=nearby, name="陈静")
    context = desk.post(
        reverse("desk_preview"), typed(resident=wang.uuid, caller=PHONE, area=cast.group.pk, category=works.pk)
    ).context
    assert [hit.case for hit in context["open_hits"]] == [own]
    assert [hit.case for hit in context["duplicates"]] == [nearby, done]
    [first, last] = context["duplicates"]
    assert (first.callers, first.handler, first.can_be_joined) == (2, "李建国", True)
    assert not last.can_be_joined
    assert context["known"].within_year == 2


def test_the_preview_takes_as_many_queries_for_ten_duplicates_as_for_one(desk: Client, cast: Cast, wang: Resident):
    works = Category.objects.get(code="public-works")
    taken = []
    for more in (1, 9):
        for _ in range(more):
            make_case(cast.operator, cast.group, caller=wang)
        with CaptureQueriesContext(connection) as queries:
            desk.post(reverse("desk_preview"), typed(resident=wang.uuid, area=cast.group.pk, category=works.pk))
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 22


def test_the_preview_of_a_stranger_shows_nothing_of_this_town(client: Client, cast: Cast, wang: Resident):
    make_case(cast.operator, cast.group, caller=wang, caller_phone=PHONE)
    client.force_login(cast.stranger)
    context = client.post(reverse("desk_preview"), typed(resident=wang.uuid, caller=PHONE, area=cast.group.pk)).context
    assert context["who"].resident is None
    assert not (context["duplicates"] or context["open_hits"])
    assert context["foresight"] is None

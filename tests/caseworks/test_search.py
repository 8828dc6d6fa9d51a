"""Search from one box: what is found, and for whom."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from people.models import User
from tests.cast import Cast
from tests.factories import make_case, make_resident

# One of them counts the households that have left and fit.
MOST_QUERIES = 10


def search(client: Client, user: User, typed: str):
    client.force_login(user)
    return client.get(reverse("search"), {"q": typed})


def found(response) -> tuple[list[str], list[str]]:
    cases = [row.case.number for row in response.context["rows"]]
    return cases, [resident.name for resident in response.context["residents"]]


@pytest.mark.parametrize("typed", ["噪声", "13800132468", "2468", "chenjianguo", "cjg", "陈建国"])
def test_a_case_is_found_by_its_words_its_number_and_its_caller(typed: str, cast: Cast, client: Client):
    case = make_case(cast.operator, cast.group, summary="夜里施工噪声", caller_name="陈建国")
    assert found(search(client, cast.operator, typed))[0] == [case.number]
    assert found(search(client, cast.stranger, typed))[0] == []


def test_a_case_is_found_by_its_number_and_by_the_end_of_it(cast: Cast, client: Client):
    case = make_case(cast.operator, cast.group, caller_phone="")
    assert found(search(client, cast.operator, case.number))[0] == [case.number]
    assert found(search(client, cast.operator, case.number[-4:]))[0] == [case.number]


def test_cases_and_residents_are_grouped_and_their_numbers_masked(cast: Cast, client: Client):
    case = make_case(cast.operator, cast.group)
    make_resident(cast.household, name="王秀梅", phone="13911112222")
    response = search(client, cast.operator, "王秀")
    assert found(response) == ([case.number], ["王秀兰", "王秀梅"])
    page = response.content.decode()
    assert "139****2222" in page
    for secret in ("13911112222", "1102室"):
        assert secret not in page
    assert reverse("household", args=[cast.household.uuid]) in page


def test_a_department_finds_its_cases_and_nobodys_data(cast: Cast, client: Client):
    make_case(cast.operator, cast.group)
    assert found(search(client, cast.department, "王秀兰")) == ([], [])


def test_who_finds_nothing_is_told_what_can_be_found(cast: Cast, client: Client):
    page = search(client, cast.operator, "没有这样的事").content.decode()
    assert "没有这样的事" in page
    assert page.count("<li>", page.index('class="tips"')) >= 4
    assert search(client, cast.operator, "").status_code == 200


def test_what_was_typed_is_shown_as_text(cast: Cast, client: Client):
    assert "<script>alert" not in search(client, cast.operator, "<script>alert(1)</script>").content.decode()


def test_a_search_costs_the_same_however_much_it_finds(cast: Cast, client: Client, django_assert_max_num_queries):
    for _ in range(12):
        make_case(cast.operator, cast.group)
        make_resident(cast.household, phone="13800132468")
    client.force_login(cast.operator)
    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.get(reverse("search"), {"q": "2468"})
    assert response.context["more_cases"] and response.context["more_residents"]

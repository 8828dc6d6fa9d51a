"""Who calls: again and again, for somebody else, or without a name."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caseworks import callers, incidents, intake, revealing
from caseworks.listing import Filters, filtered
from caseworks.models import Case, Category
from caseworks.moves import Act
from people.models import PhoneNumber
from tests.cast import Cast
from tests.factories import make_case, make_resident


def test_who_calls_again_and_again_is_known_by_himself_or_by_his_number(
    cast: Cast, client: Client, django_assert_num_queries
):
    known = cast.household.head
    public, advice = Category.objects.get(code="public-works"), Category.objects.get(code="advice")
    for category in (public, public, advice):
        make_case(cast.operator, cast.group, caller=known, category=category)
    make_case(cast.operator, cast.group, caller_phone="13900001111")
    old = make_case(cast.operator, cast.group, caller=known)
    Case.objects.filter(pk=old.pk).update(registered_at=timezone.now() - timedelta(days=400))
    assert cast.operator.scope.paths  # his posts are looked up once
    with django_assert_num_queries(2):
        found = callers.acquaintance(cast.operator, known, "", public)
    assert (found.within_year, found.alike, found.recurs) == (3, 2, True)
    stranger = callers.acquaintance(cast.operator, None, "13900001111", public)
    assert (stranger.within_year, stranger.recurs) == (1, False)
    assert callers.acquaintance(cast.stranger, known).within_year == 0
    assert filtered(cast.operator, Filters(caller_of=found.latest)).count() == 4
    assert filtered(cast.stranger, Filters(caller_of=found.latest)).count() == 0
    client.force_login(cast.operator)
    page = client.get(reverse("case_detail", args=[found.latest])).content.decode()
    assert f"caller_of={found.latest}" in page
    listed = client.get(reverse("case_list"), {"caller_of": found.latest})
    assert len(listed.context["rows"]) == 4
    assert listed.context["chips"]


def test_a_call_for_somebody_else_shows_both_and_when_it_is_safe_to_call(cast: Cast, client: Client):
    mother = make_resident(cast.household, name="林阿婆", phone="13700002222")
    PhoneNumber.objects.update(safe_note="上午不要打")
    case = make_case(cast.operator, cast.group, caller_name="林强", caller_phone="13900001111", concerned=mother)
    client.force_login(cast.operator)
    page = client.get(reverse("case_detail", args=[case.number])).content.decode()
    assert "林强" in page and "林阿婆" in page
    numbers = {number.number: number.safe_note for number in revealing.reveal(case, cast.operator, "回电").numbers}
    assert numbers == {"13900001111": "", "13700002222": "上午不要打"}


def test_the_desk_takes_down_for_whom_although_he_is_in_no_register(cast: Cast, client: Client):
    client.force_login(cast.operator)
    fields = {"channel": "hotline", "caller": "13900001111", "concerned": "隔壁老伯", "summary": "行动不便想要助浴"}
    client.post(reverse("desk_new"), fields)
    case = Case.objects.get()
    assert (case.concerned, case.concerned_name, case.caller_phone) == (None, "隔壁老伯", "13900001111")
    assert "隔壁老伯" in client.get(reverse("case_detail", args=[case.number])).content.decode()


def test_an_anonymous_caller_without_a_number_is_asked_nothing_and_the_page_says_so(cast: Cast, client: Client):
    case = make_case(cast.operator, cast.group, anonymous=True, caller_name="", caller_phone="")
    named = make_case(cast.operator, cast.group)
    client.force_login(cast.operator)
    client.post(reverse("set_preferences"), {"language": "en"})
    pages = [client.get(reverse("case_detail", args=[one.number])).content.decode() for one in (case, named)]
    assert ["nobody can be asked afterwards" in page for page in pages] == [True, False]


def test_an_incident_of_the_area_stands_first_beside_the_form(cast: Cast, client: Client):
    incident = incidents.declare(make_case(cast.operator, cast.group, summary="停水"), Act(cast.operator))
    public = Category.objects.get(code="public-works")
    make_case(cast.operator, cast.group, category=public)
    [first, *_rest] = callers.hits(intake.likely_duplicates(cast.operator, area=cast.group, category=public))
    assert (first.case, first.incident) == (incident, True)
    client.force_login(cast.operator)
    preview = client.post(reverse("desk_preview"), {"channel": "hotline", "area": cast.group.pk}).content.decode()
    assert preview.count("data-join-incident") == 1

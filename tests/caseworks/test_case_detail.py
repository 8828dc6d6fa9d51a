"""One case with everything about it: what is shown, what is masked, and which moves are offered to whom."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from caseworks import co_handling, intake, workflow
from caseworks.models import Case
from caseworks.moves import Act
from people.models import AuditEvent, PhoneNumber, Photo, User
from tests.cast import Cast
from tests.factories import make_case, make_resident

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = pytest.mark.any_database

MOST_QUERIES = 22


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.operator, cast.group, place="滨港路223号1102室", details="二楼到三楼的灯都不亮")


def open_case(client: Client, user: User, case: Case, status: int = 200, **query: str) -> str:
    client.force_login(user)
    response = client.get(reverse("case_detail", args=[case.number]), query)
    assert response.status_code == status
    return response.content.decode()


def offered(page: str, case: Case) -> set[str]:
    verbs = ("dispatch", "reroute", "accept", "return", "suspend", "resume", "urge", "resolve", "close", "reopen")
    return {verb for verb in verbs if reverse("case_action", args=[case.number, verb]) in page}


def test_a_case_out_of_scope_is_not_found_like_one_that_does_not_exist(cast: Cast, client: Client, case: Case):
    open_case(client, cast.stranger, case, status=404)
    case.number = "9999-9999"
    open_case(client, cast.operator, case, status=404)


def test_everything_known_is_shown_and_what_could_be_used_is_masked(cast: Cast, client: Client, case: Case):
    intake.join(case, Act(cast.operator), resident=None, name="陈建华", phone="13911112222")
    page = open_case(client, cast.officer, case)
    for words in (case.number, case.summary, "二楼到三楼", "李建国", case.route_reason, "陈建华", "138****2468"):
        assert words in page
    for secret in ("13800132468", "13911112222", "1102室"):
        assert secret not in page


def test_only_the_moves_of_the_table_are_offered(cast: Cast, client: Client, case: Case):
    assert offered(open_case(client, cast.leader, case), case) == {"accept", "return", "resolve"}
    assert offered(open_case(client, cast.operator, case), case) == {"reroute", "urge"}
    assert offered(open_case(client, cast.officer, case), case) == set()
    workflow.resolve(case, Act(cast.leader), text="好了", solved="yes")
    assert offered(open_case(client, cast.leader, case), case) == set()


def test_why_this_date_counts_every_day(cast: Cast, client: Client, case: Case):
    page = open_case(client, cast.leader, case)
    assert page.count('class="counted"') == int(case.limits["handling"].removesuffix("wd"))


def test_the_timeline_is_newest_first_and_can_be_narrowed_to_notes(cast: Cast, client: Client, case: Case):
    workflow.accept(case, Act(cast.leader))
    workflow.note(case, Act(cast.leader), text="约了明天上门")
    whole = open_case(client, cast.leader, case)
    assert whole.count('class="timeline-item') == 3
    assert whole.index("约了明天上门") < whole.rindex("timeline-item")
    assert open_case(client, cast.leader, case, timeline="notes").count('class="timeline-item') == 1


def test_photos_of_an_entry_are_shown_with_words(cast: Cast, client: Client, case: Case):
    photo = Photo.objects.create(file="photos/x.jpg", area=cast.group, taken_by=cast.leader)
    workflow.note(case, Act(cast.leader), text="现场", photos=[photo])
    page = open_case(client, cast.leader, case)
    assert reverse("photo", args=[photo.uuid]) in page
    assert page.count("<img") == page.count("alt=")


def test_the_way_back_leads_to_the_list_as_it_was_left_and_nowhere_else(cast: Cast, client: Client, case: Case):
    page = open_case(client, cast.operator, case, back="view=dispatch&q=灯")
    assert f"{reverse('case_list')}?view=dispatch&amp;q=%E7%81%AF" in page
    assert 'href="//evil.example' not in open_case(client, cast.operator, case, back="//evil.example/")


def reveal(client: Client, user: User, case: Case, reason: str, **headers: str):
    client.force_login(user)
    return client.post(reverse("case_reveal", args=[case.number]), {"reason": reason}, headers=headers)


def test_a_number_is_shown_once_for_a_reason_and_the_audit_knows_who_looked(cast: Cast, client: Client):
    caller = make_resident(cast.household, phone="13800132468")
    PhoneNumber.objects.update(safe_note="晚上打，别提病情")
    case = make_case(cast.operator, cast.group, caller=caller, place="滨港路223号1102室")
    response = reveal(client, cast.leader, case, "上门前联系")
    page = response.content.decode()
    assert "13800132468" in page and "1102室" in page and "晚上打，别提病情" in page
    assert "no-store" in response["Cache-Control"]
    event = AuditEvent.objects.filter(action="reveal").get()
    assert (event.actor, event.reason, event.fields) == (cast.leader, "上门前联系", ["caller_phone"])
    assert event.subject_ref == str(caller.uuid)
    assert "13800132468" not in open_case(client, cast.leader, case)


def test_without_a_reason_or_out_of_scope_nothing_is_shown(cast: Cast, client: Client, case: Case):
    refused = reveal(client, cast.leader, case, " ")
    assert refused.status_code == 422
    assert "13800132468" not in refused.content.decode()
    assert reveal(client, cast.stranger, case, "好奇").status_code == 404
    assert not AuditEvent.objects.filter(action="reveal").exists()


def test_a_revealed_number_comes_as_a_part_of_the_page_where_it_is_asked_for_so(cast: Cast, client: Client, case: Case):
    part = reveal(client, cast.leader, case, "上门前联系", **{"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="revealed"')


def test_the_receipt_names_the_caller_and_holds_nothing_else_about_him(cast: Cast, client: Client):
    case = make_case(cast.operator, cast.group, summary="请回电13800132468，路灯坏了", place="滨港路223号1102室")
    client.force_login(cast.operator)
    page = client.get(reverse("receipt", args=[case.number])).content.decode()
    receipt = page[page.index("<article") : page.index("</article>")]
    assert case.number in receipt and "王秀兰" in receipt and "路灯坏了" in receipt
    for secret in ("13800132468", "132468", "1102室", "滨港路"):
        assert secret not in receipt


def test_a_page_costs_the_same_however_long_its_story(
    cast: Cast, client: Client, case: Case, django_assert_max_num_queries
):
    for number in range(12):
        workflow.note(case, Act(cast.leader), text=f"第{number}次上门")
    co_handling.ask_unit(case, Act(cast.leader), unit=cast.water)
    client.force_login(cast.supervisor)
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(reverse("case_detail", args=[case.number]))

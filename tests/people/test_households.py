"""The list of households, one household, and what is shown of it in full."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from people import audit, vault
from people.identifiers import DocumentKind
from people.models import AuditEvent, IdentityDocument
from tests.answers import bare
from tests.factories import make_household, make_resident

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = pytest.mark.any_database

NUMBER = "330999194608121232"


@pytest.fixture
def shown(cast):
    resident = make_resident(cast.household, name="李明", phone="13800132468")
    IdentityDocument.objects.create(
        resident=resident, kind=DocumentKind.RESIDENT_ID, number=NUMBER, number_index=vault.blind_index(NUMBER)
    )
    return resident


def test_a_leader_sees_the_households_of_his_group_and_no_other(client, cast):
    client.force_login(cast.leader)
    page = client.get(reverse("households")).content.decode()
    assert "王秀兰" in page
    assert "陈建华" not in page
    assert "吴月" not in page


def test_a_household_out_of_scope_is_answered_like_one_that_never_was(client, cast):
    client.force_login(cast.leader)
    foreign = client.get(reverse("household", args=[cast.foreign_household.uuid]))
    never = client.get(reverse("household", args=["00000000-0000-4000-8000-000000000000"]))
    assert foreign.status_code == never.status_code == 404
    assert bare(foreign) == bare(never)


def test_the_page_of_a_household_shows_no_number_in_full(client, cast, shown):
    client.force_login(cast.leader)
    page = client.get(reverse("household", args=[cast.household.uuid])).content.decode()
    assert "138****2468" in page
    assert "13800132468" not in page
    assert NUMBER not in page
    assert "223号" not in page


def test_a_number_is_found_only_by_its_index(shown):
    stored = IdentityDocument.objects.extra(select={"raw": "number"}).values_list("raw", flat=True).get()
    assert NUMBER not in stored
    assert IdentityDocument.objects.get(number_index=vault.blind_index(NUMBER)).number == NUMBER


def test_a_reveal_with_a_reason_shows_the_number_and_leaves_a_row(client, cast, shown):
    client.force_login(cast.leader)
    answer = client.post(reverse("reveal", args=["phone", shown.phones.get().pk]), {"reason": "上门前先打电话"})
    assert "13800132468" in answer.content.decode()
    row = AuditEvent.objects.get(action="reveal")
    assert (row.actor, row.reason, row.subject_ref) == (cast.leader, "上门前先打电话", str(shown.uuid))
    assert audit.verify().broken_at is None


def test_a_reveal_without_a_reason_is_refused(client, cast, shown):
    client.force_login(cast.leader)
    answer = client.post(reverse("reveal", args=["document", shown.documents.get().pk]), {"reason": " "})
    assert answer.status_code == 422
    assert NUMBER not in answer.content.decode()
    assert not AuditEvent.objects.filter(action="reveal").exists()


def test_nobody_reveals_what_lies_outside_his_areas(client, cast, shown):
    client.force_login(cast.stranger)
    answer = client.post(reverse("reveal", args=["phone", shown.phones.get().pk]), {"reason": "好奇"})
    assert answer.status_code == 404


def test_reveals_end_with_the_quota_of_the_day(client, cast, shown, settings):
    settings.REVEALS_PER_DAY = 2
    client.force_login(cast.leader)
    url = reverse("reveal", args=["phone", shown.phones.get().pk])
    assert [client.post(url, {"reason": "回访"}).status_code for _ in range(3)] == [200, 200, 422]


@pytest.mark.parametrize("typed", ["2468", "13800132468", "liming", "lm", "李明", NUMBER])
def test_a_household_is_found_by_any_key_of_any_member(client, cast, shown, typed):
    client.force_login(cast.supervisor)
    page = client.get(reverse("households"), {"q": typed}).content.decode()
    assert "王秀兰" in page
    assert "陈建华" not in page


def test_pages_lead_on_and_back_without_a_gap(client, cast):
    for number in range(45):
        make_household(cast.group, head=f"住户{number}", address=f"滨港路{number + 1}号")
    client.force_login(cast.leader)
    seen, url = [], reverse("households")
    while url:
        page = client.get(url).context["page"]
        seen += [row.pk for row in page.rows]
        url = f"{reverse('households')}?after={page.after}" if page.after else ""
    assert len(seen) == len(set(seen)) == 46
    back = client.get(f"{reverse('households')}?before={page.before}").context["page"]
    assert [row.pk for row in back.rows] == seen[20:40]


def test_households_that_have_left_are_listed_and_found_by_whoever_lived_there(client, cast):
    today = timezone.localdate()
    for days, head, resident_left in ((3, "李玉珍", False), (200, "周国平", True)):
        home = make_household(cast.group, head=head, ended_on=today - timedelta(days=days), ended_by=cast.leader)
        home.memberships.filter(resident__name="周国平").update(until=home.ended_on if resident_left else None)
    client.force_login(cast.officer)

    def found(**asked):
        return {str(row) for row in client.get(reverse("households"), asked).context["page"].rows}

    assert found() == {"王秀兰"}
    assert found(left="lately") == {"李玉珍"}
    assert found(left="ever") == {"李玉珍", "周国平"}
    assert found(left="ever", q="zgp") == {"周国平"}
    for name in ("李玉珍", "周国平"):
        beside = client.get(reverse("households"), {"q": name})
        assert not beside.context["page"].rows and beside.context["left_too"] == 1
        assert "left=ever" in client.get(reverse("search"), {"q": name}).content.decode()
    assert reverse("households") + "?left=lately" in client.get(reverse("network")).content.decode()
    client.force_login(cast.stranger)
    assert found(left="ever", q="周国平") == set()


def test_the_list_takes_as_many_queries_for_twenty_rows_as_for_one(client, cast, django_assert_max_num_queries):
    for number in range(20):
        make_household(cast.group, head=f"住户{number}", address=f"滨港路{number + 1}号")
    client.force_login(cast.leader)
    with django_assert_max_num_queries(9):
        client.get(reverse("households"))

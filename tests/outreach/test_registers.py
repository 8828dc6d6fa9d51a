"""The registers: who is on them since when, when they were last met and are due; what waits for a person's word."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from outreach.models import TaskReason
from outreach.visiting import VisitRecord, ask_for_visit, record_visit
from people.models import Household, NeedProposal, ServiceNeed
from tests.cast import Cast
from tests.factories import make_household

pytestmark = pytest.mark.django_db


def enter(household: Household, need: str = "empty_nest", *, review: int = 200) -> ServiceNeed:
    today = timezone.localdate()
    return ServiceNeed.objects.create(
        household=household, need=need, since=date(2025, 3, 3), review_on=today + timedelta(days=review)
    )


def test_the_list_says_since_when_and_when_they_were_met_and_are_due(cast: Cast, client: Client):
    enter(cast.household)
    enter(cast.foreign_household)
    record_visit(VisitRecord(cast.household, "well"), cast.leader)
    record_visit(VisitRecord(cast.household, "not_home", at=timezone.now()), cast.officer)
    ask_for_visit(cast.household, timezone.localdate() - timedelta(days=2), reason=TaskReason.REQUEST)
    client.force_login(cast.supervisor)
    page = client.get("/registers/").content.decode()
    assert (
        "王秀兰" in page
        and cast.foreign_household.head.name not in page
        and "2025年3月3日" in page
        and "超期 2 天" in page
    )
    assert "滨港路223号" not in page, "masked"
    assert "王秀兰" not in client.get("/registers/?show=living_alone").content.decode()
    assert "王秀兰" in client.get(f"/registers/?area={cast.east.pk}").content.decode()
    assert "王秀兰" not in client.get(f"/registers/?area={cast.west.pk}").content.decode()
    for nonsense in ("show=x", "area=x", f"area={cast.next_group.pk}", "after=x"):
        assert client.get(f"/registers/?{nonsense}").status_code == 200
    head = cast.household.head
    head.died_on = timezone.localdate()
    head.save()
    assert "王秀兰" not in client.get("/registers/").content.decode()
    head.died_on = None
    head.save()
    Household.objects.filter(pk=cast.household.pk).update(ended_on=timezone.localdate())
    assert "王秀兰" not in client.get("/registers/").content.decode()


def test_a_community_is_shown_whole_and_a_page_asks_as_often_for_many_as_for_one(
    cast: Cast, client: Client, django_assert_max_num_queries
):
    client.force_login(cast.supervisor)
    enter(cast.household)
    client.get("/registers/")
    for number in range(25):
        enter(make_household(cast.other_group, head=f"周{number}", address=f"滨港路{number}号"))
    for query in ("", "?show=proposals", "?show=reviews", f"?area={cast.east.pk}"):
        with django_assert_max_num_queries(16):
            page = client.get(f"/registers/{query}").content.decode()
    assert "周24" in page and "周1" in page


def test_a_proposal_is_answered_once_and_only_by_who_sees_the_household(cast: Cast, client: Client):
    today = timezone.localdate()
    asked = NeedProposal.objects.create(household=cast.household, need="living_alone", change="begins", found_on=today)
    url = f"/registers/proposals/{asked.pk}/"
    client.force_login(cast.other_leader)
    assert client.post(url, {"answer": "confirm"}).status_code == 404
    client.force_login(cast.leader)
    assert "王秀兰" in client.get("/registers/?show=proposals").content.decode()
    assert client.post(url, {"answer": "confirm", "next": "https://example.org/"})["Location"] == "/registers/"
    assert client.post(url, {"answer": "confirm"}).status_code == 404
    assert "王秀兰" in client.get("/registers/?show=living_alone").content.decode()


def test_what_is_to_be_looked_at_again_is_listed_and_counted_in_the_menu(cast: Cast, client: Client):
    enter(cast.household, "disabled", review=-3)
    enter(make_household(cast.group, head="刘师傅", address="滨港路3号"), "hardship", review=20)
    enter(make_household(cast.group, head="孙老师", address="滨港路5号"), "hardship", review=90)
    undated = enter(make_household(cast.group, head="赵阿公", address="滨港路7号"), "very_old")
    ServiceNeed.objects.filter(pk=undated.pk).update(review_on=None)
    client.force_login(cast.leader)
    page = client.get("/registers/?show=reviews").content.decode()
    assert page.index("赵阿公") < page.index("王秀兰") < page.index("刘师傅") and "孙老师" not in page
    assert 'class="badge">2<' in page

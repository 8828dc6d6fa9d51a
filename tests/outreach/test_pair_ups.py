"""Pair-ups: agreed on once, counted from whatever screen, behind or not, renewed, ended with a letter."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outreach import pair_ups, pairing
from outreach.coverage import standings
from outreach.models import CadenceNorm, PairUp, Visit
from outreach.pair_ups import PairUpRefused
from outreach.visiting import VisitRecord, record_visit
from people.models import AuditEvent, Household, ServiceNeed, Tier
from tests.cast import Cast
from tests.factories import make_household

pytestmark = pytest.mark.django_db


def paired(cast: Cast, **fields) -> PairUp:
    """Since 100 days, once a month: three contacts are due by today."""
    today = timezone.localdate()
    term = {"since": today - timedelta(days=100), "until": today + timedelta(days=265)}
    fields = {"household": cast.household, "purpose": "买菜、修灯", "review_on": today + timedelta(days=60)} | fields
    if not {"staff", "volunteer", "unit"} & set(fields):
        fields["volunteer"] = "王老师"
    return pair_ups.agree(PairUp(**{**term, **fields}), by=cast.officer)


def contact(cast: Cast, pair_up: PairUp, *, days_ago: int = 0, **fields) -> Visit:
    said: dict[str, Any] = {"form": "home", "outcome": "well", "note": "", "key": uuid4(), "by": cast.leader} | fields
    return pair_ups.record_contact(pair_up, on=timezone.localdate() - timedelta(days=days_ago), **said)


def counted(pair_up: PairUp) -> tuple[int, int]:
    found = pairing.counts([pair_up], timezone.localdate())[pair_up.pk]
    return found.made, found.promised


def test_the_visits_of_a_member_of_staff_count_by_themselves_and_those_of_others_do_not(cast: Cast):
    mine = paired(cast, staff=cast.leader)
    behind = PairUp.objects.behind(timezone.localdate()).values_list("pk", flat=True)
    assert mine.pk in behind.all()
    for days in (95, 60, 20, 20, 120):
        at = timezone.now() - timedelta(days=days)
        record_visit(VisitRecord(cast.household, "well", at=at), cast.leader)
    record_visit(VisitRecord(cast.household, "not_home"), cast.leader)
    record_visit(VisitRecord(cast.household, "well"), cast.officer)
    assert counted(mine) == (3, 3) and mine.pk not in behind.all()
    with pytest.raises(PairUpRefused):
        contact(cast, mine)


def test_what_a_volunteer_did_is_a_visit_to_the_household_and_earns_where_the_norm_lets_helpers_earn(cast: Cast):
    theirs = paired(cast)
    key = uuid4()
    for _again in range(2):
        visit = contact(cast, theirs, key=key, note="一起包饺子")
    assert (visit.role, visit.pair_up, visit.by) == ("helper", theirs, cast.leader)
    contact(cast, theirs, days_ago=40)
    assert Visit.objects.count() == 2 and counted(theirs) == (2, 3)
    row = CadenceNorm.objects.get(tier=Tier.ORDINARY)
    for roles, last in (([], timezone.localdate()), (["leader"], None), (["helper"], timezone.localdate())):
        row.roles = roles
        row.save()
        assert next(standings([cast.household])).last == last
    # Another pair-up of the same household counts its own.
    assert counted(paired(cast, unit=cast.water)) == (0, 3)
    with pytest.raises(PairUpRefused):
        contact(cast, theirs, days_ago=101)


def test_only_the_forms_agreed_on_count(cast: Cast):
    theirs = paired(cast, forms=["home"])
    contact(cast, theirs, form="phone")
    assert counted(theirs)[0] == 0
    contact(cast, theirs, days_ago=1)
    assert counted(theirs)[0] == 1


def test_the_same_two_are_paired_once_renewed_and_ended_once(cast: Cast):
    first = paired(cast)
    again = pair_ups.agree(PairUp(uuid=first.uuid), by=cast.officer)
    assert again == first and PairUp.objects.count() == 1
    with pytest.raises(PairUpRefused):
        paired(cast)
    longer = first.until + timedelta(days=365)
    for _again in range(2):
        renewed = pair_ups.renew(first, until=longer, review_on=first.review_on, by=cast.officer)
    assert (renewed.until, renewed.renewals) == (longer, 1)
    with pytest.raises(PairUpRefused):
        pair_ups.renew(first, until=first.until, review_on=first.review_on, by=cast.officer)
    for why in ("fulfilled", "helper"):
        ended = pair_ups.end(first, why=why, by=cast.officer)
    assert (ended.ended_on, ended.ended_why, ended.due_on) == (timezone.localdate(), "fulfilled", None)
    with pytest.raises(PairUpRefused):
        pair_ups.renew(first, until=longer, review_on=first.review_on, by=cast.officer)
    with pytest.raises(PairUpRefused):
        contact(cast, ended)
    actions = AuditEvent.objects.filter(action__startswith="pair_up.").order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["pair_up.agree", "pair_up.renew", "pair_up.end"]
    assert paired(cast) != first


def test_the_registers_say_who_waits_for_a_helper_once_each(cast: Cast):
    for household in (cast.household, cast.other_household, cast.foreign_household):
        for need in ("empty_nest", "living_alone", "disabled"):
            ServiceNeed.objects.create(household=household, need=need, since=date(2026, 1, 1))
    paired(cast, household=cast.other_household)
    assert [row.household for row in pair_ups.waiting(cast.supervisor)] == [cast.household]


def test_whatever_ends_one_side_stops_what_is_due_and_asks_for_a_decision(cast: Cast):
    today = timezone.localdate()
    far = {"review_on": today + timedelta(days=200)}
    by_staff = paired(cast, staff=cast.leader, **far)
    by_others = paired(cast, household=cast.other_household, **far)
    assert set(PairUp.objects.behind(today)) == {by_staff, by_others}
    assert not PairUp.objects.to_decide(today).exists()
    cast.leader.posts.update(until=today - timedelta(days=1), since=today - timedelta(days=9))
    head = cast.other_household.head
    head.died_on = today
    head.save()
    assert not PairUp.objects.behind(today).exists()
    assert set(PairUp.objects.to_decide(today)) == {by_staff, by_others}


def asked(**changed) -> dict[str, object]:
    today = timezone.localdate()
    return {
        "key": uuid4(),
        "volunteer": "王老师",
        "purpose": "买菜",
        "count": 1,
        "months": 1,
        "ways": ["home"],
        "since": today,
        "until": today + timedelta(days=364),
        "review_on": today + timedelta(days=300),
    } | changed


def test_a_pair_up_from_the_register_to_its_letter(cast: Cast, client: Client):
    today = timezone.localdate()
    ServiceNeed.objects.create(household=cast.household, need="living_alone", since=date(2026, 1, 1))
    client.force_login(cast.officer)
    assert "王秀兰" in client.get("/pair-ups/?show=waiting").content.decode()
    new = reverse("pair_up_new", args=[cast.household.uuid])
    assert cast.stranger.name not in client.get(new).content.decode(), "helpers see the household"
    for wrong in (
        {"volunteer": ""},
        {"staff": cast.leader.pk},
        {"staff": cast.stranger.pk, "volunteer": ""},
        {"until": today + timedelta(days=2000)},
        {"review_on": today + timedelta(days=365)},
        {"count": 0},
        {"since": "9999-12-31", "until": "9999-12-31", "review_on": "9999-12-31"},
    ):
        assert client.post(new, asked(**wrong)).status_code == 422, wrong
    said = asked()
    pages = {client.post(new, said)["Location"] for _again in range(2)}
    made = PairUp.objects.get()
    assert pages == {reverse("pair_up", args=[made.uuid])}
    assert "王秀兰" not in client.get("/pair-ups/?show=waiting").content.decode()
    home = client.get(reverse("household", args=[cast.household.uuid])).content.decode()
    assert "王老师" in home
    told = {"key": uuid4(), "on": today, "form": "home", "outcome": "well", "note": "修好了灯"}
    url = reverse("pair_up_contact", args=[made.uuid])
    for wrong in ({"on": today + timedelta(days=1)}, {"outcome": ""}):
        assert client.post(url, told | wrong).status_code == 422
    assert client.post(url, told).status_code == client.post(url, told).status_code == 302
    assert client.post(url, {**told, "note": "别的"}).status_code == 422
    assert "修好了灯" in client.get(reverse("pair_up", args=[made.uuid])).content.decode()
    assert client.post(reverse("pair_up_end", args=[made.uuid]), {"why": ""}).status_code == 422
    letter = client.post(reverse("pair_up_end", args=[made.uuid]), {"why": "fulfilled"})["Location"]
    assert "王老师" in client.get(letter).content.decode()
    assert "王秀兰" in client.get("/pair-ups/?show=ended").content.decode()


def test_the_helper_finds_it_on_the_phone_and_the_list_asks_as_often_for_many(
    cast: Cast, client: Client, django_assert_max_num_queries
):
    paired(cast, staff=cast.leader)
    client.force_login(cast.leader)
    assert "/m/pair-ups/" in client.get("/m/").content.decode()
    assert "王秀兰" in client.get("/m/pair-ups/").content.decode()
    client.force_login(cast.other_leader)
    assert "/m/pair-ups/" not in client.get("/m/").content.decode()
    client.force_login(cast.supervisor)
    for number in range(25):
        home = make_household(cast.group, head=f"周{number}", address=f"滨港路{number}号")
        paired(cast, household=home)
    client.get("/pair-ups/")
    for show in ("behind", "running", "decide", "waiting", "ended", "nonsense"):
        with django_assert_max_num_queries(14):
            assert client.get(f"/pair-ups/?show={show}").status_code == 200
    Household.objects.filter(pk=cast.household.pk).update(ended_on=timezone.localdate())
    assert "王秀兰" in client.get("/pair-ups/?show=decide").content.decode()

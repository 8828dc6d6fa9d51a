"""Service needs: proposed by the composition, confirmed by a person, looked at again, the reason of a tier."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people import needs
from people.models import AuditEvent, Household, NeedProposal, RelativeAbroad, ServiceNeed
from people.names import name_key
from tests.cast import Cast
from tests.factories import make_household, make_resident

pytestmark = pytest.mark.django_db

NEXT_YEAR = timezone.localdate() + timedelta(days=300)


@pytest.fixture
def alone(cast: Cast) -> Household:
    """王秀兰, 82, by herself."""
    head = cast.household.head
    head.born = date(timezone.localdate().year - 82, 1, 1)
    head.save()
    return cast.household


def proposed() -> set[tuple[str, str]]:
    return set(NeedProposal.objects.open().values_list("need", "change"))


def noted(household: Household) -> set[str]:
    return set(household.needs.filter(until__isnull=True).values_list("need", flat=True))


def test_nothing_is_noted_until_somebody_confirms_and_what_is_declined_is_not_asked_again(cast: Cast, alone):
    assert needs.propose() == 2
    assert proposed() == {("living_alone", "begins"), ("empty_nest", "begins")} and noted(alone) == set()
    needs.confirm(NeedProposal.objects.get(need="living_alone"), by=cast.leader)
    needs.decline(NeedProposal.objects.get(need="empty_nest"), by=cast.leader)
    assert noted(alone) == {"living_alone"} and proposed() == set()
    assert needs.propose() == 0 and proposed() == set()
    actions = set(AuditEvent.objects.filter(action__startswith="need.").values_list("action", flat=True))
    assert actions == {"need.note", "need.decline"}


def test_a_household_that_changed_is_asked_about_anew(cast: Cast, alone):
    needs.propose()
    for proposal in NeedProposal.objects.all():
        needs.confirm(proposal, by=cast.leader)
    needs.propose()
    assert proposed() == set()
    grandson = make_resident(alone, name="王小明", relation="孙子", born=date(2000, 5, 5))
    needs.propose()
    assert proposed() == {("living_alone", "ends"), ("empty_nest", "ends")}
    needs.confirm(NeedProposal.objects.get(need="living_alone"), by=cast.officer)
    needs.decline(NeedProposal.objects.get(need="empty_nest"), by=cast.officer)
    assert noted(alone) == {"empty_nest"}
    needs.propose()
    assert proposed() == set()
    grandson.memberships.update(until=timezone.localdate())
    needs.propose()
    assert proposed() == {("living_alone", "begins")} and not NeedProposal.objects.filter(change="ends").exists()


def test_parents_whose_child_is_abroad_are_empty_nesters_before_they_are_old(cast: Cast):
    parents = make_household(cast.group, head="陈安", address="滨港路9号")
    parents.head.born = date(timezone.localdate().year - 50, 1, 1)
    parents.head.save()
    needs.propose()
    assert proposed() == set()
    RelativeAbroad.objects.create(household=parents, name="陈远", name_key=name_key("陈远"), relation="女儿")
    needs.propose()
    assert proposed() == {("empty_nest", "begins")}


def test_a_need_is_kept_or_ended_and_the_tier_wants_a_reason(cast: Cast):
    household = cast.household
    with pytest.raises(needs.NoReason):
        needs.set_tier(household, "key", by=cast.officer)
    need = needs.note(household, "disabled", since=date(2026, 1, 5), review_on=NEXT_YEAR, by=cast.officer)
    assert needs.note(household, "disabled", since=date(2026, 2, 5), review_on=NEXT_YEAR, by=cast.officer) == need
    changed = needs.set_tier(household, "key", by=cast.officer)
    assert (changed.tier, changed.tier_since) == ("key", timezone.localdate())
    needs.keep(need, review_on=NEXT_YEAR + timedelta(days=9), by=cast.officer)
    need.refresh_from_db()
    assert need.review_on == NEXT_YEAR + timedelta(days=9)
    for _again in range(2):
        needs.end(need, by=cast.officer)
    need.refresh_from_db()
    assert need.until == timezone.localdate()
    assert AuditEvent.objects.filter(action="need.end").count() == 1


def test_the_page_of_the_needs_notes_reviews_and_refuses_with_a_sentence(cast: Cast, client: Client):
    client.force_login(cast.leader)
    page = reverse("household_needs", args=[cast.household.uuid])
    asked = {"need": "hardship", "since": "2026-01-05", "review_on": str(NEXT_YEAR)}
    assert client.post(page, {**asked, "since": "2999-01-01"}).status_code == 422
    assert client.post(page, {**asked, "review_on": "2020-01-01"}).status_code == 422
    assert client.post(page, asked).status_code == 302
    need = ServiceNeed.objects.get()
    one = reverse("household_need", args=[cast.household.uuid, need.pk])
    refused = client.post(one, {"review_on": "2020-01-01"})
    assert refused.status_code == 422 and "三年" in refused.content.decode()
    assert client.post(one, {"end": "1"}).status_code == 302
    tier = client.post(reverse("household_tier", args=[cast.household.uuid]), {"tier": "key"})
    assert tier.status_code == 422 and "服务需求" in tier.content.decode()
    foreign = reverse("household_need", args=[cast.household.uuid, 999999])
    assert client.post(foreign, {"end": "1"}).status_code == 404

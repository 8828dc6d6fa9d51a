"""Campaigns: a frozen list, stock and budget, receipts, double giving, and the end."""

from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from outreach import campaigns
from outreach.campaigns import CampaignRefused, GivenTwice, Receipt
from outreach.double_giving import TWICE_WITHIN, given_already, match_outside
from outreach.mailings import Selection
from outreach.models import Campaign, CampaignTarget, OutsideGift, Visit
from people import network, vault
from people.models import AuditEvent, IdentityDocument, Post
from tests.factories import make_household, make_resident


def make_campaign(cast, *, unit="household", area=None, **fields):
    """A draft for the households of the east with two mooncakes in stock."""
    fields = {"title": "中秋慰问", "gift": "月饼一盒", "gifts_each": 1, "stock": 2, **fields}
    campaign = Campaign(held_on=date(2026, 9, 25), **fields)
    return campaigns.draft(campaign, Selection(area or cast.east, unit=unit), by=cast.operator)


def launched(cast, **fields):
    return campaigns.launch(make_campaign(cast, **fields), left_out=[], by=cast.operator)


def signed(**fields):
    return Receipt(**{"key": uuid4(), "signed_by": "recipient", "gifts": 1, **fields})


def test_the_list_is_frozen_at_launch_and_drawn_by_household_or_by_person(cast):
    make_resident(cast.household, name="王小明")
    by_person = launched(cast, unit="person")
    assert {str(target) for target in by_person.targets.all()} == {"王秀兰", "王小明"}
    campaign = launched(cast)
    assert [str(target) for target in campaign.targets.all()] == ["王秀兰"]
    make_household(cast.group, head="新来的", address="滨港路9号")
    campaigns.launch(campaign, left_out=[], by=cast.operator)
    assert campaign.targets.count() == 1
    assert AuditEvent.objects.filter(action="campaign.launch").count() == 2
    with pytest.raises(CampaignRefused):
        campaigns.launch(make_campaign(cast, area=cast.other_group), left_out=[], by=cast.operator)


def test_the_visitor_follows_from_the_post_of_today(cast):
    who = campaigns.visitors([cast.group])[cast.group.pk]
    assert who == campaigns.Visitor(("李建国",), vacant=False)
    network.vacate(Post.objects.get(user=cast.leader), by=None)
    assert campaigns.visitors([cast.group])[cast.group.pk] == campaigns.Visitor(("陈静",), vacant=True)
    assert campaigns.visitors([cast.west_group])[cast.west_group.pk] == campaigns.Visitor((), vacant=True)


def test_a_receipt_is_a_visit_once_and_who_was_missed_is_tried_again(cast):
    campaign = launched(cast)
    target = campaign.targets.get()
    campaigns.record(target, Receipt(uuid4(), why="not_home", gifts=1), by=cast.leader)
    target.refresh_from_db()
    assert (target.outcome, target.why, target.gifts, target.signed_by) == ("missed", "not_home", 0, "")
    receipt = signed(signed_by="delegate", signer="王芳", relation="女儿")
    for _again in range(2):
        target = campaigns.record(target, receipt, by=cast.leader)
    assert (target.outcome, target.why, target.gifts, target.signer) == ("reached", "", 1, "王芳")
    assert list(Visit.objects.order_by("pk").values_list("outcome", "given", "role")) == [
        ("not_home", "", "leader"),
        ("well", "月饼一盒 × 1", "leader"),
    ]
    with pytest.raises(CampaignRefused):
        campaigns.record(target, signed(), by=cast.officer)
    assert AuditEvent.objects.filter(action="campaign.record").count() == 2


def test_nothing_is_given_above_stock_or_budget_or_outside_a_running_campaign(cast):
    make_household(cast.group, head="李玉珍", address="滨港路2号")
    campaign = launched(cast, stock=1, money_each=200, budget=300)
    first, second = campaign.targets.all()
    campaigns.record(first, signed(money=200), by=cast.leader)
    for receipt in (signed(gifts=1), signed(gifts=0, money=101)):
        with pytest.raises(CampaignRefused):
            campaigns.record(second, receipt, by=cast.leader)
    campaigns.record(second, signed(gifts=0, money=100), by=cast.leader)
    totals = campaigns.totals(campaign)
    assert (totals.reached, totals.gifts, totals.money) == (2, 1, 300)
    draft = make_campaign(cast)
    target = CampaignTarget.objects.create(campaign=draft, household=cast.household, resident=cast.household.head)
    with pytest.raises(CampaignRefused):
        campaigns.record(target, signed(), by=cast.leader)
    assert Visit.objects.count() == 2


def test_who_got_something_within_90_days_is_shown_left_out_or_given_nonetheless(cast):
    earlier = launched(cast)
    campaigns.record(earlier.targets.get(), signed(), by=cast.leader)
    head = cast.household.head
    pair = (cast.household.pk, head.pk)
    draft = make_campaign(cast, title="重阳慰问")
    assert "中秋慰问" in given_already(draft, [pair])[pair]
    running = campaigns.launch(draft, left_out=[], by=cast.operator)
    with pytest.raises(GivenTwice):
        campaigns.record(running.targets.get(), signed(), by=cast.leader)
    campaigns.record(running.targets.get(), signed(nonetheless=True), by=cast.leader)
    make_household(cast.group, head="李玉珍", address="滨港路2号")
    third = campaigns.launch(make_campaign(cast), left_out=[head.uuid], by=cast.operator)
    assert [target.outcome for target in third.targets.order_by("pk")] == ["left_out", "waiting"]
    long_ago = timezone.now() - TWICE_WITHIN - TWICE_WITHIN
    CampaignTarget.objects.filter(outcome="reached").update(recorded_at=long_ago)
    assert given_already(third, [pair]) == {}


def test_of_a_list_from_outside_only_people_of_the_register_are_kept(cast):
    other = make_household(cast.group, head="李玉珍", address="滨港路2号101室")
    number = "11010519491231002X"
    IdentityDocument.objects.create(
        resident=other.head, kind="resident_id", number=number, number_index=vault.blind_index(number)
    )
    draft = make_campaign(cast)
    lines = [
        ["王秀兰", "滨港路 223 号 1102 室"],
        ["某某", number.lower()],
        ["王秀兰", "别处路1号"],
        ["吴月", "北桥街5号"],
        ["", ""],
    ]
    assert match_outside(draft, "红十字会", lines, by=cast.operator) == (2, 2)
    match_outside(draft, "红十字会", lines, by=cast.operator)
    assert set(OutsideGift.objects.values_list("household", flat=True)) == {cast.household.pk, other.pk}
    pair = (other.pk, other.head.pk)
    assert given_already(draft, [pair]) == {pair: "红十字会"}


def test_at_the_end_whoever_was_not_visited_is_missed(cast):
    campaign = launched(cast)
    for _again in range(2):
        campaign = campaigns.close(campaign, by=cast.supervisor)
    totals = campaigns.totals(campaign)
    assert (totals.missed, totals.waiting, totals.why) == (1, 0, {"not_visited": 1})
    assert AuditEvent.objects.filter(action="campaign.close").count() == 1
    with pytest.raises(CampaignRefused):
        campaigns.record(campaign.targets.get(), signed(), by=cast.leader)

"""Campaigns: a frozen list, stock and budget, receipts, double giving, and the end."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from outreach import campaign_drafts, campaign_messages, campaigns, mailings
from outreach.campaigns import CampaignRefused, GivenTwice, Receipt
from outreach.double_giving import TWICE_WITHIN, given_already, match_outside
from outreach.mailings import Selection
from outreach.models import Campaign, CampaignTarget, Message, MessageState, OutsideGift, Visit
from people import network, vault
from people.models import AuditEvent, Consent, DoNotContact, IdentityDocument, Job, Membership, Post
from tests.factories import make_household, make_resident


def make_campaign(cast, *, unit="household", area=None, **fields):
    """A draft for the households of the east with two mooncakes in stock."""
    fields = {"title": "中秋慰问", "gift": "月饼一盒", "gifts_each": 1, "stock": 2, **fields}
    campaign = Campaign(held_on=date(2026, 9, 25), **fields)
    return campaign_drafts.draft(campaign, Selection(area or cast.east, unit=unit), by=cast.operator)


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


def test_somebody_of_two_households_is_on_the_list_with_the_one_that_is_meant(cast):
    meant = make_household(cast.group, head="陈建华", kind="taiwan")
    Membership.objects.create(resident=meant.head, household=cast.household)
    for unit in ("person", "household"):
        found = campaigns.places(Selection(cast.east, unit=unit, kinds=["taiwan"]), cast.operator)
        assert [(place.household, place.resident) for place in found] == [(meant, meant.head)]


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
        ("handed_over", "月饼一盒 × 1", "leader"),
    ]
    with pytest.raises(CampaignRefused):
        campaigns.record(target, signed(), by=cast.officer)
    assert AuditEvent.objects.filter(action="campaign.record").count() == 2


def test_a_receipt_sent_again_with_other_words_is_asked_about_and_not_taken_for_the_first(client, cast):
    target = launched(cast).targets.get()
    client.force_login(cast.leader)
    page, sent = reverse("phone_campaign", args=[target.campaign.uuid]), {"target": target.uuid, "key": uuid4()}
    assert client.post(page, {**sent, "result": "not_home"}).status_code == 302
    again = {**sent, "result": "recipient", "gifts": 1, "note": "后来开了门"}
    answer = client.post(page, again)
    assert answer.status_code == 409
    assert "后来开了门" in answer.content.decode()
    fresh = answer.context["form"].data["key"]
    assert client.post(page, {**again, "key": fresh}).status_code == 302
    target.refresh_from_db()
    assert (target.outcome, target.note, Visit.objects.count()) == ("reached", "后来开了门", 2)
    # The first form once more, from a page that was never left.
    other = CampaignTarget.objects.create(campaign=target.campaign, household=cast.household)
    assert client.post(page, {**sent, "target": other.uuid, "result": "refused"}).status_code == 409


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


def make_message_campaign(cast, **fields):
    """A greeting to the people of the east, each as he likes best, launched."""
    fields = {"purpose": "greeting", "texts": {"zh-hans": "{name}，中秋快乐。"}, "gift": "", "gifts_each": 0, **fields}
    return launched(cast, unit="person", **fields)


@pytest.fixture
def greeted(cast):
    """王秀兰 by letter; one by short message with consent; one who wants peace; one whose address nobody knows."""
    agreed = make_resident(cast.household, name="李明", phone="13800132468")
    Consent.objects.create(resident=agreed, purpose="greeting")
    DoNotContact.objects.create(resident=make_resident(cast.household, name="赵桂英"), reason="本人要求")
    make_household(cast.group, head="无址者", address="")
    return make_message_campaign(cast)


def outcomes(campaign):
    return {target.resident.name: (target.outcome, target.why) for target in campaign.targets.all()}


def test_a_campaign_whose_gift_is_a_message_writes_to_its_frozen_list_and_sends_nobody_there(cast, greeted):
    written = {m.name: (m.channel, m.state, m.text) for m in greeted.mailing.messages.all()}
    assert written["王秀兰"] == ("letter", "waiting", "王秀兰，中秋快乐。")
    assert written["李明"][:2] == ("sms", "waiting")
    assert {name for name, (_channel, state, _text) in written.items() if state == "refused"} == {"赵桂英", "无址者"}
    make_resident(cast.household, name="新来的")
    campaigns.launch(greeted, left_out=[], by=cast.operator)
    mailings.write_all(None, lambda done, total: None, greeted.mailing.pk)
    assert greeted.mailing.messages.count() == greeted.targets.count() == 4
    assert not Campaign.objects.visited_by(cast.leader).exists()
    with pytest.raises(CampaignRefused):
        campaigns.record(greeted.targets.first(), signed(), by=cast.leader)


def test_a_mailing_leads_to_its_campaign_only_those_who_may_open_it(client, cast, greeted):
    page, campaign = reverse("mailing", args=[greeted.mailing.uuid]), reverse("campaign", args=[greeted.uuid])
    for user, leads in ((cast.operator, True), (cast.officer, False)):
        client.force_login(user)
        assert (campaign in client.get(page).content.decode()) is leads
        assert (client.get(campaign).status_code == 200) is leads


def test_the_state_of_each_message_says_who_was_reached_and_at_the_end_it_is_written_down(
    cast, greeted, django_assert_num_queries
):
    Message.objects.filter(name="李明").update(state="delivered")
    with django_assert_num_queries(2):
        totals = campaigns.totals(greeted)
    assert (totals.reached, totals.waiting, totals.missed, totals.why) == (1, 1, 2, {"not_allowed": 2})
    assert set(outcomes(greeted).values()) == {("waiting", "")}, "nothing is written down while it runs"
    campaigns.close(greeted, by=cast.operator)
    assert outcomes(greeted) == {
        "李明": ("reached", ""),
        "王秀兰": ("missed", "not_sent"),
        "赵桂英": ("missed", "not_allowed"),
        "无址者": ("missed", "not_allowed"),
    }
    assert "本人要求" in greeted.targets.get(resident__name="赵桂英").note
    assert Message.objects.get(name="王秀兰").state == "refused", "what is missed does not leave afterwards"
    Message.objects.filter(name="李明").update(state="failed")
    closed = campaigns.totals(Campaign.objects.get(pk=greeted.pk))
    assert (closed.reached, closed.missed) == (1, 3), "a late receipt changes no report"


@pytest.mark.parametrize("state", MessageState.values)
def test_every_state_of_a_message_has_an_outcome_and_none_stays_open_at_the_end(state):
    assert campaign_messages.RUNNING[state][0] in ("waiting", "reached", "missed")
    outcome, why = campaign_messages.CLOSED[state]
    assert (outcome, bool(why)) in {("reached", False), ("missed", True)}


def test_a_campaign_is_not_closed_while_its_messages_are_being_written(cast, greeted):
    Job.objects.filter(key=str(greeted.uuid)).update(state="running")
    with pytest.raises(CampaignRefused):
        campaigns.close(greeted, by=cast.operator)
    assert Campaign.objects.get(pk=greeted.pk).running


def test_a_sheet_to_sign_names_who_is_still_to_be_visited_and_is_on_record(cast):
    campaign = launched(cast, money_each=200, budget=200)
    assert [str(target) for target in campaigns.to_sign(campaign, cast.operator)] == ["王秀兰"]
    assert campaigns.meant(campaign) == "月饼一盒 × 1、200 元"
    campaigns.printed(campaigns.to_sign(campaign, cast.operator), by=cast.operator)
    assert AuditEvent.objects.get(action="campaign.print").subject_ref == str(cast.household.head.uuid)
    campaigns.record(campaign.targets.get(), signed(), by=cast.leader)
    assert campaigns.to_sign(campaign, cast.operator) == []


def test_each_figure_of_a_message_under_way_leads_to_the_people_it_counts(
    client, cast, greeted, django_assert_max_num_queries
):
    Message.objects.filter(name="李明").update(state="sent")
    client.force_login(cast.operator)
    page = reverse("campaign", args=[greeted.uuid])
    for outcome, names in (("reached", {"李明"}), ("waiting", {"王秀兰"}), ("missed", {"赵桂英", "无址者"})):
        with django_assert_max_num_queries(20):
            rows = client.get(page, {"outcome": outcome}).context["rows"]
        assert {str(target) for target, _tone, _visitor in rows} == names
    campaigns.close(greeted, by=cast.operator)
    rows = client.get(page, {"outcome": "missed"}).context["rows"]
    assert {target.why for target, _tone, _visitor in rows} == {"not_sent", "not_allowed"}
    assert len(client.get(page, {"outcome": "nonsense"}).context["rows"]) == 4


def test_next_year_begins_with_what_this_year_was_and_a_draft_may_be_thrown_away_until_it_is_launched(client, cast):
    client.force_login(cast.operator)
    earlier = launched(cast, season="mid-autumn", money_each=50, budget=500)
    form = client.get(reverse("campaign_new"), {"like": earlier.uuid}).context["form"]
    copied = {"title": "中秋慰问", "gift": "月饼一盒", "money_each": 50, "unit": "household", "area": cast.east.pk}
    assert copied.items() <= form.initial.items() and not form.initial.get("held_on")
    greeting = make_message_campaign(cast)
    form = client.get(reverse("campaign_new"), {"like": greeting.uuid}).context["form"]
    assert (form.initial["gives"], form.initial["text"]) == ("message", "{name}，中秋快乐。")
    draft = make_campaign(cast)
    for campaign, left in ((draft, 0), (earlier, 1)):
        client.post(reverse("campaign_discard", args=[campaign.uuid]))
        assert Campaign.objects.filter(uuid=campaign.uuid).count() == left
    assert AuditEvent.objects.filter(action="campaign.discard").count() == 1
    assert client.post(reverse("campaign_discard", args=[draft.uuid])).status_code == 404


def typed(client, page, **changes):
    """What the form of a draft sends as it stands, with *changes*."""
    form = client.get(page).context["form"]
    values = {name: value for name in form.fields if (value := form[name].value()) not in (None, "")}
    return {**values, "keep": "", **changes}


@pytest.mark.parametrize("message", [False, True])
def test_a_draft_is_changed_in_place_and_the_audit_says_what_of_it(client, cast, message):
    words = {"purpose": "greeting", "texts": {"zh-hans": "{name}，中秋快乐。"}, "gift": "", "gifts_each": 0, "stock": 0}
    draft = make_campaign(cast, **(words if message else {"money_each": 50, "budget": 500}))
    page = reverse("campaign_edit", args=[draft.uuid])
    client.force_login(cast.supervisor)
    assert client.post(page, typed(client, page)).status_code == 302
    assert not AuditEvent.objects.filter(action="campaign.change").exists(), "nothing was changed"
    changes = {"text": "{name}，月圆人安。"} if message else {"stock": 5, "money_each": 80}
    assert client.post(page, typed(client, page, title="")).status_code == 422
    for _again in range(2):
        sent = {"title": "中秋走访", "area": cast.group.pk, "held_on": "2026-09-24", **changes}
        assert client.post(page, typed(client, page, **sent)).status_code == 302
    kept = Campaign.objects.get()
    assert (kept.title, kept.area, kept.held_on, kept.version) == ("中秋走访", cast.group, date(2026, 9, 24), 2)
    assert (kept.by, kept.uuid, kept.criteria["area"]) == (cast.operator, draft.uuid, cast.group.pk)
    about = {"texts"} if message else {"stock", "money_each"}
    row = AuditEvent.objects.get(action="campaign.change")
    assert set(row.fields) == {"title", "held_on", "area", "criteria", *about}
    assert kept.texts == ({"zh-hans": "{name}，月圆人安。"} if message else {})


def test_two_who_change_one_draft_lose_no_word_and_it_is_launched_as_it_was_seen(client, cast):
    draft = make_campaign(cast)
    page, launch = (reverse(name, args=[draft.uuid]) for name in ("campaign_edit", "campaign_launch"))
    client.force_login(cast.operator)
    mine, theirs = typed(client, page, title="中秋一"), typed(client, page, title="中秋二", stock=9)
    assert client.post(page, theirs).status_code == 302
    refused = client.post(page, mine)
    shown = refused.content.decode()
    assert refused.status_code == 409 and "中秋一" in shown and Campaign.objects.get().title == "中秋二"
    client.post(launch, {"version": draft.version})
    assert Campaign.objects.get().state == "draft", "not as whoever launches it has seen it"
    again = {**mine, "version": refused.context["form"]["version"].value()}
    assert client.post(page, again).status_code == 302
    current = Campaign.objects.get()
    assert (current.title, current.stock) == ("中秋一", 2)
    client.post(launch, {"version": current.version})
    assert Campaign.objects.get().state == "running"


def test_what_was_typed_when_a_draft_was_launched_may_be_kept_as_another(client, cast):
    draft = make_campaign(cast)
    page = reverse("campaign_edit", args=[draft.uuid])
    client.force_login(cast.operator)
    mine = typed(client, page, title="另一份")
    campaigns.launch(draft, left_out=[], by=cast.supervisor)
    late = client.post(page, mine)
    assert late.status_code == 409 and "另一份" in late.content.decode()
    assert client.get(page).status_code == 302
    kept = {**mine, "key": late.context["form"]["key"].value()}
    assert client.post(reverse("campaign_new"), kept).status_code == 302
    assert sorted(Campaign.objects.values_list("title", "state")) == [("中秋慰问", "running"), ("另一份", "draft")]

"""A household that has left: nobody is sent there or writes to it; once it lives here after all, all is as before."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from caseworks import followup, incident_calls, incidents
from caseworks.duties import visits_of
from caseworks.models import Case, Incident, IncidentHousehold
from caseworks.schedule import plan_visits_ahead
from outreach import campaign_drafts, campaigns, check_ups, correspondence, departures, mailings, pair_ups
from outreach.birthdays import birthdays
from outreach.mailings import Selection
from outreach.models import Campaign, CheckUpDay, CheckUpInvitation, CheckUpRound, Mailing, PairUp, TaskReason
from outreach.pair_ups import PairUpRefused
from outreach.visiting import ask_for_visit
from people.household_changes import Change, NotTakenBack, note_change
from people.models import AuditEvent, Household, Job
from tests.factories import make_case, make_household, make_resident

pytestmark = pytest.mark.django_db

today = timezone.localdate


def leave(household, by, text="随女儿去杭州"):
    note_change(household, Change.MOVED, on=today(), text=text, by=by)
    household.refresh_from_db()


@pytest.fixture
def awaited(cast):
    """Everything that leads somebody to the cast's household waits for it."""
    home, head = cast.household, cast.household.head
    head.born = date(today().year - 75, 1, 1)
    head.save()
    Household.objects.filter(pk=home.pk).update(tier_since=today() - timedelta(days=800))
    plan_visits_ahead()
    ask_for_visit(home, today(), reason=TaskReason.REQUEST)
    term = {"since": today(), "until": today() + timedelta(days=90), "review_on": today() + timedelta(days=60)}
    pair_ups.agree(PairUp(household=home, staff=cast.leader, purpose="买菜", **term), by=cast.officer)
    for given in ({"gift": "月饼", "gifts_each": 1, "stock": 9}, {"purpose": "greeting", "channel": "letter"}):
        texts = {"zh-hans": "{name}，中秋快乐。"} if "purpose" in given else {}
        campaign = Campaign(title="中秋", held_on=today(), texts=texts, **given)
        kept = campaign_drafts.draft(campaign, Selection(cast.group), by=cast.operator)
        campaigns.launch(kept, left_out=[], by=cast.operator)
    made = CheckUpRound.objects.create(title="免费体检", area=cast.town)
    CheckUpInvitation.objects.create(round=made, resident=head, household=home)
    case = make_case(cast.operator, cast.group, household=home, caller=head, channel="letter")
    asked = {"follow_up_area": cast.group, "follow_up_role": "leader", "follow_up_on": today()}
    Case.objects.filter(pk=case.pk).update(status="to_follow_up", **asked)
    return cast


def leading_there(cast):
    """How many of what leads somebody to the cast's household, or writes to it."""
    return {
        "visits": visits_of(cast.leader).count(),
        "visits by cadence": visits_of(cast.leader).filter(reason=TaskReason.CADENCE).count(),
        "pair-ups": PairUp.objects.helped_by(cast.leader).count(),
        "gifts": len(campaigns.to_sign(Campaign.objects.get(texts={}), cast.leader)),
        "letters": mailings.letters(Mailing.objects.get(), cast.operator).count(),
        "check-ups": CheckUpInvitation.objects.expected().count(),
        "birthdays": len(birthdays(cast.leader, today().year)),
        "questions at the door": Case.objects.asked_at_door_by(cast.leader).count(),
    }


@pytest.mark.parametrize("a_night_passes", [False, True])
def test_nothing_leads_to_a_household_that_has_left_and_everything_again_once_that_is_taken_back(
    awaited, a_night_passes
):
    assert set(leading_there(awaited).values()) == {1}
    leave(awaited.household, awaited.leader)
    if a_night_passes:
        plan_visits_ahead()
    assert set(leading_there(awaited).values()) == {0}
    kept = departures.take_back(awaited.household, reason="楼上楼下弄错了", by=awaited.officer)
    assert kept.ended_on is None and kept.version == awaited.household.version + 1
    assert set(leading_there(awaited).values()) == {1}
    row = AuditEvent.objects.get(action="household.take_back")
    assert (row.actor, row.reason, row.subject_ref) == (awaited.officer, "楼上楼下弄错了", str(kept.uuid))
    assert "随女儿去杭州" in kept.note and "楼上楼下弄错了" in kept.note and "陈静" in kept.note
    assert departures.take_back(kept, reason="又一次", by=awaited.leader) is None
    assert AuditEvent.objects.filter(action="household.take_back").count() == 1


def test_what_is_closed_meanwhile_says_that_it_moved_away_and_a_pair_up_is_not_renewed(awaited):
    leave(awaited.household, awaited.leader)
    with pytest.raises(PairUpRefused):
        later = today() + timedelta(days=200)
        pair_ups.renew(PairUp.objects.get(), until=later, review_on=later, by=awaited.officer)
    brought = campaigns.close(Campaign.objects.get(texts={}), by=awaited.operator)
    assert (brought.targets.get().outcome, brought.targets.get().why) == ("missed", "moved")
    found = CheckUpRound.objects.get()
    CheckUpDay.objects.create(round=found, on=today(), place="卫生中心", begins=time(8), ends=time(9), seats=5)
    assert check_ups.invite(found, by=awaited.operator) == (0, 0)
    check_ups.close(found, by=awaited.operator)
    assert (CheckUpInvitation.objects.get().state, CheckUpInvitation.objects.get().why) == ("missed", "moved")
    case = Case.objects.get()
    assert followup.visitors(case) == [] and followup.why_not_send(case)


def test_who_moved_away_is_told_what_he_asked_for_where_he_can_be_reached_and_nothing_else(cast):
    reached = make_resident(cast.household, name="李明", phone="13800132468")
    unasked = correspondence.write("notice", to=reached, text="明天停水。", by=cast.operator)
    leave(cast.household, cast.leader)
    by_letter = {"to": cast.household.head, "channel": "letter", "text": "已办结。", "by": cast.operator}
    written = [
        correspondence.write("case", to=reached, text="已办结。", by=cast.operator),
        correspondence.write("notice", to=reached, text="明天停水。", by=cast.operator),
        correspondence.write("case", **by_letter),
    ]
    assert [message.state for message in written] == ["waiting", "refused", "refused"]
    assert correspondence.why_not_now(unasked) and not correspondence.why_not_now(written[0])


def test_of_an_incident_it_is_told_only_if_it_asked(cast):
    incident = Incident.objects.create(case=make_case(cast.operator, cast.group), declared_by=cast.operator)
    asking = make_household(cast.group, head="李玉珍", address="滨港路2号")
    for home in (cast.household, asking):
        IncidentHousehold.objects.create(incident=incident, household=home, asking=home == asking, how="area")
        leave(home, cast.leader)
    job = Job(name="tell", owner=cast.operator)
    assert incidents.tell(job, lambda done, total: None, incident=incident.pk, answer=1, words="水来了") == {"told": 1}
    assert not incident.households.get(household=cast.household).told


def test_who_was_to_be_called_and_has_left_is_on_no_list_of_calls_unless_it_asked(cast, client):
    case = make_case(cast.operator, cast.group)
    incident = Incident.objects.create(case=case, declared_by=cast.operator)
    asking = make_household(cast.group, head="李玉珍", address="滨港路2号")
    for home in (cast.household, asking):
        IncidentHousehold.objects.create(
            incident=incident, household=home, asking=home == asking, how="area", told="to_call"
        )
    rows = IncidentHousehold.objects.visible_to(cast.operator)
    assert incident_calls.standing(rows).to_call == 2
    for home in (cast.household, asking):
        leave(home, cast.leader)
    assert incident_calls.standing(rows).to_call == 1
    assert [call.row.household for call in incident_calls.call_list(rows, cast.operator, "停水通知")] == [asking]
    client.force_login(cast.operator)
    page = client.get(reverse("incident", args=[case.number])).content.decode()
    assert page.count("已迁出") == 1 and page.count('name="called_') == 1
    departures.take_back(cast.household, reason="并未搬走", by=cast.operator)
    assert incident_calls.standing(rows).to_call == 2


def test_who_calls_from_elsewhere_now_calls_for_no_household_and_from_no_old_address(cast, client):
    leave(cast.household, cast.leader)
    client.force_login(cast.operator)
    shown = client.post(reverse("desk_callers"), {"typed": "王秀兰"}).content.decode()
    assert "已迁出" in shown and 'data-area=""' in shown and 'data-place=""' in shown
    said = {"uuid": uuid4(), "channel": "hotline", "resident": cast.household.head.uuid, "summary": "补贴还没到账"}
    assert client.post(reverse("desk_new"), said).status_code == 302
    assert (Case.objects.get().household, Case.objects.get().caller) == (None, cast.household.head)


def test_members_who_were_put_down_as_leaving_with_it_belong_to_it_again(cast):
    leave(cast.household, cast.leader)
    elsewhere = make_resident(cast.household, name="王芳")
    earlier = make_resident(cast.household, name="王强")
    cast.household.memberships.update(until=today())
    earlier.memberships.update(until=today() - timedelta(days=9))
    make_household(cast.west_group, head="陈安").memberships.create(resident=elsewhere)
    departures.take_back(cast.household, reason="并未搬走", by=cast.operator)
    assert [str(row.resident) for row in cast.household.memberships.current()] == ["王秀兰"]


# ---- The page, and the phone ----


def test_the_page_of_a_household_that_has_left_says_so_and_takes_it_back_with_a_reason(cast, client):
    leave(cast.household, cast.leader)
    client.force_login(cast.officer)
    page, back = (reverse(name, args=[cast.household.uuid]) for name in ("household", "household_take_back"))
    shown = client.get(page).content.decode()
    assert "随女儿去杭州" in shown and "李建国" in shown and back in shown
    assert reverse("household_needs", args=[cast.household.uuid]) not in shown
    version = client.get(back).context["form"].initial["version"]
    assert client.post(back, {"version": version, "reason": " "}).status_code == 422
    Household.objects.filter(pk=cast.household.pk).update(version=version + 1)
    stale = client.post(back, {"version": version, "reason": "电话里说还在"})
    assert stale.status_code == 422 and "电话里说还在" in stale.content.decode()
    seen = stale.context["form"]["version"].value()
    for _again in range(2):
        answer = client.post(back, {"version": seen, "reason": "电话里说还在"}, follow=True)
        assert answer.redirect_chain == [(page, 302)]
    assert Household.objects.current().filter(pk=cast.household.pk).exists()
    assert AuditEvent.objects.filter(action="household.take_back").count() == 1


def test_a_slip_of_the_thumb_is_taken_back_on_the_phone_for_ten_minutes(cast, client):
    client.force_login(cast.leader)
    said = {"uuid": uuid4(), "outcome": "well", "form": "home", "change": "moved", "change_text": "去外地"}
    visit, back = (reverse(name, args=[cast.household.uuid]) for name in ("phone_visit", "phone_take_back"))
    for _again in range(2):
        assert client.post(visit, said).status_code == 302, "sent again it is the same visit"
    assert client.get(visit).status_code == 404
    assert back in client.get(reverse("phone_today")).content.decode()
    with pytest.raises(NotTakenBack):
        departures.take_back(cast.household, reason="", by=cast.officer, within=timedelta(minutes=10))
    Household.objects.update(ended_at=timezone.now() - timedelta(minutes=11))
    assert back not in client.get(reverse("phone_today")).content.decode()
    client.post(back)
    assert Household.objects.get(pk=cast.household.pk).ended_on
    Household.objects.filter(pk=cast.household.pk).update(ended_at=timezone.now())
    assert client.post(back).status_code == 302
    assert client.get(visit).status_code == 200

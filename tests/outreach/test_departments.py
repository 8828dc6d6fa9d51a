"""Leaders and their key departments, and the enterprises they go to: who owes what, and how it is put right."""

import json
import random
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from outreach import departments
from outreach.contact_duties import contact_duties, kept_by
from outreach.departments import ContactRecord, NotPossible
from outreach.models import ContactDuty, ContactKind, ContactNorm, KeptDepartment, LeaderContact
from outreach.periods import Pace, Term, period_of, standing
from people import network
from people.models import AuditEvent, Organisation, Post, SpanLimit
from tests.factories import make_user

LONG_AGO = date(2020, 1, 1)


def unit(name, kind="department", **fields):
    return Organisation.objects.create(name=name, kind=kind, **{"since": LONG_AGO, **fields})


@pytest.fixture
def office(cast):
    """The supervisor keeps two departments, the committee member one; there is one enterprise."""
    cast.economy, cast.justice, cast.city = unit("经济发展办公室"), unit("司法所"), unit("城市管理办公室")
    cast.factory = unit("海盛食品有限公司", "enterprise", area=cast.town)
    cast.kept = departments.keep(cast.supervisor, cast.economy, since=LONG_AGO, by=None)
    departments.keep(cast.supervisor, cast.justice, since=LONG_AGO, by=None)
    cast.own = departments.keep(cast.committee, cast.city, since=LONG_AGO, by=None)
    return cast


def contact(pair, on=None, enterprise=None, **fields):
    kind = ContactKind.TALK if enterprise else ContactKind.MEETING
    on = on or timezone.localdate()
    return departments.record(ContactRecord(kind, pair.leader, on, pair, enterprise, **fields), pair.leader)


def look(user=None, today=None):
    return contact_duties(user, today or timezone.localdate())


def of(duties, pair):
    return next(one for one in duties.pairs if one.pair == pair)


# ---- Who keeps what, and what was done ----


def test_a_department_is_kept_once_audited_and_ends_with_a_last_day(office):
    with pytest.raises(NotPossible):
        departments.keep(office.supervisor, office.economy, since=LONG_AGO, by=None)
    key = uuid4()
    once = departments.keep(office.committee, office.justice, since=LONG_AGO, by=office.supervisor, key=key)
    assert departments.keep(office.committee, office.justice, since=LONG_AGO, by=office.supervisor, key=key) == once
    departments.release(once, by=office.supervisor)
    departments.release(once, by=office.supervisor)
    assert KeptDepartment.objects.get(pk=once.pk).until == timezone.localdate()
    actions = AuditEvent.objects.filter(object_ref=str(once.pk), actor=office.supervisor)
    assert sorted(actions.values_list("action", flat=True)) == ["department.keep", "department.release"]


def test_somebody_who_leads_nothing_keeps_no_department(office):
    with pytest.raises(NotPossible):
        departments.keep(office.leader, office.justice, since=LONG_AGO, by=None)


def test_a_department_handed_on_begins_anew_with_its_next_leader(office):
    today = timezone.localdate()
    contact(office.kept)
    new = departments.hand_on(office.kept, office.committee, since=today, by=office.supervisor, key=uuid4())
    office.kept.refresh_from_db()
    assert office.kept.until == today - timedelta(days=1)
    assert [one.pair for one in look().pairs if one.pair.unit == office.economy] == [new]
    assert of(look(), new).meeting.done == 0


@pytest.mark.parametrize(
    ("kind", "has_pair", "has_enterprise", "days"),
    [("meeting", False, False, 0), ("talk", True, False, 0), ("visit", False, False, 0), ("meeting", True, False, 1)],
)
def test_a_contact_without_its_partner_or_of_tomorrow_is_refused(office, kind, has_pair, has_enterprise, days):
    record = ContactRecord(
        kind,
        office.supervisor,
        timezone.localdate() + timedelta(days),
        office.kept if has_pair else None,
        office.factory if has_enterprise else None,
    )
    with pytest.raises(NotPossible):
        departments.record(record, office.supervisor)
    assert not LeaderContact.objects.exists()


def test_a_day_on_which_somebody_else_kept_the_department_is_refused(office):
    with pytest.raises(NotPossible):
        contact(office.kept, LONG_AGO - timedelta(days=1))


def test_a_contact_sent_twice_stays_one(office):
    key = uuid4()
    assert contact(office.kept, key=key) == contact(office.kept, key=key)
    assert AuditEvent.objects.filter(action="department.contact").count() == 1


# ---- How it stands ----


def test_taking_a_department_to_an_enterprise_is_a_meeting_a_bringing_and_a_visit(office):
    before = look()
    assert (len(before.not_met), len(before.not_brought), len(before.not_visited)) == (3, 3, 1)
    contact(office.kept, enterprise=office.factory, promised="送政策汇编")
    after = look()
    assert (len(after.not_met), len(after.not_brought), len(after.not_visited)) == (2, 2, 0)
    assert of(after, office.kept).last.promised == "送政策汇编"


def test_who_missed_the_last_quarter_is_behind_until_he_comes(office):
    today = date(2026, 5, 10)
    contact(office.kept, date(2025, 12, 31))
    found = of(look(today=today), office.kept)
    assert found.late
    assert found.meeting.due == date(2026, 3, 31)
    contact(office.kept, date(2026, 5, 9))
    assert not of(look(today=today), office.kept).meeting.late


def test_norms_are_data(office):
    ContactNorm.objects.filter(duty=ContactDuty.MEETING).update(count=2, months=12)
    contact(office.kept)
    assert not of(look(), office.kept).meeting.met
    ContactNorm.objects.all().delete()
    assert not look().not_met
    assert not look().not_visited


def test_how_many_departments_a_leader_keeps_is_data_too(office):
    assert [(one.leader, one.size, one.limit) for one in look(office.supervisor).spans] == []
    SpanLimit.objects.filter(kind="leader").update(least=3, most=3)
    SpanLimit.objects.create(kind="member", least=0, most=0)
    found = {(one.leader, one.size, one.limit, one.over) for one in look(office.supervisor).spans}
    assert found == {(office.supervisor, 2, 3, False), (office.committee, 1, 0, True)}


def test_whoever_leads_no_more_leaves_his_departments_to_be_given_to_somebody(office):
    Post.objects.filter(user=office.committee).update(until=timezone.localdate() - timedelta(days=1), since=LONG_AGO)
    assert [one.pair for one in look(office.supervisor).left] == [office.own]


def test_everybody_sees_what_is_his_and_the_supervisor_all_of_his_town(office):
    assert {one.pair for one in look(office.committee).pairs} == {office.own}
    assert len(look(office.supervisor).pairs) == 3
    other = make_user("other_chief", "supervisor", area=office.next_town)
    assert not look(other).pairs
    assert not look(other).enterprises


def test_the_database_and_the_rule_count_alike(office):
    """A leader with many departments and random contacts: what lists count in SQL is what the rule says of each."""
    chance = random.Random(4)
    days = [date(2025, 1, 1) + timedelta(days=chance.randrange(540)) for _ in range(200)]
    for number in range(24):
        pair = KeptDepartment.objects.create(
            leader=office.supervisor, unit=unit(f"部门{number}"), area=office.town, since=days[number]
        )
        if number % 5 == 0:
            KeptDepartment.objects.filter(pk=pair.pk).update(until=pair.since + timedelta(days=200))
        for on in days[30 + 6 * number : 30 + 6 * number + chance.randrange(7)]:
            enterprise = office.factory if on.day % 2 else None
            kind = ContactKind.VISIT if enterprise else ContactKind.MEETING
            LeaderContact.objects.create(
                kind=kind, pair=pair, enterprise=enterprise, who=office.supervisor, area=office.town, on=on
            )
    seen = set()
    for asked in (Pace(1, 3), Pace(2, 3), Pace(1, 12), Pace(1, 6, date(2025, 9, 15)), Pace(0, 3)):
        ContactNorm.objects.update(count=asked.count, months=asked.months, since=asked.since)
        for today in (date(2025, 3, 31), date(2025, 8, 20), date(2026, 2, 28), date(2026, 6, 30)):
            for duty in (ContactDuty.MEETING, ContactDuty.BRINGING):
                rows = KeptDepartment.objects.current(today)
                by_rule = {
                    pair: standing(
                        asked,
                        Term(pair.since, pair.until),
                        [one.on for one in pair.contacts.all() if one.enterprise_id or duty == ContactDuty.MEETING],
                        today,
                    )
                    for pair in rows.prefetch_related("contacts")
                }
                owing = {pair for pair, one in by_rule.items() if one.wanted}
                unmet = {pair for pair in owing if not by_rule[pair].met}
                met = {pair for pair, one in by_rule.items() if asked.count and one.done >= asked.count}
                assert set(rows.owing(duty, today)) == owing
                assert set(rows.unmet(duty, today)) == unmet
                assert set(rows.met(duty, today)) == met
                seen |= {bool(unmet), bool(met), owing == set(by_rule)}
    assert seen == {True, False}


def test_more_departments_and_enterprises_take_no_more_queries(office, django_assert_num_queries):
    with django_assert_num_queries(6):
        look()
    for number in range(12):
        pair = departments.keep(office.supervisor, unit(f"部门{number}"), since=LONG_AGO, by=None)
        contact(pair, enterprise=unit(f"企业{number}", "enterprise"))
    with django_assert_num_queries(6):
        assert len(look().pairs) == 15


# ---- manage.py network ----


def test_the_command_counts_departments_and_enterprises_beside_the_households(office, capsys):
    contact(office.kept, date(2025, 2, 1))
    contact(office.own)
    call_command("network", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert printed["communities"] == 3
    figures = ("leaders", "leaders_short_of_departments", "departments", "departments_not_met", "enterprises")
    assert [printed[key] for key in figures] == [2, 0, 3, 2, 1]
    assert {(row["leader"], row["department"]) for row in printed["departments_behind"]} >= {("赵刚", "经济发展办公室")}
    call_command("network")
    assert "赵刚  经济发展办公室" in capsys.readouterr().out


# ---- The screens ----


def test_a_meeting_is_recorded_from_its_row_with_everything_filled_in(client, office):
    client.force_login(office.supervisor)
    url = f"{reverse('department_contact')}?pair={office.kept.uuid}"
    assert url in client.get(reverse("departments")).content.decode()
    form = client.get(url).context["form"]
    asked = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    assert (asked["pair"], asked["who"]) == (office.kept.pk, office.supervisor.pk)
    sent = {**asked, "form": "here", "note": "转办流程", "promised": "本月理顺", "enterprise": ""}
    assert client.post(reverse("department_contact"), sent).status_code == 302
    client.post(reverse("department_contact"), sent)
    made = LeaderContact.objects.get()
    assert (made.pair, made.who, made.form, made.promised) == (office.kept, office.supervisor, "here", "本月理顺")


def test_what_cannot_be_is_said_in_one_sentence_and_nothing_typed_is_lost(client, office):
    client.force_login(office.supervisor)
    sent = {
        "key": uuid4(), "kind": "talk", "who": office.supervisor.pk, "pair": office.kept.pk, "on": "2026-02-30",
        "form": "here", "note": "谈了很久",
    }  # fmt: skip
    answer = client.post(reverse("department_contact"), sent)
    assert answer.status_code == 422
    answer = client.post(reverse("department_contact"), sent | {"on": "2026-02-03"})
    assert answer.status_code == 422
    assert len(answer.context["form"].non_field_errors()) == 1
    assert "谈了很久" in answer.content.decode()


def test_the_coverage_page_leads_from_each_gap_to_the_form_that_mends_it(client, office):
    departments.release(KeptDepartment.objects.get(unit=office.justice), by=None, on=LONG_AGO)
    client.force_login(office.supervisor)
    page = client.get(reverse("network")).content.decode()
    give = f"{reverse('department_keep')}?leader={office.supervisor.pk}"
    assert give in page
    form = client.get(give).context["form"]
    assert form["leader"].value() == str(office.supervisor.pk)
    # Nobody keeps it: it is offered first.
    assert form["unit"].value() == office.justice.pk
    sent = {"key": uuid4(), "leader": office.supervisor.pk, "unit": office.justice.pk, "since": "2026-01-01"}
    assert client.post(give, sent).status_code == 302
    assert give not in client.get(reverse("network")).content.decode()
    client.force_login(office.officer)
    assert reverse("departments") not in client.get(reverse("network")).content.decode()


def test_a_department_is_handed_on_and_ended_from_its_row(client, office):
    client.force_login(office.manager)
    url = f"{reverse('department_keep')}?instead={office.own.uuid}"
    form = client.get(url).context["form"]
    assert form["unit"].value() == office.city.pk
    sent = {"key": uuid4(), "leader": office.supervisor.pk, "unit": office.city.pk, "since": timezone.localdate()}
    client.post(url, sent)
    (new,) = KeptDepartment.objects.filter(unit=office.city, until=None)
    assert new.leader == office.supervisor
    client.post(reverse("department_release", args=[new.uuid]))
    assert not KeptDepartment.objects.filter(unit=office.city, until=None).exists()


def test_a_committee_member_sees_and_records_his_own_on_the_phone(client, office):
    client.force_login(office.committee)
    assert kept_by(office.committee).to_meet == 1
    assert reverse("phone_departments") in client.get(reverse("phone_today")).content.decode()
    page = client.get(reverse("phone_departments"))
    assert "城市管理办公室" in page.content.decode()
    assert "司法所" not in page.content.decode()
    sent = {"key": uuid4(), "kind": "meeting", "pair": office.own.pk, "on": timezone.localdate(), "form": "phone"}
    client.post(reverse("phone_departments"), sent)
    assert LeaderContact.objects.get().who == office.committee
    assert kept_by(office.committee).to_meet == 0
    # Somebody else's cannot be chosen there.
    refused = client.post(reverse("phone_departments"), sent | {"key": uuid4(), "pair": office.kept.pk})
    assert refused.status_code == 422


def test_the_board_tells_a_supervisor_what_he_has_still_to_meet(client, office):
    client.force_login(office.supervisor)
    assert client.get(reverse("board")).context["departments"].to_meet == 2


def test_the_quarter_of_the_present_day_is_the_one_that_is_asked_about(office):
    period = period_of(timezone.localdate(), 3)
    contact(office.kept, max(period.first, LONG_AGO))
    assert of(look(), office.kept).meeting.met
    contact(office.own, period.first - timedelta(days=1))
    assert not of(look(), office.own).meeting.met


def test_a_stand_in_leads_nothing_of_his_own(office):
    post = Post.objects.get(user=office.supervisor)
    deputy = make_user("deputy", name="方圆")
    Post.objects.create(user=deputy, role="supervisor", area=office.town, stands_in_for=post)
    assert deputy not in [one.leader for one in look(office.supervisor).spans]
    network.appoint(deputy, "supervisor", by=None, area=office.town)
    assert deputy in [one.leader for one in look(office.supervisor).spans]

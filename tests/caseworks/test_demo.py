"""The invented office: whatever a screen or a report may ask of a real one holds for it."""

import io
import itertools
import re
import socket
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from caseworks import clocks, routing, schedule
from caseworks.deadlines import Limit
from caseworks.demonstration import filling, hanging_together
from caseworks.demonstration.office import ACCOUNTS, Size
from caseworks.listing import view_queryset
from caseworks.models import (
    Case,
    CaseKind,
    CaseLink,
    CoHandling,
    Digest,
    Extension,
    FollowUp,
    HandOver,
    IncidentHousehold,
    NumberSeries,
    Pause,
    Publication,
    ReceptionDay,
    RungFired,
    Suggestion,
    TimelineEntry,
)
from caseworks.states import IN_HAND, TRANSITIONS, Status, Verb
from caseworks.suggestion_states import Decision, Stage
from caseworks.suggestions import SERIES
from outreach import campaigns
from outreach.models import (
    Campaign,
    Celebration,
    CheckUpRound,
    Message,
    MessageState,
    PairUp,
    Reply,
    TaskState,
    Visit,
    VisitTask,
)
from outreach.working_days import load_calendar
from people import audit
from people.access import Role
from people.models import (
    AuditEvent,
    Household,
    IdentityDocument,
    Leave,
    NeedProposal,
    PhoneNumber,
    Post,
    Resident,
    ServiceNeed,
    User,
)

SMALL = Size(communities=4, groups=9, households=110, cases=160)
TINY = Size(communities=2, groups=2, households=16, cases=10, months=3)
PASSWORD = "a password for guests"


@pytest.fixture
def demo(db, monkeypatch):
    """The command, with a small office, as a function of its options that returns what it says."""
    monkeypatch.setattr(filling, "fill", partial(filling.fill, TINY))
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)

    def run(*options):
        said = io.StringIO()
        call_command("demo", "--no-serve", *options, stdout=said)
        return said.getvalue()

    return run


# The whole office is put into either database by tests/journeys/test_whole_path.py; what is said of it here is the same
# on both.
once = pytest.mark.any_database


def counts():
    return [model.objects.count() for model in (User, Household, Resident, Visit, VisitTask, Case, TimelineEntry)]


@once
class TestTheInventedOffice(TestCase):
    """Invented once for all of these, because that is what takes time."""

    @classmethod
    def setUpTestData(cls):
        filling.fill(SMALL)

    def test_every_status_of_a_case_is_present(self):
        assert set(Case.objects.values_list("status", flat=True)) == set(Status)

    def test_the_timeline_of_every_case_is_a_path_through_the_table_of_moves_to_its_status(self):
        now = timezone.now()
        for case in Case.objects.prefetch_related("timeline"):
            entries = sorted(case.timeline.all(), key=lambda entry: entry.pk)
            assert entries[0].verb == Verb.REGISTER
            assert entries[0].at == case.registered_at
            assert [entry.version for entry in entries] == list(range(1, case.version + 1))
            assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
            assert entries[-1].at <= now
            assert entries[-1].status == case.status
            for before, after in itertools.pairwise(entries):
                move = TRANSITIONS[Verb(after.verb)]
                assert before.status in move.sources
                if move.to or move.outcomes:
                    assert after.status in {move.to, *move.outcomes}
                else:
                    assert after.status == before.status

    def test_every_deadline_is_the_one_the_clock_derives_from_the_limits_and_pauses(self):
        calendar = load_calendar()
        for case in Case.objects.prefetch_related("pauses"):
            assert clocks.explain(case, calendar).at == case.due_at
            assert Limit.parse(case.limits["contact"])

    def test_every_case_went_where_the_rules_send_it_or_says_why_not(self):
        rules = routing.active_rules()
        for entry in TimelineEntry.objects.filter(verb=Verb.REGISTER).select_related(
            "case__category", "case__area", "case__household"
        ):
            case = entry.case
            whose = routing.sort_of(case.household)
            request = routing.Request(case.category, case.channel, case.area, case.urgency, whose)
            assert entry.detail == routing.decide(request, rules).reason

    def test_there_is_an_incident_of_many_households_a_merged_case_and_one_that_was_split(self):
        rows = IncidentHousehold.objects.all()
        assert rows.filter(household__isnull=False).count() == hanging_together.HOUSEHOLDS
        assert rows.filter(caller__name=hanging_together.PASSER_BY).count() == 1
        assert set(CaseLink.objects.standing().values_list("kind", flat=True)) == {"merged", "split"}

    def test_late_cases_were_pressed_for_and_feedback_on_some_is_late(self):
        assert set(RungFired.objects.values_list("kind", flat=True)) >= {"remind", "urge", "supervise"}
        assert Case.objects.supervised().filter(feedback_due_at__lt=timezone.now()).exists()
        assert Digest.objects.filter(user__username="leader").exists()

    def test_more_time_is_asked_for_and_a_unit_is_waited_for(self):
        assert set(Extension.objects.values_list("state", flat=True)) == {"asked", "granted"}
        assert view_queryset(User.objects.get(username="department"), "helping").exists()

    def test_a_case_waits_where_somebody_looks_after_it_unless_it_waits_to_be_dispatched(self):
        waiting = Case.objects.open().exclude(status=Status.TO_DISPATCH)
        assert waiting.exists()
        for case in waiting:
            holders = User.objects.filter(posts__area=case.handling_area, posts__role=case.handling_role)
            assert case.unit_id or holders.exists()

    def test_what_stands_on_a_case_agrees_with_what_happened(self):
        happened = Case.objects.annotate(asked=Count("follow_ups", distinct=True))
        assert not happened.filter(status=Status.CLOSED, closed_at=None).exists()
        assert not happened.filter(status__in=[Status.TO_FOLLOW_UP, Status.CLOSED], resolved_at=None).exists()
        assert not happened.exclude(satisfaction="").filter(asked=0).exists()
        assert not Case.objects.filter(resolved_at__lt=F("accepted_at")).exists()
        assert Pause.objects.filter(ended_at=None).count() == Case.objects.with_status(Status.SUSPENDED).count()
        assert CoHandling.objects.exists() and FollowUp.objects.filter(reached=False).exists()
        assert Case.objects.filter(times_reopened__gt=0).exists() and Case.objects.filter(times_returned__gt=0).exists()

    def test_the_path_of_a_case_leads_to_where_it_waits_without_a_gap(self):
        for case in Case.objects.prefetch_related("path"):
            stays = list(case.path.all())
            assert all(before.until <= after.since for before, after in itertools.pairwise(stays))
            assert [stay.left_by for stay in stays].count(Verb.RETURN) == case.times_returned
            if case.status in IN_HAND:
                here = stays[-1]
                assert here.until is None
                assert (here.area_id, here.role, here.unit_id) == (
                    case.handling_area_id,
                    case.handling_role,
                    case.unit_id,
                )

    def test_numbers_follow_the_order_of_registration_and_the_next_one_is_free(self):
        for series in NumberSeries.objects.exclude(series__startswith=SERIES):
            of_the_month = Case.objects.filter(number__startswith=f"{series.series}-").order_by("registered_at", "pk")
            numbers = list(of_the_month.values_list("number", flat=True))
            assert numbers == [f"{series.series}-{order:04d}" for order in range(1, series.last + 1)]

    def test_suggestions_stand_at_every_stage_with_every_decision_and_the_next_number_is_free(self):
        assert set(Suggestion.objects.values_list("stage", flat=True)) == set(Stage)
        assert set(Suggestion.objects.values_list("decision", flat=True)) == {"", *Decision}
        for suggestion in Suggestion.objects.prefetch_related("timeline"):
            entries = sorted(suggestion.timeline.all(), key=lambda entry: entry.pk)
            assert [entry.version for entry in entries] == list(range(1, suggestion.version + 1))
            assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
            assert entries[-1].at <= timezone.now()
        for series in NumberSeries.objects.filter(series__startswith=SERIES):
            assert Suggestion.objects.filter(number__startswith=f"{series.series}-").count() == series.last

    def test_reception_days_are_over_with_their_conversations_and_one_is_to_come_with_appointments(self):
        over = ReceptionDay.objects.filter(date__lt=timezone.localdate())
        assert len({day.leader_id for day in over}) > 1, "the leaders take turns"
        for day in over:
            assert (
                day.ended_at and day.appointments.filter(case__channel="reception").count() == day.appointments.count()
            )
        assert Case.objects.filter(sponsor__in=[day.leader for day in over]).exists()
        coming = ReceptionDay.objects.filter(date__gt=timezone.localdate()).first()
        assert coming.appointments.filter(state="booked", slot__isnull=False).count() == 5

    def test_messages_stand_in_every_state_and_were_answered(self):
        assert set(Message.objects.values_list("state", flat=True)) == set(MessageState.values)
        assert set(Message.objects.values_list("channel", flat=True)) >= {"sms", "letter", "call"}
        assert set(Reply.objects.values_list("opt_out", flat=True)) == {True, False}

    def test_the_greeting_of_double_ninth_is_over_and_another_one_is_on_its_way(self):
        over, running = Campaign.objects.exclude(texts={}).order_by("held_on")
        assert (over.season, over.state, running.state) == ("double-ninth", "closed", "running")
        assert set(over.targets.values_list("outcome", flat=True)) == {"reached", "missed"}
        assert not Message.objects.filter(mailing__campaign=over, state="waiting").exists()
        assert campaigns.totals(running).waiting

    def test_the_mid_autumn_campaign_is_over_and_another_one_runs(self):
        brought = Campaign.objects.filter(texts={})
        over, running = brought.get(state="closed"), brought.get(state="running")
        assert over.season == "mid-autumn" and not over.targets.filter(outcome="waiting").exists()
        assert set(over.targets.values_list("signed_by", flat=True)) == {"", "recipient", "delegate"}
        assert set(running.targets.values_list("outcome", flat=True)) >= {"waiting", "reached"}

    def test_registers_pair_ups_check_ups_and_a_celebration_are_there(self):
        leader, today = User.objects.get(username="leader"), timezone.localdate()
        assert {"empty_nest", "living_alone"} <= set(ServiceNeed.objects.current().values_list("need", flat=True))
        assert NeedProposal.objects.open().exists()
        assert PairUp.objects.visible_to(leader).running().filter(staff=leader).exists()
        assert PairUp.objects.behind(today).exists() and Visit.objects.filter(pair_up__isnull=False).exists()
        over, ahead = CheckUpRound.objects.get(closed_at__isnull=False), CheckUpRound.objects.get(closed_at=None)
        assert set(over.invitations.values_list("state", flat=True)) == {"done", "missed"}
        assert ahead.days.get().on > today
        assert Celebration.objects.count() == 2

    def test_something_is_late_due_today_and_to_dispatch(self):
        today = timezone.localdate()
        assert Case.objects.overdue().exists()
        assert Case.objects.open().filter(due_at__date=today, due_at__gt=timezone.now()).exists()
        assert Case.objects.with_status(Status.TO_DISPATCH).filter(area=None).exists()
        assert Case.objects.with_status(Status.TO_DISPATCH).filter(times_returned=1).exists()

    def test_the_group_leader_has_visits_late_due_today_and_later_and_cases_to_accept(self):
        leader, today = User.objects.get(username="leader"), timezone.localdate()
        due = set(VisitTask.objects.visible_to(leader).open().values_list("due_on", flat=True))
        assert min(due) < today < max(due)
        assert today in due
        assert Case.objects.handled_by(leader).with_status(Status.TO_ACCEPT).exists()

    def test_those_who_handle_cases_have_some(self):
        for account in ("officer", "department"):
            handled = Case.objects.handled_by(User.objects.get(username=account))
            assert handled.with_status(Status.TO_ACCEPT).exists()
            assert handled.with_status(Status.IN_PROGRESS).exists()

    def test_the_visits_planned_are_those_the_cadence_asks_for(self):
        before = VisitTask.objects.open().count()
        assert schedule.plan_visits_ahead() == 0
        assert VisitTask.objects.open().count() == before
        assert not VisitTask.objects.filter(state=TaskState.OPEN, household__ended_on__isnull=False).exists()

    def test_a_visit_that_found_somebody_in_need_became_a_case(self):
        raised = Case.objects.filter(visit__isnull=False)
        assert raised.exists()
        assert not raised.exclude(visit__household=F("household")).exists()
        assert not raised.filter(registered_at__lt=F("visit__at")).exists()

    def test_numbers_of_documents_and_phones_are_sound_and_given_out_once(self):
        assert not IdentityDocument.objects.exclude(problem="").exists()
        indices = list(IdentityDocument.objects.values_list("number_index", flat=True))
        phones = list(PhoneNumber.objects.values_list("number", flat=True))
        assert len(set(indices)) == len(indices) > 100
        assert len(set(phones)) == len(phones) > 100

    def test_every_household_is_in_a_group_and_everybody_is_found_by_his_name(self):
        assert not Household.objects.exclude(area__level__holds_households=True).exists()
        assert not Resident.objects.filter(search="").exists()

    def test_somebody_is_away_somebody_hands_over_a_matter_was_decided_together_and_the_board_is_not_empty(self):
        assert Leave.objects.approved().not_over().exists()
        assert Post.objects.current().filter(stands_in_for__isnull=False).exists()
        assert HandOver.objects.unsigned().filter(leaver_signed_at__isnull=False).exists()
        assert Case.objects.filter(kind=CaseKind.SIDES, deliberations__isnull=False).exists()
        assert set(Case.objects.exclude(kind="").values_list("kind", flat=True)) == set(CaseKind)
        assert Publication.objects.filter(state="shown").count() == 2
        assert not [
            one for one in Publication.objects.exclude(case__caller_name="") if one.case.caller_name in one.text
        ]

    def test_every_resolved_case_has_its_level(self):
        assert not Case.objects.filter(resolved_at__isnull=False, resolved_level=None).exists()

    def test_the_audit_of_an_invented_office_holds(self):
        verdict = audit.verify()
        assert verdict.broken_at is None
        assert AuditEvent.objects.filter(action="case.register").count() == Case.objects.count()


@once
def test_the_same_moment_invents_the_same_office(db):
    now = timezone.now() - timedelta(days=3)
    told = []
    for _each in range(2):
        with transaction.atomic():
            filling.fill(TINY, now)
            cases = Case.objects.order_by("number")
            told.append(list(cases.values_list("number", "summary", "place", "status", "caller_name", "registered_at")))
            transaction.set_rollback(True)
    assert told[0] == told[1]
    assert max(case[-1] for case in told[0]) <= now


@once
@pytest.mark.parametrize("moment", ["2026-02-17T00:03", "2027-01-02T23:58", "2028-02-29T08:29"])
def test_an_office_can_be_invented_at_any_hour_of_any_day(db, moment):
    with time_machine.travel(f"{moment}+08:00", tick=False):
        filling.fill(TINY)
        assert set(Case.objects.values_list("status", flat=True)) == set(Status)
        assert not Case.objects.filter(registered_at__gt=timezone.now()).exists()
        assert not TimelineEntry.objects.filter(at__gt=timezone.now()).exists()
        assert not Visit.objects.filter(at__gt=timezone.now()).exists()


def test_a_second_run_adds_nothing(demo):
    demo()
    before = counts()
    demo()
    assert counts() == before


@once
def test_the_accounts_can_sign_in(demo, client):
    said = demo()
    assert PASSWORD in said
    for account in ACCOUNTS:
        validate_password(PASSWORD, User.objects.get(username=account))
        answer = client.post(reverse("login"), {"username": account, "password": PASSWORD})
        assert answer.status_code == 302
    assert {role for name in ACCOUNTS for role in User.objects.get(username=name).roles} == set(Role) - {Role.COMMITTEE}


@once
def test_without_a_password_a_new_one_is_made_up_and_printed(demo, monkeypatch):
    monkeypatch.delenv("DEMO_PASSWORD")
    said = demo()
    assert any(User.objects.get(username="leader").check_password(word) for word in re.split(r"[\s：]+", said))


@once
def test_a_password_that_the_office_itself_would_refuse_is_refused(demo, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "short")
    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        demo()


@once
@pytest.mark.parametrize("options", [[], ["--reset"]])
def test_a_real_office_is_left_alone(cast, demo, options):
    before = counts()
    with pytest.raises(CommandError):
        demo(*options)
    assert counts() == before


@pytest.mark.parametrize("port", ["0", "65536", "eighty"])
def test_a_port_that_is_none_is_refused_in_one_sentence(db, monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CommandError, match=port):
        call_command("demo")


def test_a_port_in_use_is_named_together_with_another(db, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(CommandError, match=rf"{port}.*PORT="):
            call_command("demo")
    assert not User.objects.exists()

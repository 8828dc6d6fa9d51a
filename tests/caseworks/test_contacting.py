"""A contact made while a request is taken down or a case is handled is one with its household, once a day for whoever
made it.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caseworks import doorstep, intake, joining, workflow
from caseworks.contacting import IN_VAIN
from caseworks.intake import Intake
from caseworks.models import Case, Channel
from caseworks.moves import Act
from outreach.models import CadenceNorm, TaskReason, Visit, VisitOutcome
from outreach.visiting import VisitRecord, ask_for_visit, record_visit
from people.models import Household, Tier
from tests.cast import Cast, make_cast
from tests.factories import make_case, make_household

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case about which nobody was spoken with yet."""
    return asked(cast, channel="letter")


def asked(cast: Cast, **said) -> Case:
    """The head of the cast's household asks for something; the operator takes it down unless said otherwise."""
    head = cast.household.head
    fields = {"household": cast.household, "caller": head, "caller_name": head.name, **said}
    return make_case(fields.pop("by", cast.operator), cast.group, **fields)


def made() -> list[tuple[str, str, str]]:
    return list(Visit.objects.order_by("pk").values_list("form", "outcome", "by__username"))


def due(cast: Cast, reason: str) -> bool:
    return cast.household.visit_tasks.open().filter(reason=reason).exists()


def test_the_regular_visit_is_done_by_a_contact_on_a_case_and_an_asked_for_one_is_not(cast: Cast, case: Case):
    today = timezone.localdate()
    for reason in (TaskReason.CADENCE, TaskReason.REQUEST):
        ask_for_visit(cast.household, today, reason=reason)
    workflow.note(case, Act(cast.leader), text="在修了")
    assert made() == [] and due(cast, TaskReason.CADENCE)
    workflow.note(case, Act(cast.leader), text="电话里说明了", contact="phone")
    assert made() == [("phone", "well", "leader")]
    visit = Visit.objects.get()
    assert (visit.met, visit.role, visit.note) == (cast.household.head, "leader", "")
    assert not due(cast, TaskReason.CADENCE) and due(cast, TaskReason.REQUEST)


def test_it_counts_once_a_day_for_the_doer_and_for_everybody_who_was_there(cast: Cast, case: Case):
    key = uuid4()
    for _again in range(2):
        workflow.note(case, Act(cast.leader, key=key), text="上门看过", contact="home")
    workflow.note(case, Act(cast.leader), text="又打了电话", contact="phone")
    workflow.note(case, Act(cast.officer), text="也问过", contact="phone")
    assert made() == [("home", "well", "leader"), ("phone", "well", "officer")]
    Visit.objects.update(at=timezone.now() - timedelta(days=1))
    workflow.note(case, Act(cast.leader), text="第二天", contact="phone")
    assert Visit.objects.count() == 3


def test_in_vain_is_kept_counts_nothing_and_asks_nobody_to_call_again(cast: Cast, case: Case):
    after = workflow.note(case, Act(cast.leader), text="没打通", contact=IN_VAIN)
    assert after.contacted_at is None
    assert made() == [("phone", VisitOutcome.NOT_HOME, "leader")]
    assert not Visit.objects.reached().exists() and not cast.household.visit_tasks.open().exists()


def test_a_caller_from_elsewhere_and_a_case_without_household_are_no_contact_with_anybody(cast: Cast):
    stranger = cast.other_household.head
    for fields in ({"household": cast.household, "caller": stranger}, {"caller": cast.household.head}):
        other = make_case(cast.operator, cast.group, channel="letter", **fields)
        Case.objects.filter(pk=other.pk).update(household=fields.get("household"))
        other.refresh_from_db()
        assert workflow.note(other, Act(cast.supervisor), text="已通话", contact="phone").contacted_at
    assert made() == []


def test_a_follow_up_call_is_a_contact_too(cast: Cast, case: Case):
    workflow.accept(case, Act(cast.leader))
    workflow.resolve(case, Act(cast.leader), text="已修好", solved="yes")
    Case.objects.update(follow_up_after=timezone.now() - timedelta(days=2))
    workflow.follow_up(case, Act(cast.operator), reached=False)
    workflow.follow_up(case, Act(cast.operator), reached=True, solved="yes", satisfaction="satisfied")
    assert made() == [("phone", "not_home", "operator"), ("phone", "well", "operator")]


def test_a_contact_that_the_norm_does_not_accept_leaves_the_regular_visit_due(cast: Cast, case: Case):
    CadenceNorm.objects.update_or_create(tier=Tier.ORDINARY, defaults={"forms": ["home"]})
    ask_for_visit(cast.household, timezone.localdate(), reason=TaskReason.CADENCE)
    workflow.note(case, Act(cast.leader), text="电话里说明了", contact="phone")
    assert due(cast, TaskReason.CADENCE)
    record_visit(VisitRecord(cast.household, VisitOutcome.WELL), cast.leader)
    assert not due(cast, TaskReason.CADENCE)


@pytest.mark.parametrize("where", ["desk", "phone"])
def test_both_screens_ask_how_the_caller_was_reached(cast: Cast, case: Case, client: Client, where: str):
    client.force_login(cast.leader)
    said = {"version": case.version, "key": uuid4(), "text": "说好周三去", "contact": "station", "verb": "note"}
    name, more = ("case_action", ["note"]) if where == "desk" else ("phone_case", [])
    assert client.post(reverse(name, args=[case.number, *more]), said).status_code == 302
    assert made() == [("station", "well", "leader")]


# ---- The call, or the talk at the window, in which a case comes up ----

SPOKEN = {"hotline": "phone", "window": "station", "station": "station", "online": "online"}


def test_whoever_takes_a_request_down_has_met_the_caller_where_the_channel_is_a_conversation(cast: Cast):
    for channel in Channel.values:
        asked(cast, channel=channel)
        expected = [(SPOKEN[channel], "well", "operator")] if channel in SPOKEN else []
        assert made() == expected, channel
        Visit.objects.all().delete()
    ask_for_visit(cast.household, timezone.localdate(), reason=TaskReason.CADENCE)
    asked(cast, summary="家里漏水")
    visit = Visit.objects.get()
    assert (visit.met, visit.role, visit.note) == (cast.household.head, "operator", "")
    assert not due(cast, TaskReason.CADENCE)


def test_a_call_counts_once_and_late_at_its_moment(cast: Cast):
    key, monday = uuid4(), timezone.now() - timedelta(days=3)
    for _again in range(2):
        asked(cast, uuid=key, received_at=monday)
    assert [visit.at for visit in Visit.objects.all()] == [monday]
    for _again in range(2):
        asked(cast)
    asked(cast, received_at=timezone.now() + timedelta(days=1))
    assert Visit.objects.count() == 2, "once a day, and nobody was met tomorrow"


def test_nobody_was_met_where_the_caller_is_unknown_or_lives_elsewhere_or_was_counted_before(cast: Cast):
    visit = record_visit(VisitRecord(cast.household, VisitOutcome.NEEDS_HELP), cast.leader)
    asked(cast, visit=visit)
    asked(cast, anonymous=True)
    asked(cast, caller=None)
    asked(cast, caller=cast.other_household.head)
    joining.split(
        asked(cast, channel="letter"), Act(cast.supervisor), parts=[joining.Part(summary="还有一件", category=None)]
    )
    Household.objects.filter(pk=cast.household.pk).update(ended_on=timezone.localdate())
    cast.household.refresh_from_db()
    asked(cast)
    assert made() == [("home", "needs_help", "leader")]


def test_a_further_caller_is_met_for_his_own_household(cast: Cast, case: Case, client: Client):
    neighbour = make_household(cast.group, head="李玉珍", address="滨港路2号")
    client.force_login(cast.operator)
    said = {"uuid": uuid4(), "resident": neighbour.head.uuid, "caller": "李玉珍", "summary": "我家也是"}
    for _again in range(2):
        assert client.post(reverse("desk_join", args=[case.number]), {**said, "channel": "window"}).status_code == 302
    intake.join(case, Act(cast.supervisor), resident=neighbour.head, name="李玉珍", phone="", channel="letter")
    assert list(Visit.objects.values_list("household", "form", "by__username")) == [
        (neighbour.pk, "station", "operator")
    ]


@pytest.mark.django_db(transaction=True)
def test_two_cases_of_one_household_at_once_and_a_visit_to_it_are_one_contact_for_each_who_made_it():
    cast = make_cast()
    together = Barrier(3)

    def call(summary: str) -> None:
        intake.log(
            Intake("hotline", summary, caller=cast.household.head, household=cast.household, area=cast.group),
            cast.operator,
        )

    def visit(note: str) -> None:
        record = VisitRecord(cast.household, VisitOutcome.NEEDS_HELP, note=note)
        doorstep.record(record, cast.leader, doorstep.Aftermath(change="other", change_text="孙子来同住"))

    def work(do, words: str) -> None:
        try:
            together.wait(timeout=10)
            do(words)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as workers:
        told = [workers.submit(work, *job) for job in ((call, "路灯不亮"), (call, "停车难"), (visit, "水管漏水"))]
        for one in told:
            one.result()
    assert Case.objects.count() == 3
    assert sorted(Visit.objects.values_list("form", "by__username")) == [("home", "leader"), ("phone", "operator")]

"""A contact made while a case is handled is a contact with its household, once a day for whoever made it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caseworks import workflow
from caseworks.contacting import IN_VAIN
from caseworks.models import Case
from caseworks.moves import Act
from outreach.models import CadenceNorm, TaskReason, Visit, VisitOutcome
from outreach.visiting import VisitRecord, ask_for_visit, record_visit
from people.models import Tier
from tests.cast import Cast
from tests.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    head = cast.household.head
    return make_case(cast.operator, cast.group, household=cast.household, caller=head, caller_name=head.name)


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
        other = make_case(cast.operator, cast.group, **fields)
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

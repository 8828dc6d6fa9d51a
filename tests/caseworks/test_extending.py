"""Extensions: asked for in time and with a reason, decided by somebody else, no more than the caps allow."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from caseworks import clocks, extending, workflow
from caseworks.models import Case, Extension, ServiceLevel
from caseworks.moves import Act, NotPossible
from caseworks.states import TRANSITIONS, Verb, moves_from
from people.models import AuditEvent
from people.network import appoint
from tests.cast import Cast
from tests.factories import make_case

# Monday; three working days end on Thursday 8 October, after National Day.
RECEIVED = "2026-09-28T10:00+08:00"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(RECEIVED, tick=False) as traveller:
        yield traveller


@pytest.fixture
def case(cast: Cast, clock) -> Case:
    ServiceLevel.objects.update(handling="3wd")
    return workflow.accept(make_case(cast.operator, cast.group), Act(cast.leader))


def ask(case: Case, cast: Cast, days: int = 2) -> Case:
    return extending.ask(case, Act(cast.leader), days=days, text="配件要从厂家调")


def due(case: Case) -> str:
    case.refresh_from_db()
    return timezone.localtime(case.due_at).isoformat(timespec="minutes")


def test_a_granted_extension_counts_its_days_on_and_says_which_they_are(cast: Cast, case: Case):
    assert due(case) == "2026-10-08T17:30+08:00"
    ask(case, cast)
    assert due(case) == "2026-10-08T17:30+08:00"
    foreseen = extending.foresee(case, case.extensions.get()).at
    events = AuditEvent.objects.count()
    extending.grant(case, Act(cast.supervisor), text="同意")
    assert due(case) == "2026-10-10T17:30+08:00"  # Friday 9, and Saturday 10, which is worked
    assert case.due_at == foreseen
    assert [line.date.day for line in clocks.explain(case).days if line.extension] == [9, 10]
    assert AuditEvent.objects.count() == events + 1
    told = list(case.timeline.order_by("pk").values_list("verb", "text", "by"))[-2:]
    assert told == [("extend", "配件要从厂家调", cast.leader.pk), ("grant", "同意", cast.supervisor.pk)]


def test_a_refused_extension_leaves_the_date_and_does_not_count_against_the_caps(cast: Cast, case: Case):
    ask(case, cast)
    extending.refuse(case, Act(cast.supervisor), text="先临时照明")
    assert due(case) == "2026-10-08T17:30+08:00"
    asked = case.extensions.get()
    assert (asked.state, asked.decided_by, asked.answer) == ("refused", cast.supervisor, "先临时照明")
    assert extending.left(case) == extending.Left(2, 5)


def test_a_pause_after_the_extension_moves_the_extended_date(cast: Cast, case: Case, clock):
    extending.grant(ask(case, cast), Act(cast.supervisor))
    clock.move_to(datetime.fromisoformat("2026-10-09T12:00+08:00"))
    workflow.suspend(case, Act(cast.leader), text="等住户回家")
    clock.move_to(datetime.fromisoformat("2026-10-10T18:00+08:00"))
    workflow.resume(case, Act(cast.leader))
    assert due(case) == "2026-10-13T17:30+08:00"  # the closes of 9 and 10 fell into the pause


def test_nothing_is_asked_for_once_the_deadline_has_passed(cast: Cast, case: Case, clock):
    clock.move_to(datetime.fromisoformat("2026-10-08T17:31+08:00"))
    with override("en"), pytest.raises(NotPossible, match="The deadline has passed"):
        ask(case, cast)
    assert not case.extensions.exists()


def test_what_was_asked_for_in_time_may_be_granted_after_the_deadline(cast: Cast, case: Case, clock):
    ask(case, cast)
    clock.move_to(datetime.fromisoformat("2026-10-09T09:00+08:00"))
    extending.grant(case, Act(cast.supervisor))
    assert due(case) == "2026-10-10T17:30+08:00"


def test_one_request_waits_at_a_time(cast: Cast, case: Case):
    ask(case, cast)
    with override("en"), pytest.raises(NotPossible, match="already asked for"):
        ask(case, cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(case=case, clock_from=clocks.began(case), days=1, reason="再", asked_by=cast.leader)


@pytest.mark.parametrize(
    ("granted", "days", "sentence"),
    [
        ([], 6, "by 5 more working days at most"),
        ([4], 2, "by 1 more working day at most"),
        ([1, 1], 1, "cannot be extended any more"),
    ],
)
def test_a_case_is_extended_so_often_and_by_so_much_and_no_more(
    cast: Cast, case: Case, granted: list[int], days: int, sentence: str
):
    for length in granted:
        extending.grant(ask(case, cast, length), Act(cast.supervisor))
    before = case.extensions.count()
    with override("en"), pytest.raises(NotPossible, match=sentence):
        ask(case, cast, days)
    assert case.extensions.count() == before


def test_the_caps_are_those_of_the_service_level_when_the_case_began(cast: Cast, case: Case):
    ServiceLevel.objects.update(extensions=0, extension_days=0)
    assert extending.left(case) == extending.Left(2, 5)
    assert extending.left(make_case(cast.operator, cast.group)) == extending.Left(0, 0)
    Case.objects.filter(pk=case.pk).update(limits={"contact": "1wd", "handling": "3wd", "redo": "3wd"})
    case.refresh_from_db()
    assert extending.left(case) == extending.Left(2, 5)  # begun before there were caps


def test_nobody_decides_his_own_request_whatever_posts_he_holds(cast: Cast, case: Case):
    appoint(cast.leader, "supervisor", by=None, area=cast.town)
    both = type(cast.leader).objects.get(pk=cast.leader.pk)
    ask(case, cast)
    for decide in (extending.grant, extending.refuse):
        with override("en"), pytest.raises(NotPossible, match="somebody else decides"):
            decide(case, Act(both), text="自己同意")
    assert not extending.waiting_for(both).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.update(decided_by=cast.leader, decided_at=timezone.now(), state="granted")


def test_what_waits_for_a_decision_is_seen_by_the_supervisors_of_its_scope_alone(cast: Cast, case: Case):
    ask(case, cast)
    seen = {role: extending.waiting_for(user).count() for role, user in cast.by_role().items()}
    assert seen == {role: int(role == "supervisor") for role in seen}
    appoint(cast.stranger, "supervisor", by=None, area=cast.next_town)
    assert not extending.waiting_for(type(cast.stranger).objects.get(pk=cast.stranger.pk)).exists()
    workflow.resolve(case, Act(cast.leader), text="好了", solved="yes")
    assert not extending.waiting_for(cast.supervisor).exists()


def test_a_reopened_case_begins_without_the_days_it_was_given_the_first_time(cast: Cast, case: Case, clock):
    extending.grant(ask(case, cast), Act(cast.supervisor))
    workflow.resolve(case, Act(cast.leader), text="好了", solved="yes")
    clock.shift(timedelta(hours=1))
    workflow.request_reopen(case, Act(cast.operator), text="又坏了")
    workflow.reopen(case, Act(cast.supervisor))
    assert due(case) == "2026-10-08T17:30+08:00"  # to be redone within three working days
    assert extending.left(case) == extending.Left(1, 3)


def test_a_request_sent_twice_is_one_and_decided_twice_is_decided_once(cast: Cast, case: Case):
    asking, deciding = Act(cast.leader, key=uuid4()), Act(cast.supervisor, key=uuid4())
    for _again in range(2):
        extending.ask(case, asking, days=1, text="等料")
    for _again in range(2):
        extending.grant(case, deciding)
    assert case.extensions.get().state == "granted"
    with override("en"), pytest.raises(NotPossible, match="does not apply"):
        extending.refuse(case, Act(cast.supervisor), text="改主意")


def test_a_case_of_the_first_table_is_not_extended(cast: Cast, case: Case):
    Case.objects.filter(pk=case.pk).update(table=1)
    with pytest.raises(NotPossible):
        ask(case, cast)
    assert Verb.EXTEND not in {move.verb for move in moves_from("in_progress", ["handler"], table=1)}
    assert TRANSITIONS[Verb.EXTEND].required == ("days", "text")


def test_on_the_page_the_handler_asks_and_the_supervisor_sees_what_it_would_come_to(
    cast: Cast, client: Client, case: Case
):
    page = reverse("case_detail", args=[case.number])
    form, grant = (reverse("case_action", args=[case.number, verb]) for verb in ("extend", "grant"))
    client.force_login(cast.leader)
    told = client.get(form).context["form"].fields["days"].help_text
    assert "2" in told and "5" in told
    sent = {"version": case.version, "key": uuid4(), "days": 9, "text": "厂家缺货"}
    refused = client.post(form, sent)
    assert refused.status_code == 422 and "厂家缺货" in refused.content.decode()
    assert client.post(form, {**sent, "days": 2}).status_code == 302
    assert grant not in client.get(page).content.decode()
    client.force_login(cast.supervisor)
    seen = client.get(page).content.decode()
    assert grant in seen and "厂家缺货" in seen and "10月10日" in seen
    assert "厂家缺货" in client.get(grant).content.decode()
    case.refresh_from_db()
    client.post(grant, {"version": case.version, "key": uuid4(), "text": "同意"})
    assert due(case) == "2026-10-10T17:30+08:00"
    assert grant not in client.get(page).content.decode()

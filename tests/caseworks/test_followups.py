"""Follow-up calls: who is called when, what is asked, and what becomes of the case."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from caseworks import listing, workflow
from caseworks.models import Case
from caseworks.moves import Act
from caseworks.states import Status
from outreach.models import TaskReason, TaskState
from outreach.visiting import ask_for_visit
from people.models import User
from tests.cast import Cast
from tests.factories import make_case


def resolved(cast: Cast, *, hours_ago: float = 2) -> Case:
    """A resolved case whose caller may be asked since so many hours."""
    case = workflow.resolve(make_case(cast.operator, cast.group), Act(cast.leader), text="换了灯泡", solved="yes")
    Case.objects.filter(pk=case.pk).update(follow_up_after=timezone.now() - timedelta(hours=hours_ago))
    case.refresh_from_db()
    return case


def call(client: Client, user: User, case: Case, **fields: object):
    client.force_login(user)
    return client.post(reverse("followup", args=[case.number]), {"version": case.version, "key": uuid4(), **fields})


def queue(client: Client, user: User) -> list[str]:
    client.force_login(user)
    return [case.number for case in client.get(reverse("followups")).context["page"].rows]


def test_those_whose_time_has_come_are_first_and_the_others_are_marked(cast: Cast, client: Client):
    later, first, second = resolved(cast, hours_ago=-5), resolved(cast, hours_ago=9), resolved(cast, hours_ago=3)
    assert queue(client, cast.operator) == [first.number, second.number, later.number]
    page = client.get(reverse("followups")).content.decode()
    assert page.count("tag tone-today") == 2
    assert page.count("tag tone-waiting") == 1


def test_a_satisfied_caller_closes_the_case_and_the_next_call_opens(cast: Cast, client: Client):
    case, following = resolved(cast, hours_ago=9), resolved(cast, hours_ago=3)
    response = call(client, cast.operator, case, reached="yes", solved="yes", satisfaction="satisfied", text="谢谢")
    assert response["Location"] == reverse("followup", args=[following.number])
    case.refresh_from_db()
    assert (case.status, case.solved, case.satisfaction) == (Status.CLOSED, "yes", "satisfied")
    last = call(client, cast.operator, following, reached="yes", solved="partly", satisfaction="fairly")
    assert last["Location"] == reverse("followups")


def test_a_caller_who_was_not_reached_is_not_the_next_one_again(cast: Cast, client: Client):
    case = resolved(cast)
    response = call(client, cast.operator, case, reached="no")
    assert response["Location"] == reverse("followups")
    case.refresh_from_db()
    assert (case.status, case.follow_up_tries) == (Status.TO_FOLLOW_UP, 1)
    assert case.follow_up_after and case.follow_up_after > timezone.now()


def test_a_dissatisfied_caller_makes_a_request_to_reopen_where_that_is_chosen(cast: Cast, client: Client):
    answers = {"reached": "yes", "solved": "no", "satisfaction": "not"}
    case, left = resolved(cast), resolved(cast)
    assert call(client, cast.operator, case, **answers).status_code == 422
    assert case.follow_ups.count() == 0
    call(client, cast.operator, case, **answers, redo="yes")
    call(client, cast.operator, left, **answers, redo="no")
    case.refresh_from_db()
    left.refresh_from_db()
    assert (case.status, left.status) == (Status.REOPEN_REQUESTED, Status.CLOSED)


@pytest.mark.parametrize(
    ("given", "missing"),
    [({}, "reached"), ({"reached": "yes", "solved": "yes"}, "satisfaction"), ({"reached": "yes"}, "solved")],
)
def test_what_was_not_asked_is_asked_for(given: dict[str, str], missing: str, cast: Cast, client: Client):
    response = call(client, cast.operator, resolved(cast), **given)
    assert response.status_code == 422
    assert missing in response.context["form"].errors


def test_the_number_is_masked_until_it_is_asked_for_and_nothing_is_answered_beforehand(cast: Cast, client: Client):
    case = resolved(cast)
    client.force_login(cast.operator)
    page = client.get(reverse("followup", args=[case.number])).content.decode()
    assert "138****2468" in page and "13800132468" not in page
    assert " checked" not in page
    assert "您好" in page  # the script


def test_who_was_overtaken_by_another_operator_keeps_what_he_wrote(cast: Cast, client: Client):
    case = resolved(cast)
    seen = case.version
    workflow.note(case, Act(cast.leader), text="灯又坏了一盏")
    told = call(client, cast.operator, case, reached="no", text="占线", version=seen)
    assert told.status_code == 409
    assert "占线" in told.content.decode() and "灯又坏了一盏" in told.content.decode()
    assert case.follow_ups.count() == 0


def test_who_asked_while_a_colleague_had_already_asked_can_keep_what_he_wrote_as_a_note(cast: Cast, client: Client):
    case = resolved(cast)
    seen = case.version
    workflow.close(case, Act(cast.supervisor), text="已当面谢过")
    told = call(client, cast.operator, case, reached="no", text="占线，下午再打", version=seen)
    page = told.content.decode()
    assert told.status_code == 409
    assert "占线，下午再打" in page and reverse("case_action", args=[case.number, "note"]) in page
    assert "再次提交即可" not in page


def test_only_the_desk_calls_and_only_within_its_areas(cast: Cast, client: Client):
    case = resolved(cast)
    assert call(client, cast.leader, case, reached="no").status_code == 403
    assert call(client, cast.stranger, case, reached="no").status_code == 404
    assert queue(client, cast.stranger) == []


# ---- At the door ----


def at_phone(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get(reverse("phone_today")).content.decode()


def at_door(client: Client, user: User, case: Case, **fields: object):
    client.force_login(user)
    given = {"verb": "follow_up", "version": case.version, "key": uuid4(), **fields}
    return client.post(reverse("phone_case", args=[case.number]), given)


def send(client: Client, cast: Cast, case: Case) -> Case:
    """The desk sends the officer: the leader reported the outcome himself."""
    client.force_login(cast.operator)
    url = reverse("case_action", args=[case.number, "ask_at_door"])
    target = f"post:{cast.east.pk}:officer"
    answer = client.post(url, {"version": case.version, "key": uuid4(), "target": target, "text": "请上门"})
    assert answer.status_code == 302, answer.content.decode()
    case.refresh_from_db()
    return case


def test_a_caller_is_asked_at_the_door_by_a_liaison_who_did_not_do_the_work(cast: Cast, client: Client):
    case = resolved(cast)
    Case.objects.filter(pk=case.pk).update(household=cast.household)
    client.force_login(cast.operator)
    page = client.get(reverse("case_action", args=[case.number, "ask_at_door"])).content.decode()
    assert cast.officer.name in page and cast.leader.name not in page.split("id_target")[1]
    task = ask_for_visit(cast.household, timezone.localdate(), reason=TaskReason.CADENCE)
    case = send(client, cast, case)
    assert f"/m/cases/{case.number}/" not in at_phone(client, cast.leader)
    assert reverse("phone_case", args=[case.number]) in at_phone(client, cast.officer)
    assert reverse("phone_case", args=[case.number]) in client.get(case.get_absolute_url()).content.decode()
    # The desk sees where it is, and is not led there by "the next".
    client.force_login(cast.operator)
    assert cast.officer.name in client.get(reverse("followups")).content.decode()
    assert listing.next_follow_up(cast.operator) is None

    assert at_door(client, cast.leader, case, reached="no").status_code == 403
    key = uuid4()
    for _again in range(2):
        at_door(client, cast.officer, case, reached="yes", solved="yes", satisfaction="satisfied", key=key)
    case.refresh_from_db()
    assert (case.status, case.satisfaction, case.follow_up_area) == (Status.CLOSED, "satisfied", None)
    asked = case.follow_ups.get()
    assert (asked.way, asked.by) == ("door", cast.officer)
    # Whoever was met was visited: what was due there is done, and it counts once.
    task.refresh_from_db()
    assert cast.household.visits.count() == 1 and task.state == TaskState.DONE
    assert f"/m/cases/{case.number}/" not in at_phone(client, cast.officer)


def test_nobody_home_is_due_again_and_after_the_second_time_the_case_closes_unasked(cast: Cast, client: Client):
    case = send(client, cast, resolved(cast))
    first = case.follow_up_on
    at_door(client, cast.officer, case, reached="no")
    case.refresh_from_db()
    assert first and (case.status, case.follow_up_on) == (Status.TO_FOLLOW_UP, first)  # sent and tried on one day
    assert case.follow_up_tries == 0  # the telephone has not rung
    at_door(client, cast.officer, case, reached="no")
    case.refresh_from_db()
    assert (case.status, case.satisfaction, case.follow_up_area) == (Status.CLOSED, "", None)


def test_after_the_third_failed_call_a_visit_is_offered(cast: Cast, client: Client):
    case, left = resolved(cast), resolved(cast)
    Case.objects.update(follow_up_tries=2)
    assert call(client, cast.operator, case, reached="no").context["form"].errors.keys() == {"door"}
    call(client, cast.operator, case, reached="no", door="yes")
    call(client, cast.operator, left, reached="no", door="no")
    case.refresh_from_db()
    left.refresh_from_db()
    assert (case.status, case.follow_up_area, case.follow_up_role) == (Status.TO_FOLLOW_UP, cast.east, "officer")
    assert (left.status, left.closed_at is None) == (Status.CLOSED, False)


def test_a_case_that_began_before_callers_were_asked_at_the_door_is_asked_by_phone(cast: Cast, client: Client):
    case = resolved(cast)
    Case.objects.update(table=2, follow_up_tries=2)
    call(client, cast.operator, case, reached="no")
    case.refresh_from_db()
    assert case.status == Status.CLOSED
    assert (
        reverse("case_action", args=[case.number, "ask_at_door"])
        not in client.get(case.get_absolute_url()).content.decode()
    )

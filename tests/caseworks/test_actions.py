"""The small page on which something is done to a case: what it asks, what it refuses, what it never loses."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from caseworks import workflow
from caseworks.forms.cases import FORMS
from caseworks.models import Case, RoutingRule
from caseworks.moves import Act
from caseworks.states import Status, Verb
from people.models import User
from tests.cast import Cast
from tests.factories import make_case

REPLY = "今天上午王师傅上门换了水管，已电话告知王阿姨。"


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.operator, cast.group)


@pytest.fixture
def waiting(cast: Cast) -> Case:
    RoutingRule.objects.all().delete()
    return make_case(cast.operator, cast.group)


def send(client: Client, user: User, case: Case, verb: str, **fields: object):
    client.force_login(user)
    fields = {"version": case.version, "key": uuid4(), **fields}
    return client.post(reverse("case_action", args=[case.number, verb]), fields)


def now(case: Case) -> Case:
    case.refresh_from_db()
    return case


def test_every_verb_that_is_offered_has_its_form():
    elsewhere = {Verb.REGISTER, Verb.JOIN, Verb.FOLLOW_UP, Verb.AFFECTED, Verb.UNDO, Verb.REMIND, Verb.CIRCULATE}
    assert set(FORMS) == {verb.value for verb in set(Verb) - elsewhere}


def test_a_case_goes_from_the_queue_through_its_handlers_hands_to_the_follow_up(
    cast: Cast, client: Client, waiting: Case
):
    send(client, cast.operator, waiting, "dispatch", target=f"post:{cast.group.pk}:leader")
    assert now(waiting).status == Status.TO_ACCEPT
    send(client, cast.leader, waiting, "accept")
    send(client, cast.leader, now(waiting), "co_handle", unit=cast.water.pk, text="请关阀")
    send(client, cast.department, now(waiting), "opinion", text="已关阀")
    send(client, cast.leader, now(waiting), "suspend", waits_for="others", text="等配件")
    send(client, cast.leader, now(waiting), "resume")
    send(client, cast.supervisor, now(waiting), "urge")
    send(client, cast.leader, now(waiting), "resolve", text="换了水管", reply=REPLY, solved="yes")
    assert (now(waiting).status, waiting.outcome) == (Status.TO_FOLLOW_UP, "换了水管")
    told = list(waiting.timeline.order_by("pk").values_list("verb", flat=True))
    onward = ["register", "dispatch", "accept", "co_handle", "opinion", "suspend", "resume", "urge", "resolve"]
    assert told == onward
    assert waiting.co_handlings.get().opinion == "已关阀"


def test_after_dispatching_from_the_queue_the_queue_opens_again(cast: Cast, client: Client, waiting: Case):
    client.force_login(cast.operator)
    url = reverse("case_action", args=[waiting.number, "dispatch"])
    fields = {"version": waiting.version, "key": uuid4(), "target": f"unit:{cast.water.pk}"}
    response = client.post(f"{url}?back=view%3Ddispatch", fields)
    assert response["Location"] == f"{reverse('case_list')}?view=dispatch"
    assert now(waiting).unit == cast.water


def test_a_dispatcher_chooses_among_the_posts_of_his_own_areas_with_what_each_has_in_hand(
    cast: Cast, client: Client, case: Case
):
    Case.objects.filter(pk=case.pk).update(due_at=case.registered_at)
    client.force_login(cast.supervisor)
    page = client.get(reverse("case_action", args=[case.number, "reroute"]))
    candidates = page.context["form"].candidates
    assert candidates[f"post:{cast.group.pk}:leader"].load == (type(candidates[f"unit:{cast.water.pk}"].load))(1, 1)
    assert {key for key in candidates if key.startswith("post")} == {
        f"post:{cast.group.pk}:leader",
        f"post:{cast.other_group.pk}:leader",
        f"post:{cast.east.pk}:officer",
        f"post:{cast.east.pk}:committee",
    }
    assert "ljg" in page.content.decode()  # found by the initials of his name


def test_nobody_is_handed_a_case_whose_post_is_not_in_the_list(cast: Cast, client: Client, case: Case):
    foreign = f"post:{cast.next_group.pk}:leader"
    assert send(client, cast.operator, case, "reroute", target=foreign, text="改派").status_code == 422
    assert now(case).handling_area == cast.group


@pytest.mark.parametrize(
    ("verb", "fields", "missing"),
    [
        ("reroute", {"target": "unit"}, "text"),
        ("return", {}, "reason"),
        ("resolve", {"text": "好了", "reply": "好了"}, "solved"),
        ("resolve", {"text": "好了", "solved": "yes"}, "reply"),
        ("resolve", {"solved": "yes"}, "text"),
        ("note", {"text": "  "}, "text"),
    ],
)
def test_what_is_missing_is_asked_for_and_the_rest_stays_in_the_form(
    verb: str, fields: dict[str, str], missing: str, cast: Cast, client: Client, case: Case
):
    user = cast.operator if verb == "reroute" else cast.leader
    response = send(client, user, case, verb, **fields)
    assert response.status_code == 422
    assert missing in response.context["form"].errors
    assert now(case).version == 1


def test_nothing_is_answered_beforehand_when_a_case_is_resolved(cast: Cast, client: Client, case: Case):
    client.force_login(cast.leader)
    page = client.get(reverse("case_action", args=[case.number, "resolve"])).content.decode()
    assert page.count('type="radio"') == 3
    assert " checked" not in page


def test_who_was_overtaken_sees_what_changed_keeps_what_he_wrote_and_can_send_it_again(
    cast: Cast, client: Client, case: Case
):
    key, seen = uuid4(), case.version
    workflow.accept(case, Act(cast.leader))
    fields = {"version": seen, "key": key, "text": "楼上楼下都来催了", "target": f"unit:{cast.water.pk}"}
    client.force_login(cast.supervisor)
    url = reverse("case_action", args=[case.number, "reroute"])
    told = client.post(url, fields)
    page = told.content.decode()
    assert told.status_code == 409
    assert "楼上楼下都来催了" in page and "李建国" in page and "再次提交即可" in page
    assert now(case).status == Status.IN_PROGRESS
    again = {name: told.context["form"][name].value() for name in ("version", "key", "text", "target")}
    assert str(again["key"]) == str(key)
    assert client.post(url, again).status_code == 302
    assert (now(case).unit, case.status) == (cast.water, Status.TO_ACCEPT)


def test_who_comes_too_late_can_keep_what_he_wrote_as_a_note(cast: Cast, client: Client, case: Case):
    seen = case.version
    workflow.resolve(case, Act(cast.supervisor), text="已修", solved="yes")
    told = send(client, cast.leader, case, "resolve", text="换了两个灯泡", reply=REPLY, solved="yes", version=seen)
    page = told.content.decode()
    assert told.status_code == 409
    assert "换了两个灯泡" in page and "再次提交即可" not in page
    assert reverse("case_action", args=[case.number, "note"]) in page
    send(client, cast.leader, case, "note", text="换了两个灯泡", version=seen)
    assert case.timeline.filter(verb="note", text="换了两个灯泡").exists()


def test_a_form_that_is_sent_twice_is_recorded_once(cast: Cast, client: Client, case: Case):
    key = uuid4()
    for _ in range(2):
        assert send(client, cast.leader, case, "note", text="上门了", key=key).status_code == 302
    assert case.timeline.filter(verb="note").count() == 1


def test_a_move_that_is_not_possible_says_so_in_a_sentence(cast: Cast, client: Client, case: Case):
    response = send(client, cast.leader, case, "resume")
    assert response.status_code == 422
    assert case.get_status_display() in response.content.decode()


def test_whoever_has_no_part_in_a_move_is_refused_and_whoever_does_not_see_the_case_finds_nothing(
    cast: Cast, client: Client, case: Case
):
    assert send(client, cast.officer, case, "accept").status_code == 403
    assert client.get(reverse("case_action", args=[case.number, "accept"])).status_code == 403
    assert send(client, cast.stranger, case, "urge").status_code == 404
    assert send(client, cast.operator, case, "join").status_code == 404
    assert now(case).version == 1


def test_a_return_names_its_reason_and_the_case_waits_for_another_dispatch(cast: Cast, client: Client, case: Case):
    send(client, cast.leader, case, "return", reason="elsewhere", better=f"post:{cast.other_group.pk}:leader")
    assert (now(case).status, case.times_returned) == (Status.TO_DISPATCH, 1)
    assert "第2小组" in case.route_reason


def test_a_request_to_reopen_is_judged_by_a_supervisor(cast: Cast, client: Client, case: Case):
    workflow.resolve(case, Act(cast.leader), text="好了", solved="yes")
    send(client, cast.operator, now(case), "request_reopen", text="又坏了")
    assert send(client, cast.operator, now(case), "reopen").status_code == 403
    send(client, cast.supervisor, now(case), "decline_reopen", text="是另一盏灯")
    assert now(case).status == Status.CLOSED

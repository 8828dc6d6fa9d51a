"""A liaison leaves: what is open is listed and frozen, both sign, the posts change hands on the day by themselves."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from caseworks import handover, workflow
from caseworks.handover import NotPossible
from caseworks.models import HandOver
from caseworks.moves import Act
from outreach.models import Visit, VisitTask
from people import network
from people.models import AuditEvent, Household, Post, User
from tests.cast import Cast
from tests.factories import make_case, make_household, make_user


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def visit(household: Household, by: User, days_ago: int, promised: str = "", outcome: str = "well") -> Visit:
    at = timezone.now() - timedelta(days=days_ago)
    return Visit.objects.create(household=household, by=by, at=at, outcome=outcome, promised=promised)


@pytest.fixture
def successor(db) -> User:
    return make_user("successor", name="林海")


@pytest.fixture
def pack(cast: Cast, successor: User) -> HandOver:
    """The leader leaves tomorrow: a case, a promise, a visit due, a note; and what does not belong on the list."""
    make_case(cast.operator, cast.group, summary="单元门关不上")
    workflow.resolve(make_case(cast.operator, cast.group), Act(cast.leader), text="已换", solved="yes")
    make_case(cast.operator, cast.other_group)
    kept = make_household(cast.group, head="方远", address="滨港路2号")
    visit(kept, cast.leader, 20, promised="问问医保")
    visit(kept, cast.leader, 2)
    visit(cast.household, cast.leader, 9, promised="帮忙申请扶手")
    visit(cast.household, cast.leader, 3, outcome="not_home")
    VisitTask.objects.create(household=cast.household, due_on=tomorrow())
    VisitTask.objects.create(household=cast.other_household, due_on=tomorrow())
    Household.objects.filter(pk=cast.household.pk).update(note="听力不好，敲门要久一点")
    return handover.draw_up(cast.leader, successor, on=tomorrow(), by=cast.officer, key=uuid4())


def test_the_pack_lists_what_is_open_and_nothing_else(pack: HandOver, cast: Cast):
    found = handover.look_up(pack)
    assert [case.summary for case in found.cases] == ["单元门关不上"]
    assert [visit.promised for visit in found.promises] == ["帮忙申请扶手"]
    assert [task.household for task in found.visits] == [cast.household]
    assert [household.note for household in found.households] == ["听力不好，敲门要久一点"]
    assert (len(pack.items), found.gone) == (4, 0)


def test_the_list_is_frozen_and_says_how_much_of_it_is_no_more(pack: HandOver, cast: Cast):
    make_case(cast.operator, cast.group)
    VisitTask.objects.filter(household=cast.household).delete()
    found = handover.look_up(HandOver.objects.get())
    assert (len(found.cases), len(found.visits), found.gone) == (1, 0, 1)


def test_the_list_keeps_no_name_and_no_word_of_anybody(pack: HandOver):
    assert {type(value) for item in pack.items for value in item.values()} <= {str, int, type(None)}
    assert {item["kind"] for item in pack.items} == {"case", "promise", "visit", "household"}
    assert not any("王" in str(item) or "扶手" in str(item) for item in pack.items)


def test_the_posts_change_hands_on_the_day_and_not_before(pack: HandOver, cast: Cast, successor: User):
    def holder() -> User:
        return Post.objects.current().get(area=cast.group, role="leader").user

    assert holder() == cast.leader
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert holder() == successor
        assert User.objects.get(pk=cast.leader.pk).scope.posts == frozenset()


def test_both_sign_and_the_supervisor_sees_who_has_not(client, pack: HandOver, cast: Cast, successor: User):
    network.appoint(successor, "leader", by=None, area=cast.west_group)
    sign = reverse("handover_sign", args=[pack.uuid])
    client.force_login(cast.officer)
    client.post(sign)
    assert not HandOver.objects.exclude(leaver_signed_at=None, successor_signed_at=None).exists()
    client.force_login(cast.supervisor)
    assert "林海" in client.get(reverse("handovers")).content.decode()
    for user in (cast.leader, successor):
        client.force_login(user)
        assert reverse("handover", args=[pack.uuid]) in client.get(reverse("phone_me")).content.decode()
        for _each in range(2):
            assert client.post(sign).status_code == 302
    assert HandOver.objects.get().signed
    assert not HandOver.objects.unsigned().exists()
    assert AuditEvent.objects.filter(action="handover.sign").count() == 2


def test_after_the_day_the_leaver_sees_how_it_stands_and_no_names(client, pack: HandOver, cast: Cast):
    network.appoint(cast.leader, "leader", by=None, area=cast.west_group)
    client.force_login(cast.leader)
    address = reverse("handover", args=[pack.uuid])
    assert "听力不好" in client.get(address).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        client.force_login(cast.leader)
        assert "听力不好" not in client.get(address).content.decode()


def test_a_leader_draws_up_nothing_and_sees_only_his_own(client, pack: HandOver, cast: Cast):
    client.force_login(cast.other_leader)
    assert client.get(reverse("handover_new")).status_code == 403
    assert client.get(reverse("handover", args=[pack.uuid])).status_code == 404


def refuse(leaver: User, successor: User, on, by: User) -> str:
    with pytest.raises(NotPossible) as refusal:
        handover.draw_up(leaver, successor, on=on, by=by, key=uuid4())
    assert not HandOver.objects.exists()
    return str(refusal.value)


def test_a_hand_over_that_cannot_be_is_refused_with_its_own_sentence(cast: Cast, successor: User):
    Post.objects.filter(user=cast.other_leader).update(until=tomorrow())
    said = {
        refuse(cast.leader, cast.leader, tomorrow(), cast.officer),
        refuse(cast.operator, successor, tomorrow(), cast.supervisor),
        refuse(cast.leader, successor, timezone.localdate(), cast.officer),
        refuse(cast.other_leader, successor, tomorrow() + timedelta(days=5), cast.officer),
    }
    assert len(said) == 4


def test_the_form_sent_twice_is_one_hand_over_and_what_is_refused_stays_typed(client, cast: Cast, successor: User):
    client.force_login(cast.officer)
    sent = {"key": uuid4(), "leaver": cast.leader.pk, "successor": successor.pk, "note": "钥匙在值班室"}
    wrong = client.post(reverse("handover_new"), {**sent, "on": timezone.localdate()})
    assert wrong.status_code == 422
    assert "钥匙在值班室" in wrong.content.decode()
    for _each in range(2):
        assert client.post(reverse("handover_new"), {**sent, "on": tomorrow()}).status_code == 302
    assert HandOver.objects.count() == 1
    assert Post.objects.filter(user=successor).count() == 1

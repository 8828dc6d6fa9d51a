"""Leave: on its days a stand-in holds the owner's posts, and on no other; nothing is moved and nothing moved back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from people import leave, network
from people.access import Role
from people.coverage import coverage
from people.leave import NotPossible, Wish
from people.models import Area, Household, Leave, Post, User
from tests.cast import Cast
from tests.factories import make_user


def day(offset: int) -> date:
    return timezone.localdate() + timedelta(days=offset)


def wish(owner: User, stand_in: User, since: int = 0, until: int = 7, **fields) -> Wish:
    return Wish(owner, stand_in, day(since), day(until), fields.pop("key", None) or uuid4(), **fields)


def fresh(user: User) -> User:
    """As the next request knows him: his posts are worked out once per request."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def away(cast: Cast) -> Leave:
    """The leader is away for a week from today, the leader of the other group stands in."""
    return leave.enter(wish(cast.leader, cast.other_leader), by=cast.officer)


def test_on_the_days_of_leave_the_stand_in_holds_the_posts_and_the_owner_keeps_seeing_his(cast: Cast, away: Leave):
    stand_in = fresh(cast.other_leader)
    assert stand_in.scope.posts == {(cast.group.pk, "leader"), (cast.other_group.pk, "leader")}
    assert cast.household in Household.objects.visible_to(stand_in)
    (held,) = stand_in.scope.stand_ins
    assert (held.area, held.role, held.owner, held.until) == (cast.group.pk, "leader", "李建国", day(7))
    assert cast.household in Household.objects.visible_to(fresh(cast.leader))
    assert fresh(cast.leader).scope.stand_ins == ()
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert fresh(cast.other_leader).scope.posts == {(cast.other_group.pk, "leader")}
        assert [post.user for post in Post.objects.at_work().filter(area=cast.group)] == [cast.leader]


def test_scope_is_one_query_whether_or_not_somebody_stands_in(cast: Cast, away: Leave, django_assert_num_queries):
    user = fresh(cast.other_leader)
    with django_assert_num_queries(1):
        assert user.scope.stand_ins


def test_whoever_asks_who_is_there_finds_the_stand_in_with_the_name_of_the_owner(cast: Cast, away: Leave):
    (post,) = Post.objects.at_work().filter(area=cast.group)
    assert post.user == cast.other_leader
    assert "周红" in post.holder
    assert "李建国" in post.holder
    assert [post.user for post in coverage(Area.objects.below(cast.town)).on_leave] == [cast.leader]


@pytest.mark.parametrize(
    ("by", "in_force"), [("officer", True), ("committee", True), ("supervisor", True), ("leader", False)]
)
def test_a_leader_asks_and_whoever_is_above_him_decides(cast: Cast, by: str, in_force: bool):
    entered = leave.enter(wish(cast.leader, cast.other_leader), by=getattr(cast, by))
    assert bool(entered.approved_by) is in_force
    assert fresh(cast.other_leader).scope.stand_ins if in_force else not fresh(cast.other_leader).scope.stand_ins
    leave.approve(entered, by=cast.officer)
    leave.approve(entered, by=cast.officer)
    assert Post.objects.filter(stands_in_for__user=cast.leader).count() == 1


def test_those_below_are_whose_leave_one_decides_on(cast: Cast):
    below = {name: set(leave.staff_below(getattr(cast, name))) for name in ("officer", "supervisor", "leader")}
    assert below["officer"] == {cast.leader, cast.other_leader}
    assert below["supervisor"] == {cast.leader, cast.other_leader, cast.officer, cast.committee, cast.operator}
    assert below["leader"] == set()


def refuse(wished: Wish, by: User) -> str:
    before = Leave.objects.count(), Post.objects.count()
    with pytest.raises(NotPossible) as refusal:
        leave.enter(wished, by=by)
    assert (Leave.objects.count(), Post.objects.count()) == before
    return str(refusal.value)


def test_leave_that_cannot_be_is_refused_with_a_sentence_that_says_which_rule(cast: Cast, away: Leave):
    foreign = make_user("foreign", "leader", area=cast.next_group, name="吴桐")
    other = make_user("third", "leader", area=cast.other_group, name="林海")
    said = {
        refuse(wish(cast.other_leader, other, 3, 4), cast.officer),  # stands in himself
        refuse(wish(cast.leader, other, 7, 9), cast.officer),  # away already
        refuse(wish(other, cast.leader, 5, 9), cast.officer),  # the stand-in is away
        refuse(wish(other, other, 9, 9), cast.officer),
        refuse(wish(other, foreign, 9, 9), cast.officer),
        refuse(wish(other, cast.officer, 9, 8), cast.officer),
        refuse(wish(other, cast.officer, -1, 8), cast.officer),
        refuse(wish(other, cast.officer, 9, 400), cast.officer),
        refuse(wish(cast.manager, cast.operator, 9, 9), cast.supervisor),
    }
    assert len(said) == 9
    assert leave.enter(wish(cast.leader, other, 8, 9), by=cast.officer).approved_by


def test_the_same_form_sent_twice_is_one_leave(cast: Cast):
    wished = wish(cast.leader, cast.other_leader)
    assert leave.enter(wished, by=cast.officer) == leave.enter(wished, by=cast.officer)
    assert Leave.objects.count() == 1


def test_back_early_the_work_is_the_owners_from_today(cast: Cast):
    Post.objects.update(since=day(-30))
    with time_machine.travel(timezone.now() - timedelta(days=3), tick=False):
        entered = leave.enter(wish(cast.leader, cast.other_leader), by=cast.officer)
    ended = leave.end(entered, by=cast.officer)
    assert (ended.until, ended.withdrawn_at) == (day(-1), None)
    assert not fresh(cast.other_leader).scope.stand_ins
    assert [post.user for post in Post.objects.at_work().filter(area=cast.group)] == [cast.leader]
    assert leave.enter(wish(cast.leader, cast.other_leader), by=cast.officer)


def test_leave_taken_back_before_it_began_leaves_nothing(cast: Cast):
    entered = leave.enter(wish(cast.leader, cast.other_leader, 2, 4), by=cast.officer)
    assert leave.end(entered, by=cast.leader).withdrawn_at
    assert not Post.objects.filter(stands_in_for__isnull=False).exists()
    with pytest.raises(NotPossible):
        leave.approve(entered, by=cast.officer)


def test_posts_that_begin_or_end_during_leave_take_the_stand_in_along(cast: Cast, away: Leave):
    new = network.appoint(cast.leader, Role.LEADER, by=None, area=cast.west_group, since=day(2))
    assert (cast.west_group.pk, "leader") in {
        (post.area_id, post.role) for post in Post.objects.filter(stands_in_for=new, since=day(2), until=day(7))
    }
    post = cast.leader.posts.get(area=cast.group)
    Post.objects.filter(pk__in=[post.pk, *post.stand_ins.values_list("pk", flat=True)]).update(since=day(-9))
    network.vacate(post, by=None, on=day(3))
    assert post.stand_ins.get().until == day(2)

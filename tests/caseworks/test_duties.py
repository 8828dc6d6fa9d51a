"""What waits for somebody: whose cases, whose visits, in which order, how many."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from time_machine import travel

from caseworks import duties, returning, workflow
from caseworks.deadlines import Light, classify
from caseworks.duties import deeds_of, duties_of
from caseworks.models import Case
from caseworks.moves import Act
from outreach.models import TaskReason, VisitOutcome, VisitTask
from outreach.visiting import VisitRecord, ask_for_visit, record_visit
from people.models import User
from tests.cast import Cast
from tests.factories import make_case, make_household

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

TODAY = date(2026, 11, 23)


@pytest.fixture
def monday():
    with travel("2026-11-23 10:00 +0800", tick=False):
        yield


def case_due(cast: Cast, due: str, area=None, **fields) -> Case:
    """A case whose deadline is that moment, written without its zone."""
    case = make_case(cast.operator, area or cast.group, **fields)
    Case.objects.filter(pk=case.pk).update(due_at=at(due))
    return case


def at(moment: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(moment))


def task(household, days: int, reason: str = TaskReason.CADENCE) -> VisitTask:
    return ask_for_visit(household, TODAY + timedelta(days=days), reason=reason)


def fresh(user: User) -> User:
    """The user as the next request has him: his scope is kept for the life of the object."""
    return User.objects.get(pk=user.pk)


def shown(user: User, **options) -> list[str]:
    """The duties in order: a case by its number, a visit by its household."""
    found = duties_of(fresh(user), **options)
    return [str(duty.case or (duty.task and duty.task.household)) for group in found.groups for duty in group.shown]


def counts(user: User, **options) -> dict[Light, int]:
    return {group.light: group.count for group in duties_of(fresh(user), **options).groups}


def test_the_most_pressing_comes_first_cases_and_visits_in_one_order(cast: Cast):
    later = case_due(cast, "2026-11-25 17:30")
    late = case_due(cast, "2026-11-20 17:30")
    afternoon = case_due(cast, "2026-11-23 17:30")
    this_morning = case_due(cast, "2026-11-23 09:00")
    lately = make_household(cast.group, head="林月", address="滨港路2号")
    soon = make_household(cast.group, head="何花", address="滨港路3号")
    task(lately, -2)
    task(cast.household, 0)
    task(soon, 2)
    assert shown(cast.leader) == [
        *(str(late), "林月", str(this_morning)),
        *(str(afternoon), "王秀兰"),  # a day ends after the office does
        *(str(later), "何花"),
    ]
    assert counts(cast.leader) == {Light.LATE: 3, Light.TODAY: 2, Light.LATER: 2}


@pytest.mark.parametrize(
    "due", ["2026-11-23 09:59:59", "2026-11-23 10:00", "2026-11-23 23:59:59", "2026-11-24 00:00", "2026-11-22 23:59"]
)
def test_a_case_is_counted_under_the_light_it_is_shown_in_and_both_follow_the_rule(cast: Cast, due: str):
    case_due(cast, due)
    (group,) = duties_of(cast.leader).groups
    assert [duty.light for duty in group.shown] == [group.light] == [classify(at(due), timezone.now()).light]


def test_a_case_that_stands_still_comes_last_and_is_not_late(cast: Cast):
    waiting = make_case(cast.operator, cast.group)
    workflow.accept(waiting, Act(cast.leader))
    workflow.suspend(waiting, Act(cast.leader), text="等物业")
    Case.objects.filter(pk=waiting.pk).update(due_at=at("2026-11-01 17:30"))
    later = case_due(cast, "2026-12-25 17:30")
    assert shown(cast.leader) == [str(later), str(waiting)]
    assert counts(cast.leader) == {Light.LATER: 1, Light.STILL: 1}


def test_what_was_given_back_or_is_done_no_longer_waits(cast: Cast):
    returned, done = make_case(cast.operator, cast.group), make_case(cast.operator, cast.group)
    returning.send_back(returned, Act(cast.leader), reason="elsewhere")
    workflow.resolve(done, Act(cast.leader), text="修好了", solved="yes")
    assert shown(cast.leader) == []
    assert duties_of(cast.leader).groups == []


def test_a_case_waits_for_whoever_holds_its_post_and_for_nobody_else(cast: Cast):
    case = make_case(cast.operator, cast.group)
    everybody = [*cast.by_role().values(), cast.other_leader, cast.stranger]
    assert [user.username for user in everybody if str(case) in shown(user)] == ["leader"]


def test_a_unit_has_the_cases_that_wait_at_it(cast: Cast):
    case = make_case(cast.operator, cast.group)
    Case.objects.filter(pk=case.pk).update(unit=cast.water, handling_area=None, handling_role="")
    assert shown(cast.department) == [str(case)]
    assert shown(cast.leader) == []


# ---- Whose visits ----


def test_a_leader_visits_the_households_of_his_own_group_only(cast: Cast):
    task(cast.household, 0)
    task(make_household(cast.other_group, head="周晴", address="滨港路8号"), 0)
    assert shown(cast.leader) == ["王秀兰"]
    assert shown(cast.other_leader) == ["周晴"]


def test_an_officer_visits_where_no_leader_does(cast: Cast):
    task(cast.household, 0)
    task(make_household(cast.east, head="郑直", address="东安路1号"), 0)
    assert shown(cast.officer) == ["郑直"]
    cast.leader.posts.update(since=TODAY - timedelta(days=300), until=TODAY - timedelta(days=1))
    assert shown(cast.officer) == ["王秀兰", "郑直"]
    assert shown(cast.leader) == []


@pytest.mark.parametrize("role", ["operator", "committee", "department", "supervisor", "manager"])
def test_nobody_else_has_visits_to_make(cast: Cast, role: str):
    task(cast.household, 0)
    task(make_household(cast.east, head="郑直", address="东安路1号"), 0)
    assert shown(cast.by_role()[role]) == []


def test_a_household_is_visited_once_whatever_the_reasons(cast: Cast):
    task(cast.household, 5)
    task(cast.household, -1, TaskReason.REQUEST)
    assert counts(cast.leader) == {Light.LATE: 1}
    assert shown(cast.leader) == ["王秀兰"]


def test_two_reasons_of_the_same_day_are_one_visit(cast: Cast):
    task(cast.household, 1)
    task(cast.household, 1, TaskReason.REQUEST)
    assert shown(cast.leader) == ["王秀兰"]


def test_a_visit_tried_today_is_not_late_today_but_due_in_a_week(cast: Cast):
    task(cast.household, -1)
    record_visit(VisitRecord(cast.household, VisitOutcome.NOT_HOME), cast.leader)
    assert counts(cast.leader) == {Light.LATER: 1}
    with travel("2026-11-30 10:00 +0800"):
        assert counts(cast.leader) == {Light.TODAY: 1}


def test_a_household_that_moved_away_is_visited_no_more(cast: Cast):
    task(cast.household, 0)
    cast.household.ended_on = TODAY
    cast.household.save()
    assert shown(cast.leader) == []


# ---- How many ----


def test_a_long_list_is_cut_at_its_end_and_says_how_long_it_is(cast: Cast):
    for day in range(1, 8):
        case_due(cast, f"2026-12-0{day} 17:30")
    task(cast.household, 0)
    found = duties_of(cast.leader, most=3)
    assert (found.total, found.hidden) == (8, 5)
    assert [(group.light, group.count, len(group.shown)) for group in found.groups] == [
        (Light.TODAY, 1, 1),
        (Light.LATER, 7, 2),
    ]


def test_five_queries_and_one_for_the_posts_however_much_there_is_to_do(cast: Cast, django_assert_num_queries):
    for number in range(12):
        case_due(cast, f"2026-11-{15 + number} 17:30")
        task(make_household(cast.group, address=f"滨港路{number + 1}号"), number - 5)
    user = fresh(cast.leader)
    with django_assert_num_queries(6):
        found = duties_of(user)
        for group in found.groups:
            for duty in group.shown:
                case, due = duty.case, duty.task
                area = case.area if case else due and due.household.area
                assert area and area.long_name == "东安社区 第1小组"
                assert case or (due and due.household.head)
    assert found.total == 24


# ---- What somebody did ----


def test_what_somebody_did_last_is_told_newest_first_visits_among_it(cast: Cast):
    case = make_case(cast.operator, cast.group)
    with travel("2026-11-23 11:00 +0800", tick=False):
        visit = record_visit(VisitRecord(cast.household, VisitOutcome.WELL), cast.leader)
    with travel("2026-11-23 12:00 +0800", tick=False):
        workflow.accept(case, Act(cast.leader))
    newest, before = deeds_of(cast.leader)
    assert newest.entry and (newest.entry.case, newest.entry.verb) == (case, "accept")
    assert before.visit == visit
    assert len(deeds_of(cast.leader, most=1)) == 1


def test_a_case_that_left_his_areas_is_not_told_of_any_more(cast: Cast):
    case = make_case(cast.operator, cast.group)
    workflow.accept(case, Act(cast.leader))
    Case.objects.filter(pk=case.pk).update(area=cast.west_group, handling_area=cast.west_group)
    assert deeds_of(cast.leader) == []


def test_every_light_has_its_place_in_the_order():
    assert set(duties.ORDER) == set(Light)

"""Whether the contact network covers everybody."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from people import network
from people.coverage import GapKind, coverage
from people.models import Area, Household, Post, SpanKind, SpanLimit
from tests.factories import make_area, make_household, make_user


def look(town):
    return coverage(Area.objects.below(town))


def gaps(found, kind):
    return [gap for gap in found.gaps if gap.kind == kind]


def places(found, kind):
    return [gap.place for gap in gaps(found, kind)]


@pytest.fixture
def covered(cast):
    """The town of the cast, with every post of the west filled too."""
    network.appoint(cast.officer, "officer", by=None, area=cast.west)
    network.appoint(cast.committee, "committee", by=None, area=cast.west)
    make_user("west_leader", "leader", area=cast.west_group, name="林海")
    return cast


def test_a_town_with_every_post_filled_and_everybody_in_a_group_has_no_gap(covered):
    found = look(covered.town)
    assert found.gaps == []
    assert (found.households, found.groups, len(found.communities)) == (2, 3, 2)


def test_households_of_the_community_itself_are_without_a_group(covered):
    make_household(covered.east)
    make_household(covered.east)
    found = look(covered.town)
    assert found.without_group == 2
    (gap,) = gaps(found, GapKind.WITHOUT_GROUP)
    assert (gap.area, gap.size) == (covered.east, 2)


def test_a_household_in_a_group_that_is_no_more_has_none(covered):
    Area.objects.filter(pk=covered.group.pk).update(active=False)
    found = look(covered.town)
    assert (found.without_group, found.groups) == (1, 2)
    assert gaps(found, GapKind.WITHOUT_GROUP)[0].area == covered.east


def test_a_household_known_by_its_town_alone_is_counted_too(covered):
    make_household(covered.town)
    found = look(covered.town)
    assert (found.households, found.without_group, found.elsewhere) == (3, 1, 1)


def test_households_that_ended_count_nowhere(covered):
    Household.objects.update(ended_on=date(2026, 1, 1))
    assert look(covered.town).households == 0


def test_posts_that_nobody_ever_held_are_missing(cast):
    found = look(cast.town)
    assert places(found, GapKind.WITHOUT_OFFICER) == ["西塘社区"]
    assert places(found, GapKind.WITHOUT_COMMITTEE) == ["西塘社区"]
    assert places(found, GapKind.WITHOUT_LEADER) == ["西塘社区 第1小组"]
    assert {gap.since for gap in found.gaps if gap.role} == {None}


def test_a_vacancy_is_dated_by_the_last_day_of_the_last_holder(covered):
    today = timezone.localdate()
    Post.objects.filter(user=covered.leader).update(since=today - timedelta(30), until=today - timedelta(3))
    (gap,) = gaps(look(covered.town), GapKind.WITHOUT_LEADER)
    assert (gap.area, gap.role, gap.since) == (covered.group, "leader", today - timedelta(2))


def test_an_account_that_was_closed_holds_no_post(covered):
    covered.leader.is_active = False
    covered.leader.save()
    assert places(look(covered.town), GapKind.WITHOUT_LEADER) == ["东安社区 第1小组"]


def test_a_post_above_covers_what_lies_below(cast):
    network.appoint(make_user("town_officer"), "officer", by=None, area=cast.town)
    assert look(cast.town).count(GapKind.WITHOUT_OFFICER) == 0


def test_a_group_over_its_limit_is_named_with_its_size(covered):
    for number in range(15):
        make_household(covered.group, address=f"滨港路{number}号")
    (gap,) = gaps(look(covered.town), GapKind.OVER_SPAN)
    assert (gap.place, gap.span, gap.size, gap.limit) == ("东安社区 第1小组", SpanKind.GROUP, 16, 15)


def test_an_officers_span_counts_leaders_over_all_his_communities_each_once(covered):
    for number in range(2):
        area = make_area(f"第{number + 3}小组", "group", covered.east)
        make_user(f"leader{number}", "leader", area=area)
    # The fifth group has a leader who has another one already.
    network.appoint(covered.leader, "leader", by=None, area=make_area("第5小组", "group", covered.east))
    (gap,) = gaps(look(covered.town), GapKind.OVER_SPAN)
    assert (gap.place, gap.span, gap.size, gap.limit) == ("东安社区、西塘社区", SpanKind.OFFICER, 5, 4)
    assert gap.holder == "陈静"


def test_a_committee_member_with_one_community_has_less_than_two(covered):
    Post.objects.filter(user=covered.committee, area=covered.west).delete()
    network.appoint(make_user("member"), "committee", by=None, area=covered.west)
    assert [(gap.size, gap.limit) for gap in gaps(look(covered.town), GapKind.UNDER_SPAN)] == [(1, 2), (1, 2)]


def test_standing_in_is_shown_as_leave_and_is_no_lasting_burden(covered):
    post = Post.objects.get(user=covered.committee, area=covered.east)
    stand_in = make_user("stand_in", name="方圆")
    Post.objects.create(user=stand_in, role="committee", area=covered.east, stands_in_for=post)
    found = look(covered.town)
    assert found.on_leave == [post]
    assert not found.gaps


def test_limits_are_data(covered):
    SpanLimit.objects.filter(kind=SpanKind.OFFICER).update(most=2)
    assert look(covered.town).count(GapKind.OVER_SPAN) == 1
    SpanLimit.objects.all().delete()
    assert look(covered.town).count(GapKind.OVER_SPAN) == 0


def test_what_lies_outside_the_areas_is_not_counted(covered):
    found = coverage(Area.objects.visible_to(covered.officer))
    assert {community.area for community in found.communities} == {covered.east, covered.west}
    assert coverage(Area.objects.visible_to(covered.stranger)).households == 1


def test_the_command_prints_the_whole_network_as_json(cast, capsys):
    make_household(cast.east)
    for number in range(15):
        make_household(cast.group, address=f"滨港路{number}号")
    call_command("network", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert {key: printed[key] for key in list(printed)[:6]} == {
        "households": 19,
        "without_group": 1,
        "groups": 4,
        "without_leader": 2,
        "communities": 3,
        "without_officer": 2,
    }
    assert printed["over_span"] == [
        {"area": "东安社区 第1小组", "kind": "group", "size": 16, "limit": 15, "holder": ""}
    ]


def test_the_command_names_every_gap_on_a_line(cast, capsys):
    call_command("network")
    lines = capsys.readouterr().out.splitlines()
    # Five figures; below the gaps, the supervisor of the town, who keeps no department yet.
    assert len(lines) == 5 + len(coverage(Area.objects.all()).gaps) + 1


def test_an_empty_office_is_covered(db, capsys):
    call_command("network", "--json")
    assert json.loads(capsys.readouterr().out)["households"] == 0


def test_coverage_takes_as_many_queries_for_forty_communities_as_for_two(cast, django_assert_num_queries):
    with django_assert_num_queries(5):
        look(cast.town)
    for number in range(38):
        make_household(make_area("第1小组", "group", make_area(f"{number}社区", "community", cast.town)))
    with django_assert_num_queries(5):
        assert len(look(cast.town).communities) == 40

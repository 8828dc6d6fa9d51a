"""The coverage of the contact network on screen, and the groups of a community proposed, made and taken back there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from outreach import departments
from people import network
from people.models import Building, Household, Organisation, Regrouping
from people.views.network import GapRow
from tests.factories import make_area, make_household, make_user

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = pytest.mark.any_database


@pytest.fixture
def village(cast):
    """A community of the officer with twenty households and no group."""
    area = make_area("勾山村", "community", cast.town)
    network.appoint(cast.officer, "officer", by=None, area=area)
    for number in range(20):
        make_household(area, head=f"住户{number}", address=f"{'滨港路' if number < 9 else '教场路'}{number + 1}号")
    return area


def groups_url(area):
    return reverse("network_groups", args=[area.pk])


def rows(client, **query) -> list[GapRow]:
    return client.get(reverse("network"), query).context["gaps"]


def form_of(response) -> dict[str, str]:
    """What the page's form would send back unchanged."""
    sent = {}
    for group in response.context["proposal"].groups:
        for household in group.households:
            sent[f"home-{household.pk}"] = group.name
            sent[f"version-{household.pk}"] = str(household.version)
    return {"size": "15", **sent}


def test_the_supervisor_sees_his_town_and_no_other(client, cast):
    client.force_login(cast.supervisor)
    page = client.get(reverse("network"))
    assert [community.area for community in page.context["coverage"].communities] == [cast.east, cast.west]
    assert "南浦社区" not in page.content.decode()


def test_an_officer_sees_his_own_communities(client, cast):
    client.force_login(cast.officer)
    page = client.get(reverse("network"))
    assert [community.area for community in page.context["coverage"].communities] == [cast.east]


def test_a_manager_sees_figures_and_staff_and_neither_names_nor_addresses_of_residents(client, cast, village):
    client.force_login(cast.manager)
    page = client.get(reverse("network")).content.decode()
    assert "陈静" in page
    assert village.households.first().head.name not in page
    assert "滨港路" not in page
    assert client.get(groups_url(village)).status_code == 403


@pytest.mark.parametrize("who", ["manager", "supervisor"])
def test_a_vacant_post_is_filled_in_one_form_with_the_likeliest_person_chosen(client, cast, who):
    client.force_login(getattr(cast, who))
    (row,) = [row for row in rows(client) if row.gap.kind == "without_officer"]
    form = client.get(row.url).context["form"]
    assert form["person"].value() == cast.officer.pk
    sent = {"place": f"a{cast.west.pk}", "person": cast.officer.pk, "since": timezone.localdate()}
    assert client.post(row.url, sent | {"person": ""}).status_code == 422
    for _time in range(2):
        client.post(row.url, sent)
    assert cast.officer.posts.filter(area=cast.west, role="officer").count() == 1
    assert not [row for row in rows(client) if row.gap.kind == "without_officer"]


def test_two_who_fill_one_vacancy_put_nobody_beside_the_other(client, cast):
    client.force_login(cast.supervisor)
    page = reverse("network_post", args=["officer", "area", cast.west.pk])
    sent = {"place": f"a{cast.west.pk}", "since": timezone.localdate()}
    assert client.post(page, sent | {"person": cast.officer.pk}).status_code == 302
    second = client.post(page, sent | {"name": "林海", "phone": "13800137777"})
    assert second.status_code == 422
    assert cast.officer.name in second.content.decode()
    assert [post.user for post in cast.west.posts.filter(role="officer")] == [cast.officer]


@pytest.mark.parametrize("since", ["0001-01-01", "2016-01-01", "9999-12-31"])
def test_a_slip_of_the_year_does_not_unmake_the_post_of_whoever_held_it(client, cast, since):
    held = cast.officer.posts.get()
    client.force_login(cast.supervisor)
    page = reverse("network_post", args=["officer", "from", cast.officer.pk])
    sent = {"place": f"p{held.pk}", "name": "林海", "phone": "13800137777", "since": since}
    assert client.post(page, sent).status_code == 422
    type(held).objects.filter(pk=held.pk).update(since=timezone.localdate() - timedelta(30))
    assert client.post(page, sent | {"since": timezone.localdate() - timedelta(60)}).status_code == 422
    assert cast.officer.posts.get().until is None


def test_a_group_leader_is_not_appointed_to_a_town_by_its_address(client, cast):
    client.force_login(cast.supervisor)
    for role, area in (("leader", cast.town), ("officer", cast.group), ("committee", cast.town)):
        assert client.get(reverse("network_post", args=[role, "area", area.pk])).status_code == 404


def test_somebody_new_takes_a_vacant_group(client, cast):
    client.force_login(cast.supervisor)
    (row,) = [row for row in rows(client) if row.gap.kind == "without_leader"]
    sent = {"place": f"a{cast.west_group.pk}", "name": "林海", "phone": "13800137777", "since": timezone.localdate()}
    client.post(row.url, sent)
    assert [post.user.name for post in cast.west_group.posts.all()] == ["林海"]


def test_whoever_has_too_much_gives_a_part_to_whoever_has_least(client, cast):
    today = timezone.localdate()
    other = make_user("other_officer", "officer", area=cast.west, name="方圆")
    cast.officer.posts.update(since=today - timedelta(9))
    for number in range(3, 7):
        make_user(f"leader{number}", "leader", area=make_area(f"第{number}小组", "group", cast.east))
    client.force_login(cast.supervisor)
    (row,) = [row for row in rows(client) if row.gap.span == "officer" and row.gap.kind == "over_span"]
    form = client.get(row.url).context["form"]
    assert form["person"].value() == other.pk
    (place, _label) = form.fields["place"].choices[0]
    client.post(row.url, {"place": place, "person": other.pk, "since": today})
    assert [post.user for post in cast.east.posts.current().filter(role="officer")] == [other]


def test_whoever_has_too_little_is_given_more(client, cast):
    client.force_login(cast.supervisor)
    (row,) = [row for row in rows(client) if row.gap.kind == "under_span" and row.gap.holder == "苏梦"]
    assert client.get(row.url).context["form"]["person"].value() == cast.committee.pk


def test_a_supervisor_is_led_to_the_groups(client, cast, village):
    client.force_login(cast.supervisor)
    assert {row.url for row in rows(client) if row.gap.kind == "without_group"} == {groups_url(village)}


def test_a_committee_member_looks_and_is_led_nowhere(client, cast):
    make_household(cast.east)
    client.force_login(cast.committee)
    assert {row.url for row in rows(client)} == {""}
    assert client.get(groups_url(cast.east)).status_code == 403


def test_a_vacancy_says_since_when(client, cast):
    post = cast.leader.posts.get()
    post.since, post.until = timezone.localdate() - timedelta(9), timezone.localdate() - timedelta(2)
    post.save()
    client.force_login(cast.supervisor)
    (row,) = [row for row in rows(client) if row.gap.area == cast.group]
    assert row.gap.since == timezone.localdate() - timedelta(1)


def test_forty_communities_take_no_more_than_fifteen_queries(client, cast, django_assert_max_num_queries):
    for number in range(38):
        area = make_area(f"{number}社区", "community", cast.town)
        make_household(area)
        make_household(make_area("第1小组", "group", area))
        make_user(f"officer{number}", "officer", area=area)
    # Departments and enterprises stand on the same page.
    for name, kind in (("司法所", "department"), ("海盛食品有限公司", "enterprise")):
        unit = Organisation.objects.create(name=name, kind=kind)
        if kind == "department":
            departments.keep(cast.supervisor, unit, since=timezone.localdate(), by=None)
    client.force_login(cast.supervisor)
    with django_assert_max_num_queries(15):
        page = client.get(reverse("network"))
    assert len(page.context["coverage"].communities) == 40


def test_a_proposal_masks_every_address(client, village, cast):
    client.force_login(cast.officer)
    page = client.get(groups_url(village)).content.decode()
    assert "滨港路***" in page
    assert "滨港路1号" not in page
    assert "住户3" in page


def test_the_proposal_says_of_how_many_households_it_knows_where_they_stand(client, village, cast):
    client.force_login(cast.officer)
    assert "20 户" not in client.get(groups_url(village)).content.decode()
    building = Building(area=cast.town, address="滨港路3号", east=500, north=900)
    building.read_address()
    building.save()
    page = client.get(groups_url(village)).content.decode()
    assert "20 户中有 1 户" in page
    assert "滨港路3号" not in page


def test_the_proposal_follows_the_size_asked_for(client, village, cast):
    client.force_login(cast.officer)
    assert len(client.get(groups_url(village)).context["proposal"].groups) == 2
    assert len(client.get(groups_url(village), {"size": 5}).context["proposal"].groups) == 4
    wrong = client.get(groups_url(village), {"size": 0})
    assert wrong.context["form"].errors
    assert len(wrong.context["proposal"].groups) == 2


def test_a_household_put_elsewhere_by_hand_is_shown_there_before_anything_is_made(client, village, cast):
    client.force_login(cast.officer)
    proposed = client.get(groups_url(village))
    first, second = proposed.context["proposal"].groups
    moved = first.households[0]
    sent = form_of(proposed) | {f"home-{moved.pk}": second.name, "do": "count"}
    shown = client.post(groups_url(village), sent).context["proposal"].groups
    assert moved in next(group for group in shown if group.name == second.name).households
    assert Household.objects.filter(area=village).count() == 20


def test_groups_are_made_and_taken_back(client, village, cast):
    client.force_login(cast.officer)
    sent = form_of(client.get(groups_url(village))) | {"do": "apply"}
    answer = client.post(groups_url(village), sent, follow=True)
    assert not Household.objects.filter(area=village).exists()
    record = answer.context["undoable"]
    client.post(reverse("network_undo", args=[record.pk]))
    assert Household.objects.filter(area=village).count() == 20


def test_what_was_drawn_up_before_a_change_is_not_made(client, village, cast):
    client.force_login(cast.officer)
    sent = form_of(client.get(groups_url(village))) | {"do": "apply"}
    Household.objects.filter(area=village, address="滨港路3号").update(version=9)
    assert client.post(groups_url(village), {"do": "apply"}).status_code == 302
    newcomer = make_household(village, head="新来户", address="教场路30号")
    moved = Household.objects.exclude(pk=newcomer.pk).filter(area=village).latest("pk")
    sent[f"home-{moved.pk}"] = "我选的小组"
    again = client.post(groups_url(village), sent)
    assert again.status_code == 409
    assert Household.objects.filter(area=village).count() == 21
    # What was chosen by hand stands there still, and can be made now.
    chosen = form_of(again)
    assert chosen[f"home-{moved.pk}"] == "我选的小组"
    client.post(groups_url(village), chosen | {"do": "apply"})
    assert not Household.objects.filter(area=village).exists()


def test_after_ten_minutes_it_is_no_longer_offered_nor_done(client, village, cast):
    client.force_login(cast.officer)
    client.post(groups_url(village), form_of(client.get(groups_url(village))) | {"do": "apply"})
    record = Regrouping.objects.get()
    Regrouping.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert client.get(groups_url(village)).context["undoable"] is None
    client.post(reverse("network_undo", args=[record.pk]))
    assert not Household.objects.filter(area=village).exists()


def test_an_officer_is_not_shown_the_community_of_another(client, village, cast):
    client.force_login(cast.officer)
    assert client.get(groups_url(cast.west)).status_code == 404
    assert client.post(groups_url(cast.west), {"do": "apply"}).status_code == 404
    # A group is not a community.
    assert client.get(groups_url(cast.group)).status_code == 404


def test_an_officer_of_one_community_who_sits_on_the_committee_of_another_groups_his_own_only(client, village, cast):
    network.appoint(cast.officer, "committee", by=None, area=cast.west)
    client.force_login(cast.officer)
    assert client.get(groups_url(cast.west)).status_code == 404
    assert client.get(groups_url(village)).status_code == 200


def test_an_appointment_may_be_entered_years_late(client, cast):
    client.force_login(cast.supervisor)
    page = reverse("network_post", args=["leader", "area", cast.west_group.pk])
    years_ago = timezone.localdate() - timedelta(days=5 * 365)
    sent = {"place": f"a{cast.west_group.pk}", "name": "林海", "phone": "13800137777", "since": years_ago}
    assert client.post(page, sent).status_code == 302
    assert cast.west_group.posts.get().since == years_ago

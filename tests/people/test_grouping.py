"""Groups proposed for a community, made, and taken back."""

import json
import time
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from people import audit, grouping, network
from people.addresses import address_key
from people.grouping import NotPossible
from people.models import Area, AuditEvent, Building, Household, Regrouping, SpanLimit
from people.proximity import place_of
from tests.factories import make_area

OFFICE = Path(__file__).parents[1] / "data" / "office" / "residents.xlsx"


def fill(area: Area, addresses: list[str]) -> list[Household]:
    return Household.objects.bulk_create(
        Household(area=area, address=address, address_key=address_key(address)) for address in addresses
    )


def houses(street: str, number: int) -> list[str]:
    return [f"{street}{house}号" for house in range(1, number + 1)]


def names(proposal) -> dict[str, int]:
    return {group.name: len(group.households) for group in proposal.groups}


@pytest.fixture
def village(cast):
    """Thirty-two households on two streets, and no group yet."""
    area = make_area("勾山村", "community", cast.town)
    fill(area, houses("滨港路", 18) + houses("教场路", 14))
    return area


def test_groups_are_named_as_offices_name_them(village):
    proposal = grouping.propose(village, 15)
    assert list(names(proposal)) == ["第1小组", "第2小组", "第3小组"]
    assert sum(names(proposal).values()) == 32
    assert proposal.moves == 0


def test_groups_with_a_leader_and_nobody_in_them_are_filled_first(cast, village):
    lost = make_area("第1小组", "group", village)
    waiting = make_area("东片小组", "group", village)
    Area.objects.filter(pk=lost.pk).update(active=False)
    proposal = grouping.propose(village, 15)
    # A name that was given before is not given again.
    assert list(names(proposal)) == ["东片小组", "第2小组", "第3小组"]
    assert proposal.groups[0].area == waiting


def test_making_the_groups_moves_everybody_in_one_audited_step(cast, village):
    before = {household.pk: household.version for household in Household.objects.in_area(village)}
    done = grouping.apply(village, grouping.propose(village, 15).groups, by=cast.supervisor)
    groups = grouping.groups_of(village)
    assert [group.name for group in groups] == ["第1小组", "第2小组", "第3小组"]
    assert not Household.objects.filter(area=village).exists()
    assert max(Household.objects.filter(area=group).count() for group in groups) <= 15
    assert {home.pk: home.version - 1 for home in Household.objects.in_area(village)} == before
    assert len(done.changes) == 32
    rows = AuditEvent.objects.filter(action="network.regroup", object_type="people.household")
    assert rows.count() == 32
    assert set(rows.values_list("actor", flat=True)) == {cast.supervisor.pk}
    assert audit.verify().broken_at is None


def test_groups_once_made_are_proposed_again_unchanged(village):
    grouping.apply(village, grouping.propose(village, 15).groups, by=None)
    again = grouping.propose(village, 15)
    assert again.moves == 0
    assert not grouping.apply(village, again.groups, by=None).changes
    assert Regrouping.objects.count() == 1


def test_newcomers_find_room_without_anybody_moving(village):
    grouping.apply(village, grouping.propose(village, 15).groups, by=None)
    newcomer = fill(village, ["教场路8号2室"])[0]
    again = grouping.propose(village, 15)
    assert again.moves == 0
    changed = grouping.apply(village, again.groups, by=None).changes
    assert [change.household.pk for change in changed] == [newcomer.pk]


def test_a_household_that_moved_meanwhile_stops_the_making(village):
    drawn_up = grouping.propose(village, 15)
    Household.objects.filter(area=village, address="滨港路3号").update(version=7)
    with pytest.raises(NotPossible):
        grouping.apply(village, drawn_up.groups, by=None)
    assert Household.objects.filter(area=village).count() == 32
    assert not grouping.groups_of(village)


def test_a_household_that_came_meanwhile_is_not_forgotten(village):
    drawn_up = grouping.propose(village, 15)
    fill(village, ["滨港路99号"])
    with pytest.raises(NotPossible):
        grouping.apply(village, drawn_up.groups, by=None)


def test_households_that_ended_are_left_where_they_were(village):
    ended = Household.objects.filter(area=village).first()
    Household.objects.filter(pk=ended.pk).update(ended_on="2026-01-01")
    grouping.apply(village, grouping.propose(village, 15).groups, by=None)
    ended.refresh_from_db()
    assert ended.area == village


def test_taking_it_back_puts_everybody_where_he_was_and_removes_the_new_groups(cast, village):
    record = grouping.apply(village, grouping.propose(village, 15).groups, by=cast.supervisor).record
    grouping.undo(record, by=cast.supervisor)
    assert Household.objects.filter(area=village).count() == 32
    assert not grouping.groups_of(village)
    assert AuditEvent.objects.filter(action="network.regroup.undo", object_type="people.household").count() == 32
    with pytest.raises(NotPossible):
        grouping.undo(record, by=cast.supervisor)
    assert list(names(grouping.propose(village, 15))) == ["第1小组", "第2小组", "第3小组"]


def test_a_new_group_that_has_its_leader_already_stays_when_it_is_taken_back(cast, village):
    record = grouping.apply(village, grouping.propose(village, 15).groups, by=None).record
    network.appoint(cast.leader, "leader", by=None, area=grouping.groups_of(village)[0])
    grouping.undo(record, by=None)
    assert [group.name for group in grouping.groups_of(village)] == ["第1小组"]


def test_it_is_not_taken_back_over_a_later_move(cast, village):
    record = grouping.apply(village, grouping.propose(village, 15).groups, by=None).record
    Household.objects.filter(address="滨港路3号").update(area=cast.west_group)
    with pytest.raises(NotPossible):
        grouping.undo(record, by=None)
    record.refresh_from_db()
    assert record.undone_at is None
    assert not Household.objects.filter(area=village).exists()


def by_hand(village, name_of):
    homes = list(Household.objects.in_area(village))
    return grouping.drawn_up(village, {h.pk: name_of(h) for h in homes}, {h.pk: h.version for h in homes})


def test_a_division_by_hand_is_judged_and_made_like_a_proposal(village):
    proposal = by_hand(village, lambda home: "东片" if home.address.startswith("滨港路") else "西片")
    assert names(proposal) == {"东片": 18, "西片": 14}
    assert proposal.distance > 0
    grouping.apply(village, proposal.groups, by=None)
    assert {group.name: group.households.count() for group in grouping.groups_of(village)} == {"东片": 18, "西片": 14}


def test_a_household_left_out_by_hand_stops_the_making(village):
    home = Household.objects.filter(area=village).first()
    with pytest.raises(NotPossible):
        grouping.apply(village, grouping.drawn_up(village, {home.pk: "东片"}, {home.pk: 1}).groups, by=None)


@pytest.mark.parametrize("name", ["", "  ", "长" * 81, "旧组"])
def test_a_name_that_no_group_can_have_is_refused(village, name):
    Area.objects.filter(pk=make_area("旧组", "group", village).pk).update(active=False)
    with pytest.raises(NotPossible):
        by_hand(village, lambda home: name)


def test_the_size_is_the_limit_the_office_set(village):
    assert grouping.usual_size() == 15
    SpanLimit.objects.filter(kind="group").update(most=8)
    assert grouping.usual_size() == 8
    SpanLimit.objects.all().delete()
    assert grouping.usual_size() == grouping.DEFAULT_SIZE


@pytest.mark.parametrize("size", [0, -3])
def test_a_group_without_room_is_refused(village, size):
    with pytest.raises(NotPossible):
        grouping.propose(village, size)


@pytest.mark.parametrize("surveyed", [False, True])
def test_three_hundred_households_take_two_seconds_at_most(cast, surveyed):
    book = openpyxl.load_workbook(OFFICE, read_only=True)
    rows = [row[0] for sheet in book for row in sheet.iter_rows(min_row=4, min_col=3, max_col=3, values_only=True)]
    village = make_area("勾山村", "community", cast.town)
    homes = fill(village, [address for address in rows if address][:300])
    if surveyed:
        houses = sorted({place_of(home.address).house for home in homes})
        lie = {street: 60 * position for position, street in enumerate(sorted({house.street for house in houses}))}
        Building.objects.bulk_create(
            Building(area=cast.town, **house._asdict(), east=37 * number % 900, north=lie[house.street])
            for number, house in enumerate(houses)
        )
    # Of this process: what else the machine does at the time is not counted.
    began = time.process_time()
    proposal = grouping.propose(village, 15)
    assert time.process_time() - began < 2
    assert proposal.known == (300 if surveyed else 0)
    assert max(names(proposal).values()) <= 15
    assert proposal.distance_alphabetical > 1.25 * proposal.distance or surveyed
    assert proposal.distance_random > (2 if surveyed else 4) * proposal.distance


# ---- Where houses stand ----


def stand(area: Area, *houses: tuple[str, int, int]) -> None:
    rows = [Building(area=area, address=address, east=east, north=north) for address, east, north in houses]
    for row in rows:
        row.read_address()
    Building.objects.bulk_create(rows)


def test_what_is_known_of_where_houses_stand_is_asked_for_once_and_counted(cast, village, django_assert_num_queries):
    before = grouping.propose(village, 15)
    stand(cast.town, *((f"滨港路{house}号", 20 * house, 0) for house in range(1, 19)), ("滨港路99号", 0, 0))
    stand(cast.next_town, *((f"教场路{house}号", 20 * house, 0) for house in range(1, 15)))
    homes = list(Household.objects.in_area(village))
    with django_assert_num_queries(1):
        places = grouping.places_of(village, homes)
    assert sum(place.point is not None for place in places.values()) == 18
    proposal = grouping.propose(village, 15)
    assert (before.known, proposal.known, proposal.households) == (0, 18, 32)
    assert proposal.distance < before.distance


def test_a_building_without_a_point_of_its_own_stands_where_its_number_does(cast):
    flats = make_area("西河社区", "community", cast.town)
    homes = fill(flats, ["西河路5号1幢301室", "西河路5号2幢302室", "西河路7号", "西河路9号3幢101室"])
    stand(cast.town, ("西河路5号", 100, 200), ("西河路5号2幢", 130, 240), ("西河路9号2幢", 1, 1))
    places = grouping.places_of(flats, homes)
    assert [places[home.pk].point for home in homes] == [(100, 200), (130, 240), None, None]


def test_points_alone_change_which_households_are_put_together(cast):
    village = make_area("双岙村", "community", cast.town)
    fill(
        village, [f"{street}{house}号" for street in ("滨港路", "教场路", "泰来街", "西河路") for house in range(1, 8)]
    )
    lie = {"滨港路": 0, "泰来街": 12, "教场路": 3000, "西河路": 3012}
    stand(
        cast.town,
        *((f"{street}{house}号", 15 * house, north) for street, north in lie.items() for house in range(1, 8)),
    )
    together = [{home.address[:3] for home in group.households} for group in grouping.propose(village, 15).groups]
    assert sorted(together, key=min) == [{"教场路", "西河路"}, {"滨港路", "泰来街"}]


# ---- manage.py group ----


def test_the_command_prints_the_proposal_and_changes_nothing(village, capsys):
    call_command("group", "勾山", "--size", "15", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == ["community", "groups", "moves", "distance", "distance_alphabetical", "distance_random"]
    assert printed["community"] == "勾山村"
    assert sum(len(group["households"]) for group in printed["groups"]) == 32
    assert set(printed["groups"][0]["households"][0]) == {"id", "address"}
    assert printed["distance"] < printed["distance_random"]
    assert Household.objects.filter(area=village).count() == 32


def test_the_command_applies_says_what_changed_and_takes_it_back(village, capsys):
    call_command("group", str(village.pk), "--apply", "--json")
    changed = json.loads(capsys.readouterr().out)["changed"]
    assert len(changed) == 32
    assert {(row["from"], row["to"]) for row in changed} == {("勾山村", f"第{number}小组") for number in (1, 2, 3)}
    call_command("group", "勾山村", "--undo")
    assert len(capsys.readouterr().out.splitlines()) == 32
    assert Household.objects.filter(area=village).count() == 32


def test_the_command_prints_a_line_per_household(village, capsys):
    call_command("group", "勾山村", "--apply")
    lines = capsys.readouterr().out.splitlines()
    assert sum("滨港路" in line for line in lines) == 18
    assert sum("→" in line for line in lines) == 32


@pytest.mark.parametrize(
    "arguments", [["桃花岛"], ["第1小组"], ["勾山村", "--size", "0"], ["勾山村", "--undo"]], ids=" ".join
)
def test_the_command_refuses_with_2(village, arguments):
    with pytest.raises(CommandError) as refused:
        call_command("group", *arguments)
    assert refused.value.returncode == 2


def test_a_name_that_two_towns_have_must_be_given_by_its_number(cast, village):
    make_area("勾山村", "community", cast.next_town)
    with pytest.raises(CommandError):
        call_command("group", "勾山村")
    call_command("group", str(village.pk))

"""Whom something is for: what a criterion means in memory is what it means on rows."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people.criteria import Ages, HouseholdFacts, Households, years_before
from people.models import Area, Household, HouseholdKind, Membership, Need, Resident, ServiceNeed, Tier
from tests.factories import make_household, make_resident

KINDS = (HouseholdKind.TAIWAN_COMPATRIOT, HouseholdKind.RETURNED, HouseholdKind.RESIDENT)
TIERS = (Tier.ORDINARY, Tier.KEY, Tier.ASSISTANCE)
NEEDS = (Need.LIVING_ALONE, Need.DISABLED, Need.HARDSHIP)


@pytest.fixture
def households(cast) -> list[tuple[int, HouseholdFacts]]:
    """Rows of every kind and tier in three groups, some with two needs, some with one that is over."""
    groups = (cast.group, cast.other_group, cast.west_group)
    for number, (kind, tier) in enumerate((kind, tier) for kind in KINDS for tier in TIERS):
        home = make_household(groups[number % 3], address=f"滨港路{number}号", kind=kind, tier=tier)
        for place, need in enumerate(NEEDS[: number % 4]):
            over = date(2026, 1, 1) if place == number % 3 else None
            ServiceNeed.objects.create(household=home, need=need, since=date(2025, 1, 1), until=over)
    return [(home.pk, facts_of(home)) for home in Household.objects.select_related("area")]


def facts_of(home: Household) -> HouseholdFacts:
    needs = home.needs.filter(until__isnull=True).values_list("need", flat=True)
    return HouseholdFacts(home.area.place, home.kind, home.tier, frozenset(needs))


def some(values):
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_households_that_fit_are_those_that_are_fetched(households, data):
    places = ["", *Area.objects.values_list("path", flat=True)]
    meant = Households(data.draw(st.sampled_from(places)), *(data.draw(some(part)) for part in (KINDS, TIERS, NEEDS)))
    fitting = sorted(pk for pk, facts in households if meant.fit(facts))
    assert sorted(Household.objects.meant(meant).values_list("pk", flat=True)) == fitting
    members = Membership.objects.meant(meant, Ages())
    assert sorted(members.values_list("household", flat=True)) == fitting


def test_where_no_household_is_known_nothing_that_is_asked_fits():
    assert Households().fit(HouseholdFacts())
    asked = (Households(kinds=KINDS), Households(tiers=TIERS), Households(needs=NEEDS), Households(place="1."))
    assert not any(meant.fit(HouseholdFacts()) for meant in asked)


def test_an_area_without_a_path_is_nowhere_and_not_everywhere():
    with pytest.raises(ValueError, match="path"):
        _ = Area(name="断枝").place


@given(st.dates(date(1904, 1, 1), date(2026, 2, 28)), st.integers(0, 120))
def test_the_bound_of_an_age_agrees_with_the_age_itself(born, years):
    today = date(2026, 11, 22)
    older = Resident(born=born).age(on=today) >= years
    assert (born <= years_before(today, years)) == older


def test_of_whom_no_birth_date_is_known_no_age_is_assumed(cast):
    make_resident(cast.household, name="李明", born=date(1950, 11, 22))
    assert [str(member.resident) for member in Membership.objects.meant(Households(), Ages(youngest=0))] == ["李明"]

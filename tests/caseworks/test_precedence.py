"""Which routing rule takes what the ones below it wait for: the analysis against trying every kind of request."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from caseworks.precedence import Conditions, Facts, World, takers
from people.criteria import HouseholdFacts, Households

CHANNELS = ("hotline", "visit")
URGENCIES = ("normal", "urgent")
# 1 and 2 are categories, 11 and 12 parts of the first; a tree of areas two communities wide.
CATEGORIES: list[tuple[int, ...]] = [(), (1,), (2,), (11, 1), (12, 1)]
PLACES = ["", "1.", "1.2.", "1.2.3.", "1.2.4.", "1.5."]
KINDS, TIERS = ("taiwan", "returned"), ("ordinary", "key")
# Of a household both are known, or it is not.
HOUSEHOLDS = [HouseholdFacts(), *(HouseholdFacts(kind=kind, tier=tier) for kind, tier in product(KINDS, TIERS))]
WORLD = World(CHANNELS, URGENCIES, HOUSEHOLDS)
REQUESTS = [Facts(*kind) for kind in product(CATEGORIES, CHANNELS, PLACES, URGENCIES, HOUSEHOLDS)]

rules_ = st.lists(
    st.builds(
        Conditions,
        categories=st.sampled_from(CATEGORIES),
        channel=st.sampled_from(["", *CHANNELS]),
        place=st.sampled_from(PLACES),
        urgency=st.sampled_from(["", *URGENCIES]),
        households=st.builds(
            Households,
            kinds=st.sampled_from([(), *((kind,) for kind in KINDS)]),
            tiers=st.sampled_from([(), *((tier,) for tier in TIERS)]),
        ),
    ),
    max_size=6,
)


@settings(max_examples=150)
@given(rules_)
def test_a_rule_is_marked_exactly_when_no_request_at_all_would_reach_it(rules):
    for position, (rule, above) in enumerate(zip(rules, takers(rules, WORLD), strict=True)):
        reach = [request for request in REQUESTS if rule.fit(request)]
        left = [request for request in reach if not any(other.fit(request) for other in rules[:position])]
        assert bool(above) == (not left)
        # None of those that are named is named in vain.
        for index in above:
            others = [rules[other] for other in above if other != index]
            assert not all(any(other.fit(request) for other in others) for request in reach)


def test_three_rules_that_part_the_urgencies_among_them_leave_nothing_to_a_fourth():
    parts = [Conditions(categories=(1,), urgency=urgency) for urgency in URGENCIES]
    rules = [*parts, Conditions(categories=(11, 1)), Conditions(categories=(2,))]
    assert takers(rules, WORLD) == [(), (), (0, 1), ()]


def test_rules_for_every_kind_leave_nothing_to_one_that_asks_a_tier_and_whoever_is_not_known_to_the_rest():
    kinds = [Conditions(households=Households(kinds=(kind,))) for kind in KINDS]
    by_tier, anybody = Conditions(households=Households(tiers=("key",))), Conditions()
    assert takers([*kinds, by_tier, anybody], WORLD) == [(), (), (0, 1), ()]
    assert takers([*kinds[1:], by_tier], WORLD) == [(), ()]

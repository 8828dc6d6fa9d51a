"""What the members of a household suggest about its needs, and what they never do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.composition import CHILDREN, ELDERLY, EMPTY_NEST, LIVING_ALONE, PARENTS_FROM, Member, known, needs_of

BOTH = {EMPTY_NEST, LIVING_ALONE}
NEITHER: set[str] = set()
HEAD, WIFE, SON, MOTHER = "户主", "配偶", "儿子", "母亲"

# members, whether a child lives abroad, what follows
TABLE = [
    ([Member(82, HEAD)], False, BOTH),
    ([Member(60, HEAD)], False, BOTH),
    ([Member(59, HEAD)], False, NEITHER),
    ([Member(None, HEAD)], False, NEITHER),
    ([Member(82, HEAD), Member(80, WIFE)], False, {EMPTY_NEST}),
    ([Member(82, HEAD), Member(58, WIFE)], False, NEITHER),
    ([Member(82, HEAD), Member(None, WIFE)], False, NEITHER),
    ([Member(64, HEAD), Member(88, MOTHER)], False, NEITHER),
    ([Member(85, HEAD), Member(61, SON)], False, NEITHER),
    ([Member(48, HEAD), Member(47, WIFE)], True, {EMPTY_NEST}),
    ([Member(48, HEAD), Member(47, WIFE)], False, NEITHER),
    ([Member(50, HEAD)], True, {EMPTY_NEST}),
    ([Member(48, HEAD), Member(47, WIFE), Member(12, SON)], True, NEITHER),
    ([Member(44, HEAD), Member(47, WIFE)], True, NEITHER),
    ([], False, NEITHER),
]


@pytest.mark.parametrize("members,child_abroad,expected", TABLE)
def test_the_table_of_households(members, child_abroad, expected):
    assert needs_of(members, child_abroad=child_abroad) == expected


members = st.lists(
    st.builds(Member, st.none() | st.integers(0, 110), st.sampled_from([HEAD, WIFE, SON, MOTHER, ""])), max_size=6
)


@given(members, st.booleans())
def test_whatever_the_household(who, abroad):
    found = needs_of(who, child_abroad=abroad)
    if not known(who):
        assert found == NEITHER
    if LIVING_ALONE in found:
        assert len(who) == 1 and who[0].age >= ELDERLY
    if EMPTY_NEST in found:
        assert all(one.age >= (PARENTS_FROM if abroad else ELDERLY) and one.relation not in CHILDREN for one in who)
    # Whoever moves in and is young, or of whom nothing is known, ends both.
    for newcomer in (Member(30, ""), Member(None, "")):
        assert needs_of([*who, newcomer], child_abroad=abroad) == NEITHER
    assert needs_of(who, child_abroad=True) >= needs_of(who)

"""What a pair-up promised and what was done of it: a table worked out by hand, and what holds for any."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.agreements import Agreement, count, promised
from outreach.cadence import Contact, Norm

MONTHLY, WEEKLY, QUARTERLY = Norm(1, 1), Norm(4, 1), Norm(1, 3)
AT_HOME = Norm(1, 1, forms=frozenset({"home"}))
SINCE, UNTIL = date(2026, 1, 1), date(2026, 12, 31)


def on(*days: str) -> list[Contact]:
    return [Contact(date.fromisoformat(day)) for day in days]


# norm, contacts, day looked at, ended: promised, made, due
TABLE = [
    (MONTHLY, on(), "2026-01-31", None, 0, 0, "2026-02-01"),
    (MONTHLY, on(), "2026-02-01", None, 1, 0, "2026-02-01"),
    (MONTHLY, on("2026-01-15"), "2026-02-28", None, 1, 1, "2026-03-01"),
    (MONTHLY, on("2026-01-15", "2026-01-20"), "2026-03-15", None, 2, 2, "2026-04-01"),
    (MONTHLY, on("2026-01-15", "2026-01-15"), "2026-03-15", None, 2, 1, "2026-03-01"),
    (MONTHLY, on("2025-12-31", "2027-01-01"), "2026-06-01", None, 5, 0, "2026-02-01"),
    (MONTHLY, on("2026-02-20"), "2026-02-10", None, 1, 0, "2026-02-01"),
    (MONTHLY, on("2026-01-15"), "2026-12-31", "2026-02-01", 1, 1, None),
    (MONTHLY, on(), "2027-06-01", None, 11, 0, "2026-02-01"),
    (QUARTERLY, on("2026-03-31"), "2026-07-01", None, 2, 1, "2026-07-01"),
    (WEEKLY, on("2026-01-05", "2026-01-12", "2026-01-19"), "2026-02-01", None, 4, 3, "2026-02-01"),
    (AT_HOME, [Contact(date(2026, 1, 9), "phone"), Contact(date(2026, 1, 20))], "2026-02-28", None, 1, 1, "2026-03-01"),
    (MONTHLY, [Contact(date(2026, 1, 9), reached=False)], "2026-02-28", None, 1, 0, "2026-02-01"),
]


@pytest.mark.parametrize("norm,contacts,day,ended,agreed,made,due", TABLE)
def test_the_table_of_agreements(norm, contacts, day, ended, agreed, made, due):
    agreement = Agreement(norm, SINCE, UNTIL, ended and date.fromisoformat(ended))
    found = count(agreement, contacts, date.fromisoformat(day))
    assert (found.promised, found.made, found.due) == (agreed, made, due and date.fromisoformat(due))
    assert found.behind == max(0, agreed - made)


days = st.dates(date(2025, 11, 1), date(2027, 2, 28))
norms = st.builds(Norm, st.integers(1, 8), st.integers(1, 6), forms=st.frozensets(st.sampled_from(["home", "phone"])))
contacts = st.lists(st.builds(Contact, days, st.sampled_from(["home", "phone"]), reached=st.booleans()), max_size=20)


@given(norms, contacts, days, days)
def test_whatever_the_agreement(norm, made, day, another):
    agreement = Agreement(norm, SINCE, UNTIL)
    found = count(agreement, made, day)
    later = count(agreement, made, day + timedelta(days=31))
    assert later.promised >= found.promised and later.made >= found.made, "time takes nothing away"
    more = count(agreement, [*made, Contact(another)], day)
    assert more.made >= found.made and more.behind <= found.behind
    if found.due:
        assert SINCE < found.due <= UNTIL
        # Behind is whoever was due by that day: the same thing said twice.
        assert (found.behind > 0) == (found.due <= day)
    assert promised(agreement, UNTIL) == promised(agreement, UNTIL + timedelta(days=500))

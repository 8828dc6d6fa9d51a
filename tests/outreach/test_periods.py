"""What a quarter or a year asks for, and by when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.periods import LENGTHS, Pace, Period, Term, due, latest_start, owes, period_of, standing

QUARTERLY, YEARLY = Pace(1, 3), Pace(1, 12)
DAYS = st.dates(date(2019, 1, 1), date(2032, 12, 31))
PACES = st.builds(Pace, st.integers(1, 3), st.sampled_from(LENGTHS), DAYS)
CONTACTS = st.lists(DAYS, max_size=12)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("months", "on", "first", "last"),
    [
        (3, "2026-03-31", "2026-01-01", "2026-03-31"),
        (3, "2026-04-01", "2026-04-01", "2026-06-30"),
        (3, "2028-02-29", "2028-01-01", "2028-03-31"),
        (1, "2028-02-29", "2028-02-01", "2028-02-29"),
        (6, "2026-07-01", "2026-07-01", "2026-12-31"),
        (12, "2026-12-31", "2026-01-01", "2026-12-31"),
    ],
)
def test_periods_are_those_of_the_calendar(months, on, first, last):
    assert period_of(day(on), months) == Period(day(first), day(last))


# since, contacts, today → contacts owed in this period and made, when the next is due
@pytest.mark.parametrize(
    ("pace", "since", "until", "contacts", "today", "wanted", "done", "due_on"),
    [
        # A whole quarter, before and after the meeting, and at its edges.
        (QUARTERLY, "2025-01-01", None, [], "2025-02-10", 1, 0, "2025-03-31"),
        (QUARTERLY, "2025-01-01", None, ["2025-03-31"], "2025-03-31", 1, 1, "2025-06-30"),
        (QUARTERLY, "2025-01-01", None, ["2025-03-31"], "2025-04-01", 1, 0, "2025-06-30"),
        (QUARTERLY, "2025-01-01", None, ["2025-04-01"], "2025-04-01", 1, 1, "2025-09-30"),
        # One quarter was missed: late from its last day on, until he comes.
        (QUARTERLY, "2025-01-01", None, ["2025-02-01"], "2025-07-01", 1, 0, "2025-06-30"),
        (QUARTERLY, "2025-01-01", None, ["2025-02-01", "2025-07-02"], "2025-07-02", 1, 1, "2025-12-31"),
        # Begun in mid-quarter: half of it left, and one day less.
        (QUARTERLY, "2025-02-15", None, [], "2025-02-20", 1, 0, "2025-03-31"),
        (QUARTERLY, "2025-02-16", None, [], "2025-02-20", 0, 0, "2025-06-30"),
        # Early in a quarter that asks for nothing is kind, and does not stand for the next one.
        (QUARTERLY, "2025-03-20", None, ["2025-03-25"], "2025-03-26", 0, 1, "2025-06-30"),
        # Before the term nothing counts, after it nothing is due.
        (QUARTERLY, "2025-01-01", None, ["2024-12-31"], "2025-01-02", 1, 0, "2025-03-31"),
        (QUARTERLY, "2025-01-01", "2025-05-10", [], "2025-05-20", 0, 0, None),
        (YEARLY, "2025-07-02", None, [], "2025-12-31", 1, 0, "2025-12-31"),
        (YEARLY, "2025-07-03", None, [], "2025-12-31", 0, 0, "2026-12-31"),
        # Twice a quarter, both on one day, and the second one on another.
        (Pace(2, 3), "2025-01-01", None, ["2025-01-08", "2025-01-08"], "2025-01-09", 2, 1, "2025-03-31"),
        (Pace(2, 3), "2025-01-01", None, ["2025-01-08", "2025-01-09"], "2025-01-09", 2, 2, "2025-06-30"),
        # A norm that began to hold only now cannot have been missed before.
        (Pace(1, 3, day("2026-01-01")), "2020-01-01", None, [], "2026-01-05", 1, 0, "2026-03-31"),
        (Pace(0, 3), "2025-01-01", None, [], "2026-01-05", 0, 0, None),
    ],
)
def test_a_duty_by_hand(pace, since, until, contacts, today, wanted, done, due_on):
    term = Term(day(since), day(until) if until else None)
    found = standing(pace, term, [day(text) for text in contacts], day(today))
    assert (found.wanted, found.done, found.due) == (wanted, done, day(due_on) if due_on else None)
    assert found.late == bool(due_on and due_on < today)


@given(DAYS, st.sampled_from(LENGTHS))
def test_every_day_lies_in_one_period_and_periods_follow_one_another(on, months):
    period = period_of(on, months)
    assert period.first <= on <= period.last
    assert period.following == period_of(period.last + timedelta(days=1), months)
    assert period.following.first == period.last + timedelta(days=1)


@given(DAYS, st.sampled_from(LENGTHS))
def test_a_term_that_holds_for_less_than_half_of_a_period_owes_nothing_in_it(on, months):
    period = period_of(on, months)
    left = (period.last - on).days + 1
    assert owes(Pace(1, months), Term(on), period) == (2 * left >= (period.last - period.first).days + 1)
    assert owes(Pace(1, months), Term(period.first, on), period) == (on == period.last)
    assert owes(Pace(1, months), Term(latest_start(period)), period)


@given(PACES, DAYS, CONTACTS, DAYS)
def test_one_contact_more_is_never_due_sooner(pace, since, contacts, more):
    term = Term(since)
    assert due(pace, term, contacts) <= due(pace, term, [*contacts, more])


@given(PACES, DAYS, CONTACTS)
def test_the_due_day_ends_a_period_that_owes_and_lacks_a_contact(pace, since, contacts):
    term = Term(since)
    target = due(pace, term, contacts)
    period = period_of(target, pace.months)
    assert target == period.last
    assert owes(pace, term, period)
    assert len({one for one in contacts if one >= since and period.first <= one <= period.last}) < pace.count
    # Nobody has been there since it began to lack, and all that lay before it and owed something was made good.
    held = [one for one in contacts if one >= since]
    assert not any(one > target for one in held)
    lacking = period_of(max([*held, max(since, pace.since)]), pace.months)
    while lacking < period:
        made = len({one for one in held if lacking.first <= one <= lacking.last})
        assert not owes(pace, term, lacking) or made >= pace.count
        lacking = lacking.following


@given(PACES, DAYS, CONTACTS, DAYS)
def test_whoever_is_late_owed_a_period_that_is_over(pace, since, contacts, today):
    found = standing(pace, Term(since), contacts, today)
    assert found.late == (found.due < found.period.first)
    if found.wanted and not found.late:
        assert found.met == (found.due > found.period.last)


@given(PACES, DAYS, CONTACTS, DAYS)
def test_who_comes_as_often_as_asked_in_every_period_is_never_late(pace, since, contacts, today):
    period, kept = period_of(since, pace.months), []
    while period.first <= today:
        kept += [max(period.first, since) + timedelta(days=number) for number in range(pace.count)]
        period = period.following
    assert not standing(pace, Term(since), [*kept, *contacts], today).late

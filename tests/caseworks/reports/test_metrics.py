"""What counts and what does not, figure by figure; and a month's edges."""

from datetime import UTC, datetime

import pytest

from caseworks.models import Case, FollowUp
from caseworks.reports.counting import count, median_working_days
from caseworks.reports.metrics import FIGURES, RATES, cases, follow_up, visits
from caseworks.reports.months import Month
from outreach.models import Visit
from tests.caseworks.reports.work import LOOKED_AT, moment

pytestmark = pytest.mark.django_db

# Counted by hand from tests/caseworks/reports/work.py.
IN_MAY = {
    "received": 7,
    "incidents": 1,
    "incident_households": 2,
    "contact_due": 7,
    "contacted": 3,
    "due": 6,
    "on_time": 4,
    "late": 2,
    "resolved": 4,
    "resolved_near": 2,
    "closed": 4,
    "to_ask": 3,
    "not_drawn": 1,
    "asked": 3,
    "solved": 2,
    "rated": 4,
    "satisfied": 3,
    "rated_by_lot": 3,
    "satisfied_by_lot": 2,
    "returned": 1,
    "rerouted": 1,
    "suspended": 1,
    "extended": 1,
    "urged": 1,
    "reopened": 1,
    "households": 4,
    "residents": 4,
    "empty_nesters": 1,
    "empty_nesters_60": 1,
    "living_alone": 1,
    "pair_ups": 2,
    "pair_up_visits": 1,
    "check_ups_done": 2,
    "check_ups_missed": 1,
    "visits_made": 3,
    "visits_reached": 2,
    "households_reached": 1,
    "visits_due": 3,
    "visits_done": 1,
    "visits_missed": 2,
    "campaign_targets": 3,
    "campaign_reached": 2,
    "campaign_missed": 1,
    "campaign_given": 1,
    "departments_kept": 3,
    "departments_owed": 2,
    "departments_met": 1,
    "departments_brought": 1,
    "leader_contacts": 2,
    "enterprise_contacts": 1,
    "enterprises": 2,
    "enterprises_visited": 1,
    "suggestions_received": 3,
    "suggestions_judged": 3,
    "suggestions_adopted": 1,
    "suggestions_partly": 1,
    "suggestions_declined": 1,
    "suggestions_taken_up": 2,
    "suggestions_answered": 1,
}


def test_every_figure_counts_what_was_counted_by_hand(town, may):
    assert {key: figure.rows(town.supervisor, may).count() for key, figure in FIGURES.items()} == IN_MAY


@pytest.mark.parametrize("rate", RATES, ids=lambda rate: rate.key)
def test_the_rows_of_a_rates_part_are_among_those_of_its_whole(town, may, rate):
    part = set(rate.part.rows(town.supervisor, may).values_list("pk", flat=True))
    whole = set(rate.whole.rows(town.supervisor, may).values_list("pk", flat=True))
    assert part
    assert part <= whole


def test_what_was_due_is_either_on_time_or_overdue(town, may):
    on_time, late, due = (
        set(figure.rows(town.supervisor, may).values_list("pk", flat=True))
        for figure in (cases.on_time, cases.late, cases.due)
    )
    assert on_time | late == due
    assert not on_time & late


def test_a_case_asked_about_twice_counts_once_with_its_last_answer(town, may):
    twice = Case.objects.get(times_reopened=1)
    assert twice.follow_ups.count() == 2
    assert follow_up.asked.rows(town.supervisor, may).filter(pk=twice.pk).count() == 1
    assert follow_up.satisfied.rows(town.supervisor, may).filter(pk=twice.pk).exists()


def test_whoever_was_asked_one_question_only_counts_in_one_rate_only(town, may):
    only_satisfaction = FollowUp.objects.get(solved="")
    assert follow_up.rated.rows(town.supervisor, may).filter(pk=only_satisfaction.case_id).exists()
    assert not follow_up.asked.rows(town.supervisor, may).filter(pk=only_satisfaction.case_id).exists()


def test_a_first_contact_is_not_forgotten_when_a_case_is_handed_on(town, may):
    case = cases.contacted.rows(town.supervisor, may).filter(timeline__verb="accept").first()
    Case.objects.filter(pk=case.pk).update(accepted_at=None, resolved_at=None)
    assert cases.contacted.rows(town.supervisor, may).filter(pk=case.pk).exists()
    Case.objects.filter(pk=case.pk).update(contacted_at=None)
    assert not cases.contacted.rows(town.supervisor, may).filter(pk=case.pk).exists()


def test_the_median_is_of_working_days(town, may):
    # 0 (answered at the desk), 0 (the same day), 2 (from 6 to 8 May) and 13 or more (from 6 to 25 May).
    assert median_working_days(town.supervisor, [may, may.earlier(2)]) == {may: 1, may.earlier(2): None}


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("2026-04-30 23:59:59.999999", False),
        ("2026-05-01 00:00:00", True),
        ("2026-05-31 23:59:59.999999", True),
        ("2026-06-01 00:00:00", False),
    ],
)
def test_a_month_begins_and_ends_at_midnight_in_the_office(town, may, text, counted):
    Case.objects.update(registered_at=moment(text))
    Visit.objects.update(at=moment(text))
    assert cases.received.rows(town.supervisor, may).exists() is counted
    assert visits.visits_made.rows(town.supervisor, may).exists() is counted


def test_the_last_evening_of_a_month_in_utc_is_already_the_next_month_here(town, may):
    Case.objects.update(registered_at=datetime(2026, 5, 31, 16, 30, tzinfo=UTC))
    assert not cases.received.rows(town.supervisor, may).exists()
    assert cases.received.rows(town.supervisor, Month.at(2026, 6, LOOKED_AT)).exists()


def test_nothing_of_the_future_counts_in_a_month_in_progress(town):
    june = Month.at(2026, 6, moment("2026-06-02 12:00"))
    Case.objects.update(due_at=moment("2026-06-02 12:00"))
    assert june.in_progress
    assert not cases.due.rows(town.supervisor, june).exists()


def test_somebody_elses_town_counts_nothing_here(town, may):
    mine = count(town.committee, [cases.received], [may]).of(cases.received, may)
    town_wide = count(town.supervisor, [cases.received], [may]).of(cases.received, may)
    assert 0 < mine < town_wide < Case.objects.filter(**may.holds("registered_at")).count()


@pytest.mark.parametrize(("year", "month"), [(2026, 0), (2026, 13), (1999, 12), (2026, 7), (2027, 1), (10**9, 1)])
def test_there_is_no_report_of_a_month_that_is_none_or_has_not_begun(year, month):
    with pytest.raises(ValueError, match=r"."):
        Month.at(year, month, LOOKED_AT)


def test_a_month_begins_to_have_a_report_at_its_first_midnight():
    assert Month.at(2026, 7, moment("2026-07-01 00:00")).in_progress
    with pytest.raises(ValueError, match="2026-7"):
        Month.at(2026, 7, moment("2026-06-30 23:59:59"))


def test_months_earlier_cross_the_years():
    march = Month.at(2026, 3, LOOKED_AT)
    assert [(month.year, month.number) for month in map(march.earlier, (1, 3, 12, 27))] == [
        (2026, 2),
        (2025, 12),
        (2025, 3),
        (2023, 12),
    ]

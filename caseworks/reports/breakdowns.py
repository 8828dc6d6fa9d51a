"""The tables of the monthly report that break figures down: by channel, category, community, level, kind, tier."""

from __future__ import annotations

from django.utils.translation import gettext as _

from caseworks.reports.dimensions import Dimension
from caseworks.reports.metrics import campaigns, care, cases, follow_up, households, rates, suggestions, visits
from caseworks.reports.tables import Numbers, Table, by_member


def of_cases(numbers: Numbers, title: str, by: Dimension) -> Table:
    """What came in, with its share, and how much of what was due was done on time."""
    on_time = [cases.due, cases.on_time]
    return by_member(numbers, title, _("cases, %"), by, [cases.received], on_time, rates.ON_TIME, share=True)


def of_levels(numbers: Numbers, by: Dimension) -> Table:
    """At which level cases were resolved."""
    return by_member(numbers, _("Resolved by level"), _("cases, %"), by, [cases.resolved], share=True)


def of_callers_asked(numbers: Numbers, by: Dimension) -> Table:
    """How many callers are asked in each category, and what they say."""
    return by_member(
        numbers,
        _("Callers asked, by category"),
        _("cases, %"),
        by,
        [cases.resolved],
        [follow_up.to_ask, follow_up.not_drawn, follow_up.rated, follow_up.satisfied],
        rates.SATISFACTION,
    )


def of_kinds(numbers: Numbers, by: Dimension) -> Table:
    """Who is looked after, by kind of household."""
    people, unit = [households.households, households.residents], _("households, people, %")
    return by_member(numbers, _("Households and residents by kind"), unit, by, people, share=True)


def of_homes(numbers: Numbers, by: Dimension) -> Table:
    """Who is looked after, by community."""
    people, unit = [households.households, households.residents], _("households, people, %")
    return by_member(numbers, _("Households and residents by community"), unit, by, people)


def of_care(numbers: Numbers, by: Dimension) -> Table:
    """Those looked after most, and what is done for them."""
    paired = [care.pair_ups, care.pair_up_visits]
    checked = [care.check_ups_done, care.check_ups_missed]
    return by_member(
        numbers,
        _("Empty-nesters, pair-ups and check-ups by community"),
        _("people, pair-ups, visits"),
        by,
        [care.empty_nesters],
        [care.empty_nesters_60, care.living_alone, *paired, *checked],
    )


def of_visits(numbers: Numbers, by: Dimension) -> Table:
    """Visits made and whom they reached, beside those that were due and missed."""
    return by_member(
        numbers,
        _("Visits by community"),
        _("visits, households, %"),
        by,
        [visits.visits_made],
        [visits.visits_reached, visits.households_reached, visits.visits_due, visits.visits_missed],
    )


def of_tiers(numbers: Numbers, by: Dimension) -> Table:
    """Visits due, done and missed, by service tier."""
    return by_member(
        numbers,
        _("Visits due by service tier"),
        _("visits, %"),
        by,
        [visits.visits_due],
        [visits.visits_done, visits.visits_missed],
        rates.VISITED,
    )


def of_campaigns(numbers: Numbers, by: Dimension) -> Table:
    """Whom campaigns reached, missed and gave something."""
    return by_member(
        numbers,
        _("Campaigns by community"),
        _("targets of campaigns"),
        by,
        [campaigns.campaign_targets],
        [campaigns.campaign_reached, campaigns.campaign_missed, campaigns.campaign_given],
    )


def of_suggestions(numbers: Numbers, by: Dimension) -> Table:
    """What was suggested, decided and answered."""
    decided = [suggestions.suggestions_adopted, suggestions.suggestions_partly, suggestions.suggestions_declined]
    return by_member(
        numbers,
        _("Suggestions by community"),
        _("suggestions, %"),
        by,
        [suggestions.suggestions_received],
        [*decided, suggestions.suggestions_answered],
        rates.ADOPTION,
    )

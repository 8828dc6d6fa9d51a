"""Suggestions: received, judged, answered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from caseworks.reports.metrics.figures import Rows, figure
from caseworks.reports.metrics.subjects import SUGGESTIONS
from caseworks.reports.months import Month
from caseworks.suggestion_states import ADOPTING, Decision


@figure(SUGGESTIONS, _("Suggestions received"), _("Suggestions taken down in the month."))
def suggestions_received(suggestions: Rows, month: Month) -> Rows:
    return suggestions.filter(**month.holds("raised_at"))


@figure(
    SUGGESTIONS,
    _("Suggestions judged"),
    _("Suggestions on which a supervisor decided in the month, whenever they were taken down."),
)
def suggestions_judged(suggestions: Rows, month: Month) -> Rows:
    return suggestions.filter(**month.holds("judged_at"))


def _decided(suggestions: Rows, month: Month, *decisions: str) -> Rows:
    return suggestions_judged.select(suggestions, month).filter(decision__in=decisions)


@figure(SUGGESTIONS, _("Adopted"), _("Of the suggestions judged in the month, those adopted as a whole."))
def suggestions_adopted(suggestions: Rows, month: Month) -> Rows:
    return _decided(suggestions, month, Decision.ADOPTED)


@figure(SUGGESTIONS, _("Adopted in part"), _("Of the suggestions judged in the month, those adopted in part."))
def suggestions_partly(suggestions: Rows, month: Month) -> Rows:
    return _decided(suggestions, month, Decision.PARTLY)


@figure(SUGGESTIONS, _("Declined"), _("Of the suggestions judged in the month, those declined, with the reason."))
def suggestions_declined(suggestions: Rows, month: Month) -> Rows:
    return _decided(suggestions, month, Decision.DECLINED)


@figure(
    SUGGESTIONS,
    _("Adopted, wholly or in part"),
    _("Of the suggestions judged in the month, those adopted as a whole or in part."),
)
def suggestions_taken_up(suggestions: Rows, month: Month) -> Rows:
    return _decided(suggestions, month, *ADOPTING)


@figure(SUGGESTIONS, _("Suggestions answered"), _("Suggestions whose proposer was given the answer in the month."))
def suggestions_answered(suggestions: Rows, month: Month) -> Rows:
    return suggestions.filter(**month.holds("answered_at"))

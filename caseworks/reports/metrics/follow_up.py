"""Cases: whose callers are asked, and what they say afterwards."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from caseworks.models import FollowUp, Satisfaction, Solved
from caseworks.reports.metrics.cases import resolved
from caseworks.reports.metrics.figures import Rows, figure
from caseworks.reports.metrics.subjects import CASES
from caseworks.reports.months import Month
from caseworks.sampling import ALWAYS, ASKED, Choice


@figure(
    CASES,
    _("To be asked"),
    _(
        "Of the cases resolved in the month, those whose caller is asked: every one of the category or drawn by lot, "
        "and always those reopened, supervised or of a caller not satisfied before."
    ),
)
def to_ask(cases: Rows, month: Month) -> Rows:
    return resolved.select(cases, month).filter(follow_up_choice__in=ASKED)


@figure(
    CASES,
    _("Left out by lot"),
    _("Of the cases resolved in the month, those whose category asks only a share of its callers, and not this one."),
)
def not_drawn(cases: Rows, month: Month) -> Rows:
    return resolved.select(cases, month).filter(follow_up_choice=Choice.NOT_DRAWN)


def _answers(month: Month, question: str) -> QuerySet[FollowUp]:
    """Answers of the month to one question; a ledger may have asked only one of the two."""
    return FollowUp.objects.filter(reached=True, **month.holds("at")).exclude(**{question: ""})


def _answered(cases: Rows, month: Month, question: str) -> Rows:
    return cases.filter(pk__in=_answers(month, question).values("case"))


def _answered_last(cases: Rows, month: Month, question: str, *answers: str) -> Rows:
    mine = _answers(month, question).filter(case=OuterRef("pk"))
    last = Subquery(mine.order_by("-at", "-pk").values(question)[:1])
    return _answered(cases, month, question).alias(last_answer=last).filter(last_answer__in=answers)


@figure(
    CASES,
    _("Asked whether solved"),
    _("Cases whose caller said in the month whether it is solved; the last answer in the month counts."),
)
def asked(cases: Rows, month: Month) -> Rows:
    return _answered(cases, month, "solved")


@figure(CASES, _("Solved"), _("Of the cases asked about, those whose caller says it is solved, not partly solved."))
def solved(cases: Rows, month: Month) -> Rows:
    return _answered_last(cases, month, "solved", Solved.YES)


@figure(
    CASES,
    _("Asked whether satisfied"),
    _("Cases whose caller said in the month whether he is satisfied; the last answer in the month counts."),
)
def rated(cases: Rows, month: Month) -> Rows:
    return _answered(cases, month, "satisfaction")


@figure(CASES, _("Satisfied"), _("Of the cases asked about, those whose caller is satisfied or fairly satisfied."))
def satisfied(cases: Rows, month: Month) -> Rows:
    return _answered_last(cases, month, "satisfaction", Satisfaction.SATISFIED, Satisfaction.FAIRLY)


def _unpicked(cases: Rows) -> Rows:
    """Without those that are asked whatever the lot says: they are the worst, and would make a sample look worse."""
    return cases.exclude(follow_up_choice__in=ALWAYS)


@figure(
    CASES,
    _("Asked whether satisfied, by lot"),
    _(
        "Of the cases asked about, those of categories that ask everybody or whose caller was drawn by lot; without "
        "those always asked: reopened, supervised, or of a caller not satisfied before."
    ),
)
def rated_by_lot(cases: Rows, month: Month) -> Rows:
    return _unpicked(rated.select(cases, month))


@figure(
    CASES,
    _("Satisfied, by lot"),
    _("Of those, the cases whose caller is satisfied or fairly satisfied."),
)
def satisfied_by_lot(cases: Rows, month: Month) -> Rows:
    return _unpicked(satisfied.select(cases, month))

"""Households that are looked after, and their residents."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from caseworks.reports.metrics.figures import Rows, figure
from caseworks.reports.metrics.subjects import HOUSEHOLDS, MEMBERS
from caseworks.reports.months import Month


def _looked_after(month: Month, prefix: str = "") -> Q:
    """Entered before the end of the month, and not ended by then; *prefix* leads from the row to its household."""
    there = Q(**{f"{prefix}ended_on__isnull": True}) | Q(**{f"{prefix}ended_on__gt": month.last})
    return there & Q(**{f"{prefix}created_at__lt": month.end})


@figure(
    HOUSEHOLDS,
    _("Households"),
    _("Households entered by the end of the month and not ended by then, by their kind and area of today."),
)
def households(rows: Rows, month: Month) -> Rows:
    return rows.filter(_looked_after(month))


@figure(
    MEMBERS,
    _("Residents"),
    _("Living members of those households at the end of the month; who belongs to two households counts in both."),
)
def residents(members: Rows, month: Month) -> Rows:
    return members.filter(
        _looked_after(month, "household__"),
        Q(since__isnull=True) | Q(since__lte=month.last),
        Q(until__isnull=True) | Q(until__gt=month.last),
        Q(resident__died_on__isnull=True) | Q(resident__died_on__gt=month.last),
        resident__created_at__lt=month.end,
    )

"""Campaigns that were closed: whom they reached, missed and gave something."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from caseworks.reports.metrics.figures import Rows, figure
from caseworks.reports.metrics.subjects import TARGETS
from caseworks.reports.months import Month
from outreach.campaign_states import CampaignState
from outreach.models import TargetOutcome


@figure(
    TARGETS,
    _("Campaign targets"),
    _("Lines on the lists of campaigns closed in the month, those left out at the launch not included."),
)
def campaign_targets(targets: Rows, month: Month) -> Rows:
    closed = targets.filter(campaign__state=CampaignState.CLOSED, **month.holds("campaign__closed_at"))
    return closed.exclude(outcome=TargetOutcome.LEFT_OUT)


@figure(TARGETS, _("Campaign targets reached"), _("Of the campaign targets, those that were reached."))
def campaign_reached(targets: Rows, month: Month) -> Rows:
    return campaign_targets.select(targets, month).filter(outcome=TargetOutcome.REACHED)


@figure(TARGETS, _("Campaign targets missed"), _("Of the campaign targets, those that were not reached."))
def campaign_missed(targets: Rows, month: Month) -> Rows:
    return campaign_targets.select(targets, month).filter(outcome=TargetOutcome.MISSED)


@figure(TARGETS, _("Campaign targets given something"), _("Of the campaign targets reached, those that got something."))
def campaign_given(targets: Rows, month: Month) -> Rows:
    return campaign_reached.select(targets, month).filter(Q(gifts__gt=0) | Q(money__gt=0))

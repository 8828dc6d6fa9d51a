"""A campaign while it is a draft: kept, changed, thrown away. Launched, it is outreach/campaigns.py."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from outreach.campaign_states import CampaignState
from outreach.campaigns import CampaignRefused, locked_campaign
from outreach.mailings import Selection
from outreach.models import Campaign
from people import audit
from people.models import User

# What a form says of a campaign; whom it is for is in the criteria, with area and unit.
SAID = (
    *("title", "season", "held_on", "gift", "gifts_each", "stock", "money_each", "budget"),
    *("purpose", "channel", "texts"),
)


class ChangedMeanwhile(CampaignRefused):
    """Somebody else changed the draft. `campaign` is as it is now, `fields` what differs from what was asked for."""

    def __init__(self, campaign: Campaign, fields: list[str]) -> None:
        super().__init__(_("Somebody else changed this draft meanwhile."))
        self.campaign = campaign
        self.fields = fields


class LaunchedMeanwhile(CampaignRefused):
    """It is no draft any more."""


def draft(campaign: Campaign, selection: Selection, *, by: User) -> Campaign:
    """Keep a campaign as a draft. The same uuid again returns what it became the first time."""
    _choose(campaign, selection)
    campaign.by = by
    with transaction.atomic():
        kept = Campaign.objects.select_for_update().filter(uuid=campaign.uuid).first()
        if kept is None:
            campaign.save()
            audit.record(by, "campaign.draft", campaign)
    return kept or campaign


def change(campaign: Campaign, to: Campaign, selection: Selection, *, version: int | None, by: User) -> Campaign:
    """Let the draft *campaign* be as *to* says, for whom *selection* means; what stays the same is not written.

    Raises `LaunchedMeanwhile`, and `ChangedMeanwhile` where it is no longer at *version* and says something else.
    """
    _choose(to, selection)
    with transaction.atomic():
        locked = locked_campaign(campaign)
        if locked.state != CampaignState.DRAFT:
            raise LaunchedMeanwhile(_("Somebody launched this campaign meanwhile: what was begun stays as it is."))
        fields = [name for name in (*SAID, "unit", "area", "criteria") if getattr(locked, name) != getattr(to, name)]
        if not fields:
            return locked
        if version != locked.version:
            raise ChangedMeanwhile(locked, fields)
        for name in fields:
            setattr(locked, name, getattr(to, name))
        locked.version += 1
        locked.save(update_fields=[*fields, "version"])
        audit.record(by, "campaign.change", locked, fields=fields)
    return locked


def _choose(campaign: Campaign, selection: Selection) -> None:
    campaign.area, campaign.unit, campaign.criteria = selection.area, selection.unit, selection.criteria()


def discard(campaign: Campaign, *, by: User) -> None:
    """Throw a draft away. Raises `LaunchedMeanwhile`: what was begun stays on record."""
    with transaction.atomic():
        locked = locked_campaign(campaign)
        if locked.state != CampaignState.DRAFT:
            raise LaunchedMeanwhile(_("It was launched already, and stays on record."))
        audit.record(by, "campaign.discard", locked)
        locked.delete()

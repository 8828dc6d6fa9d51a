"""Through which states a campaign goes, and by which step. Pure; whoever may take a step is stated at the views."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CampaignState(TextChoices):
    DRAFT = "draft", pgettext_lazy("campaign", "Draft")
    RUNNING = "running", pgettext_lazy("campaign", "Running")
    CLOSED = "closed", pgettext_lazy("campaign", "Closed")


class Step(TextChoices):
    LAUNCH = "launch", _("Launch")
    CLOSE = "close", pgettext_lazy("campaign", "Close")


# From where a step leads where. There is no way back: a list once frozen stays as it was.
STEPS: dict[Step, tuple[CampaignState, CampaignState]] = {
    Step.LAUNCH: (CampaignState.DRAFT, CampaignState.RUNNING),
    Step.CLOSE: (CampaignState.RUNNING, CampaignState.CLOSED),
}

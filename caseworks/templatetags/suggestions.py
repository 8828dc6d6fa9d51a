"""How a suggestion looks on a page: its stage, its proposer."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from caseworks.models import Suggestion
from caseworks.suggestion_states import Decision, Stage
from people.masking import mask_phone

register = template.Library()

TONES = {
    Stage.TO_JUDGE: "today",
    Stage.TO_DO: "progress",
    Stage.TO_ANSWER: "returned",
    Stage.ANSWERED: "done",
}
DECISION_TONES = {Decision.ADOPTED: "done", Decision.PARTLY: "progress", Decision.DECLINED: "waiting"}


@register.inclusion_tag("components/_tag.html")
def stage_tag(suggestion: Suggestion) -> dict[str, str]:
    return {"text": suggestion.get_stage_display(), "tone": TONES[Stage(suggestion.stage)]}


@register.inclusion_tag("components/_tag.html")
def decision_tag(suggestion: Suggestion) -> dict[str, str]:
    """Show what was decided; only where something was."""
    return {"text": suggestion.get_decision_display(), "tone": DECISION_TONES[Decision(suggestion.decision)]}


@register.simple_tag
def masked_proposer(suggestion: Suggestion) -> str:
    """Say who proposes: the name, and the ends of the number."""
    if suggestion.anonymous:
        return _("Anonymous")
    name = suggestion.proposer_name or _("Name not known")
    return f"{name} {mask_phone(suggestion.proposer_phone)}".strip()

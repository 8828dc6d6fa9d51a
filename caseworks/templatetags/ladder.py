"""What the clock and the ladder show on other pages: what will fire, what is in trouble, what the digest says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone

from caseworks import digests, escalation, troubles
from caseworks.models import Case, RoutingRule, RuleTrouble
from outreach.working_days import years_without_a_notice
from people.access import ADMIN_ROLES, Role
from people.models import User

register = template.Library()

MOST_TROUBLES = 5


@register.inclusion_tag("caseworks/_ladder.html")
def ladder_ahead(case: Case) -> dict[str, Any]:
    """Show a case's supervision and what fires on it next, before it does."""
    return {"case": case, "coming": escalation.ahead(case)}


@dataclass(frozen=True)
class Trouble:
    """A rule in trouble as the board shows it; `url` is empty for who may not mend it."""

    row: RuleTrouble
    url: str


@register.inclusion_tag("caseworks/_rule_troubles.html", takes_context=True)
def rule_troubles(context: dict[str, Any]) -> dict[str, Any]:
    """Show the rules that could not be followed, each with the way to mend it."""
    user: User = context["user"]
    rows = troubles.seen_by(user).select_related("case")[:MOST_TROUBLES]
    mends = user.holds(*ADMIN_ROLES)
    return {"troubles": [Trouble(row, _rule_url(row.rule) if mends else "") for row in rows]}


def _rule_url(rule: str) -> str:
    """Where ``app_label.model:primary key`` is kept."""
    label, _colon, key = rule.partition(":")
    if label == RoutingRule._meta.label_lower:
        return reverse("rule", args=[key])
    return reverse(f"admin:{label.replace('.', '_')}_change", args=[key])


@register.inclusion_tag("caseworks/_unknown_years.html", takes_context=True)
def unknown_years(context: dict[str, Any]) -> dict[str, Any]:
    """Warn of years whose holidays should be known by now, the next one from 1 December on, and say who mends it."""
    user: User = context["user"]
    return {"years": years_without_a_notice(timezone.localdate()), "mends": user.holds(Role.MANAGER)}


@register.inclusion_tag("caseworks/_digest_line.html", takes_context=True)
def digest_line(context: dict[str, Any]) -> dict[str, Any]:
    """Show that today's digest waits to be read, and how much is in it."""
    user = context["user"]
    return {"digest": digests.unread(user) if user.is_authenticated else None}


@register.inclusion_tag("caseworks/_digest_bell.html", takes_context=True)
def digest_bell(context: dict[str, Any]) -> dict[str, Any]:
    """The way to the digest from every page of the desk, with a badge until it was read."""
    user = context["user"]
    return {"digest": digests.unread(user) if user.is_authenticated else None, "current": context["request"].path}

"""What pages of `people` show of how a household is cared for: pages may ask downwards and upwards, modules may not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach import pairing
from outreach.models import PairUp, Visit, VisitForm
from outreach.pair_ups import ARRANGERS
from outreach.pairing import RELATED
from people.access import LIAISONS
from people.models import Household, User

register = template.Library()
LATEST = 8


@register.filter
def form_labels(forms: Iterable[str]) -> str:
    """Forms of contact in words."""
    return _(", ").join(str(VisitForm(form).label) for form in forms if form in VisitForm.values)


@register.inclusion_tag("outreach/_household_care.html")
def household_care(household: Household, user: User) -> dict[str, Any]:
    """The pair-ups of a household and the last visits to it that *user* sees; three queries at most."""
    today = timezone.localdate()
    rows = list(PairUp.objects.visible_to(user).running().filter(household=household).select_related(*RELATED))
    counted = pairing.counts(rows, today) if rows else {}
    visits = Visit.objects.visible_to(user).filter(household=household).select_related("by", "task", "met")
    return {
        "household": household,
        "visits": visits[:LATEST],
        "may_visit": user.holds(*LIAISONS) and household.ended_on is None,
        "rows": [(row, counted[row.pk]) for row in rows],
        "may_arrange": user.holds(*ARRANGERS) and household.ended_on is None,
        "today": today,
    }

"""The contact duties towards departments and enterprises, for pages that look at the whole network."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from outreach.contact_duties import contact_duties
from outreach.departments import LEADING
from people.access import ADMIN_ROLES

register = template.Library()


@register.inclusion_tag("outreach/_network_departments.html", takes_context=True)
def department_duties(context: template.Context) -> dict[str, Any]:
    """What is lacking towards departments and enterprises, each with the way to put it right.

    For the page of the `coverage`; who only looks after a community sees nothing of it.
    """
    user = context["request"].user
    if not user.holds(*LEADING, *ADMIN_ROLES):
        return {}
    duties = contact_duties(user, timezone.localdate(), context["coverage"])
    return {"duties": duties, "assigns": user.holds(*ADMIN_ROLES), "records": user.holds(*LEADING)}

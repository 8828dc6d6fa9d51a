"""Coverage debt: figures by community or group, and the households, the most neglected first."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.debt import Owed, by_area, by_liaison, month_end, owed_to, standing_of
from people.access import LIAISONS, Role, StaffRequest, allow
from people.models import Area
from people.paging import page

# As many liaisons are named for a whole town; those of one community all are.
MOST_LIAISONS = 12


@allow(Role.SUPERVISOR, *LIAISONS)
@require_safe
def debt(request: StaffRequest) -> HttpResponse:
    """Who falls below the norm by the month's end if nobody goes there; `area` narrows it to a community or group."""
    today = timezone.localdate()
    asked = request.GET.get("area", "")
    seen = Area.objects.visible_to(request.user).select_related("level", "parent")
    area = get_object_or_404(seen, pk=asked) if asked.isdecimal() and len(asked) < 10 else None
    areas = by_area(request.user, today, area)
    liaisons = by_liaison(request.user, today, area) if areas else []
    tasks = owed_to(request.user, today, area)
    rows = page(
        tasks.select_related("household__head", "household__area__parent", "household__area__level"),
        ["due_on", "pk"],
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    standing = standing_of(rows.rows)
    until = month_end(today)
    context = {
        "area": area,
        "areas": areas,
        "liaisons": liaisons if area else liaisons[:MOST_LIAISONS],
        "more_liaisons": 0 if area else max(len(liaisons) - MOST_LIAISONS, 0),
        "rows": [
            (task, standing[task.household_id], standing[task.household_id].missing(until))
            for task in rows.rows
            if task.household_id in standing
        ],
        "until": until,
        "today": today,
        "tiles": _tiles(areas) if areas else [],
        "previous_url": _at(area, before=rows.before) if rows.before else "",
        "next_url": _at(area, after=rows.after) if rows.after else "",
    }
    return render(request, "outreach/debt.html", context)


def _at(area: Area | None, **cursor: str) -> str:
    return f"?{urlencode({**({'area': area.pk} if area else {}), **cursor})}#list"


def _tiles(areas: list[Owed]) -> list[dict[str, object]]:
    late = sum(owed.figures.late for owed in areas)
    return [
        {"label": _("Below the norm today"), "value": late, "tone": "overdue" if late else ""},
        {"label": _("Below it by the month's end"), "value": sum(owed.figures.by_month_end for owed in areas)},
        {"label": _("Households"), "value": sum(owed.figures.households for owed in areas)},
    ]

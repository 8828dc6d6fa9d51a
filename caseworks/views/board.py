"""The board: what burns, what is to be done first, and where the work has piled up (journey J7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from caseworks import listing, workload
from caseworks.models import HandOver, ShiftHandOver
from caseworks.states import Status
from caseworks.views.cases import DESK, rows_of
from outreach import contact_duties
from people.access import Role, StaffRequest, allow
from people.models import User

MOST_FIRST = 8
MOST_BARS = 12
MOST_SHIFTS = 3
# Of the picture, in its own units: room for the names, the bars, and the figures behind the longest one.
NAME_WIDTH, BAR_WIDTH, ROW_HEIGHT = 110, 144, 34
LONGEST_NAME = 7


@allow(*DESK)
@require_safe
def board(request: StaffRequest) -> HttpResponse:
    """Five figures, each the length of the list behind it; what to deal with first; open cases by area."""
    now = timezone.now()
    user = request.user
    loads = workload.open_by_area(user, now)
    context = {
        "now": now,
        "tiles": _tiles(user, now),
        "rows": rows_of(listing.with_row(listing.pressing(user, now))[:MOST_FIRST]),
        "to_dispatch": Status.TO_DISPATCH,
        "chart": _bars(loads[:MOST_BARS]),
        "loads": loads,
        "shifts": ShiftHandOver.objects.visible_to(user).waiting_for(user).select_related("by")[:MOST_SHIFTS],
        "departments": contact_duties.kept_by(user) if user.holds(Role.SUPERVISOR) else None,
        "unsigned": HandOver.objects.visible_to(user).unsigned().count() if user.holds(Role.SUPERVISOR) else 0,
    }
    return render(request, "caseworks/board.html", context)


def _tiles(user: User, now: Any) -> list[dict[str, Any]]:
    on_time = listing.on_time_this_month(user, now)
    counted = [("overdue", "overdue"), ("today", "today"), ("dispatch", ""), ("reopen", "")]
    tiles = [
        {
            "label": listing.VIEWS[view].label,
            "value": (number := listing.view_queryset(user, view, now).count()),
            "url": _list(view),
            "tone": tone if number else "",
        }
        for view, tone in counted
    ]
    rate = "–" if on_time.percent is None else f"{localize(round(on_time.percent, 1))}%"
    change = _("%(met)d of %(total)d in time") % {"met": on_time.met, "total": on_time.total}
    return [
        *tiles,
        {"label": _("On time this month"), "value": rate, "change": change, "url": _list("due_month")},
    ]


def _list(view: str) -> str:
    return f"{reverse('case_list')}?view={view}"


@dataclass(frozen=True)
class Bar:
    """A row of the picture; widths and heights in its own units."""

    name: str
    open: int
    overdue: int
    y: int
    width: float
    overdue_width: float

    @property
    def text_y(self) -> int:
        return self.y + 16

    @property
    def figures_x(self) -> float:
        return NAME_WIDTH + self.width + 8


def _bars(loads: list[workload.AreaLoad]) -> dict[str, Any]:
    most = max((load.open for load in loads), default=0)
    bars = [
        Bar(
            _short(str(load.area or _("Elsewhere"))),
            load.open,
            load.overdue,
            number * ROW_HEIGHT + 4,
            round(BAR_WIDTH * load.open / most, 1),
            round(BAR_WIDTH * load.overdue / most, 1),
        )
        for number, load in enumerate(loads)
    ]
    return {"bars": bars, "height": len(bars) * ROW_HEIGHT + 4, "x": NAME_WIDTH}


def _short(name: str) -> str:
    """A name cut to the room beside the bars; the table beneath has it in full."""
    wide = name[: LONGEST_NAME - 1] + "…" if len(name) > LONGEST_NAME and not name.isascii() else name
    return wide[: 2 * LONGEST_NAME]

"""At which level a case was resolved (四级联动): grid group, community, town, district, or as the office has them.

Over nine tenths are to be resolved at the first two. The level is stored when a case is resolved: posts and areas
change afterwards.
"""

from __future__ import annotations

from caseworks.models import Case
from caseworks.states import Verb
from people.models import AreaLevel

TOWN = "town"


def note_level(case: Case) -> list[str]:
    """Store on *case* the level at which it is being resolved; return the columns to save."""
    case.resolved_level = _level(case)
    return ["resolved_level"]


def forget_level(case: Case) -> list[str]:
    """A case that is taken up again is resolved at no level yet; return the columns to save."""
    case.resolved_level = None
    return ["resolved_level"]


def _level(case: Case) -> AreaLevel | None:
    """The level of the area that handles it. A unit counts where it was handed the case: by a liaison at his level.

    What the desk or a rule sent to a unit, and what was answered at the desk, was resolved at the town.
    """
    if case.handling_area and not case.unit_id:
        return case.handling_area.level
    stays = case.path.select_related("area__level").order_by("-since", "-pk")[:2] if case.unit_id else ()
    match list(stays):
        case [now, before] if now.came_by == Verb.TRANSFER and before.area:
            return before.area.level
    return AreaLevel.objects.filter(code=TOWN).first()

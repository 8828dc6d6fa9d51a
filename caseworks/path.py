"""The path of a case: written down stretch by stretch as it goes from one post or unit to the next."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from caseworks.models import Case, Stay
from caseworks.routing import Route
from caseworks.states import IN_HAND, OPEN, Verb
from people.models import User


def arrive(case: Case, route: Route, verb: Verb, at: datetime | None = None) -> Stay:
    """Begin a stretch: the case has come to the end of *route*."""
    return Stay.objects.create(
        case=case,
        area=route.area,
        role=route.role,
        unit=route.unit,
        holder=route.holder[:120],
        since=at or timezone.now(),
        came_by=verb,
        rule=route.rule,
    )


def leave(
    case: Case, verb: Verb, by: User, *, reason: str = "", note: str = "", better: Route | None = None
) -> Stay | None:
    """End the stretch that the case is on, and say why; None where it is on none."""
    stay = case.path.filter(until__isnull=True).first() or _unwritten(case)
    if stay is None:
        return None
    stay.until, stay.left_by, stay.by = timezone.now(), verb, by
    stay.reason, stay.note = reason, note
    if better:
        stay.better_area, stay.better_role, stay.better_unit = better.area, better.role, better.unit
    stay.save()
    return stay


def put_right(case: Case, verb: Verb, by: User) -> None:
    """Let the path lead to where the case waits, after *verb* put it back as it was before."""
    here = case.path.filter(until__isnull=True).first()
    waits = case.status not in (OPEN - IN_HAND) and (case.handling_area_id or case.unit_id)
    place = (case.handling_area_id, case.handling_role, case.unit_id)
    if here and not (waits and place == (here.area_id, here.role, here.unit_id)):
        leave(case, verb, by)
        here = None
    if waits and here is None:
        holder = case.unit.name if case.unit else ""
        arrive(case, Route("", area=case.handling_area, role=case.handling_role, unit=case.unit, holder=holder), verb)


def _unwritten(case: Case) -> Stay | None:
    """The stretch of a case that was handed on before paths were kept; None where nobody has it."""
    if case.path.exists() or not (case.handling_area_id or case.unit_id):
        return None
    return Stay(
        case=case,
        area=case.handling_area,
        role=case.handling_role,
        unit=case.unit,
        since=case.accepted_at or case.registered_at,
        came_by=Verb.DISPATCH,
    )


def so_far(case: Case) -> list[Stay]:
    """The stretches of the path with everything a page shows of them, the first one first; one query."""
    stays = case.path.select_related("area__level", "area__parent", "unit", "better_area__level", "better_area__parent")
    return list(stays.select_related("better_unit", "by"))


def last_return(case: Case) -> Stay | None:
    """The return that the case waits after, or None where its last stretch ended in another way, or not at all."""
    last = next(reversed(so_far(case)), None)
    return last if last and last.returned else None

"""What somebody is to a case, and so what he may do to it. Pure: the caller brings scope and case."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from caseworks.states import Party
from people.access import Role, Scope

if TYPE_CHECKING:
    from caseworks.models import Case, Suggestion


def parties(
    scope: Scope,
    case: Case | Suggestion,
    co_handling_units: Collection[int] = (),
    asked_at: tuple[int | None, str] = (None, ""),
) -> frozenset[Party]:
    """What the holder of *scope* is to *case*, or to a suggestion, which he can see.

    *co_handling_units* are the primary keys of the units that help with it; *asked_at* is the post, by area and role,
    whose holder asks the caller at the door.
    """
    found = {Party.VIEWER}
    if (case.handling_area_id, case.handling_role) in scope.posts or case.unit_id in scope.units:
        found.add(Party.HANDLER)
    if not set(scope.units).isdisjoint(co_handling_units):
        found.add(Party.CO_HANDLER)
    if asked_at in scope.posts:
        found.add(Party.VISITOR)
    if Role.OPERATOR in scope.roles:
        found.add(Party.DESK)
    if Role.SUPERVISOR in scope.roles:
        found.add(Party.SUPERVISOR)
    return frozenset(found)

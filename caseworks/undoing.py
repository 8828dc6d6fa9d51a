"""Steps that can be taken back for ten minutes: what a case was before one, and putting it back.

Nothing is deleted: what is put back is one more step on the timeline, by `Verb.UNDO`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from caseworks import path
from caseworks.models import Case, Pause
from caseworks.models.bulk import UNDO_WITHIN
from caseworks.moves import Act, NotPossible, done, moving
from caseworks.states import Status, Verb

# Never put back: a version only grows.
_KEPT = frozenset({"id", "version"})


def columns(case: Case) -> dict[str, Any]:
    """Every column of *case* as JSON can hold it, by name: moments as ISO 8601, other records by primary key."""
    values = {field.attname: getattr(case, field.attname) for field in case._meta.concrete_fields}
    return {name: _plain(value) for name, value in values.items() if name not in _KEPT}


def difference(before: Mapping[str, Any], after: Case) -> dict[str, Any]:
    """What of *before* has changed since, as it was: all that is needed to put it back."""
    now = columns(after)
    return {name: value for name, value in before.items() if now[name] != value}


def put_back(
    case: Case, act: Act, *, before: Mapping[str, Any], version: int | None = None, text: str = "", detail: str = ""
) -> Case:
    """Give *case* the columns of *before* again; NotPossible where it is no longer at *version*."""
    with moving(case, Verb.UNDO, act) as locked:
        if locked is None:
            return case
        if version is not None and locked.version != version:
            raise NotPossible(_("The case has moved on since, and stays as it is."))
        for field in locked._meta.concrete_fields:
            if field.attname in before:
                value = before[field.attname]
                # A moment is written down as text; every other column as what it is.
                setattr(locked, field.attname, field.to_python(value) if isinstance(value, str) else value)
        if locked.status == Status.SUSPENDED:
            _stand_still_again(locked)
        path.put_right(locked, Verb.UNDO, act.by)
        return done(locked, Verb.UNDO, act, list(before), text=text, detail=detail)


def still_possible(since: datetime) -> bool:
    """Whether a step taken at *since* can be taken back yet."""
    return timezone.now() < since + UNDO_WITHIN


def too_late() -> NotPossible:
    return NotPossible(_("This can be undone for 10 minutes only."))


def _stand_still_again(case: Case) -> None:
    """The pause goes on as if it had not been ended."""
    if not case.pauses.filter(ended_at__isnull=True).exists():
        last = case.pauses.order_by("-started_at").values_list("pk", flat=True)[:1]
        Pause.objects.filter(pk__in=list(last)).update(ended_at=None)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | bool | dict | list | None) else str(value)

"""Add to, and read, what happened on a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from caseworks.models import Case, TimelineEntry
from people.models import Photo, User


def add(
    case: Case,
    verb: str,
    *,
    by: User | None,
    text: str = "",
    detail: str = "",
    photos: Iterable[Photo] = (),
    key: UUID | None = None,
    at: datetime | None = None,
) -> TimelineEntry:
    """Write one entry. The case already has the status and the version that the entry is to show."""
    entry = TimelineEntry.objects.create(
        case=case,
        at=at or timezone.now(),
        by=by,
        verb=verb,
        status=case.status,
        text=text,
        detail=detail,
        key=key,
        version=case.version,
    )
    if photos:
        entry.photos.set(photos)
    return entry


def since(case: Case, version: int) -> list[TimelineEntry]:
    """What happened after somebody read the case at *version*, oldest first."""
    return list(case.timeline.filter(version__gt=version).select_related("by").order_by("pk"))

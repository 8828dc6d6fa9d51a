"""Drafts of the desk: what somebody typed is kept until it becomes a case or is thrown away.

A draft is nobody's business but its writer's, and is saved every few seconds: it leaves no audit row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from caseworks.models import Case, Draft
from people.models import User


def save(user: User, uuid: UUID, fields: Mapping[str, str], *, page: str, opened: datetime | None = None) -> Draft:
    """Keep *fields* under *uuid*, and under a new uuid where that would overwrite what another page has written.

    *page* is the token of the open page: it may always write over itself. Over another page's draft it may write
    once, while the draft is still as this page read it: saved at *opened*. Whatever else already bears the uuid, a
    case or a draft of somebody else, is left alone in the same way. Two open pages so keep two drafts.
    """
    now, kept = timezone.now(), {**fields, "page": page}
    with transaction.atomic():
        own = Draft.objects.visible_to(user).filter(Q(fields__page=page) | Q(saved_at=opened), uuid=uuid)
        if own.update(fields=kept, saved_at=now):
            return Draft.objects.get(uuid=uuid)
        if Draft.objects.filter(uuid=uuid).exists() or Case.objects.filter(uuid=uuid).exists():
            uuid = uuid4()
        return Draft.objects.create(uuid=uuid, owner=user, fields=kept, started_at=now)


def unsaved(user: User) -> list[Draft]:
    """The drafts of *user* that did not become a case yet, the latest first."""
    return list(Draft.objects.visible_to(user))


def discard(user: User, uuid: UUID) -> None:
    """Throw a draft away; one that is gone already, or somebody else's, is passed over."""
    Draft.objects.visible_to(user).filter(uuid=uuid).delete()

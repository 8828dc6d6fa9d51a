"""Drafts of the desk: what somebody typed is kept until it becomes a case or a suggestion, or is thrown away.

A draft is nobody's business but its writer's, and is saved every few seconds: it leaves no audit row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from caseworks.models import Case, Draft, Suggestion
from people.models import User

# Which form a draft is of.
CASE, SUGGESTION = "case", "suggestion"


def save(
    user: User,
    uuid: UUID,
    fields: Mapping[str, str],
    *,
    page: str,
    opened: datetime | None = None,
    form: str = CASE,
) -> Draft:
    """Keep *fields* under *uuid*, and under a new uuid where that would overwrite what another page has written.

    *page* is the token of the open page: it may always write over itself. Over another page's draft it may write
    once, while the draft is still as this page read it: saved at *opened*. Whatever else already bears the uuid, a
    case, a suggestion or a draft of somebody else, is left alone in the same way. Two open pages so keep two drafts.
    """
    # A NUL that came along with something pasted is no word, and PostgreSQL keeps none.
    kept = {name: value.replace("\0", "") for name, value in {**fields, "page": page}.items()}
    now, page = timezone.now(), kept["page"]
    with transaction.atomic():
        own = Draft.objects.visible_to(user).filter(Q(fields__page=page) | Q(saved_at=opened), uuid=uuid, form=form)
        if own.update(fields=kept, saved_at=now):
            return Draft.objects.get(uuid=uuid)
        if any(model.objects.filter(uuid=uuid).exists() for model in (Draft, Case, Suggestion)):
            uuid = uuid4()
        return Draft.objects.create(uuid=uuid, owner=user, form=form, fields=kept, started_at=now)


def opened_at(written: str) -> datetime | None:
    """When the draft on a page was saved, as the page says it; None where it says nothing that can be read."""
    try:
        return parse_datetime(written)
    except ValueError:
        return None


def unsaved(user: User, form: str = "") -> list[Draft]:
    """The drafts of *user*, of one *form* or of all, that came to nothing yet, the latest first."""
    drafts = Draft.objects.visible_to(user)
    return list(drafts.filter(form=form) if form else drafts)


def discard(user: User, uuid: UUID) -> None:
    """Throw a draft away; one that is gone already, or somebody else's, is passed over."""
    Draft.objects.visible_to(user).filter(uuid=uuid).delete()

"""Write to the audit, and verify it: the only two things anybody does with it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone

from people.models import AuditEvent, User

if TYPE_CHECKING:
    from datetime import datetime

GENESIS = "0" * 64
# Any constant will do, as long as nothing else in this database takes the same one.
LOCK = 7305111


@dataclass(frozen=True)
class RequestContext:
    """Where a change came from; set by the middleware for the length of one request."""

    ip: str | None = None
    request_id: str = ""


NOWHERE = RequestContext()
context: ContextVar[RequestContext] = ContextVar("audit_context", default=NOWHERE)


@dataclass(frozen=True)
class Entry:
    """One thing to be recorded: the record touched, the fields by name, the resident it concerns, and why."""

    record: models.Model
    fields: Sequence[str] = ()
    subject: object = ""
    reason: str = ""


@dataclass(frozen=True)
class Verdict:
    """What `verify` found: how many rows hold, and the first that does not."""

    rows: int
    broken_at: int | None = None
    problem: str = ""
    head: str = field(default=GENESIS)


def _digest(row: AuditEvent) -> str:
    content = [
        row.seq,
        _utc(row.at),
        row.actor_id,
        row.action,
        row.object_type,
        row.object_ref,
        row.subject_ref,
        row.fields,
        row.reason,
        row.ip or "",
        row.request_id,
        row.prev_hash,
    ]
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(settings.INDEX_KEY.encode(), canonical.encode(), hashlib.sha256).hexdigest()


def _utc(at: datetime) -> str:
    return at.astimezone(timezone.get_fixed_timezone(0)).isoformat()


def record(
    actor: User | None,
    action: str,
    record: models.Model,
    *,
    fields: Sequence[str] = (),
    subject: object = "",
    reason: str = "",
) -> None:
    """Record that *actor* did *action* to one record. Must run inside the transaction of the change itself."""
    record_many(actor, action, [Entry(record, fields, subject, reason)])


def record_many(actor: User | None, action: str, entries: Iterable[Entry]) -> None:
    """Record *action* for many records at once; the chain is locked until the transaction ends, so call it last."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("The audit is written in the transaction of the change.")
    entries = list(entries)
    if not entries:
        return
    if connection.vendor == "postgresql":
        # SQLite has one writer at a time anyway; here the chain needs its own queue.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = AuditEvent.objects.order_by("-seq").values_list("seq", "hash").first()
    seq, previous = last or (0, GENESIS)
    where, now = context.get(), timezone.now()
    rows = []
    for entry in entries:
        seq += 1
        row = AuditEvent(
            seq=seq,
            at=now,
            actor=actor,
            action=action,
            object_type=entry.record._meta.label_lower,
            object_ref=str(entry.record.pk),
            subject_ref=str(entry.subject or ""),
            fields=list(entry.fields),
            reason=entry.reason,
            ip=where.ip,
            request_id=where.request_id,
            prev_hash=previous,
        )
        row.hash = previous = _digest(row)
        rows.append(row)
    AuditEvent.objects.bulk_create(rows, batch_size=500)


def verify() -> Verdict:
    """Walk the whole chain from its beginning and say where, if anywhere, it was tampered with."""
    expected, previous, count = 1, GENESIS, 0
    for row in AuditEvent.objects.order_by("seq").iterator(chunk_size=2000):
        if row.seq != expected:
            return Verdict(count, row.seq, f"row {expected} is missing", previous)
        if row.prev_hash != previous or row.hash != _digest(row):
            return Verdict(count, row.seq, f"row {row.seq} was changed", previous)
        expected, previous, count = expected + 1, row.hash, count + 1
    return Verdict(count, head=previous)

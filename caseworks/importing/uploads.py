"""Ledgers handed in through the browser: kept, previewed, confirmed, taken in; the last two by background jobs.

What a preview or an import found is kept with the cells' values sealed, because an identity number to be mended is
among them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, BinaryIO

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override

from caseworks.importing import import_upload
from people import audit, jobs, vault
from people.importing import CellError, Change, Outcome, Progress
from people.models import Area, Job, JobState, Upload, User
from people.workbooks import WorkbookRefused

PREVIEW = "caseworks.importing.uploads.run_preview"
IMPORT = "caseworks.importing.uploads.run_import"
KEPT_FOR = timedelta(days=7)
_SEALED_AS = "people.upload.outcome"


@dataclass
class Found:
    """What a preview or an import found, as it is kept: counts by kind of record, or why the file was refused."""

    refused: str = ""
    table: list[tuple[str, int, int, int]] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    notices: list[CellError] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    removed: int = 0

    @property
    def changes_anything(self) -> bool:
        return bool(self.removed) or any(created or updated for _kind, created, updated, _unchanged in self.table)

    @classmethod
    def load(cls, kept: dict[str, Any] | None) -> Found | None:
        """What `keep` made; None from nothing."""
        if not kept:
            return None
        cells = json.loads(vault.open_sealed(kept.get("cells", ""), _SEALED_AS) or "{}")
        return cls(
            kept.get("refused", ""),
            [tuple(line) for line in kept.get("table", [])],
            [CellError(*cell) for cell in cells.get("errors", [])],
            [CellError(*cell) for cell in cells.get("notices", [])],
            [Change(*change) for change in cells.get("changes", [])],
            kept.get("removed", 0),
        )


def keep(outcome: Outcome) -> dict[str, Any]:
    """*outcome* as JSON for the database; `Found.load` reads it."""
    cells = {"errors": outcome.errors, "notices": outcome.notices, "changes": outcome.changes}
    sealed = vault.seal(json.dumps(cells, ensure_ascii=False, default=str), _SEALED_AS)
    return {"table": outcome.table(), "removed": outcome.removed, "cells": sealed}


def hand_in(file: File[bytes], kind: str, by: User, *, area: Area | None = None, whole: bool = False) -> Upload:
    """Keep a ledger, or a table about *area*, for its owner alone and begin its preview."""
    forget_old_files()
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    upload = Upload(owner=by, kind=kind, area=area, whole=whole, name=(file.name or "")[:200])
    upload.sha256 = digest.hexdigest()
    with transaction.atomic():
        # Not under the name it came with, which is anybody's choice.
        upload.file.save(f"{upload.uuid}.xlsx", file, save=False)
        upload.save()
        audit.record(by, "ledger.upload", upload)
        upload.job = jobs.enqueue(
            PREVIEW, str(upload.uuid), owner=by, upload=str(upload.uuid), language=get_language() or ""
        )
        upload.save(update_fields=["job"])
    return upload


def confirm(upload: Upload, by: User) -> Job:
    """Begin the import of a previewed ledger; confirmed twice, it is imported once."""
    with transaction.atomic():
        job = jobs.enqueue(IMPORT, str(upload.uuid), owner=by, upload=str(upload.uuid), language=get_language() or "")
        if upload.job_id != job.pk:
            upload.job = job
            upload.save(update_fields=["job"])
            audit.record(by, "ledger.confirm", upload)
    return job


def run_preview(job: Job, progress: Progress, upload: str, language: str) -> dict[str, Any]:
    """The job of the preview; what it finds is kept with the upload."""
    found = _take_in(job, progress, upload, language, dry_run=True)
    Upload.objects.filter(uuid=upload).update(preview=found)
    return {}


def run_import(job: Job, progress: Progress, upload: str, language: str) -> dict[str, Any]:
    """The job of the import; what it finds is the job's result."""
    return _take_in(job, progress, upload, language, dry_run=False)


def _take_in(job: Job, progress: Progress, upload_uuid: str, language: str, *, dry_run: bool) -> dict[str, Any]:
    upload = Upload.objects.get(uuid=upload_uuid)
    with override(language or None), upload.file.open("rb") as file:
        source: BinaryIO = file.file
        try:
            return keep(import_upload(upload, source, by=job.owner, dry_run=dry_run, progress=progress))
        except WorkbookRefused as refusal:
            return {"refused": refusal.message}


def found_in(upload: Upload) -> Found | None:
    """What the import found, or the preview where it was not imported yet; None while that is being worked out."""
    if upload.job is not None and upload.job.name == IMPORT:
        return Found.load(upload.job.result)
    return Found.load(upload.preview)


def forget_old_files() -> None:
    """Delete the files of ledgers handed in more than a week ago; what came of them stays."""
    old = Upload.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).exclude(file="")
    for upload in old.exclude(job__state__in=[JobState.WAITING, JobState.RUNNING]):
        upload.file.delete(save=False)
        upload.save(update_fields=["file"])

"""Ledgers and tables in: hand in, preview, confirm, progress, result."""

from __future__ import annotations

from pathlib import PurePath
from uuid import UUID

from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caseworks.forms.imports import BuildingTableForm, LedgerForm
from caseworks.importing import BUILDINGS, KIND_LABELS, uploads
from caseworks.importing.error_workbook import error_workbook
from caseworks.importing.wording import fields_in_words, kind_of_record
from people import audit
from people.access import Role, StaffRequest, allow
from people.models import JobState, Upload

IMPORTERS = (Role.SUPERVISOR, Role.MANAGER)
# A page nobody scrolls to the end of; the workbook has them all.
MOST_SHOWN = 200
MOST_LISTED = 20


@allow(*IMPORTERS)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: StaffRequest) -> HttpResponse:
    """Hand in a ledger; below, those handed in before."""
    form = LedgerForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = uploads.hand_in(form.cleaned_data["file"], form.cleaned_data["kind"], request.user)
        return redirect("import_detail", upload.uuid)
    own = Upload.objects.visible_to(request.user).select_related("job")[:MOST_LISTED]
    earlier = [{"upload": upload, "kind": KIND_LABELS[upload.kind], "stage": _stage(upload)} for upload in own]
    buildings = request.user.holds(Role.MANAGER)
    context = {"form": form, "earlier": earlier, "may_take_in_buildings": buildings}
    return render(request, "caseworks/imports.html", context)


@allow(Role.MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def import_buildings(request: StaffRequest) -> HttpResponse:
    """Hand in a table of where the houses of a town stand."""
    form = BuildingTableForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        upload = uploads.hand_in(given["file"], BUILDINGS, request.user, area=given["area"], whole=given["whole"])
        return redirect("import_detail", upload.uuid)
    return render(request, "caseworks/import_buildings.html", {"form": form})


@allow(*IMPORTERS)
@require_safe
@never_cache
def import_detail(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """One ledger, at whatever stage it is."""
    upload = _own(request, uuid)
    found = uploads.found_in(upload)
    shown = None
    if found:
        shown = {
            "table": [(kind_of_record(kind), *counts) for kind, *counts in found.table],
            "errors": found.errors[:MOST_SHOWN],
            "notices": found.notices[:MOST_SHOWN],
            "changes": [
                (kind_of_record(change.kind), change, fields_in_words(change.kind, change.fields))
                for change in found.changes[:MOST_SHOWN]
            ],
        }
    context = {
        "upload": upload,
        "job": upload.job,
        "kind": KIND_LABELS[upload.kind],
        "stage": _stage(upload),
        "found": found,
        "shown": shown,
        "most_shown": MOST_SHOWN,
        "is_table": upload.kind == BUILDINGS,
        "another": reverse("import_buildings" if upload.kind == BUILDINGS else "imports"),
    }
    return render(request, "caseworks/import_detail.html", context)


@allow(*IMPORTERS)
@require_POST
def import_confirm(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Take a previewed ledger in."""
    upload = _own(request, uuid)
    if _stage(upload) == "preview":
        uploads.confirm(upload, request.user)
    return redirect("import_detail", upload.uuid)


@allow(*IMPORTERS)
@require_safe
@never_cache
def import_errors(request: StaffRequest, uuid: UUID) -> FileResponse:
    """The cells to mend, as a workbook, values in full; the download is in the audit."""
    upload = _own(request, uuid)
    found = uploads.found_in(upload)
    with transaction.atomic():
        audit.record(request.user, "ledger.download_errors", upload)
    name = _("To correct in %(file)s") % {"file": PurePath(upload.name).stem}
    return FileResponse(error_workbook(found.errors if found else []), as_attachment=True, filename=f"{name}.xlsx")


def _own(request: StaffRequest, uuid: UUID) -> Upload:
    return get_object_or_404(Upload.objects.visible_to(request.user).select_related("job", "area"), uuid=uuid)


def _stage(upload: Upload) -> str:
    """reading, preview, importing, done, refused or failed; the templates know the words."""
    job = upload.job
    if job is None or job.state == JobState.FAILED:
        return "failed"
    imported = job.name == uploads.IMPORT
    if job.state != JobState.DONE:
        return "importing" if imported else "reading"
    kept = job.result if imported else upload.preview
    if kept and kept.get("refused"):
        return "refused"
    return "done" if imported else "preview"

"""The progress of a piece of background work, for whoever waits for it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people.access import StaffRequest, allow
from people.models import Job, JobState


@allow()
@require_safe
@never_cache
def job(request: StaffRequest, uuid: UUID) -> HttpResponse:
    """Show how far it is. The bar asks for itself every second; once the work is over, its page loads anew."""
    found = get_object_or_404(Job.objects.visible_to(request.user), uuid=uuid)
    over = found.state in (JobState.DONE, JobState.FAILED)
    if request.headers.get("HX-Request"):
        if over:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "caseworks/_job_progress.html", {"job": found})
    return render(request, "caseworks/job.html", {"job": found, "over": over})

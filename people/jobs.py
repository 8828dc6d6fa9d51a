"""Background work behind one door: `enqueue` hands a function's name to the worker and keeps its progress."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from people.models import Job, JobState, User

log = logging.getLogger(__name__)
# A job that took its worker down this often is not started again.
MOST_ATTEMPTS = 3

Progress = Callable[[int, int], None]


def enqueue(name: str, key: str, *, owner: User | None = None, **params: Any) -> Job:
    """Queue the function at the dotted path *name* once per *key*, and return its job.

    The function is called as ``function(job, progress, **params)``, where ``progress(done, total)`` reports how far
    it is; what it returns (JSON) becomes ``job.result``. *params* must be JSON. A second call with the same name
    and key returns the first job.
    """
    try:
        with transaction.atomic():
            job = Job.objects.create(name=name, key=key, owner=owner, params=params)
    except IntegrityError:
        return Job.objects.get(name=name, key=key)
    if settings.JOBS_INLINE:
        run(job.pk)
        job.refresh_from_db()
    else:
        from django_q.tasks import async_task

        transaction.on_commit(lambda: async_task("people.jobs.run", job.pk))
    return job


def run(job_id: int) -> None:
    """Run one job: claimed by a conditional update that also counts the attempt, before any work is done."""
    claimed = Job.objects.filter(
        pk=job_id, state__in=[JobState.WAITING, JobState.RUNNING], attempts__lt=MOST_ATTEMPTS
    ).update(state=JobState.RUNNING, attempts=F("attempts") + 1)
    if not claimed:
        Job.objects.filter(pk=job_id, state=JobState.RUNNING).update(
            state=JobState.FAILED, message=_("Stopped after several attempts."), finished_at=timezone.now()
        )
        return
    job = Job.objects.get(pk=job_id)

    def progress(done: int, total: int) -> None:
        Job.objects.filter(pk=job_id).update(done=done, total=total)

    try:
        result = import_string(job.name)(job, progress, **job.params)
    except Exception as error:
        log.exception("job %s failed", job)
        Job.objects.filter(pk=job_id).update(state=JobState.FAILED, message=str(error), finished_at=timezone.now())
        return
    Job.objects.filter(pk=job_id).update(state=JobState.DONE, result=result, finished_at=timezone.now())

"""What is done at fixed hours by the background worker."""

from __future__ import annotations

from django.utils import timezone

from outreach.coverage import plan_visits
from outreach.debt import planned_until

# name → (function, cron in the office's time)
NIGHTLY = {
    "plan visits": ("caseworks.schedule.plan_visits_ahead", "20 2 * * *"),
    "propose needs": ("people.needs.propose", "50 1 * * *"),
    "count pair-ups": ("outreach.pairing.refresh_all", "40 2 * * *"),
    "send messages": ("outreach.sending.send_waiting", "* * * * *"),
    # Asked all day long; whether the office is open, its calendar says.
    "climb the ladder": ("caseworks.escalation.climb", "*/10 * * * *"),
    "hand out digests": ("caseworks.digests.hand_out", "*/10 * * * *"),
}


def plan_visits_ahead() -> int:
    """Derive the regular visits of the fortnight and of the month that is running; return how many changed."""
    return plan_visits(planned_until(timezone.localdate()))


def register() -> None:
    """Tell the worker its hours; done after every migration. What is already scheduled keeps its next run."""
    from django_q.models import Schedule

    for name, (function, cron) in NIGHTLY.items():
        Schedule.objects.update_or_create(
            name=name, defaults={"func": function, "schedule_type": Schedule.CRON, "cron": cron, "repeats": -1}
        )

"""The records of `outreach`, by name."""

from outreach.models.calendar import CalendarDay, OfficeHours
from outreach.models.visits import (
    CadenceNorm,
    TaskReason,
    TaskState,
    Visit,
    VisitForm,
    VisitOutcome,
    VisitTask,
)

__all__ = [
    "CadenceNorm",
    "CalendarDay",
    "OfficeHours",
    "TaskReason",
    "TaskState",
    "Visit",
    "VisitForm",
    "VisitOutcome",
    "VisitTask",
]

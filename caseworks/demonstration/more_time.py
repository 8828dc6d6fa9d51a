"""What waits for somebody in the invented office: requests for more time, and units that are asked to help."""

from __future__ import annotations

from django.utils import timezone

from caseworks import co_handling, extending
from caseworks.demonstration.office import Office
from caseworks.models import Case, Urgency
from caseworks.moves import Act
from caseworks.states import Status
from people.models import Organisation, User

ASKS = [(2, "配件需从厂家调货，预计后天送到。"), (1, "本人出差，约好后天上门核实。"), (2, "物业需召开业主代表会议。")]
GRANTED = "同意延期，请先做好临时处置并告知来电人。"
HELP = ["请派人到现场看一看。", "请协助核实并反馈意见。"]


def make(office: Office) -> None:
    """Three requests for more time, the first of them granted, and two cases with which the department helps."""
    running = Case.objects.with_status(Status.IN_PROGRESS).filter(urgency=Urgency.NORMAL, unit__isnull=True)
    cases = list(running.filter(due_at__gt=timezone.now()).order_by("due_at", "pk")[: len(ASKS) + len(HELP)])
    for number, (case, (days, reason)) in enumerate(zip(cases, ASKS, strict=False)):
        extending.ask(case, Act(_handler(office, case)), days=days, text=reason)
        if number == 0:
            extending.grant(case, Act(office.supervisor), text=GRANTED)
    department = User.objects.get(username="department")
    unit = Organisation.objects.get(pk__in=department.scope.units)
    for case, text in zip(cases[len(ASKS) :], HELP, strict=False):
        co_handling.ask_unit(case, Act(_handler(office, case)), unit=unit, text=text)


def _handler(office: Office, case: Case) -> User:
    return office.holder(case.handling_area, case.handling_role, case.unit)

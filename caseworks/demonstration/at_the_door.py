"""Callers who are asked at the door, on the phone of the liaison who shows the office off."""

from __future__ import annotations

from caseworks import followup
from caseworks.demonstration.office import Office
from caseworks.models import Case
from caseworks.moves import Act
from caseworks.routing import Route
from caseworks.states import Status
from people.access import Role

SENT = 2
WHY = "电话一直没人接，请上门问一下。"


def make(office: Office) -> None:
    """Send the leader of the first group to callers in her group whose outcome somebody else reported."""
    group = office.groups[0]
    leader = office.holders[group.pk, Role.LEADER]
    waiting = Case.objects.with_status(Status.TO_FOLLOW_UP).filter(area=group).exclude(resolved_by=leader)
    for case in waiting.order_by("-resolved_at")[:SENT]:
        to = Route("", area=group, role=Role.LEADER, holder=leader.name)
        followup.send_to_door(case, Act(office.operators[0]), to=to, text=WHY)

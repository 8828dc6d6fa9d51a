"""What hangs together in the invented office: an incident, two cases that were one matter, one that was two."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from caseworks import incidents, intake, joining
from caseworks.demonstration.office import ACCOUNTS
from caseworks.models import Case, Category, Reached
from caseworks.moves import Act
from caseworks.search import case_tokens
from caseworks.states import OPEN, Status
from people.models import Household, Post, User

HOUSEHOLDS = 60
WHAT = "主管爆裂，整片停水"
SINCE = "清晨五点半起停水，抢修队已到场。"
PASSER_BY = "过路的赵师傅"
SECOND_MATTER = "另反映窨井盖松动，夜里有车压过声响很大。"
# Split from the case that came in last, so the new number is the next one.
KEY = UUID("5e1f0b52-6c1d-4a8e-9d7f-0c2a5b7e1a60")


def make(operator: User, passer_by: str) -> None:
    """An incident with its households, a merged case and a split one, by the desk's own verbs.

    *passer_by* is the number of somebody who calls about the incident and is in no register.
    """
    with transaction.atomic():
        act = Act(operator)
        # The queues of the accounts that a visitor signs in with are left to them.
        theirs = Post.objects.current().filter(user__username__in=ACCOUNTS, area__isnull=False).values("area")
        waiting = Case.objects.filter(status__in=[Status.TO_ACCEPT, Status.IN_PROGRESS], area__isnull=False)
        spare = list(
            waiting.exclude(handling_area__in=theirs).select_related("area__parent", "category").order_by("-number")
        )
        # A burst pipe is a matter of public works, where one waits.
        spare.sort(key=lambda case: case.category is None or case.category.code != "public-works")
        if len(spare) >= 3:
            _incident(spare[0], act)
            intake.join(spare[0], act, resident=None, name=PASSER_BY, phone=passer_by, text="路过看到水漫到人行道。")
            _merge(spare[1], spare[2], act)
        last = Case.objects.order_by("-registered_at", "-pk").first()
        if last and last.status in OPEN:
            joining.split(
                last,
                Act(operator, key=KEY),
                parts=[joining.Part(SECOND_MATTER, Category.objects.get(code="public-works"))],
            )


def _incident(case: Case, act: Act) -> None:
    _call_it(case, WHAT)
    incidents.declare(case, act, text=SINCE)
    assert case.area is not None
    around = case.area.parent or case.area
    homes = Household.objects.current().select_related("area")
    near = [home for home in homes if (home.area.path or "").startswith(around.path or "?")]
    others = [home for home in homes if home not in near] if len(near) < HOUSEHOLDS else []
    incidents.add(case, act, households=[*near, *others][:HOUSEHOLDS], how=Reached.AREA)


def _merge(case: Case, into: Case, act: Act) -> None:
    _call_it(case, into.summary)
    joining.merge(case, act, into=into)


def _call_it(case: Case, summary: str) -> None:
    case.summary = summary
    Case.objects.filter(pk=case.pk).update(summary=summary, search=case_tokens(case))

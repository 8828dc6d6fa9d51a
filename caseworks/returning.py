"""Returning a case: within its limit, with a reason; the second time somebody decides, and after that it stays.

The clock of the case runs on over all of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from caseworks import path, workload
from caseworks.deadlines import Limit, derive
from caseworks.models import Case, ReturnReason, Stay
from caseworks.moves import Act, NotPossible, done, for_the_record, leads_to, moving
from caseworks.routing import Route
from caseworks.states import Status, Verb
from caseworks.workflow import arrow, hand_to
from outreach.working_days import load_calendar
from people.models import Post

_HANDED_ON = frozenset({Status.TO_DISPATCH, Status.TO_ADJUDICATE})
# The return that an adjudicator has to decide about.
TO_BE_DECIDED = 2


def send_back(case: Case, act: Act, *, reason: str, text: str = "", better: Route | None = None) -> Case:
    """Return the case with a reason, and with who should have it where the handler knows.

    The first time it waits to be dispatched, the second time for an adjudicator. Cases of the first table are
    dispatched each time.
    """
    with moving(case, Verb.RETURN, act, reason=reason) as locked:
        if locked is None:
            return case
        if hindrance := why_not(locked):
            raise NotPossible(hindrance)
        code = ReturnReason(reason)
        path.leave(locked, Verb.RETURN, act.by, reason=code, note=text, better=better)
        locked.times_returned += 1
        again = locked.times_returned >= TO_BE_DECIDED and leads_to(locked, Verb.RETURN, Status.TO_ADJUDICATE)
        locked.status = Status.TO_ADJUDICATE if again else Status.TO_DISPATCH
        words = for_the_record(code.label)
        with override(settings.LANGUAGE_CODE):
            why = _("Returned: %(reason)s") % {"reason": words}
            if better:
                why += " " + _("Better: %(target)s") % {"target": _name(better)}
        locked.route_reason = why[:300]
        return done(locked, Verb.RETURN, act, ["status", "times_returned", "route_reason"], text=text, detail=words)


def why_not(case: Case, now: datetime | None = None) -> str:
    """Why the case cannot be returned, in a sentence for its handler; empty where it can."""
    if any(stay.came_by == Verb.ADJUDICATE for stay in case.path.all()):
        return _("A supervisor has decided who has this case: it cannot be returned again.")
    last = until(case)
    if last is None or (now or timezone.now()) <= last:
        return ""
    return _("It could be returned until %(moment)s, %(limit)s after it came. Transfer it, or ask a supervisor.") % {
        "moment": f"{timezone.localtime(last):%Y-%m-%d %H:%M}",
        "limit": Limit.parse(case.limits["return_within"]).in_words(),
    }


def until(case: Case) -> datetime | None:
    """Until when whoever has *case* may return it; None where nothing limits that."""
    here = next((stay for stay in case.path.all() if stay.until is None), None)
    written = case.limits.get("return_within")
    return derive(here.since, Limit.parse(written), load_calendar()).at if here and written else None


@dataclass(frozen=True)
class Suggested:
    """Whom a return suggested: the key of the candidate (caseworks/workload.py), and its name on a list."""

    key: str
    name: str


def suggestions(cases: Iterable[Case]) -> dict[int, Suggested]:
    """The suggestions with which those of *cases* that wait to be handed on were returned, by case; one query."""
    waiting = [case.pk for case in cases if case.times_returned and case.status in _HANDED_ON]
    found: dict[int, Suggested] = {}
    if not waiting:
        return found
    stays = Stay.objects.filter(case__in=waiting).select_related("better_area__level", "better_area__parent")
    for stay in stays.select_related("better_unit").order_by("since", "pk"):
        # The last stretch counts: one that ended otherwise makes an older suggestion void.
        found.pop(stay.case_id, None)
        if suggested := suggested_in(stay):
            found[stay.case_id] = suggested
    return found


def suggested_in(stay: Stay | None) -> Suggested | None:
    """What a return suggested; None where it was no return or named nobody."""
    if stay is None or not stay.returned or not (stay.better_area or stay.better_unit):
        return None
    key = workload.key_of(stay.better_area, stay.better_role, stay.better_unit)
    if stay.better_unit:
        return Suggested(key, stay.better_unit.name)
    assert stay.better_area is not None
    return Suggested(key, f"{stay.better_area.long_name} {stay.get_better_role_display()}")


def send_straight_back(case: Case, act: Act, *, text: str) -> Case:
    """Give the case back to whoever returned it, with what he was missing; the clock runs on."""
    with moving(case, Verb.SEND_STRAIGHT_BACK, act, text=text) as locked:
        if locked is None:
            return case
        # A returned case still names who had it.
        to = _held(Route(text, area=locked.handling_area, role=locked.handling_role, unit=locked.unit))
        if not (to.found and to.holder):
            raise NotPossible(_("Nobody has returned this case: dispatch it."))
        fields = hand_to(locked, to, Verb.SEND_STRAIGHT_BACK, act.by)
        locked.status = Status.TO_ACCEPT
        return done(locked, Verb.SEND_STRAIGHT_BACK, act, fields, text=text, detail=arrow(to))


def adjudicate(case: Case, act: Act, *, to: Route, text: str) -> Case:
    """Decide who has a case that was returned twice, with the reason. From then on it cannot be returned."""
    with moving(case, Verb.ADJUDICATE, act, target=to.found, text=text) as locked:
        if locked is None:
            return case
        fields = hand_to(locked, to, Verb.ADJUDICATE, act.by)
        locked.status = Status.TO_ACCEPT
        return done(locked, Verb.ADJUDICATE, act, fields, text=text, detail=arrow(to))


def _held(route: Route) -> Route:
    """The same route with who holds its post today."""
    if route.unit:
        holder = route.unit.name
    else:
        posts = Post.objects.at_work().filter(area=route.area, role=route.role).order_by("since", "pk")
        holder = "、".join(post.holder for post in posts.select_related("user", "stands_in_for__user"))
    return Route(route.reason, area=route.area, role=route.role, unit=route.unit, holder=holder)


def _name(route: Route) -> str:
    return f"{route.unit or route.area} {route.holder if route.area else ''}".strip()

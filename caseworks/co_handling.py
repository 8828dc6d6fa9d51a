"""Co-handling: units that help the handler, each with a deadline of its own.

The handler keeps the lead: a helper who is late is late himself, and moves no deadline of the case. A case is finished
when each has answered or is no longer waited for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from caseworks import clocks
from caseworks.models import Case, CoHandling
from caseworks.moves import Act, NotPossible, done, moving
from caseworks.states import Verb
from people.models import Organisation, User

# Cases that began under the first table are finished without waiting for anybody.
WAITS_SINCE_TABLE = 2


def ask_unit(case: Case, act: Act, *, unit: Organisation, text: str = "") -> Case:
    """Ask a unit to help with the case, within the limit with which the case began.

    One that is asked again after it was waived is waited for again, with its limit from now on.
    """
    with moving(case, Verb.CO_HANDLE, act, unit=unit) as locked:
        if locked is None:
            return case
        asked = locked.co_handlings.filter(unit=unit).first() or CoHandling(case=locked, unit=unit)
        if asked.pk is None or asked.waived_at:
            asked.asked_at, asked.asked_by = timezone.now(), act.by
            asked.limit = str(clocks.limit_of(locked, "co_handling"))
            asked.waived_at, asked.waived_by, asked.waived_because = None, None, ""
            clocks.wind_helper(asked)
            asked.save()
        return done(locked, Verb.CO_HANDLE, act, [], text=text, detail=unit.name)


def give_opinion(case: Case, act: Act, *, text: str) -> Case:
    """A unit that was asked to help answers. Its first answer tells whether it was in time."""
    with moving(case, Verb.OPINION, act, text=text) as locked:
        if locked is None:
            return case
        asked = locked.co_handlings.filter(unit__in=act.by.scope.units)
        asked.update(opinion=text, answered_at=Coalesce(F("answered_at"), timezone.now()))
        names = "、".join(asked.values_list("unit__name", flat=True))
        return done(locked, Verb.OPINION, act, [], text=text, detail=names[:300])


def waive(case: Case, act: Act, *, unit: Organisation, text: str) -> Case:
    """No longer wait for the answer of a unit, with the reason."""
    with moving(case, Verb.WAIVE, act, unit=unit, text=text) as locked:
        if locked is None:
            return case
        waiting = locked.co_handlings.waiting().filter(unit=unit)
        if not waiting.update(waived_at=timezone.now(), waived_by=act.by, waived_because=text[:200]):
            raise NotPossible(_("Nobody waits for an answer of %(unit)s.") % {"unit": unit})
        return done(locked, Verb.WAIVE, act, [], text=text, detail=unit.name)


def why_not_finish(case: Case) -> str:
    """The units that have neither answered nor been waived, in a sentence; empty where nobody is waited for."""
    names = "、".join(str(asked.unit) for asked in case.co_handlings.all() if asked.waited_for)
    if not names or case.table < WAITS_SINCE_TABLE:
        return ""
    return _("%(units)s has not answered yet. Wait for the answer, or waive it with a reason.") % {"units": names}


def require_answers(case: Case) -> None:
    """Refuse to finish *case* while a unit that helps with it is waited for."""
    if sentence := why_not_finish(case):
        raise NotPossible(sentence)


def own_parts(user: User, cases: Iterable[Case]) -> Mapping[int, CoHandling]:
    """What *user*'s units are asked for on *cases* that somebody else leads, by case; the most pressing of several."""
    units = user.scope.units
    if not units:
        return {}
    led = [case.pk for case in cases if case.unit_id not in units]
    parts = CoHandling.objects.filter(case__in=led, unit__in=units).select_related("unit")
    found: dict[int, CoHandling] = {}
    for part in parts.order_by(F("due_at").asc(nulls_last=True)):
        kept = found.get(part.case_id)
        if kept is None or (part.waited_for and not kept.waited_for):
            found[part.case_id] = part
    return found

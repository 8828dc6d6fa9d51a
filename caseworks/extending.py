"""Extensions: the handler asks for more time before the deadline, and somebody else decides.

The deadline itself is derived (caseworks/clocks.py): the limit, then the working days that were granted, under the
same rule and the same pauses. How often and by how much a case may be extended, it knows from its beginning.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from caseworks import clocks
from caseworks.deadlines import Due
from caseworks.models import Case, Extension
from caseworks.models.clocks import ExtensionQuerySet
from caseworks.moves import Act, NotPossible, done, moving
from caseworks.states import Verb
from people.access import Role
from people.models import User


@dataclass(frozen=True)
class Left:
    """How often a case may still be extended, and by how many working days altogether."""

    times: int
    days: int


def left(case: Case) -> Left:
    """What the extensions granted so far, on every run of its clock, leave of the caps with which *case* began."""
    most = int(case.limits.get("extensions", clocks.MOST_EXTENSIONS))
    most_days = int(case.limits.get("extension_days", clocks.MOST_EXTENSION_DAYS))
    taken = [one.days for one in case.extensions.filter(state=Extension.State.GRANTED)]
    return Left(max(most - len(taken), 0), max(most_days - sum(taken), 0))


def waiting_for(user: User) -> ExtensionQuerySet:
    """The requests that *user* may decide now, the longest waiting first: none of his own, none out of his scope."""
    requests = Extension.objects.visible_to(user).waiting().exclude(asked_by=user)
    if not user.holds(Role.SUPERVISOR):
        return requests.none()
    return requests.select_related("case__category", "case__area", "asked_by")


def foresee(case: Case, asked: Extension) -> Due:
    """When *case* would be due if *asked* were granted."""
    return clocks.explain(case, more=[asked.limit])


def ask(case: Case, act: Act, *, days: int, text: str) -> Case:
    """The handler asks for *days* more working days. Refused once the deadline has passed, and beyond the caps."""
    with moving(case, Verb.EXTEND, act, days=days, text=text) as locked:
        if locked is None:
            return case
        if hindrance := why_not_ask(locked, days):
            raise NotPossible(hindrance)
        asked = Extension(
            case=locked,
            clock_from=clocks.began(locked),
            days=days,
            reason=text,
            asked_by=act.by,
            asked_at=timezone.now(),
        )
        asked.save()
        return done(locked, Verb.EXTEND, act, [], text=text, detail=_length(asked))


def why_not_ask(case: Case, days: int = 1) -> str:
    """Why no extension of *days* can be asked for now, in a sentence; empty where one can."""
    if case.due_at and case.due_at < timezone.now():
        return _("The deadline has passed. An extension is asked for before it.")
    if case.awaited_extension:
        return _("An extension is already asked for and not yet decided.")
    remains = left(case)
    if not remains.times or not remains.days:
        return _("This case cannot be extended any more.")
    if days > remains.days:
        return ngettext(
            "This case can be extended by %(n)d more working day at most.",
            "This case can be extended by %(n)d more working days at most.",
            remains.days,
        ) % {"n": remains.days}
    return ""


def why_not_decide(case: Case, user: User) -> str:
    """Why *user* cannot decide about the extension of *case*, in a sentence; empty where he can."""
    asked = case.awaited_extension
    if asked is None:
        return _("No extension waits for a decision.")
    if asked.asked_by_id == user.pk:
        return _("You asked for this extension yourself: somebody else decides.")
    return ""


def grant(case: Case, act: Act, *, text: str = "") -> Case:
    """Grant what was asked for: the deadline moves by the working days, counted on from where it was."""
    with moving(case, Verb.GRANT, act) as locked:
        if locked is None:
            return case
        asked = _decide(locked, act, Extension.State.GRANTED, text)
        clocks.wind(locked)
        return done(locked, Verb.GRANT, act, clocks.FIELDS, text=text, detail=_length(asked))


def refuse(case: Case, act: Act, *, text: str) -> Case:
    """Refuse what was asked for, with the reason: the deadline stays."""
    with moving(case, Verb.REFUSE_EXTENSION, act, text=text) as locked:
        if locked is None:
            return case
        asked = _decide(locked, act, Extension.State.REFUSED, text)
        return done(locked, Verb.REFUSE_EXTENSION, act, [], text=text, detail=_length(asked))


def _decide(case: Case, act: Act, state: Extension.State, text: str) -> Extension:
    if hindrance := why_not_decide(case, act.by):
        raise NotPossible(hindrance)
    asked = case.awaited_extension
    assert asked is not None
    asked.state, asked.decided_by, asked.decided_at, asked.answer = state, act.by, timezone.now(), text
    asked.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    return asked


def _length(asked: Extension) -> str:
    with override(settings.LANGUAGE_CODE):  # stored, so in the office's language
        return asked.limit.in_words()

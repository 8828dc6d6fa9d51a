"""How a case is moved: locked, checked against the table in caseworks/states.py, changed, written down.

Every verb, wherever it lives, is a `with moving(…)` around its change and ends in `done(…)`. A form that is sent twice
(same *key*) is done once; one that was filled in against an older version of the case raises `Stale`, and nothing is
written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from caseworks import access, timeline
from caseworks.models import Case, TimelineEntry
from caseworks.states import TABLES, Party, Status, Transition, Verb, moves_from
from people import audit
from people.models import Photo, User


class Stale(Exception):
    """Somebody else changed the case meanwhile. `case` is as it is now, `entries` what happened since."""

    def __init__(self, case: Case, entries: list[TimelineEntry]) -> None:
        super().__init__(_("Somebody else changed this case meanwhile."))
        self.case = case
        self.entries = entries


class NotPossible(Exception):
    """The move is not open from where the case is, or something it needs is missing. Its message is for the user."""


@dataclass(frozen=True)
class Act:
    """Who does something to a case, against which version he read, and the key of the form he sent."""

    by: User
    version: int | None = None
    key: UUID | None = None


def parties_of(user: User, case: Case) -> frozenset[Party]:
    """What *user* is to *case*; one query where he works for a unit, none otherwise."""
    helping: Iterable[int] = case.co_handlings.values_list("unit", flat=True) if user.scope.units else ()
    asked_at = (case.follow_up_area_id, case.follow_up_role)
    return access.parties(user.scope, case, list(helping), asked_at)


def open_moves(user: User, case: Case) -> list[Transition]:
    """The moves *user* may make on *case* now: what decides which buttons he sees."""
    possible = moves_from(case.status, parties_of(user, case), case.table)
    return [move for move in possible if not move.needs or getattr(case, move.needs)]


def knows(case: Case, verb: Verb) -> bool:
    """Whether there is *verb* in the version of the table that *case* follows."""
    return verb in TABLES[case.table]


def leads_to(case: Case, verb: Verb, status: Status) -> bool:
    """Whether *verb* may end in *status* under the version of the table that *case* follows."""
    rule = TABLES[case.table].get(verb)
    return rule is not None and (rule.to == status or status in rule.outcomes)


@contextmanager
def moving(case: Case, verb: Verb, act: Act, **given: object) -> Iterator[Case | None]:
    """Lock *case* for *verb* and yield it, or None where this very form was already done."""
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        rule = TABLES[locked.table].get(verb)
        if rule is None:
            raise NotPossible(
                _("“%(verb)s” came in after this case began: it finishes under the rules it began with.")
                % {"verb": verb.label}
            )
        if act.key and TimelineEntry.objects.filter(key=act.key).exists():
            yield None
            return
        if act.version is not None and act.version != locked.version and (rule.to or rule.outcomes):
            raise Stale(locked, timeline.since(locked, act.version))
        if rule.parties.isdisjoint(parties_of(act.by, locked)):
            raise PermissionDenied
        if locked.status not in rule.sources:
            raise NotPossible(
                _("“%(verb)s” is not possible now: the case is “%(status)s”.")
                % {"verb": verb.label, "status": locked.get_status_display()}
            )
        if rule.needs and not getattr(locked, rule.needs):
            raise NotPossible(_("“%(verb)s” does not apply to this case now.") % {"verb": verb.label})
        missing = [name for name in rule.required if not given.get(name)]
        if missing:
            raise NotPossible(_("Please fill in what is still missing."))
        yield locked


def done(
    case: Case,
    verb: Verb,
    act: Act,
    fields: Iterable[str],
    *,
    text: str = "",
    detail: str = "",
    photos: Iterable[Photo] = (),
) -> Case:
    """Save what a verb changed, with the next version, its timeline entry and its audit row."""
    return write_down(case, verb, fields, by=act.by, text=text, detail=detail, photos=photos, key=act.key)


def write_down(
    case: Case,
    verb: Verb,
    fields: Iterable[str],
    *,
    by: User | None,
    text: str = "",
    detail: str = "",
    photos: Iterable[Photo] = (),
    key: UUID | None = None,
    at: datetime | None = None,
) -> Case:
    """What `done` does; *by* is None where nobody did it by hand, but the ladder."""
    case.version += 1
    case.save(update_fields=[*fields, "version"])
    timeline.add(case, verb, by=by, text=text, detail=detail, photos=photos, key=key, at=at)
    audit.record(by, f"case.{verb.value}", case, fields=sorted(fields))
    return case


def for_the_record(words: str | Promise) -> str:
    """What is stored is read by everybody: in the office's language, not in that of whoever did it."""
    with override(settings.LANGUAGE_CODE):
        return str(words)

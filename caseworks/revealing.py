"""The callers' numbers and the place of a case in full: shown once, for a reason, and audited."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from caseworks.models import Case
from people import revealing
from people.models import PhoneNumber, User


@dataclass(frozen=True)
class Number:
    """A number to dial: whose, and what must be minded when dialling it."""

    name: str
    number: str
    safe_note: str = ""


@dataclass(frozen=True)
class Revealed:
    """What was masked on a case."""

    numbers: list[Number]
    place: str


def reveal(case: Case, by: User, reason: str) -> Revealed:
    """Return the callers' numbers and the place of *case*, which the caller of this fetched through scope.

    One audit row says who looked and why. Raises `people.revealing.RevealRefused` without a reason, or when the
    day's quota is used up; its message is for the user.
    """
    with transaction.atomic():
        subject = case.caller.uuid if case.caller else ""
        phone = revealing.reveal(case, "caller_phone", by, reason, subject=subject)
        others = list(case.more_callers.all())
        people = {case.caller_id, case.concerned_id, *(other.resident_id for other in others)} - {None}
        known = list(PhoneNumber.objects.filter(resident__in=people).select_related("resident").order_by("pk"))
        notes = {number.number: number.safe_note for number in known}
        of_caller = [number.number for number in known if number.resident_id == case.caller_id]
        callers = [(case.caller_name, number) for number in ([phone] if phone else of_caller)]
        # Who called for somebody else may have to be asked about through him, or the other way round.
        if case.concerned_id != case.caller_id:
            callers += [(one.resident.name, one.number) for one in known if one.resident_id == case.concerned_id]
        callers += [(other.name, other.phone) for other in others if other.phone]
        return Revealed([Number(name, number, notes.get(number, "")) for name, number in callers], case.place)

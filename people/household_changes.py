"""What somebody learned about a household at its door: away for a while, back, moved away, or anything else.

Days away count against nobody's cadence, and a household that has left is called on no more.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from people import audit
from people.models import Absence, AbsenceReason, Household, User


class Change(TextChoices):
    ABROAD = "abroad", _("Abroad for a while")
    HOSPITAL = "hospital", _("In hospital")
    AWAY = "away", _("Elsewhere for a while")
    BACK = "back", _("Back home")
    MOVED = "moved", _("Moved away")
    OTHER = "other", _("Something else")


# With these, a few words say what and where to.
WANTS_WORDS = frozenset({Change.MOVED, Change.OTHER})


def note_change(household: Household, change: str, *, on: date, text: str = "", by: User) -> None:
    """Write down that something of *household* changed on the day *on*; the same again changes nothing.

    What fits no other field is added to its note, with the day and whose words they are.
    """
    with transaction.atomic():
        locked = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
        fields = _changed(locked, change, on, text.strip(), by)
        if not fields:
            return
        if "absences" not in fields:
            locked.version += 1
            locked.save(update_fields=[*fields, "version"])
        audit.record(by, "household.change", locked, fields=fields, subject=locked.uuid)


def _changed(household: Household, change: str, on: date, text: str, by: User) -> list[str]:
    if change in AbsenceReason.values:
        _row, new = Absence.objects.get_or_create(
            household=household, until=None, defaults={"reason": change, "since": on}
        )
        return ["absences"] if new else []
    if change == Change.BACK:
        return ["absences"] if household.absences.filter(until__isnull=True).update(until=on) else []
    if change == Change.MOVED:
        if household.ended_on:
            return []
        household.ended_on, household.ended_why = on, text[:200]
        return ["ended_on", "ended_why"]
    line = f"{on:%Y-%m-%d} {by}: {text}"
    if line in household.note.splitlines():
        return []
    household.note = f"{household.note}\n{line}".strip()
    return ["note"]

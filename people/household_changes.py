"""What somebody learned about a household at its door: away for a while, back, moved away, or anything else.

Days away count against nobody's cadence, and a household that has left is called on no more. That it has left can be
taken back: what follows from it for visits is in outreach/departures.py.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from people import audit
from people.grouping import UNDO_WITHIN
from people.models import Absence, AbsenceReason, Household, Membership, User
from people.models.households import HouseholdQuerySet


class Change(TextChoices):
    ABROAD = "abroad", gettext_lazy("Abroad for a while")
    HOSPITAL = "hospital", gettext_lazy("In hospital")
    AWAY = "away", gettext_lazy("Elsewhere for a while")
    BACK = "back", gettext_lazy("Back home")
    MOVED = "moved", gettext_lazy("Moved away")
    OTHER = "other", gettext_lazy("Something else")


# With these, a few words say what and where to.
WANTS_WORDS = frozenset({Change.MOVED, Change.OTHER})
# So long a household that has left is listed for those who would notice a mistake.
LATELY = timedelta(days=90)
# Columns that say that a household has left.
ENDED = ("ended_on", "ended_why", "ended_by", "ended_at")


class NotTakenBack(Exception):
    """That a household has left stands as it is. The message is for the user."""


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
        household.ended_by, household.ended_at = by, timezone.now()
        return [*ENDED]
    line = f"{on:%Y-%m-%d} {by}: {text}"
    if line in household.note.splitlines():
        return []
    household.note = f"{household.note}\n{line}".strip()
    return ["note"]


# ---- They live here after all ----


def left_lately(user: User) -> HouseholdQuerySet:
    """The households in the user's areas that have left within the last months."""
    return Household.objects.visible_to(user).left(timezone.localdate() - LATELY)


def just_put_down(user: User) -> HouseholdQuerySet:
    """The households that *user* said have left within the last minutes: what he can take back with one tap."""
    lately = timezone.now() - UNDO_WITHIN
    return Household.objects.visible_to(user).left().filter(ended_by=user, ended_at__gt=lately)


def take_back(
    household: Household, *, reason: str, by: User, version: int | None = None, within: timedelta | None = None
) -> Household | None:
    """They live here after all: look after *household* again. None where that is so already, and nothing is written.

    Whoever left with it belongs to it again; what was down before goes into the note with the *reason*. With *within*
    only whoever put it down takes it back, so long afterwards at most. Raises `NotTakenBack` where that is over, or
    somebody else changed the household since its *version*.
    """
    with transaction.atomic():
        locked = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
        if locked.ended_on is None:
            return None
        if within and not (locked.ended_by_id == by.pk and _lies_within(locked.ended_at, within)):
            raise NotTakenBack(
                _(
                    "This can be taken back here for 10 minutes only, by whoever put it down. "
                    "After that, the page of the household does it."
                )
            )
        if version is not None and version != locked.version:
            raise NotTakenBack(_("Somebody else changed this household meanwhile. Please look at it again."))
        _belong_again(locked)
        line = f"{timezone.localdate():%Y-%m-%d} {by}: {_in_words(locked, reason.strip())}"
        locked.note = f"{locked.note}\n{line}".strip()
        locked.ended_on, locked.ended_why, locked.ended_by, locked.ended_at = None, "", None, None
        locked.version += 1
        fields = [*ENDED, "note"]
        locked.save(update_fields=[*fields, "version"])
        audit.record(by, "household.take_back", locked, fields=fields, subject=locked.uuid, reason=reason.strip())
    return locked


def _lies_within(moment: datetime | None, within: timedelta) -> bool:
    return moment is not None and timezone.now() - moment < within


def _belong_again(household: Household) -> None:
    """Members who were put down as leaving on the same day, and live nowhere else by now."""
    gone = household.memberships.filter(until=household.ended_on, resident__died_on__isnull=True)
    gone = gone.exclude(resident__in=Membership.objects.current().values("resident"))
    last = {row.resident_id: row.pk for row in gone.order_by("pk")}
    Membership.objects.filter(pk__in=last.values()).update(until=None)


def _in_words(household: Household, reason: str) -> str:
    """For the note, which everybody reads: in the office's language."""
    assert household.ended_on
    with override(settings.LANGUAGE_CODE):
        return _("They live here after all: %(reason)s (was down as having left on %(day)s: %(why)s)") % {
            "reason": reason,
            "day": date_format(household.ended_on, "SHORT_DATE_FORMAT"),
            "why": household.ended_why or "–",
        }

"""Round birthdays kept together: one celebration a month, its guests drawn from the list, attendance kept."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.birthdays import birthdays
from outreach.calendar import start_of
from outreach.models import Celebrated, Celebration, CelebrationGuest, VisitForm
from outreach.visiting import credit
from people import audit
from people.models import User

NOON = timedelta(hours=12)
# In which form somebody was met thereby; who was missed was not.
MET_BY = {Celebrated.CAME: VisitForm.GATHERING, Celebrated.BROUGHT_HOME: VisitForm.HOME}


class CelebrationRefused(Exception):
    """It cannot be recorded as it stands. The message is for the user."""


def plan(celebration: Celebration, *, by: User) -> Celebration:
    """Keep a celebration with its guests; one for a month, an area and a calendar: the same again is the first one."""
    with transaction.atomic():
        fields = {"held_on": celebration.held_on, "place": celebration.place, "by": by}
        kept, new = Celebration.objects.get_or_create(
            area=celebration.area, month=celebration.month, lunar=celebration.lunar, defaults=fields
        )
        draw(kept, by=by)
        if new:
            audit.record(by, "celebration.plan", kept)
    return kept


def draw(celebration: Celebration, *, by: User) -> int:
    """Take in whoever has his birthday in the month and is no guest yet; return how many."""
    month, path = celebration.month, celebration.area.path or "?"
    found = birthdays(by, month.year, month.month, lunar=celebration.lunar)
    known = set(celebration.guests.values_list("resident", flat=True))
    new = [
        CelebrationGuest(celebration=celebration, resident=one.resident, household=one.home, age=one.full)
        for one in found
        if one.resident.pk not in known and (one.home.area.path or "").startswith(path)
    ]
    CelebrationGuest.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def record(guest: CelebrationGuest, state: str, *, by: User) -> CelebrationGuest:
    """Write down that somebody came, was brought it home, or was missed. Who was met stays met.

    Raises `CelebrationRefused` before the day, and where he was met already.
    """
    with transaction.atomic():
        locked = CelebrationGuest.objects.select_for_update(of=("self",)).get(pk=guest.pk)
        if locked.state == state:
            return locked
        held_on, today = locked.celebration.held_on, timezone.localdate()
        if held_on > today:
            raise CelebrationRefused(_("The celebration is still to come. Nothing was saved."))
        if locked.state in MET_BY:
            raise CelebrationRefused(_("This was recorded already. Nothing was saved."))
        locked.state, locked.by = state, by
        locked.save(update_fields=["state", "by"])
        if form := MET_BY.get(Celebrated(state)):
            # What is brought home is brought today, a celebration was on its day.
            past = form == VisitForm.GATHERING and held_on < today
            at = start_of(held_on) + NOON if past else None
            credit(locked.household, by, form=form, met=locked.resident, note=_("Birthday"), at=at)
        audit.record(by, "celebration.record", locked, fields=["state"], subject=locked.resident.uuid)
    return locked

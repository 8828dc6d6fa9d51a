"""Rounds of check-ups: arranged, people invited whose turn it is, done or missed. Results are kept nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from outreach import correspondence
from outreach.calendar import start_of
from outreach.check_up_turns import FROM_AGE, born_by, share_out, times
from outreach.models import (
    Attended,
    CheckUpDay,
    CheckUpInvitation,
    CheckUpNorm,
    CheckUpRound,
    VisitForm,
    WhyNotChecked,
)
from outreach.models.check_ups import SETTLED
from outreach.visiting import credit
from people import audit, jobs
from people.consent import Purpose
from people.models import Area, Job, Membership, User
from people.models.areas import within

NOON = timedelta(hours=12)


class CheckUpRefused(Exception):
    """It cannot be done as the round stands. The message is for the user."""


def usual_age() -> int:
    """From which age on the office invites."""
    row = CheckUpNorm.objects.first()
    return row.from_age if row else FROM_AGE


def due(user: User, on: date, from_age: int, area: Area | None = None) -> QuerySet[Membership]:
    """Whose turn it is on day *on*: of that age, not checked in its year, not invited already; by their streets.

    Who belongs to two households is in it twice, and invited once.
    """
    mine = CheckUpInvitation.objects.filter(resident=OuterRef("resident"))
    settled = mine.filter(SETTLED, settled_on__year=on.year)
    waiting = mine.filter(state=Attended.INVITED, round__closed_at__isnull=True)
    members = Membership.objects.current().filter(
        within(user.scope.paths, "household__area__"),
        ~Exists(settled),
        ~Exists(waiting),
        household__ended_on__isnull=True,
        resident__died_on__isnull=True,
        resident__born__lte=born_by(on, from_age),
    )
    if area:
        members = members.filter(household__area__path__startswith=area.path or "?")
    members = members.select_related("resident", "household__area__parent", "household__area__level")
    return members.order_by("household__area__path", "household__address_key", "pk")


def arrange(made: CheckUpRound, items: Iterable[Any], first: CheckUpDay, *, by: User) -> CheckUpRound:
    """Keep a new round with its first day. The same uuid again returns what it became the first time."""
    with transaction.atomic():
        if kept := CheckUpRound.objects.filter(uuid=made.uuid).first():
            return kept
        made.by = by
        made.save()
        made.items.set(items)
        first.round = made
        first.save()
        audit.record(by, "check_up.arrange", made)
    return made


def add_day(found: CheckUpRound, day: CheckUpDay, *, by: User) -> CheckUpDay:
    """One more day; the same again is the same day. Raises `CheckUpRefused` where the round is closed."""
    with transaction.atomic():
        _open(found)
        values = {"ends": day.ends, "seats": day.seats}
        kept, new = CheckUpDay.objects.get_or_create(
            round=found, on=day.on, place=day.place, begins=day.begins, defaults=values
        )
        if new:
            audit.record(by, "check_up.day", kept, fields=["on", "place"])
    return kept


def _open(found: CheckUpRound) -> CheckUpRound:
    locked = CheckUpRound.objects.select_for_update(of=("self",)).select_related("area").get(pk=found.pk)
    if locked.closed_at:
        raise CheckUpRefused(_("This round is closed. Nothing was saved."))
    return locked


def invite(found: CheckUpRound, *, by: User) -> tuple[int, int]:
    """Invite everybody whose turn it is, and give a time to those who have none; return how many of each.

    Neighbours come one after the other. Who finds no time any more waits for another day of the round.
    """
    with transaction.atomic():
        locked = _open(found)
        days = [day for day in locked.days.all() if day.on >= timezone.localdate()]
        turn = due(by, days[0].on if days else timezone.localdate(), locked.from_age, locked.area)
        asked = {member.resident_id: member.household_id for member in turn}
        known = set(locked.invitations.values_list("resident", flat=True))
        new = [
            CheckUpInvitation(round=locked, resident_id=resident, household_id=household)
            for resident, household in asked.items()
            if resident not in known
        ]
        CheckUpInvitation.objects.bulk_create(new, batch_size=500)
        booked = _book(locked, days)
        if new or booked:
            audit.record(by, "check_up.invite", locked, fields=["invitations"])
    return len(new), booked


def _book(found: CheckUpRound, days: list[CheckUpDay]) -> int:
    taken: dict[int, list[time]] = defaultdict(list)
    for day, at in found.invitations.filter(day__isnull=False).exclude(state=Attended.MISSED).values_list("day", "at"):
        if at:
            taken[day].append(at)
    untimed = found.invitations.expected().filter(day__isnull=True)
    without = list(untimed.order_by("household__area__path", "household__address_key", "pk"))
    booked = share_out(without, [(day, _free(day, taken[day.pk])) for day in days])
    for invitation, on, at in booked:
        invitation.day, invitation.at = on, at
    CheckUpInvitation.objects.bulk_update([row for row, _day, _at in booked], ["day", "at"], batch_size=500)
    return len(booked)


def _free(day: CheckUpDay, taken: list[time]) -> list[time]:
    free = times(day.begins, day.ends, day.seats)
    for at in taken:
        if at in free:
            free.remove(at)
    return free


def record(invitation: CheckUpInvitation, *, why: str = "", by: User) -> CheckUpInvitation:
    """Write down that somebody came, or *why* he did not. Who came has been met; who was missed may come yet.

    Raises `CheckUpRefused` where the round is closed or he came already.
    """
    with transaction.atomic():
        _open(invitation.round)
        locked = CheckUpInvitation.objects.select_related("resident", "household__area", "day").get(pk=invitation.pk)
        state = Attended.MISSED if why else Attended.DONE
        if (locked.state, locked.why) == (state, why):
            return locked
        if locked.state == Attended.DONE:
            raise CheckUpRefused(_("%(name)s came already. Nothing was saved.") % {"name": locked.resident})
        today = timezone.localdate()
        locked.state, locked.why, locked.by = state, why, by
        locked.settled_on = min(locked.day.on, today) if locked.day else today
        locked.save(update_fields=["state", "why", "by", "settled_on"])
        if not why:
            at = None if locked.settled_on == today else start_of(locked.settled_on) + NOON
            credit(locked.household, by, form=VisitForm.STATION, met=locked.resident, note=locked.round.title, at=at)
        audit.record(by, "check_up.record", locked, fields=["state", "why"], subject=locked.resident.uuid)
    return locked


def close(found: CheckUpRound, *, by: User) -> CheckUpRound:
    """End a round: who did not come was missed, and comes up again, or moved away. Closed again, nothing happens."""
    with transaction.atomic():
        locked = CheckUpRound.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if locked.closed_at:
            return locked
        left = locked.invitations.filter(state=Attended.INVITED)
        missed = {"state": Attended.MISSED, "settled_on": timezone.localdate(), "by": by}
        left.filter(household__ended_on__isnull=False).update(why=WhyNotChecked.MOVED, **missed)
        left.update(why=WhyNotChecked.NOT_COME, **missed)
        locked.closed_at = timezone.now()
        locked.save(update_fields=["closed_at"])
        audit.record(by, "check_up.close", locked, fields=["closed_at"])
    return locked


# ---- Writing to them ----


def write_to_all(found: CheckUpRound, *, by: User) -> Job:
    """Tell everybody who has a time when and where, each once for that time; in the background."""
    booked = found.invitations.expected().filter(day__isnull=False).count()
    key = f"{found.uuid} {booked} {timezone.localdate()}"
    return jobs.enqueue(f"{__name__}.write", key, owner=by, round=found.pk)


def write(job: Job, progress: jobs.Progress, round: int) -> dict[str, str]:
    """Write to those of a round who have a time and were not written to; through the one door, which asks consent."""
    rows = CheckUpInvitation.objects.expected().filter(round=round, day__isnull=False)
    found = list(rows.select_related("resident", "day", "round").order_by("pk"))
    for number, row in enumerate(found, start=1):
        assert row.day
        assert row.at
        with override(settings.LANGUAGE_CODE):
            when = f"{date_format(row.day.on, 'DATE_FORMAT')} {time_format(row.at, 'H:i')}"
        correspondence.write(
            Purpose.CHECKUP,
            to=row.resident,
            by=job.owner,
            about=row.round.title[:60],
            values={"when": when, "place": row.day.place},
            key=f"check-up:{row.uuid}:{row.day_id}:{row.at:%H%M}",
        )
        if number % 50 == 0 or number == len(found):
            progress(number, len(found))
    told = ngettext("%(n)d invitation is written.", "%(n)d invitations are written.", len(found)) % {"n": len(found)}
    uuid = CheckUpRound.objects.values_list("uuid", flat=True).get(pk=round)
    return {"told": told, "url": reverse("check_up_round", args=[uuid])}

"""Pair-ups: agreed on, kept, renewed, ended with a letter. What is counted of them is in outreach/pairing.py."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.calendar import start_of
from outreach.models import PairUp, Visit
from outreach.pairing import refresh
from outreach.registers import REGISTERS, lived_in, register_rows
from outreach.visiting import VisitRecord, record_visit
from people import audit
from people.access import Role
from people.models import ServiceNeed, User

# Who agrees on behalf of the office; every liaison sees it and writes contacts down.
ARRANGERS = (Role.SUPERVISOR, Role.OPERATOR, Role.OFFICER, Role.COMMITTEE)
# A contact of an earlier day is put at its noon: nobody wrote down the hour.
NOON = timedelta(hours=12)


class PairUpRefused(Exception):
    """It cannot be done as the pair-up stands. The message is for the user."""


def agree(pair_up: PairUp, *, by: User) -> PairUp:
    """Keep a new pair-up. The same uuid again returns what it became the first time.

    Raises `PairUpRefused` where this helper and this household are paired already.
    """
    with transaction.atomic():
        if kept := PairUp.objects.filter(uuid=pair_up.uuid).first():
            return kept
        running = PairUp.objects.running().filter(household=pair_up.household)
        same = {"staff": pair_up.staff, "volunteer": pair_up.volunteer, "unit": pair_up.unit}
        if running.select_for_update().filter(**same).exists():
            raise PairUpRefused(_("They are paired already. Renew that pair-up instead."))
        pair_up.by = by
        pair_up.save()
        refresh([pair_up])
        audit.record(by, "pair_up.agree", pair_up, subject=pair_up.household.uuid)
    return pair_up


def _locked(pair_up: PairUp) -> PairUp:
    rows = PairUp.objects.select_for_update(of=("self",)).select_related("household", "staff", "unit")
    return rows.get(pk=pair_up.pk)


def renew(pair_up: PairUp, *, until: date, review_on: date, by: User) -> PairUp:
    """Go on until a later day; the same day again is no renewal, only another day of review.

    Raises `PairUpRefused` where it has ended or would end sooner, or the household has left.
    """
    with transaction.atomic():
        locked = _locked(pair_up)
        if locked.ended_on:
            raise PairUpRefused(_("This pair-up has ended. Agree on a new one."))
        if locked.household.ended_on:
            raise PairUpRefused(_("The household has left. End the pair-up, or say on its page that they live here."))
        if until < locked.until:
            raise PairUpRefused(_("It runs longer than that already. To stop sooner, end it."))
        if (until, review_on) == (locked.until, locked.review_on):
            return locked
        locked.renewals += until > locked.until
        locked.until, locked.review_on = until, review_on
        locked.save(update_fields=["until", "review_on", "renewals"])
        refresh([locked])
        audit.record(by, "pair_up.renew", locked, fields=["until", "review_on"], subject=locked.household.uuid)
    return locked


def end(pair_up: PairUp, *, why: str, by: User) -> PairUp:
    """End it today, or on the last day of its term where that is over; ended already, nothing happens."""
    with transaction.atomic():
        locked = _locked(pair_up)
        if locked.ended_on:
            return locked
        locked.ended_on = max(min(timezone.localdate(), locked.until), locked.since)
        locked.ended_why, locked.due_on = why, None
        locked.save(update_fields=["ended_on", "ended_why", "due_on"])
        audit.record(by, "pair_up.end", locked, fields=["ended_on", "ended_why"], subject=locked.household.uuid)
    return locked


def record_contact(pair_up: PairUp, *, on: date, form: str, outcome: str, note: str, key: UUID, by: User) -> Visit:
    """Write down a contact that a volunteer or a unit made. The household was met: that counts for it as well.

    Raises `PairUpRefused` where the day does not lie within the term, or a member of staff is the helper: he records
    his own. Raises `outreach.visiting.RecordedOtherwise`.
    """
    today = timezone.localdate()
    if pair_up.staff_id:
        raise PairUpRefused(_("A member of staff records his visits himself."))
    if pair_up.ended_on or not pair_up.since <= on <= min(pair_up.until, today):
        raise PairUpRefused(_("The day does not lie within the term of the pair-up, or in the future."))
    at = timezone.now() if on == today else start_of(on) + NOON
    record = VisitRecord(pair_up.household, outcome, uuid=key, form=form, at=at, note=note, pair_up=pair_up)
    return record_visit(record, by)


def waiting(user: User) -> QuerySet[ServiceNeed]:
    """The households on a register that nobody is paired with, one row for each, those on it longest first."""
    needs = ServiceNeed.objects.visible_to(user).current().filter(need__in=REGISTERS)
    paired = PairUp.objects.running().filter(household=OuterRef("household"))
    earlier = ServiceNeed.objects.current().filter(household=OuterRef("household"), need__in=REGISTERS)
    return register_rows(needs.filter(lived_in(), ~Exists(paired), ~Exists(earlier.filter(pk__lt=OuterRef("pk")))))

"""Masked data shown in full: one field of one person, with a reason, within a day's quota, and audited."""

from __future__ import annotations

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit
from people.models import AuditEvent, User

ACTION = "reveal"


class RevealRefused(Exception):
    """There is no reason, or the day's quota is used up. Its message is for the user."""


def reveal(record: models.Model, field: str, by: User, reason: str, *, subject: object = "") -> str:
    """Return *field* of *record*, which the caller fetched through scope, and record who looked and why."""
    if not reason.strip():
        raise RevealRefused(_("Please give a reason: it is kept with your name."))
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    with transaction.atomic():
        # Locked, so that many requests at once cannot each see room for one more.
        User.objects.select_for_update().get(pk=by.pk)
        if AuditEvent.objects.filter(actor=by, action=ACTION, at__gte=midnight).count() >= settings.REVEALS_PER_DAY:
            raise RevealRefused(_("You have looked at as many numbers as one day allows. Please ask your supervisor."))
        audit.record(by, ACTION, record, fields=[field], reason=reason.strip()[:300], subject=subject)
    return str(getattr(record, field))

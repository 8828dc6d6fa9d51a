"""Rules in trouble: noted while they last, so that somebody mends them while the rest goes on."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction
from django.db.models import F, Q

from caseworks.models import Case, RuleTrouble
from caseworks.models.troubles import RuleTroubleQuerySet
from caseworks.states import OPEN
from people.models import User

LONGEST = 500


def note(rule: models.Model, error: Exception, at: datetime, case: Case | None = None) -> None:
    """Note that *rule* could not be followed, on *case* or, without one, at all."""
    message = f"{type(error).__name__}: {error}"[:LONGEST]
    known = RuleTrouble.objects.filter(rule=_key(rule), case=case)
    with transaction.atomic():
        if not known.update(message=message, at=at, times=F("times") + 1):
            RuleTrouble.objects.bulk_create(
                [RuleTrouble(rule=_key(rule), name=str(rule)[:120], case=case, message=message, first_at=at, at=at)],
                ignore_conflicts=True,
            )


def settle(rule: models.Model, since: datetime) -> None:
    """Forget what did not happen again since a round over all the cases of *rule* began."""
    RuleTrouble.objects.filter(rule=_key(rule), at__lt=since).delete()


def seen_by(user: User) -> RuleTroubleQuerySet:
    """What *user* is to see to: rules in trouble as a whole, and on open cases of his."""
    return RuleTrouble.objects.visible_to(user).filter(Q(case__isnull=True) | Q(case__status__in=OPEN))


def _key(rule: models.Model) -> str:
    return f"{rule._meta.label_lower}:{rule.pk}"

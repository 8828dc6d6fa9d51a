"""Whether the caller of a resolved case is asked, and why: all of a category, a share drawn by lot, and some always.

Pure. The lot of a case hangs on nothing but its uuid: drawn anew, by whomever, it comes out the same, so that nobody
chooses who is asked. Whoever is drawn at one share is drawn at every larger one.
"""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

EVERYBODY = 100  # per cent


class Choice(TextChoices):
    """Why the caller of a case is asked, or is not."""

    REOPENED = "reopened", _("Reopened: always asked")
    SUPERVISED = "supervised", _("Supervised: always asked")
    DISSATISFIED = "dissatisfied", _("Caller not satisfied before: always asked")
    ALL = "all", _("Every case of the category is asked about")
    DRAWN = "drawn", _("Drawn by lot")
    NOT_DRAWN = "not_drawn", _("Not drawn")
    NONE = "none", _("The category asks nobody")
    NOBODY = "nobody", _("No number: nobody to ask")
    ON_THE_SPOT = "on_the_spot", _("Answered on the spot")


# Asked whatever the lot says. A rate that counts them along is no rate of the sample.
ALWAYS = frozenset({Choice.REOPENED, Choice.SUPERVISED, Choice.DISSATISFIED})
ASKED = ALWAYS | {Choice.ALL, Choice.DRAWN}
BY_LOT = frozenset({Choice.DRAWN, Choice.NOT_DRAWN})


def lot(case: UUID) -> int:
    """The lot of a case, from 0 to 99, each as likely as the other."""
    digest = blake2b(case.bytes, digest_size=8, person=b"follow-up").digest()
    return int.from_bytes(digest, "big") % EVERYBODY


def draw(case: UUID, share: int) -> Choice:
    """What a category that asks *share* per cent of its callers makes of a case."""
    if share >= EVERYBODY:
        return Choice.ALL
    if share <= 0:
        return Choice.NONE
    return Choice.DRAWN if lot(case) < share else Choice.NOT_DRAWN

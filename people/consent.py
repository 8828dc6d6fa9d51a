"""What the office may write to somebody about, and by which way: the rules behind the one door out. Pure.

A notice is part of a duty the office has towards the person (his case, his appointment) and needs no consent
(Personal Information Protection Law, article 13(3)); a greeting or an invitation is optional, and goes to his phone
or mailbox only where he agreed to it. A card in his letter box is not intrusive and needs no consent either. Whoever
asked not to be contacted is not contacted, whatever the purpose.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Purpose(TextChoices):
    """Why the office writes."""

    CASE = "case", gettext_lazy("News of a case")
    INCIDENT = "incident", gettext_lazy("An incident in the neighbourhood")
    FOLLOW_UP = "follow_up", gettext_lazy("Asking how it went")
    RECEPTION = "reception", gettext_lazy("Appointment on a reception day")
    SUGGESTION = "suggestion", gettext_lazy("Answer to a suggestion")
    VISIT = "visit", gettext_lazy("A visit announced")
    CHECKUP = "checkup", gettext_lazy("Appointment for a check-up")
    BENEFIT = "benefit", gettext_lazy("A card issued or expiring")
    NOTICE = "notice", gettext_lazy("Notice of the office")
    EVENT = "event", gettext_lazy("Invitation to an event")
    GREETING = "greeting", gettext_lazy("Festival greeting")
    BIRTHDAY = "birthday", gettext_lazy("Birthday wishes")
    LEAFLET = "leaflet", gettext_lazy("Leaflet")


# The providers of short messages call these promotional, the law calls them optional.
PROMOTIONAL = frozenset({Purpose.EVENT, Purpose.GREETING, Purpose.BIRTHDAY, Purpose.LEAFLET})

# About something the person asked for or was asked himself: what he is told wherever he lives by now.
ASKED_FOR = frozenset({Purpose.CASE, Purpose.INCIDENT, Purpose.FOLLOW_UP, Purpose.RECEPTION, Purpose.SUGGESTION})


class Channel(TextChoices):
    """How a person is reached. A robot posts into a group chat, so it reaches a group and never one person."""

    SMS = "sms", gettext_lazy("Short message")
    EMAIL = "email", gettext_lazy("E-mail")
    CALL = "call", gettext_lazy("Phone call")
    LETTER = "letter", gettext_lazy("Letter or card")
    ROBOT = "robot", gettext_lazy("Group chat")


# Without a preference: what costs the office least and disturbs least, first.
USUAL_ORDER = (Channel.SMS, Channel.EMAIL, Channel.CALL, Channel.LETTER)
NEEDS_CONSENT = frozenset({Channel.SMS, Channel.EMAIL, Channel.CALL})


@dataclass(frozen=True)
class Refusal:
    """Somebody asked not to be contacted: by this channel, or by any where it is empty; why, and since when."""

    since: date
    reason: str
    channel: str = ""


def why_not(purpose: str, channel: str, *, consents: Collection[str], refusals: Collection[Refusal]) -> str:
    """Return why a message for *purpose* may not go to a person by *channel*: a sentence, empty where it may.

    *consents* are the purposes he agreed to and has not withdrawn, *refusals* what he asked not to happen.
    """
    for refusal in refusals:
        if refusal.channel in ("", channel):
            said = _("Asked not to be contacted since %(day)s: %(reason)s")
            return said % {"day": date_format(refusal.since, "SHORT_DATE_FORMAT"), "reason": refusal.reason}
    if purpose in PROMOTIONAL and channel in NEEDS_CONSENT and purpose not in consents:
        return _("There is no consent to “%(purpose)s”.") % {"purpose": Purpose(purpose).label}
    return ""

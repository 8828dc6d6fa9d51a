"""The one door out: everything written to people passes here, and nothing is sent from here.

`write` asks for consent, picks the channel, and puts a row into the outbox in the transaction of whatever it tells
of; outreach/sending.py carries it later, in the background. A message that may not go is kept too, with the reason.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from outreach.messaging_rules import Rules, completed, lint, next_open
from outreach.models import Mailing, Message, MessageState, MessageTemplate, ProviderRules
from people import audit
from people.consent import ASKED_FOR, PROMOTIONAL, USUAL_ORDER, Channel, Purpose, Refusal, why_not
from people.identifiers import PhoneKind, parse_phones
from people.models import Area, DoNotContact, Resident, User
from people.vault import blind_index


@dataclass(frozen=True)
class Way:
    """A way to reach somebody: the channel, and the number, mailbox or postal address there."""

    channel: str
    address: str


@dataclass(frozen=True)
class Words:
    """What is said: a subject where the channel has one, and the text, in a language."""

    language: str
    text: str
    subject: str = ""


def write(
    purpose: str,
    *,
    to: Resident | None,
    phone: str = "",
    name: str = "",
    text: str = "",
    by: User | None,
    about: str = "",
    key: str = "",
    values: Mapping[str, str] | None = None,
    channel: str = "",
    area: Area | None = None,
    mailing: Mailing | None = None,
) -> Message:
    """Write to a resident, or to whoever answers at *phone*, and return the row of the outbox.

    *purpose* is one of `people.consent.Purpose` (else ValueError). Without *text* the reviewed template of the purpose
    in the person's language is filled with *values*. *about* names what it tells of, such as the number of a case.
    The same *key* again returns the first message: pass one wherever a request may come twice. *channel* forces one.
    *area* decides who sees a message to somebody not registered. The state is ``refused`` with a reason where the
    person may not or cannot be reached; otherwise ``waiting``.
    """
    purpose, key = Purpose(purpose), key or uuid.uuid4().hex
    if written := Message.objects.filter(key=key).first():
        return written
    message = Message(
        key=key,
        purpose=purpose,
        resident=to,
        area=area or (area_of(to) if to else None),
        mailing=mailing,
        name=name or (to.name if to else ""),
        by=by,
        about=about,
    )
    words = words_for(purpose, language_of(to), text, values)
    message.language, message.subject, message.text = words.language, words.subject, words.text
    # What is stored is read by everybody: in the office's language.
    with override(settings.LANGUAGE_CODE):
        _address(message, to, phone, channel)
    try:
        with transaction.atomic():
            message.save()
            audit.record(by, "message.write", message, subject=to.uuid if to else "", reason=message.reason)
    except IntegrityError:
        # Two writers with one key at the same moment: the second finds what the first has written.
        return Message.objects.get(key=key)
    return message


def _address(message: Message, to: Resident | None, phone: str, channel: str) -> None:
    """Give the message its channel and address, or the reason why it has none."""
    reason = _gone(to, message.purpose)
    if not reason and not message.text:
        reason = _("There is no reviewed text for “%(purpose)s”.") % {"purpose": Purpose(message.purpose).label}
    if not reason:
        consents, rules = _consents(to), provider_rules()
        for way in ways_to(to, phone):
            if channel and way.channel != channel:
                continue
            index = blind_index(way.address)
            said = why_not(message.purpose, way.channel, consents=consents, refusals=_refusals(to, index))
            text = message.text
            if not said and way.channel == Channel.SMS:
                text = completed(text, message.purpose, rules)
                said = " ".join(finding.text for finding in lint(text, message.purpose, rules) if finding.refuses)
            elif not said and way.channel == Channel.EMAIL:
                text = _as_mail(message)
            if not said:
                message.channel, message.address, message.address_index = way.channel, way.address, index
                message.text = text
                if way.channel == Channel.SMS:
                    message.not_before = next_open(message.purpose, rules, timezone.localtime())
                return
            reason = reason or said
    message.channel = channel
    message.state = MessageState.REFUSED
    message.reason = reason or _("There is no number, mailbox or address to write to.")


def _as_mail(message: Message) -> str:
    """The text as it leaves by e-mail: one that nobody waits for says at its end how to hear no more."""
    if message.purpose not in PROMOTIONAL:
        return message.text
    with override(message.language):
        how = _("If you want no more e-mails of this kind, tell your liaison or the office.")
    return f"{message.text.rstrip()}\n\n{how}"


def _gone(to: Resident | None, purpose: str) -> str:
    """Say why somebody is no longer written to, in a sentence; who moved away is told only what he asked for."""
    if to and to.died_on:
        return _("This person has died.")
    if to and purpose not in ASKED_FOR and Resident.objects.moved_away().filter(pk=to.pk).exists():
        return _("This household has moved away.")
    return ""


def why_not_now(message: Message) -> str:
    """Say why a written message may not leave any more: what was asked of us since it was written."""
    if message.channel == Channel.ROBOT:
        return ""
    to = message.resident
    if said := _gone(to, message.purpose):
        return said
    refusals = _refusals(to, message.address_index)
    return why_not(message.purpose, message.channel, consents=_consents(to), refusals=refusals)


def post(robot: str, text: str, *, by: User | None, about: str = "", key: str = "") -> Message:
    """Write into the group chat of a robot named in the settings (KeyError where there is none)."""
    settings.ROBOTS[robot]
    key = key or uuid.uuid4().hex
    with transaction.atomic():
        message, new = Message.objects.get_or_create(
            key=key,
            defaults={
                "purpose": Purpose.NOTICE,
                "channel": Channel.ROBOT,
                "name": robot,
                "address": robot,
                "language": settings.LANGUAGE_CODE,
                "text": text,
                "by": by,
                "about": about,
            },
        )
        if new:
            audit.record(by, "message.write", message)
    return message


def provider_rules() -> Rules:
    """The rules of the provider that the office uses; without one, only what every network asks."""
    row = ProviderRules.objects.filter(active=True).first()
    return rules_of(row) if row else Rules(opt_out_words=("TD", "T", "N", "R"))


def rules_of(row: ProviderRules) -> Rules:
    """The rules written down in a row."""
    return Rules(
        opt_out_words=tuple(word.strip() for word in row.opt_out_words.split(",") if word.strip()),
        opt_out_line=row.opt_out_line,
        opens=row.opens,
        closes=row.closes,
        promotional_variables=row.promotional_variables,
        traditional=row.traditional,
        phone_numbers=row.phone_numbers,
        most_parts=row.most_parts,
        forbidden=tuple(row.forbidden.split()),
        greeting_words=tuple(row.greeting_words.split()),
        daily_quota=row.daily_quota,
    )


def ways_to(to: Resident | None, phone: str = "") -> list[Way]:
    """Return every way to reach somebody, the one he likes best first.

    A number with a note on when it is safe to call is never sent a short message: a person calls, with the note in
    sight.
    """
    found = list(_ways_by_phone(phone))
    preferred = ""
    if to:
        preference = getattr(to, "contact_preference", None)
        for number in to.phones.all():
            if number.kind == PhoneKind.MOBILE and not number.safe_note:
                found.append(Way(Channel.SMS, number.number))
            if number.kind != PhoneKind.UNREADABLE:
                extension = f"#{number.extension}" if number.extension else ""
                found.append(Way(Channel.CALL, number.number + extension))
        if preference and preference.email:
            found.append(Way(Channel.EMAIL, preference.email))
        if address := _home_of(to):
            found.append(Way(Channel.LETTER, address))
        preferred = preference.channel if preference else ""
    order = [preferred, *USUAL_ORDER]
    return sorted(dict.fromkeys(found), key=lambda way: order.index(way.channel))


def _ways_by_phone(phone: str) -> Iterator[Way]:
    for read in parse_phones(phone):
        if read.kind == PhoneKind.MOBILE:
            yield Way(Channel.SMS, read.number)
        if not read.problem:
            yield Way(Channel.CALL, str(read))


def _home_of(resident: Resident) -> str:
    """The postal address; none where the household has left, and nobody knows where to."""
    here = resident.memberships.current().filter(household__ended_on__isnull=True)
    membership = here.select_related("household").first()
    return membership.household.address if membership else ""


def area_of(resident: Resident) -> Area | None:
    """The area of the household a resident belongs to today."""
    membership = resident.memberships.current().select_related("household__area").first()
    return membership.household.area if membership else None


def _consents(to: Resident | None) -> set[str]:
    return set(to.consents.standing().values_list("purpose", flat=True)) if to else set()


def _refusals(to: Resident | None, index: str) -> list[Refusal]:
    whose = Q(address_index=index) | Q(resident=to) if to else Q(address_index=index)
    return [Refusal(row.since, row.reason, row.channel) for row in DoNotContact.objects.standing().filter(whose)]


def language_of(to: Resident | None) -> str:
    """The language and script a resident asked for, else the office's."""
    preference = getattr(to, "contact_preference", None) if to else None
    return preference.language if preference and preference.language else settings.LANGUAGE_CODE


def words_for(purpose: str, language: str, text: str = "", values: Mapping[str, str] | None = None) -> Words:
    """Return what is said: the text given, else the reviewed template in that language, else in the office's.

    No script is converted by machine: a text in Traditional characters is one that somebody wrote and reviewed.
    """
    templates = MessageTemplate.objects.filter(purpose=purpose, active=True, reviewed_on__isnull=False)
    by_language = {template.language: template for template in templates}
    template = by_language.get(language) or by_language.get(settings.LANGUAGE_CODE)
    if text:
        return Words(language, text, template.subject if template else "")
    if template is None:
        return Words(language, "")
    filled = template.text
    for name, value in (values or {}).items():
        filled = filled.replace("{" + name + "}", value)
    return Words(template.language, filled, template.subject)

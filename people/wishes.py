"""What a resident wishes to hear of, how, and in which script; and whether he wants to be left in peace."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from people import audit
from people.models import Consent, ContactPreference, DoNotContact, Resident, User


@dataclass(frozen=True)
class Wishes:
    """`purposes` he agreed to; `peace` is the reason why he is not to be contacted, empty where he may be."""

    channel: str = ""
    language: str = ""
    email: str = ""
    purposes: Collection[str] = field(default_factory=frozenset)
    peace: str = ""


def wishes_of(resident: Resident) -> Wishes:
    """As they stand today."""
    preference = ContactPreference.objects.filter(resident=resident).first() or ContactPreference()
    peace = resident.do_not_contact.standing().filter(channel="").first()
    return Wishes(
        channel=preference.channel,
        language=preference.language,
        email=preference.email,
        purposes=frozenset(resident.consents.standing().values_list("purpose", flat=True)),
        peace=peace.reason if peace else "",
    )


def record(resident: Resident, wishes: Wishes, *, given: str, by: User) -> None:
    """Write down what a resident wishes from today on; *given* says how he said so (`Consent.Given`).

    What he agreed to before and does not now is withdrawn, with the day; nothing is deleted. Saying the same again
    changes nothing.
    """
    with transaction.atomic():
        # Two forms at once must not leave two standing consents.
        locked = Resident.objects.select_for_update().get(pk=resident.pk)
        before = wishes_of(locked)
        changed = [
            name for name in ("channel", "language", "email", "purposes", "peace") if _differs(name, before, wishes)
        ]
        if not changed:
            return
        ContactPreference.objects.update_or_create(
            resident=locked, defaults={"channel": wishes.channel, "language": wishes.language, "email": wishes.email}
        )
        today = timezone.localdate()
        locked.consents.standing().exclude(purpose__in=wishes.purposes).update(withdrawn_on=today)
        Consent.objects.bulk_create(
            Consent(resident=locked, purpose=purpose, given=given, by=by)
            for purpose in sorted(set(wishes.purposes) - set(before.purposes))
        )
        if wishes.peace != before.peace:
            locked.do_not_contact.standing().filter(channel="").update(until=today)
            if wishes.peace:
                DoNotContact.objects.create(resident=locked, reason=wishes.peace, by=by)
        audit.record(by, "resident.wishes", locked, fields=changed, subject=locked.uuid)


def _differs(name: str, before: Wishes, now: Wishes) -> bool:
    if name == "purposes":
        return set(before.purposes) != set(now.purposes)
    return bool(getattr(before, name) != getattr(now, name))

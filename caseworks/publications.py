"""Publication (公示): what was achieved, on the notice board, without a name, a number or a door.

Somebody writes the notice from the words of the case, somebody else has a look, then it is printed. Whatever is
saved goes through caseworks/redaction.py first, whoever wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from caseworks.models import Case, Publication, PublicationState
from caseworks.moves import NotPossible
from caseworks.redaction import Known, Redacted, marked, redact
from caseworks.states import Status
from people import audit
from people.access import Role
from people.models import Area, Household, PhoneNumber, RelativeAbroad, Resident, User

# A case whose outcome stands: it may still be followed up.
FINISHED = frozenset({Status.TO_FOLLOW_UP, Status.CLOSED})
COMMUNITY = "community"
# A resident who leads a group does not publish what his neighbours asked for.
WRITERS = (Role.OPERATOR, Role.SUPERVISOR, Role.COMMITTEE, Role.OFFICER)


@dataclass(frozen=True)
class Notice:
    """A notice as it would be saved: title and text without personal data."""

    title: Redacted
    text: Redacted


def publishable(case: Case, user: User) -> bool:
    """Whether *user*, who sees the case, may write a notice about it now."""
    return case.status in FINISHED and user.holds(*WRITERS)


def known_of(case: Case) -> Known:
    """Everybody whom the case, its household or its incident names, with his numbers and doors."""
    homes = Household.objects.filter(Q(pk=case.household_id) | Q(incidents__incident__case=case))
    living = Q(memberships__household__in=homes)
    people = Resident.objects.filter(living | Q(pk__in=[case.caller_id, case.concerned_id]) | Q(pk__in=_joined(case)))
    names = {case.caller_name, *people.values_list("name", flat=True), *people.values_list("name_written", flat=True)}
    names |= set(RelativeAbroad.objects.filter(household__in=homes).values_list("name", flat=True))
    numbers = {case.caller_phone, *PhoneNumber.objects.filter(resident__in=people).values_list("number", flat=True)}
    for name, phone in case.more_callers.values_list("name", "phone"):
        names.add(name)
        numbers.add(phone)
    addresses = {case.place, *homes.values_list("address", flat=True)}
    return Known(*(frozenset(filter(None, found)) for found in (names, numbers, addresses)))


def _joined(case: Case) -> list[int]:
    return list(case.more_callers.filter(resident__isnull=False).values_list("resident", flat=True))


def compose(case: Case) -> Notice:
    """A first notice from the words of the case, for somebody to write over."""
    with override(settings.LANGUAGE_CODE):
        place = _community(case.area)
        title = " · ".join(str(part) for part in (place, case.category) if part) or _("What was achieved")
        text = _("What was asked: %(request)s\n\nWhat was done: %(outcome)s") % {
            "request": case.summary,
            "outcome": case.outcome,
        }
    return without_personal_data(case, title, text)


def without_personal_data(case: Case, title: str, text: str) -> Notice:
    """Title and text as they may hang on the board; the words left in the gaps are in the office's language."""
    known = known_of(case)
    with override(settings.LANGUAGE_CODE):
        return Notice(redact(title, known), redact(text, known))


def in_pieces(text: str) -> Redacted:
    """The text of a notice that is kept, with its gaps marked."""
    with override(settings.LANGUAGE_CODE):
        return marked(text)


def _community(area: Area | None) -> Area | None:
    """The community of *area*, or what lies above it: nothing smaller is told."""
    if area is None:
        return None
    return Area.objects.filter(pk__in=area.ancestor_ids(), level__code=COMMUNITY).first()


def write(case: Case, *, title: str, text: str, by: User, key: UUID) -> Publication:
    """Keep a notice about a finished case, to be looked at by somebody else. Sent again, it stays one."""
    with transaction.atomic():
        if before := Publication.objects.filter(uuid=key).first():
            return before
        locked = Case.objects.select_for_update().get(pk=case.pk)
        _require_finished(locked)
        notice = without_personal_data(locked, title, text)
        try:
            with transaction.atomic():
                made = Publication.objects.create(
                    uuid=key, case=locked, title=notice.title.text[:80], text=notice.text.text, written_by=by
                )
        except IntegrityError as error:
            raise NotPossible(_("There is a notice about this case already.")) from error
        audit.record(by, "publication.write", made, fields=["title", "text"])
        return made


def rewrite(publication: Publication, *, title: str, text: str, by: User, version: int) -> Publication:
    """Change a notice that nobody has approved yet; whoever changes it has written it."""
    with transaction.atomic():
        locked = _locked(publication, version, PublicationState.DRAFT)
        notice = without_personal_data(locked.case, title, text)
        locked.title, locked.text, locked.written_by = notice.title.text[:80], notice.text.text, by
        return _saved(locked, by, "publication.write", ["title", "text", "written_by"])


def approve(publication: Publication, *, by: User, version: int) -> Publication:
    """The second look: from now on it may hang on the board."""
    with transaction.atomic():
        locked = _locked(publication, version, PublicationState.DRAFT)
        if locked.written_by_id == by.pk:
            raise NotPossible(_("Whoever wrote it has had the first look: somebody else has the second."))
        _require_finished(locked.case)
        notice = without_personal_data(locked.case, locked.title, locked.text)
        if (notice.title.text, notice.text.text) != (locked.title, locked.text):
            raise NotPossible(_("The office has learned a name since: save the text once more, it will be taken out."))
        locked.state, locked.approved_by, locked.approved_at = PublicationState.SHOWN, by, timezone.now()
        return _saved(locked, by, "publication.approve", ["state", "approved_by", "approved_at"])


def withdraw(publication: Publication, *, by: User, why: str, version: int) -> Publication:
    """Take a notice off the board, or give up one that was never shown, with the reason. It is kept."""
    with transaction.atomic():
        locked = _locked(publication, version, PublicationState.DRAFT, PublicationState.SHOWN)
        locked.state, locked.withdrawn_by, locked.withdrawn_at = PublicationState.WITHDRAWN, by, timezone.now()
        locked.withdrawn_why = why[:200]
        return _saved(
            locked, by, "publication.withdraw", ["state", "withdrawn_by", "withdrawn_at", "withdrawn_why"], why
        )


def _require_finished(case: Case) -> None:
    if case.status not in FINISHED:
        raise NotPossible(
            _("Only what is resolved is published; the case is “%(status)s”.") % {"status": case.get_status_display()}
        )


def _locked(publication: Publication, version: int, *states: str) -> Publication:
    locked = Publication.objects.select_for_update(of=("self",)).select_related("case").get(pk=publication.pk)
    if locked.version != version:
        raise NotPossible(_("Somebody else changed this notice meanwhile: look at it as it is now."))
    if locked.state not in states:
        raise NotPossible(_("This notice is “%(state)s” now.") % {"state": locked.get_state_display()})
    return locked


def _saved(publication: Publication, by: User, action: str, fields: list[str], reason: str = "") -> Publication:
    publication.version += 1
    publication.save(update_fields=[*fields, "version"])
    audit.record(by, action, publication, fields=fields, reason=reason[:200])
    return publication

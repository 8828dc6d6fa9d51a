"""At the door: the visit written down and the case it raises, whom to call when it is urgent, how to reach somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from caseworks import intake, suggestions
from caseworks.intake import Intake
from caseworks.models import Case, Category, Channel, Suggestion, Urgency
from caseworks.revealing import Number, Revealed
from outreach.models import Visit, VisitOutcome
from outreach.visiting import RecordedOtherwise, VisitRecord, ask_for_visit, record_visit
from people import revealing
from people.access import Role
from people.household_changes import note_change
from people.models import Household, PhoneNumber, Post, Resident, User

# Outcomes with which a request comes home.
RAISES_CASE = (VisitOutcome.NEEDS_HELP, VisitOutcome.URGENT)


@dataclass(frozen=True)
class Visited:
    """What was written down: the visit, and the case and the suggestion where it raised them."""

    visit: Visit
    case: Case | None
    suggestion: Suggestion | None = None


@dataclass(frozen=True)
class Aftermath:
    """What comes of a visit beside the visit: what help is needed with, what was proposed, by when somebody calls
    again, and what changed in the household.
    """

    category: Category | None = None
    suggestion: str = ""
    again_on: date | None = None
    change: str = ""
    change_text: str = ""


def record(visit: VisitRecord, by: User, after: Aftermath = Aftermath()) -> Visited:
    """Write a visit down with the case it raises where help is needed, and what else comes of it: all, or nothing.

    The case bears the uuid of the visit and the suggestion one derived from it, so that a record sent twice raises
    one of each. Raises `outreach.visiting.RecordedOtherwise`, also where another suggestion came with it before.
    """
    with transaction.atomic():
        _take_turns(visit, after)
        made = record_visit(visit, by)
        case = intake.log(_request(made, visit, after.category), by) if made.outcome in RAISES_CASE else None
        if after.again_on:
            ask_for_visit(made.household, after.again_on)
        if after.change:
            on = timezone.localdate(made.at)
            note_change(made.household, after.change, on=on, text=after.change_text, by=by)
        return Visited(made, case, _suggestion(made, by, after.suggestion))


def _take_turns(visit: VisitRecord, after: Aftermath) -> None:
    """Wait for numbers and the household before the visit is written, whose audit everybody waits for.

    Whoever logs a case about the household meanwhile takes them in the same order.
    """
    now = timezone.now()
    if visit.outcome in RAISES_CASE:
        intake.queue_for_number(now)
    if after.suggestion.strip():
        intake.queue_for_number(now, suggestions.SERIES)
    if after.change:
        Household.objects.select_for_update(of=("self",)).get(pk=visit.household.pk)


def _suggestion(made: Visit, by: User, text: str) -> Suggestion | None:
    before = Suggestion.objects.filter(uuid=suggestions.of_visit(made.uuid)).first()
    if before and not suggestions.says(before, text):
        raise RecordedOtherwise(made)
    return before or (suggestions.from_visit(made, by, text) if text.strip() else None)


def _request(made: Visit, record: VisitRecord, category: Category | None) -> Intake:
    household = made.household
    person = made.met or household.head
    phone = _phones(person)[:1] if person else []
    usual = category.urgency if category else Urgency.NORMAL
    # What is stored is read by everybody: in the office's language, not in that of whoever stood at the door.
    with override(settings.LANGUAGE_CODE):
        summary = made.note or f"{made.get_outcome_display()} · {household}"
        promised = _("Promised: %(text)s") % {"text": made.promised} if made.promised else ""
    return Intake(
        uuid=made.uuid,
        channel=Channel.VISIT,
        summary=summary,
        details=promised,
        category=category,
        urgency=Urgency.CRITICAL if made.outcome == VisitOutcome.URGENT else usual,
        caller=person,
        caller_name=person.name if person else "",
        caller_phone=phone[0].number if phone else "",
        household=household,
        area=household.area,
        place=household.address,
        visit=made,
        photos=record.photos,
    )


def _phones(person: Resident) -> list[PhoneNumber]:
    return list(person.phones.order_by("pk"))


def on_duty(household: Household) -> User | None:
    """The supervisor nearest to a household whose phone is known: whom to call when it cannot wait."""
    posts = Post.objects.at_work().filter(role=Role.SUPERVISOR, area__in=household.area.ancestor_ids())
    post = posts.exclude(user__phone="").select_related("user").order_by("-area__level__rank", "since", "pk").first()
    return post.user if post else None


def reveal(household: Household, by: User, reason: str) -> Revealed:
    """Return the address of *household*, which the caller fetched through scope, and its head's numbers.

    Where the head has none, those of the other members. A row of the audit for each of them says who looked and
    why. Raises `people.revealing.RevealRefused`.
    """
    with transaction.atomic():
        members = [member.resident for member in household.memberships.current().select_related("resident")]
        head = [member for member in members if member.pk == household.head_id]
        others = [member for member in members if member.pk != household.head_id and not member.died_on]
        phones = next((found for people in (head, others) if (found := _phones_of(people))), [])
        numbers = [
            Number(
                phone.resident.name,
                revealing.reveal(phone, "number", by, reason, subject=phone.resident.uuid),
                phone.safe_note,
            )
            for phone in phones
        ]
        place = revealing.reveal(household, "address", by, reason, subject=household.uuid)
        return Revealed(numbers, place)


def _phones_of(people: list[Resident]) -> list[PhoneNumber]:
    return list(PhoneNumber.objects.filter(resident__in=people).select_related("resident").order_by("pk"))

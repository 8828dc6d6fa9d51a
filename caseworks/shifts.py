"""The shift at the desk (交接班): what one operator leaves to the next, drawn up by itself, with a note (journey J9).

Four lists and nothing to be typed: what was logged today, what nobody has been handed yet, whom the desk has to call
back, and what is urgent. They are frozen when the shift is handed over; the next one takes it over with a press.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks.listing import start_of_day, with_row
from caseworks.models import Case, ShiftHandOver, Urgency
from caseworks.models.cases import CaseQuerySet
from caseworks.states import OPEN, Status
from people import audit
from people.access import Role
from people.models import Area, Post, User
from people.models.areas import within
from people.models.staff import UserQuerySet

# A slip of paper, not a report: of each list the first ones, and how many there are.
MOST = 30

HEADINGS: dict[str, str | Promise] = {
    "urgent": gettext_lazy("Urgent and open"),
    "call_back": gettext_lazy("To be called back"),
    "undispatched": gettext_lazy("Not dispatched yet"),
    "logged": gettext_lazy("Logged today"),
}


class NotPossible(Exception):
    """The shift cannot be handed over or taken over like this. Its message is for the user."""


@dataclass(frozen=True)
class Part:
    """One list of a slip: its heading, how many there are, and those that are shown."""

    heading: str | Promise
    count: int
    cases: list[Case]

    @property
    def hidden(self) -> int:
        return self.count - len(self.cases)


def _lists(user: User, now: datetime) -> dict[str, CaseQuerySet]:
    """What stands at the desk now. To be called back: whoever was tried in vain, and whose call is due by tomorrow."""
    cases, today = Case.objects.visible_to(user), start_of_day(now)
    promised = Q(follow_up_tries__gt=0) | Q(follow_up_after__lt=today + timedelta(days=2))
    return {
        "urgent": cases.filter(status__in=OPEN).exclude(urgency=Urgency.NORMAL).order_by("due_at", "pk"),
        "call_back": cases.filter(promised, status=Status.TO_FOLLOW_UP, follow_up_area__isnull=True).order_by(
            "follow_up_after", "pk"
        ),
        "undispatched": cases.with_status(Status.TO_DISPATCH).order_by("due_at", "pk"),
        "logged": cases.filter(registered_by=user, registered_at__gte=today).order_by("registered_at", "pk"),
    }


def stands_now(user: User, now: datetime | None = None) -> list[Part]:
    """The slip as it would be handed over now; two queries a list."""
    return [
        Part(HEADINGS[name], cases.count(), list(with_row(cases)[:MOST]))
        for name, cases in _lists(user, now or timezone.now()).items()
    ]


def slip_of(shift: ShiftHandOver, user: User) -> list[Part]:
    """The slip as it was handed over, with the cases that *user* sees; one query."""
    numbers = {number for part in shift.items.values() for number in part["numbers"]}
    seen = {case.number: case for case in with_row(Case.objects.visible_to(user).filter(number__in=numbers))}
    return [
        Part(heading, part["count"], [seen[number] for number in part["numbers"] if number in seen])
        for name, heading in HEADINGS.items()
        if (part := shift.items.get(name))
    ]


def colleagues_of(user: User) -> UserQuerySet:
    """Who may take over from *user*: the others at the desk, and the supervisors."""
    here = within(user.scope.paths, "area__")
    posts = Post.objects.current().filter(here, role__in=[Role.OPERATOR, Role.SUPERVISOR])
    return User.objects.filter(pk__in=posts.values("user")).exclude(pk=user.pk).order_by("name", "pk")


def hand_over(*, by: User, to: User | None, note: str, key: UUID) -> ShiftHandOver:
    """Freeze the slip and leave it to *to*, or to whoever comes. Sent again, it stays one."""
    with transaction.atomic():
        if before := ShiftHandOver.objects.filter(uuid=key, by=by).first():
            return before
        area = Area.objects.filter(path__in=by.scope.paths).order_by("path").first()
        if area is None:
            raise NotPossible(_("You have no desk to hand over."))
        items = {
            name: {"count": cases.count(), "numbers": list(cases.values_list("number", flat=True)[:MOST])}
            for name, cases in _lists(by, timezone.now()).items()
        }
        shift = ShiftHandOver.objects.create(uuid=key, area=area, by=by, to=to, note=note, items=items)
        audit.record(by, "shift.hand_over", shift, fields=["to", "items", "note"])
        return shift


def take_over(shift: ShiftHandOver, *, by: User) -> ShiftHandOver:
    """The next one has it. Two who press at once: the first has it, the second is told who."""
    with transaction.atomic():
        taken = ShiftHandOver.objects.waiting_for(by).filter(pk=shift.pk)
        if taken.update(taken_by=by, taken_at=timezone.now()):
            shift.refresh_from_db()
            audit.record(by, "shift.take_over", shift, fields=["taken_by"])
            return shift
    shift.refresh_from_db()
    if shift.taken_by_id == by.pk:
        return shift
    if shift.taken_by:
        raise NotPossible(_("%(name)s has taken it over already.") % {"name": shift.taken_by})
    raise NotPossible(_("This shift is left to somebody else."))

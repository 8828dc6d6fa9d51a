"""Supervision 督办: a case is watched, and whoever handles it reports by a date until the supervisor lets it go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from caseworks.deadlines import Limit, Unit, derive
from caseworks.ladder import RungKind
from caseworks.listing import start_of_day, with_row
from caseworks.models import Case, RungFired, TimelineEntry
from caseworks.models.cases import CaseQuerySet
from caseworks.models.ladder import RungFiredQuerySet
from caseworks.moves import Act, NotPossible, done, moving, parties_of
from caseworks.states import IN_HAND, OPEN, RUNNING, Party, Verb
from outreach.working_days import load_calendar
from people.models import AreaLevel, User
from people.paging import Page, page

# Of working days until the next feedback: at least once in two weeks somebody hears of a supervised case.
MOST_DAYS = 10
# A case that nobody asked for feedback on comes after every one that somebody did.
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def feedback_by(within: Limit, now: datetime) -> datetime:
    """When feedback is due that is asked for at *now*; counted like every limit."""
    at = derive(now, within, load_calendar()).at
    assert at is not None  # nothing pauses it
    return at


def supervise(case: Case, act: Act, *, text: str, feedback: int) -> Case:
    """Put a case under supervision, or ask anew; the handler reports within *feedback* working days."""
    with moving(case, Verb.SUPERVISE, act, text=text, feedback=feedback) as locked:
        if locked is None:
            return case
        now = timezone.now()
        if not locked.under_supervision:
            locked.supervised_at = now
        within = Limit(feedback, Unit.WORKING_DAYS)
        locked.feedback_due_at = feedback_by(within, now)
        return done(locked, Verb.SUPERVISE, act, FIELDS, text=text, detail=in_words(within))


def give_feedback(case: Case, act: Act, *, text: str, again: int = 0) -> Case:
    """Report on a supervised case, and again in *again* working days; with 0 a supervisor ends the supervision."""
    with moving(case, Verb.FEEDBACK, act, text=text) as locked:
        if locked is None:
            return case
        if again:
            within = Limit(again, Unit.WORKING_DAYS)
            locked.feedback_due_at, detail = feedback_by(within, timezone.now()), in_words(within)
        elif Party.SUPERVISOR in parties_of(act.by, locked):
            locked.supervised_at = locked.feedback_due_at = None
            with override(settings.LANGUAGE_CODE):
                detail = _("Supervision ended")
        else:
            raise NotPossible(_("Say when you will report again: only a supervisor ends a supervision."))
        return done(locked, Verb.FEEDBACK, act, FIELDS, text=text, detail=detail)


# The columns of a supervision.
FIELDS = ["supervised_at", "feedback_due_at"]


def in_words(within: Limit) -> str:
    """By when feedback is asked for, in the office's language."""
    with override(settings.LANGUAGE_CODE):
        return _("Feedback within %(limit)s") % {"limit": within.in_words()}


# ---- The board of supervised cases ----


def supervised_page(user: User, *, after: str = "", before: str = "") -> Page[Case]:
    """One page of the supervised cases that *user* sees, those whose feedback is latest first."""
    cases = with_row(Case.objects.visible_to(user).supervised())
    cases = cases.annotate(feedback_or_never=Coalesce(F("feedback_due_at"), Value(_NEVER)))
    return page(cases, ["feedback_or_never", "pk"], after=after, before=before)


def latest_words(cases: Iterable[Case]) -> dict[int, dict[str, TimelineEntry]]:
    """The last supervision and the last feedback on each of *cases*, by primary key and verb; one query."""
    entries = TimelineEntry.objects.filter(
        case__in=[case.pk for case in cases], verb__in=[Verb.SUPERVISE, Verb.FEEDBACK]
    )
    found: dict[int, dict[str, TimelineEntry]] = {}
    for entry in entries.select_related("by").order_by("pk"):
        found.setdefault(entry.case_id, {})[entry.verb] = entry
    return found


def feedback_waiting(user: User, now: datetime | None = None) -> CaseQuerySet:
    """The supervised cases that *user* sees on which feedback is due today, or late."""
    tomorrow = start_of_day(now or timezone.now()) + timedelta(days=1)
    return Case.objects.visible_to(user).supervised().filter(feedback_due_at__lt=tomorrow)


@dataclass(frozen=True)
class LevelLoad:
    """The open cases in hand at a level; without a level those of units and of the dispatch queue."""

    level: AreaLevel | None
    open: int
    overdue: int
    supervised: int


def by_level(user: User, now: datetime | None = None) -> list[LevelLoad]:
    """Open, overdue and supervised cases by the level that handles them, from the grid group upwards; two queries."""
    late = Q(status__in=RUNNING, due_at__lt=now or timezone.now())
    watched = Q(supervised_at__gte=Coalesce("clock_from", "registered_at"))
    rows = (
        Case.objects.visible_to(user)
        .filter(status__in=OPEN)
        .order_by()
        .values_list(models.Case(When(status__in=IN_HAND, then=F("handling_area__level"))))
        .annotate(open=Count("pk"), overdue=Count("pk", filter=late), supervised=Count("pk", filter=watched))
    )
    found = {level: counts for level, *counts in rows}
    levels: list[AreaLevel | None] = [*AreaLevel.objects.order_by("-rank"), None]
    return [LevelLoad(level, *found[pk]) for level in levels if (pk := level.pk if level else None) in found]


def circulars(user: User, since: datetime, until: datetime) -> RungFiredQuerySet:
    """The circulars of a span of time on cases that *user* sees, with the facts they state, oldest first."""
    fired = RungFired.objects.visible_to(user).filter(kind=RungKind.CIRCULATE, at__gte=since, at__lt=until)
    return fired.select_related("case__area__level", "case__area__parent", "told").order_by("at", "pk")

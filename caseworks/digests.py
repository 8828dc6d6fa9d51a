"""The daily digest: once a working day, when the office opens, everybody is told what concerns him, and nobody else.

What is told goes to where a case waits or to the level that a rung tells, and so to whoever holds that post today. What
somebody did himself is not told to him; where there is nothing, there is no digest. `hand_out` is asked every ten
minutes and queues one job a day; a digest is one row a person and a day, so that a second worker adds nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Max, QuerySet, TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from caseworks import ladder
from caseworks.escalation import TOLD, Ladder
from caseworks.ladder import RungKind
from caseworks.models import Case, CoHandling, Digest, RungFired, TimelineEntry
from caseworks.states import IN_HAND, OPEN, RUNNING, TRANSITIONS, Status, Verb
from outreach.calendar import Calendar, start_of
from outreach.working_days import load_calendar
from people.access import Role
from people.jobs import Progress, enqueue
from people.models import Job, Post, User

# What fits a morning; who has more than that is told so by his lists.
MOST = 100
DESK = frozenset({Role.OPERATOR, Role.SUPERVISOR})
# What presses a handler, by the ladder or by hand; and what puts a case into his hands.
PRESSING = (Verb.REMIND, Verb.URGE, Verb.SUPERVISE, Verb.CIRCULATE)
HANDING = [
    Verb.REGISTER,
    *(verb for verb, move in TRANSITIONS.items() if Status.TO_ACCEPT in {move.to, *move.outcomes}),
]


class Topic(TextChoices):
    """Why somebody is told about a case, in the order in which he reads it."""

    FIRED = "fired", gettext_lazy("Reminded, urged, supervised")
    FEEDBACK = "feedback", gettext_lazy("Feedback to give")
    DUE = "due", gettext_lazy("Due today")
    COMING = "coming", gettext_lazy("Coming up today")
    NEW = "new", gettext_lazy("New for you")
    ASKED = "asked", gettext_lazy("Help asked of you")


# Where something is told: ("post", area, role), ("unit", unit), ("level", area), ("desk", area).
Address = tuple[object, ...]


@dataclass(frozen=True)
class News:
    """One thing to tell: why, about which case, the moment it is about, what happens there, and who did it."""

    topic: Topic
    case: str
    at: datetime
    what: str = ""
    by: int | None = None

    def as_item(self) -> dict[str, str]:
        return {"topic": self.topic.value, "case": self.case, "at": self.at.isoformat(), "what": self.what}


# ---- When ----


def hand_out(now: datetime | None = None) -> Job | None:
    """Queue the digests of the day, once, when the office is open; None when it is not."""
    now = now or timezone.now()
    if not ladder.in_office_hours(now, load_calendar()):
        return None
    day = timezone.localdate(now).isoformat()
    return enqueue("caseworks.digests.write_all", key=day, day=day)


def write_all(job: Job, progress: Progress, day: str) -> dict[str, int]:
    """Write everybody's digest of *day*, unless that is over by now. A job of `people.jobs`."""
    now = timezone.now()
    written = write(now) if timezone.localdate(now).isoformat() == day else 0
    return {"digests": written}


def write(now: datetime) -> int:
    """Write the digests of today and send them where that is wanted; return how many people there are to tell.

    A constant number of queries for everybody together.
    """
    today = timezone.localdate(now)
    digests = [
        Digest(user_id=user, day=today, made_at=now, items=[news.as_item() for news in told])
        for user, told in _for_everybody(now).items()
    ]
    Digest.objects.bulk_create(digests, ignore_conflicts=True, batch_size=500)
    if settings.DIGEST_BY_EMAIL:
        unsent = Digest.objects.filter(day=today, sent_at__isnull=True).exclude(user__email="")
        for pk in unsent.values_list("pk", flat=True):
            enqueue("caseworks.digests.send", key=str(pk), digest=pk)
    return len(digests)


def send(job: Job, progress: Progress, digest: int) -> None:
    """Send one digest by e-mail, once: numbers of cases and how many, nothing that could not stand on a postcard."""
    if not Digest.objects.filter(pk=digest, sent_at__isnull=True).update(sent_at=timezone.now()):
        return
    row = Digest.objects.select_related("user").get(pk=digest)
    with override(row.user.language or settings.LANGUAGE_CODE):
        day = date_format(row.day, "DATE_FORMAT")
        lines = [f"{topic.label}: {', '.join(numbers)}" for topic, numbers in _by_topic(row.items).items()]
        send_mail(_("Your digest of %(day)s") % {"day": day}, "\n".join(lines), None, [row.user.email])


def _by_topic(items: Iterable[dict[str, str]]) -> dict[Topic, list[str]]:
    found: dict[Topic, list[str]] = {}
    for item in items:
        numbers = found.setdefault(Topic(item["topic"]), [])
        if item["case"] not in numbers:
            numbers.append(item["case"])
    return found


# ---- What, and for whom ----


def _for_everybody(now: datetime) -> dict[int, list[News]]:
    """What each person is told, in the order in which he reads it; nobody whom nothing concerns."""
    calendar = load_calendar()
    readers = Readers()
    told: dict[int, dict[tuple[str, str, str], News]] = defaultdict(dict)
    for addresses, news in _gather(now, calendar, readers):
        for user in readers.of(addresses) - {news.by}:
            told[user].setdefault((news.topic, news.case, news.what), news)
    order = list(Topic)
    digests = {}
    for user, by_key in told.items():
        due = {news.case for news in by_key.values() if news.topic is Topic.DUE}
        # What is due today is said once: when, not also who presses for it then.
        kept = [news for news in by_key.values() if not (news.topic is Topic.COMING and news.case in due)]
        digests[user] = sorted(kept, key=lambda news: (order.index(news.topic), news.at))[:MOST]
    return digests


class Readers:
    """Who reads what is told where: today's posts, in one query."""

    def __init__(self) -> None:
        self._at: dict[Address, set[int]] = defaultdict(set)
        self._desks: dict[int, list[int]] = defaultdict(list)
        for user, role, area, unit in Post.objects.current().values_list("user", "role", "area", "unit"):
            if unit:
                self._at["unit", unit].add(user)
            if area:
                self._at["post", area, role].add(user)
            if area and role in TOLD:
                self._at["level", area].add(user)
            if area and role in DESK:
                self._at["desk", area].add(user)
                self._desks[user].append(area)

    def of(self, addresses: Iterable[Address]) -> set[int]:
        return set().union(*(self._at.get(address, set()) for address in addresses))

    def where_it_waits(self, case: Case) -> list[Address]:
        """Where *case* waits: at a post, a unit, or a desk; one without a place at the desk that took it down."""
        if case.status not in IN_HAND:
            desks = case.area.ancestor_ids() if case.area else self._desks.get(case.registered_by_id or 0, [])
            return [("desk", area) for area in desks]
        if case.unit_id:
            return [("unit", case.unit_id)]
        return [("post", case.handling_area_id, case.handling_role)]


def _gather(now: datetime, calendar: Calendar, readers: Readers) -> Iterator[tuple[list[Address], News]]:
    since, tonight = _since(now, calendar), start_of(timezone.localdate(now) + timedelta(days=1))
    waits = readers.where_it_waits
    for entry in _entries(PRESSING, since, now).filter(case__status__in=OPEN):
        yield waits(entry.case), News(Topic.FIRED, entry.case.number, entry.at, entry.verb, entry.by_id)
    fired = RungFired.objects.filter(kind__in=list(RungKind), at__gt=since, at__lte=now, told__isnull=False)
    for row in fired.filter(case__status__in=OPEN).select_related("case"):
        yield [("level", row.told_id)], News(Topic.FIRED, row.case.number, row.at, row.kind)
    watched = Case.objects.supervised().filter(feedback_due_at__lt=tonight)
    for case in watched.select_related("area"):
        yield waits(case), News(Topic.FEEDBACK, case.number, case.feedback_due_at or now)
    due = Case.objects.filter(status__in=IN_HAND & RUNNING, due_at__gte=now, due_at__lt=tonight)
    for case in due.select_related("area"):
        yield waits(case), News(Topic.DUE, case.number, case.due_at or now)
    parts = CoHandling.objects.waiting().filter(case__status__in=OPEN, due_at__gte=now, due_at__lt=tonight)
    for part in parts.select_related("case"):
        yield [("unit", part.unit_id)], News(Topic.DUE, part.case.number, part.due_at or now)
    yield from _coming_today(now, calendar, readers)
    for entry in _entries(HANDING, since, now).filter(status=Status.TO_ACCEPT, case__status=Status.TO_ACCEPT):
        yield waits(entry.case), News(Topic.NEW, entry.case.number, entry.at, by=entry.by_id)
    sent = _entries([Verb.ASK_AT_DOOR], since, now).filter(case__status=Status.TO_FOLLOW_UP)
    for entry in sent.filter(case__follow_up_area__isnull=False):
        address = ("post", entry.case.follow_up_area_id, entry.case.follow_up_role)
        yield [address], News(Topic.NEW, entry.case.number, entry.at, entry.verb, entry.by_id)
    asked = CoHandling.objects.waiting().filter(asked_at__gt=since, case__status__in=OPEN).select_related("case")
    for help_asked in asked:
        news = News(Topic.ASKED, help_asked.case.number, help_asked.asked_at, by=help_asked.asked_by_id)
        yield [("unit", help_asked.unit_id)], news


def _coming_today(now: datetime, calendar: Calendar, readers: Readers) -> Iterator[tuple[list[Address], News]]:
    rungs = Ladder(calendar)
    close = calendar.closes(timezone.localdate(now))
    for rung in rungs.rungs:
        for case, at in rungs.coming(rung, close, now):
            told = rungs.told(case, rung.level)
            levels: list[Address] = [("level", told.pk)] if told else []
            yield [*readers.where_it_waits(case), *levels], News(Topic.COMING, case.number, at, rung.kind)


def _entries(verbs: Iterable[str], since: datetime, now: datetime) -> QuerySet[TimelineEntry]:
    entries = TimelineEntry.objects.filter(verb__in=verbs, at__gt=since, at__lte=now)
    return entries.select_related("case__area").order_by("at", "pk")


def _since(now: datetime, calendar: Calendar) -> datetime:
    """From when on something is news: since the digests before, or since the working day before began."""
    today = timezone.localdate(now)
    last: datetime | None = Digest.objects.filter(day__lt=today).aggregate(last=Max("made_at"))["last"]
    return last or calendar.opens(calendar.add_working_days(today, -1))


# ---- Read ----


@dataclass(frozen=True)
class Line:
    """One line of a digest as it is read: the case as it is now, and what is told about it, when."""

    case: Case
    told: list[tuple[str, datetime]]


def unread(user: User) -> Digest | None:
    """The digest of today that *user* has not read yet."""
    return Digest.objects.visible_to(user).unread().filter(day=timezone.localdate()).first()


def latest(user: User, day: date | None = None) -> Digest | None:
    """The last digest of *user*, or that of *day*."""
    mine = Digest.objects.visible_to(user)
    return (mine.filter(day=day) if day else mine).first()


def read(digest: Digest) -> None:
    """Note that it was read; the first time counts."""
    Digest.objects.filter(pk=digest.pk).unread().update(read_at=timezone.now())


def lines(digest: Digest, user: User) -> dict[Topic, list[Line]]:
    """What stands in *digest*, by topic, as far as *user* still sees the cases; two queries."""
    numbers = {item["case"] for item in digest.items}
    related = ("area__level", "area__parent")
    cases = {
        case.number: case for case in Case.objects.visible_to(user).filter(number__in=numbers).select_related(*related)
    }
    found: dict[Topic, dict[str, Line]] = {}
    for item in digest.items:
        if case := cases.get(item["case"]):
            line = found.setdefault(Topic(item["topic"]), {}).setdefault(case.number, Line(case, []))
            what = str(Verb(item["what"]).label) if item["what"] else ""
            line.told.append((what, datetime.fromisoformat(item["at"])))
    return {topic: list(by_case.values()) for topic, by_case in found.items()}

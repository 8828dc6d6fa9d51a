"""How it stands today: cases that make sure that every queue, and every account, has something to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from caseworks.demonstration import moments
from caseworks.demonstration.cases import Asked, Desk
from caseworks.demonstration.courses import Course
from caseworks.demonstration.stories import Story
from caseworks.models import Channel, Satisfaction, Urgency
from caseworks.states import Status
from people.models import Area

# Categories of which the group leader takes care, with the ordinary limit of five working days.
ORDINARY = ("public-works", "medical", "notary", "domestic-help", "school")

WAITS = Course(stop_at=Status.TO_ACCEPT)
WORKED_ON = Course(stop_at=Status.IN_PROGRESS)
URGED = Course(stop_at=Status.IN_PROGRESS, late=True, urged=True)
HELPED = Course(stop_at=Status.IN_PROGRESS, late=True, asked=True)
UNROUTED = Course(stop_at=Status.TO_DISPATCH)
RETURNED = Course(stop_at=Status.TO_DISPATCH, returned=True)
TWICE_RETURNED = Course(stop_at=Status.TO_ADJUDICATE, returned=True, twice=True)
REPORTED = Course(stop_at=Status.TO_APPROVE)
SUSPENDED = Course(stop_at=Status.SUSPENDED, suspended=True)
RESOLVED = Course(stop_at=Status.TO_FOLLOW_UP)
UNHAPPY = Course(stop_at=Status.REOPEN_REQUESTED, heard=Satisfaction.NOT, redo=True)


@dataclass(frozen=True)
class Scene:
    """Some cases of one kind that began when `began` says. A late one began longer ago than its limit allows."""

    count: int
    course: Course
    began: Callable[[], datetime]
    codes: tuple[str, ...] = ORDINARY
    group: Area | None = None
    urgency: str = Urgency.NORMAL
    placeless: bool = False


def cases(desk: Desk) -> Iterator[Story]:
    """Yield the cases with which the day begins."""
    for scene in _scenes(desk):
        for number in range(scene.count):
            asked = Asked(
                at=scene.began(),
                channel=Channel.HOTLINE,
                code=scene.codes[number % len(scene.codes)],
                urgency=scene.urgency,
                group=scene.group,
                placeless=scene.placeless,
            )
            yield desk.take(asked, scene.course)


def _scenes(desk: Desk) -> list[Scene]:
    rng, now = desk.rng, desk.now
    leaders = desk.office.groups[0]

    def hours_ago(low: float, high: float) -> Callable[[], datetime]:
        return lambda: now - timedelta(hours=rng.uniform(low, high))

    def working_days_ago(low: int, high: int) -> Callable[[], datetime]:
        def began() -> datetime:
            day = desk.calendar.add_working_days(now.date(), -rng.randint(low, high))
            return moments.at(day, rng.randint(9, 15), rng.randrange(60), rng.randrange(60))

        return began

    def due_tonight() -> datetime:
        """A limit of 24 hours that runs out today, so that something is due at weekends too."""
        return min(now + timedelta(hours=3), moments.at(now.date(), 23, 59, 59)) - timedelta(hours=24)

    lately, overdue, nearly_due = hours_ago(0.3, 5), working_days_ago(7, 9), working_days_ago(5, 5)
    noise, officers, business = ("neighbours",), ("pension", "documents", "family"), ("enterprise",)
    return [
        Scene(2, WAITS, lately, group=leaders),
        Scene(1, URGED, overdue, group=leaders),
        Scene(1, WORKED_ON, nearly_due, group=leaders),
        Scene(1, WORKED_ON, working_days_ago(1, 2), group=leaders),
        Scene(1, WORKED_ON, due_tonight, noise, leaders, Urgency.URGENT),
        Scene(2, WAITS, lately, officers, leaders),
        Scene(3, WORKED_ON, working_days_ago(1, 2), officers, leaders),
        Scene(2, WAITS, lately, business),
        Scene(2, WORKED_ON, working_days_ago(2, 6), business),
        Scene(1, URGED, working_days_ago(12, 14), business),
        Scene(6, WAITS, lately),
        Scene(5, UNROUTED, hours_ago(0.2, 20), ("medical", "notary", "school"), placeless=True),
        Scene(3, RETURNED, working_days_ago(1, 2), noise),
        Scene(3, TWICE_RETURNED, working_days_ago(2, 3), noise),
        Scene(3, REPORTED, working_days_ago(6, 7), ("hardship",)),
        Scene(4, URGED, overdue),
        Scene(3, HELPED, overdue),
        Scene(6, WORKED_ON, nearly_due),
        Scene(2, WORKED_ON, due_tonight, noise, urgency=Urgency.URGENT),
        Scene(5, SUSPENDED, working_days_ago(4, 8), ("property", "public-works")),
        Scene(4, RESOLVED, working_days_ago(6, 7)),
        Scene(2, RESOLVED, working_days_ago(6, 7), ("pension", "family"), leaders),
        Scene(4, UNHAPPY, working_days_ago(11, 13)),
    ]

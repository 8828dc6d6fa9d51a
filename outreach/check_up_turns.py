"""Whose turn it is to be checked, and when on the day each of them comes. Pure.

From an age on everybody is offered one free check-up a calendar year (国家基本公共卫生服务规范, 老年人健康管理; the age
is the office's to set, 60 in domain.md). Who was missed has had none, and so comes up again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from outreach.cadence import later

Person = TypeVar("Person")
Day = TypeVar("Day")

FROM_AGE = 60
# People are asked to come at a time that is easily remembered.
STEP = timedelta(minutes=10)


def born_by(on: date, from_age: int) -> date:
    """The latest day of birth of somebody who is *from_age* on day *on*."""
    return later(on, -12 * from_age)


def is_due(born: date | None, settled: Iterable[date], on: date, from_age: int = FROM_AGE) -> bool:
    """Whether somebody is to be invited for day *on*; *settled* are the days on which he was checked."""
    if born is None or born > born_by(on, from_age):
        return False
    return all(day.year != on.year for day in settled)


def times(begins: time, ends: time, seats: int) -> list[time]:
    """When each of *seats* people comes: spread evenly between the two, on the last full ten minutes."""
    first = datetime.combine(date.min, begins)
    span = datetime.combine(date.min, ends) - first
    return [(first + (number * span // seats) // STEP * STEP).time() for number in range(seats)]


def share_out(people: Sequence[Person], days: Iterable[tuple[Day, Sequence[time]]]) -> list[tuple[Person, Day, time]]:
    """Give *people*, in their order, the free times of *days*, in theirs; who finds no time is left out."""
    free = ((day, at) for day, found in days for at in found)
    return [(person, day, at) for person, (day, at) in zip(people, free, strict=False)]

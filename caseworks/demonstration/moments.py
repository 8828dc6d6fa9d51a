"""When things happen: mostly while the office is open, less at weekends, more in the season of storms."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from outreach.calendar import ONE_DAY, SHANGHAI, Calendar

# Requests of each month against the average: quiet at Spring Festival, storms and leaks from June to September.
SEASON = [1.02, 0.78, 0.96, 0.97, 0.98, 1.12, 1.18, 1.15, 1.06, 0.95, 0.98, 1.02]
MONDAY, DAY_OFF = 1.25, 0.3

_OFFICE_HOURS = {8: 7, 9: 16, 10: 16, 11: 10, 12: 3, 13: 7, 14: 13, 15: 13, 16: 10, 17: 5}
_EVENING = {7: 2, 18: 4, 19: 4, 20: 3, 21: 2, 22: 1}
_ROUND = {9: 20, 10: 22, 11: 6, 14: 16, 15: 18, 16: 12, 18: 4, 19: 5}
EARLIEST, LATEST = time(8, 30), time(20, 0)


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second), SHANGHAI)


def of_a_request(day: date, rng: Random) -> datetime:
    """A moment of *day* at which somebody may ask for something."""
    hours = _OFFICE_HOURS | _EVENING
    return _some_minute(day, rng.choices(list(hours), list(hours.values()))[0], rng)


def of_a_visit(day: date, rng: Random) -> datetime:
    """A moment of *day* at which a liaison goes round."""
    return _some_minute(day, rng.choices(list(_ROUND), list(_ROUND.values()))[0], rng)


def expected(day: date, a_year: float, calendar: Calendar) -> float:
    """How many requests to expect on *day*, of *a_year* in a year."""
    weekday = (MONDAY if day.weekday() == 0 else 1.0) if calendar.is_working(day) else DAY_OFF
    # Over a year, 250 working days and 115 days off average this weight.
    average = (250 + 50 * (MONDAY - 1) + 115 * DAY_OFF) / 365
    return a_year / 365 * SEASON[day.month - 1] * weekday / average


def later(moment: datetime, wait: timedelta, rng: Random, by_day: bool = True) -> datetime:
    """*wait* after *moment*; where it can wait for the day, nobody is called or called on at night."""
    moment = (moment + wait).astimezone(SHANGHAI)
    if not by_day or EARLIEST <= moment.time() <= LATEST:
        return moment
    day = moment.date() + (ONE_DAY if moment.time() > LATEST else timedelta())
    return datetime.combine(day, EARLIEST, SHANGHAI) + timedelta(seconds=rng.randrange(5400))


def _some_minute(day: date, hour: int, rng: Random) -> datetime:
    return at(day, hour, rng.randrange(60), rng.randrange(60))

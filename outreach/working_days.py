"""The office's working calendar: seeded, imported, loaded."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Value
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from outreach.calendar import OFFICE_HOURS, Calendar, Day, DayKind
from outreach.models.calendar import LONGEST_NAME, LONGEST_SOURCE, CalendarDay, OfficeHours
from people.audit import Entry, record_many
from people.models import User
from people.text_tables import decoded

SEED = Path(__file__).parent / "data" / "days.csv"
COLUMNS = ["date", "kind", "name", "source"]
# Offices write the kind as their notice does.
KINDS = {
    "working": DayKind.WORKING,
    "上班": DayKind.WORKING,
    "调休上班": DayKind.WORKING,
    "off": DayKind.OFF,
    "放假": DayKind.OFF,
    "休息": DayKind.OFF,
}

# Sent, in the transaction of the change, when days or hours were changed; `by` is who did it. What counts with the
# calendar listens, and answers with a `Consequence`.
corrected = Signal()

_Version = frozenset[tuple[str, int, datetime]]
_loaded: tuple[_Version, Calendar] | None = None


class BadDayFile(ValueError):
    """A day file that cannot be taken in; its message is one sentence with the line to mend."""


@dataclass(frozen=True)
class Consequence:
    """What a corrected calendar led to, in one sentence, and where to read on; `url` may be empty."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Imported:
    """What an import did: numbers of days, the years that are known since, and what it led to elsewhere.

    `kept` are the office's own days, on which the file says otherwise.
    """

    added: int
    changed: int
    unchanged: int
    years: list[int]
    kept: list[date] = field(default_factory=list)
    consequences: list[Consequence] = field(default_factory=list)


def said_of_kept(done: Imported) -> str:
    """Which of the office's own days stay, in a sentence; empty where none was in question."""
    if not done.kept:
        return ""
    days = "、".join(day.isoformat() for day in done.kept)
    return _("Left as the office set them itself: %(days)s.") % {"days": days}


def tell_of_correction(by: User | None) -> list[Consequence]:
    """Tell everything that counts with the calendar that it was corrected; return what that led to."""
    told: Any = corrected.send(sender=CalendarDay, by=by)
    return [answer for _receiver, answer in told if isinstance(answer, Consequence)]


def load_calendar() -> Calendar:
    """Return the calendar of the day table, or that of the seed while the table is empty.

    Kept in the process; each call asks in one query whether the tables have changed since, so an
    operation loads it once and hands it on.
    """
    global _loaded
    version = _version()
    if _loaded is None or _loaded[0] != version:
        _loaded = (version, _read_calendar())
    return _loaded[1]


def seed_calendar() -> Calendar:
    """Return the calendar of the published holidays and the default hours; needs no database."""
    return Calendar.of(dict(_read_file(SEED)))


def seed_days() -> int:
    """Fill the day table from the published holidays and return how many days are new.

    A notice is taken in once, as a whole: what the office has since changed or deleted stays so.
    """
    with transaction.atomic():
        taken = set(CalendarDay.objects.values_list("source", flat=True).distinct())
        present = set(CalendarDay.objects.values_list("date", flat=True))
        fresh = [_row(on, day) for on, day in _read_file(SEED) if day.source not in taken and on not in present]
        CalendarDay.objects.bulk_create(fresh, ignore_conflicts=True)
        if not OfficeHours.objects.exists():
            OfficeHours.objects.bulk_create(
                [
                    OfficeHours(weekday=weekday, opens=hours.opens, closes=hours.closes)
                    for weekday, hours in OFFICE_HOURS.items()
                ],
                ignore_conflicts=True,
            )
    return len(fresh)


def import_days(source: Path | bytes, actor: User | None = None) -> Imported:
    """Take in the days of a CSV file (date, kind, name, source), its path or what is in it: all of them or none.

    A day that the table has already takes the file's kind, name and source and keeps its note and hours. One without
    a source is the office's own: a notice leaves it as it is.
    Raises `BadDayFile` with the line that cannot be read, and OSError for a file that cannot be opened.
    """
    days = dict(_read_lines(source if isinstance(source, bytes) else source.read_bytes()))
    with transaction.atomic():
        present = {day.date: day for day in CalendarDay.objects.select_for_update().filter(date__in=list(days))}
        fresh = [_row(on, day) for on, day in days.items() if on not in present]
        differing = [row for on, row in present.items() if _differs(row, days[on])]
        own = [row for row in differing if not row.source and days[row.date].source]
        changed = [_taken_over(row, days[row.date]) for row in differing if row not in own]
        added = bulk_create_with_history(fresh, CalendarDay, default_user=actor)
        bulk_update_with_history(changed, CalendarDay, ["kind", "name", "source", "updated_at"], default_user=actor)
        record_many(actor, "import_days", [Entry(row, ["kind", "name", "source"]) for row in [*added, *changed]])
        consequences = tell_of_correction(actor) if fresh or changed else []
    return Imported(
        added=len(fresh),
        changed=len(changed),
        unchanged=len(days) - len(fresh) - len(changed) - len(own),
        kept=sorted(row.date for row in own),
        years=sorted({on.year for on in days} & load_calendar().known_years),
        consequences=consequences,
    )


def years_without_a_notice(today: date) -> list[int]:
    """Return the years whose holidays should be known by *today* and are not.

    This year always; the next one from 1 December on, when its notice has been published.
    """
    wanted = [today.year, today.year + 1] if today.month == 12 else [today.year]
    known = load_calendar().known_years
    return [year for year in wanted if year not in known]


def _version() -> _Version:
    counts = [
        model.objects.order_by()
        .values(table=Value(name))
        .annotate(rows=Count("pk"), changed=Max("updated_at"))
        .values_list("table", "rows", "changed")
        for name, model in (("days", CalendarDay), ("hours", OfficeHours))
    ]
    return frozenset(counts[0].union(counts[1], all=True))


def _read_calendar() -> Calendar:
    days = {row.date: row.as_day() for row in CalendarDay.objects.all()}
    hours = {row.weekday: open_hours for row in OfficeHours.objects.all() if (open_hours := row.as_hours())}
    if not days:
        days = dict(_read_file(SEED))
    return Calendar.of(days, hours or OFFICE_HOURS)


def _row(on: date, day: Day) -> CalendarDay:
    return CalendarDay(date=on, kind=day.kind, name=day.why, source=day.source)


def _differs(row: CalendarDay, day: Day) -> bool:
    return (row.kind, row.name, row.source) != (day.kind, day.why, day.source)


def _taken_over(row: CalendarDay, day: Day) -> CalendarDay:
    row.kind, row.name, row.source = day.kind, day.why, day.source
    row.updated_at = timezone.now()  # bulk_update does not set it, and the loaded calendar goes by it
    return row


def _read_file(path: Path) -> Iterator[tuple[date, Day]]:
    return _read_lines(path.read_bytes())


def _read_lines(raw: bytes) -> Iterator[tuple[date, Day]]:
    lines = csv.reader(_text(raw).splitlines())
    head = [cell.strip().lower() for cell in next(lines, [])]
    if head[:3] != COLUMNS[:3]:
        raise BadDayFile(_("Line 1: the columns must be %(columns)s.") % {"columns": ", ".join(COLUMNS)})
    seen: dict[date, int] = {}
    for cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        on, day = _read_line(lines.line_num, [cell.strip() for cell in cells])
        if on in seen:
            raise BadDayFile(
                _("Line %(line)d: %(date)s is already on line %(first)d.")
                % {"line": lines.line_num, "date": on, "first": seen[on]}
            )
        seen[on] = lines.line_num
        yield on, day
    if not seen:
        raise BadDayFile(_("Line 2: there is no day in the file."))


def _read_line(line: int, cells: list[str]) -> tuple[date, Day]:
    if not 3 <= len(cells) <= len(COLUMNS):
        raise BadDayFile(_("Line %(line)d: a day has a date, a kind, a name and a source.") % {"line": line})
    written, kind, name, source = [*cells, ""][: len(COLUMNS)]
    try:
        on = date.fromisoformat(written)
    except ValueError:
        raise BadDayFile(
            _("Line %(line)d: “%(text)s” is not a date such as 2027-10-01.") % {"line": line, "text": written}
        ) from None
    if kind.lower() not in KINDS:
        raise BadDayFile(_("Line %(line)d: “%(text)s” is neither working nor off.") % {"line": line, "text": kind})
    for text, column, longest in ((name, "name", LONGEST_NAME), (source, "source", LONGEST_SOURCE)):
        if len(text) > longest:
            raise BadDayFile(
                _("Line %(line)d: the %(column)s is longer than %(longest)d characters.")
                % {"line": line, "column": column, "longest": longest}
            )
    return on, Day(KINDS[kind.lower()], name, source)


def _text(raw: bytes) -> str:
    text = decoded(raw)
    if text is None:
        raise BadDayFile(_("Line 1: the file is not text in UTF-8 or GB 18030."))
    return text

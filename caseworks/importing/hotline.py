"""The hotline ledger: each row a case, with what happened on it as far as the ledger tells.

A case is known again by its number. One on which somebody has worked here since is left alone: what happened in the
office's own system counts for more than the ledger it replaces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from caseworks import clocks
from caseworks.importing.directory import Directory
from caseworks.importing.hotline_rows import CaseRow, read_cases
from caseworks.models import Case, Channel, FollowUp, TimelineEntry, Urgency
from caseworks.search import case_tokens
from caseworks.states import Status, Verb
from outreach.working_days import load_calendar
from people import audit
from people.access import Role
from people.importing import Outcome, Progress
from people.importing.area_book import AreaBook, is_full_name
from people.importing.said import with_lines
from people.importing.turn import take_turn
from people.ledgers import Ledger
from people.models import Area, Organisation, User

KINDS = ("town", "community", "category", "unit", "case", "follow_up")
BATCH = 300
LOOKED_UP = 900  # numbers in one query; SQLite takes no more parameters on older builds
REPORT_EVERY = 100  # rows
MOST_NAMESAKES = 30  # cases under one number of the ledger
_SEARCHED = {"summary", "details", "place", "caller_name"}


def import_hotline(
    ledger: Ledger, *, by: User | None = None, dry_run: bool = False, progress: Progress = lambda done, total: None
) -> Outcome:
    """Take in a hotline ledger. A blank or wrong cell changes nothing on a case that is already there."""
    outcome = Outcome(KINDS)
    outcome.add_problems(ledger.problems)
    total = sum(len(sheet.records) for sheet in ledger.sheets)
    rows = []
    for row in read_cases(ledger, outcome, timezone.now()):
        rows.append(row)
        if len(rows) % REPORT_EVERY == 0:
            progress(len(rows), total)
    with transaction.atomic():
        take_turn()
        _HotlineImport(ledger, by, outcome).run(rows)
        if dry_run:
            transaction.set_rollback(True)
    progress(total, total)
    return outcome


class _HotlineImport:
    def __init__(self, ledger: Ledger, by: User | None, outcome: Outcome) -> None:
        self._by, self._outcome = by, outcome
        self._areas = AreaBook(ledger.town, by, outcome)
        self._now = timezone.now()
        self._calendar = load_calendar()
        self._limits: dict[int | None, clocks.Limits] = {}
        self._cases: dict[str, Case] = {}
        self._worked_on: set[int] = set()
        self._seen: set[str] = set()
        self._follow_up_of: dict[int, FollowUp] = {}
        self._new: list[Case] = []
        self._changed: dict[Case, list[str]] = {}
        self._entries: list[TimelineEntry] = []
        self._follow_ups: list[FollowUp] = []
        with override(settings.LANGUAGE_CODE):
            # Stored with the case, so in the office's language.
            self._from_ledger = _("From the hotline ledger")

    def run(self, rows: Sequence[CaseRow]) -> None:
        self._areas.learn([row.community for row in rows] + [row.unit for row in rows])
        self._directory = Directory(rows, self._areas.town, self._by, self._outcome)
        self._load(rows)
        for row in rows:
            case = self._known_case(row)
            if row.number in self._seen:
                message = _("The same row is already above, under the same number; it was left out.")
                self._outcome.wrong(row.sheet, row.row, "number", row.number, message)
            elif case is None:
                self._add(row)
            elif case.pk in self._worked_on:
                self._outcome.unchanged["case"] += 1
            else:
                self._update(row, case)
            self._seen.add(row.number)
        self._write()

    def _load(self, rows: Sequence[CaseRow]) -> None:
        """The cases that bear one of the numbers, and what is known of them."""
        times = Counter(row.number for row in rows)
        self._find(list(times))
        unclear = [row for row in rows if times[row.number] > 1 or not self._is_of(row, row.number)]
        endings = {f"{row.number}-{again}" for row in unclear for again in range(2, MOST_NAMESAKES + 1)}
        self._find(sorted(endings | {row.fingerprint for row in unclear}))

    def _find(self, numbers: Sequence[str]) -> None:
        for start in range(0, len(numbers), LOOKED_UP):
            wanted = numbers[start : start + LOOKED_UP]
            here = Q(case__number__in=wanted)
            found = Case.objects.filter(number__in=wanted).select_related("area", "handling_area", "unit", "category")
            self._cases |= {case.number: case for case in found}
            self._worked_on |= set(TimelineEntry.objects.filter(here, by__isnull=False).values_list("case", flat=True))
            self._follow_up_of |= {one.case_id: one for one in FollowUp.objects.filter(here).order_by("pk")}

    def _is_of(self, row: CaseRow, number: str) -> bool:
        """Whether a number is free, or that of the very case the row is about."""
        case = self._cases.get(number)
        alike = _the_same if number in self._seen else _about_the_same
        return case is None or alike(row, case)

    def _known_case(self, row: CaseRow) -> Case | None:
        """The case the row is about. Where another case bears its number, the row's gets an ending: ``20260001-2``."""
        number = row.number
        endings = (f"{number}-{again}" for again in range(2, MOST_NAMESAKES + 1))
        row.number = next((one for one in (number, *endings) if self._is_of(row, one)), row.fingerprint)
        case = self._cases.get(row.number)
        if row.number != number and case is None:
            message = _("Another case bears this number; this one got the number %(number)s.") % {"number": row.number}
            self._outcome.wrong(row.sheet, row.row, "number", number, message)
        return case

    def _add(self, row: CaseRow) -> None:
        case = Case(
            number=row.number,
            channel=Channel.HOTLINE,
            urgency=Urgency.NORMAL,
            registered_at=row.received_at or row.near or self._now,
            summary=row.content[:200] or row.category or "—",
            anonymous=row.anonymous,
            route_reason=self._from_ledger,
        )
        for name, value in self._said(row, case).items():
            setattr(case, name, value)
        handled = bool(case.handling_area or case.unit)
        if not row.state or row.state == "waiting":
            case.status = Status.TO_ACCEPT if handled else Status.TO_DISPATCH
        case.limits = dict(self._limits_for(case))
        case.clock_from = case.registered_at
        if case.due_at is None:
            clocks.wind(case, self._calendar)
        else:
            clocks.keep_given(case)
        case.search = case_tokens(case)
        self._cases[case.number] = case
        self._new.append(case)
        self._outcome.created["case"] += 1
        start = Status.TO_ACCEPT if handled else Status.TO_DISPATCH
        self._tell(case, Verb.REGISTER, case.registered_at, start, detail=self._from_ledger)
        self._tell_end(row, case)

    def _update(self, row: CaseRow, case: Case) -> None:
        was_done = case.resolved_at is not None
        said = self._said(row, case)
        fields = [name for name, value in said.items() if getattr(case, name) != value]
        follow_up = self._follow_up_of.get(case.pk)
        asked = row.reached is not None and (follow_up is None or follow_up.reached != row.reached)
        if not fields and not asked:
            self._outcome.unchanged["case"] += 1
            self._outcome.unchanged["follow_up"] += row.reached is not None
            return
        for name in fields:
            setattr(case, name, said[name])
        if "due_at" in fields:
            clocks.keep_given(case)
            fields.append("limits")
        if not _SEARCHED.isdisjoint(fields):
            case.search = case_tokens(case)
            fields.append("search")
        case.version += 1
        if was_done:
            self._tell(case, Verb.NOTE, self._now, detail=self._from_ledger)
        self._tell_end(row, case, resolved=not was_done, asked=asked)
        self._changed[case] = [*fields, "version", "follow_up_tries"]
        self._outcome.change(row.sheet, row.row, "case", case.number, fields or ["follow_up"])

    # ---- What a row says ----

    def _said(self, row: CaseRow, case: Case) -> dict[str, Any]:
        """The fields that the row fills, as they will be stored; what it leaves blank is not among them."""
        community = self._community(row)
        area, unit = self._handler(row, community)
        said: dict[str, Any] = {
            "channel": row.channel,
            "category": self._directory.category(row.category),
            "summary": row.content[:200],
            "details": row.content if len(row.content) > 200 else "",
            "caller_name": row.caller_name,
            "caller_phone": row.phone,
            "caller_tail": "".join(filter(str.isdigit, row.phone))[-4:],
            "area": community,
            "place": row.place,
            "handling_area": area,
            "handling_role": Role.OFFICER.value if area else "",
            "unit": unit,
            "registered_at": row.received_at,
            "due_at": row.due_at,
            "outcome": row.outcome,
            "satisfaction": row.satisfaction,
            "ledger_note": with_lines(case.ledger_note, row.notes),
        }
        if caller := self._directory.caller(row):
            said |= {"caller_id": caller.pk, "household_id": self._directory.home_of(caller)}
        if row.state == "done":
            said |= {"status": Status.CLOSED.value, **_done_at(row, case)}
            if case.resolved_level_id is None:
                said["resolved_level_id"] = (area or self._areas.town).level_id
        elif row.state == "working":
            said["status"] = Status.IN_PROGRESS.value
        return {name: value for name, value in said.items() if value not in (None, "")}

    def _community(self, row: CaseRow) -> Area | None:
        if not row.community:
            return None
        community = self._areas.community(row.community, add=is_full_name(row.community))
        if community is None:
            line = f"{row.sheet.columns.get('community', '')}：{row.community}"
            if line not in row.notes:
                row.notes.append(line)
                message = _("No community bears this name. Write its whole name.")
                self._outcome.wrong(row.sheet, row.row, "community", row.community, message)
        return community

    def _handler(self, row: CaseRow, community: Area | None) -> tuple[Area | None, Organisation | None]:
        """A community named as the unit handles the case by its officer; anybody else is a unit of its own."""
        if not row.unit:
            return (community if row.state == "working" else None), None
        area = self._areas.community(row.unit, add=False)
        if area and (len(row.unit) <= len(area.name) or row.unit.endswith(area.name)):
            return area, None
        return None, self._directory.unit(row.unit)

    def _limits_for(self, case: Case) -> clocks.Limits:
        if case.category_id not in self._limits:
            self._limits[case.category_id] = clocks.limits_for(case.category, case.urgency)
        return self._limits[case.category_id]

    # ---- What is told on the case ----

    def _tell_end(self, row: CaseRow, case: Case, *, resolved: bool = True, asked: bool = True) -> None:
        """Its resolution and its follow-up call; the ledger dates no calls, so that of the resolution stands in."""
        at = case.resolved_at or self._now
        if case.resolved_at and resolved:
            self._tell(case, Verb.RESOLVE, at, case.status, text=case.outcome)
        if row.reached is None or not asked:
            return
        satisfaction = row.satisfaction if row.reached else ""
        case.follow_up_tries += 1
        self._follow_ups.append(FollowUp(case=case, at=at, reached=row.reached, satisfaction=satisfaction))
        self._outcome.created["follow_up"] += 1
        with override(settings.LANGUAGE_CODE):
            heard = case.get_satisfaction_display() if satisfaction else "" if row.reached else _("Not reached")
        self._tell(case, Verb.FOLLOW_UP, at, case.status, detail=str(heard))

    def _tell(self, case: Case, verb: str, at: datetime, status: str = "", *, text: str = "", detail: str = "") -> None:
        self._entries.append(
            TimelineEntry(
                case=case,
                at=at,
                verb=verb,
                status=status or case.status,
                text=text,
                detail=detail[:300],
                version=case.version,
            )
        )

    # ---- Writing ----

    def _write(self) -> None:
        Case.objects.bulk_create(self._new, batch_size=BATCH)
        if self._changed:
            fields = {name.removesuffix("_id") for names in self._changed.values() for name in names}
            Case.objects.bulk_update(self._changed, sorted(fields), batch_size=BATCH // 3)
        TimelineEntry.objects.bulk_create(self._entries, batch_size=BATCH)
        FollowUp.objects.bulk_create(self._follow_ups, batch_size=BATCH)
        audit.record_many(self._by, "case.import", map(audit.Entry, self._new))
        changed = (audit.Entry(case, sorted(fields)) for case, fields in self._changed.items())
        audit.record_many(self._by, "ledger.change", changed)


def _about_the_same(row: CaseRow, case: Case) -> bool:
    """A row may have been corrected since, but not its time and its words at once."""
    return row.received_at == case.registered_at or row.content in (case.summary, case.details)


def _the_same(row: CaseRow, case: Case) -> bool:
    """A row that stands twice in one ledger says the same twice."""
    return row.received_at in (None, case.registered_at) and row.content in (case.summary, case.details)


def _done_at(row: CaseRow, case: Case) -> dict[str, datetime]:
    """When it was done: what the office has already stays while the ledger says the same day, or nothing sound."""
    assert row.done_at is not None
    known = case.resolved_at
    if known and (row.done_is_guess or timezone.localdate(known) == timezone.localdate(row.done_at)):
        return {}
    at = max(row.done_at, row.received_at or row.near or row.done_at)
    return {"resolved_at": at, "closed_at": at, "contacted_at": case.contacted_at or at}

"""What the rows of a hotline ledger say, read cell by cell; nothing here asks the database.

What cannot be read becomes an error and a line of the case's note from the ledger, so that nothing is lost.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from caseworks.models import Channel, Satisfaction
from people.cells import is_blank, read_clock, read_moment, read_text
from people.identifiers import Phone, parse_phones, split_off_phones
from people.importing import Outcome
from people.ledger_titles import years_in
from people.ledgers import Ledger, LedgerSheet, Record
from people.names import fold, tidy_name
from people.worksheets import Value

# Date cells name no hour: the office closes then.
CLOSE_OF_OFFICE = time(17, 30)
LONGEST_NUMBER = 16

_CHANNELS = (
    (re.compile("窗口|柜台"), Channel.WINDOW),
    (re.compile("微信|网(?!格)|线上|qq|邮箱|app|小程序|公众号"), Channel.ONLINE),
    (re.compile("接待"), Channel.RECEPTION),
    (re.compile("走访|下访|入户"), Channel.VISIT),
    (re.compile("巡"), Channel.PATROL),
    (re.compile("联络站|来访|上门"), Channel.STATION),
    (re.compile("信"), Channel.LETTER),
    (re.compile("上级|转办|交办|督办"), Channel.PASSED_DOWN),
    (re.compile("热线|电话|来电|12345"), Channel.HOTLINE),
)
_SATISFACTION = (
    (re.compile("不.*满意|差|^(?:否|x|×)$"), Satisfaction.NOT),
    (re.compile("基本|较|比较|一般|尚"), Satisfaction.FAIRLY),
    (re.compile("满意|好|^(?:是|√)$"), Satisfaction.SATISFIED),
)
_NOT_ASKED = re.compile("未评|未回访|未测评|未知|未反馈|待")
_UNREACHED = re.compile("未接|无人接|无法接通|关机|停机|空号|打不通|不通|联系不上|忙线")
_NOT_FOLLOWED_UP = re.compile("未回访|没有?回访|待回访|否|不需|无需")
_WAITING = re.compile("未办(?!结)|待办(?!结)|未处理|未受理|待受理|未签收|待签收")
_NOT_YET = re.compile(
    "未(?:能)?(?:办结|解决|完成|办毕)|(?:办理|处理|协调|落实|维修|施工)中|正在|尚未|挂起|待(?:办结|解决|完成|处理|修)"
    "|(?:限|要求|尽快|争取|预计|拟).{0,10}(?:办结|解决|完成|处理|修复)"
)
_SURELY_DONE = re.compile(
    "办结|完毕|归档|结案|办毕|(?:已|现)(?:经|全部|妥善|得到|于[^，。]{1,12})?"
    "(?:解决|完成|修复|修好|恢复|更换|清理|疏通|安装|维修|发放|落实|调解)"
)
_PASSED_ON = re.compile("转办|转交|已转|已派|派单|受理|跟进")
_DONE = re.compile("解决|完成|已处理|已答复|已办|当场|修好|已告知|已解释|已协调")
# In a follow-up written as prose: 电话回访，群众表示满意.
_SAID_SATISFACTION = (
    (re.compile("不(?:太|大|是?很|够)?满意"), Satisfaction.NOT),
    (re.compile("(?:基本|比?较|还算|尚)(?:为)?满意"), Satisfaction.FAIRLY),
    (re.compile("满意"), Satisfaction.SATISFIED),
)
_PLAIN_FOLLOW_UP = re.compile(
    "是|否|有|无|√|x|×|[已未]?(?:电话)?回访|电话?未接通|无人接听?|空号|关机|停机|满意|基本满意|不满意"
)
_MONTH_OF_SHEET = re.compile(
    r"(?<![\d\-至到—~])(?P<n>1[0-2]|0?[1-9])月|(?<![十至到—~\-])(?P<han>十[一二]?|[一二三四五六七八九])月"
    r"|20\d\d[.\-年]?(?P<d>0[1-9]|1[0-2])(?!\d)"
)
_HAN_MONTHS = "一二三四五六七八九十"
_YES, _NO = re.compile("是|√|已?办结|已?完成|已?解决|y|yes"), re.compile("否|×|x|n|no|未.*")
_ANONYMOUS = re.compile("匿名|不愿|未留名|无名")


@dataclass
class CaseRow:
    """One row. Its `state` is waiting, working or done, or "" where no cell says; moments are None where unreadable."""

    sheet: LedgerSheet
    row: int
    number: str = ""
    received_at: datetime | None = None
    caller_name: str = ""
    anonymous: bool = False
    phone: str = ""
    community: str = ""
    place: str = ""
    content: str = ""
    category: str = ""
    channel: str = ""
    unit: str = ""
    due_at: datetime | None = None
    state: str = ""
    outcome: str = ""
    done_at: datetime | None = None
    done_is_guess: bool = False
    reached: bool | None = None
    """What the follow-up call came to; None where there was none."""
    satisfaction: str = ""
    notes: list[str] = field(default_factory=list)
    fingerprint: str = ""
    """A number made of what the row says."""
    near: datetime | None = None
    """When the row above was received: the next best guess where this row does not say it."""


def read_cases(ledger: Ledger, outcome: Outcome, now: datetime) -> Iterator[CaseRow]:
    """Read the rows of all sheets one after another, and put what is wrong into *outcome*."""
    for sheet in ledger.sheets:
        previous: datetime | None = None
        years = years_in([sheet.title])
        year = next(iter(years)) if len(years) == 1 else ledger.year
        undated = False
        for record in sheet.records:
            row = _Reader(sheet, record, outcome, now).case(year, previous)
            if row.done_at and row.done_is_guess and "finished_on" not in sheet.columns and not undated:
                undated = True
                message = _("No column says when a request was done. The day of the import was taken for all of them.")
                outcome.wrong(sheet, sheet.head_row, "status", "", message)
            previous = row.received_at or previous
            yield row


class _Reader:
    def __init__(self, sheet: LedgerSheet, record: Record, outcome: Outcome, now: datetime) -> None:
        self._record, self._outcome, self._now = record, outcome, now
        self._row = CaseRow(sheet, record.row)

    def case(self, year: int | None, previous: datetime | None) -> CaseRow:
        row = self._row
        row.near = previous
        row.received_at = self._received(year, previous)
        row.content = self._text("content")
        self._caller()
        row.community = self._text("community") or row.sheet.community or ""
        row.place = self._cut("address", 200)
        row.category = self._cut("category", 40)
        row.channel = self._choice("channel", _CHANNELS)
        row.unit = self._cut("unit", 120)
        row.due_at = self._due()
        row.done_at = self._done()
        self._status()
        self._follow_up()
        row.notes += [text for text in (self._text("remark"),) if text]
        row.notes += [f"{header}：{read_text(value)[0] or value}" for header, value in self._record.extra.items()]
        row.number = self._number(year)
        return row

    def _number(self, year: int | None) -> str:
        """The ledger's number, a bare running number with its year; without one, a number made of the row itself.

        Where each month has a sheet, running numbers begin anew on each.
        """
        row = self._row
        written = re.sub(r"\s+", "", self._text("number"))
        # Where the time cannot be read, that of the row above tells two like requests apart.
        when = row.received_at or row.near or row.sheet.title
        said = f"{when}|{row.caller_name}|{row.content}|{written}"
        row.fingerprint = f"L-{hashlib.sha256(said.encode()).hexdigest()[:10]}"
        if re.fullmatch(r"[0-9]{1,5}", written):
            month = _month_of(row.sheet.title)
            return f"{year or self._now.year}-{f'{month:02d}-' if month else ''}{int(written):04d}"
        if len(written) > LONGEST_NUMBER:
            row.notes.append(self._line("number", written))
            return row.fingerprint
        return written or row.fingerprint

    def _received(self, year: int | None, previous: datetime | None) -> datetime | None:
        before = timezone.localtime(previous).replace(tzinfo=None) if previous else None
        moment, problem = self._day_and_hour(year, before)
        if problem:
            self._keep("received_at", problem)
        elif moment is None:
            self._outcome.wrong(self._row.sheet, self._row.row, "received_at", "", _("The time is missing. Add it."))
        if moment is None:
            return None
        received = timezone.make_aware(moment)
        if received > self._now:
            self._keep("received_at", _("This time is in the future. Please check it."))
            return None
        return received

    def _day_and_hour(self, year: int | None, before: datetime | None) -> tuple[datetime | None, str | None]:
        """Of one cell, or of two: 3月7日 | 09:15, in whichever order. The day may be written once for all its calls."""
        cells = self._record.cells
        day, other = cells.get("received_at"), cells.get("received_clock")
        month_and_day = [text for cell in (day, other) if re.fullmatch(r"\d{1,2}", text := read_text(cell)[0] or "")]
        if len(month_and_day) == 2:
            return read_moment("月".join(month_and_day) + "日", year=year, previous=before)
        clock = read_clock(other)
        if clock is None and (other_clock := read_clock(day)):
            day, other, clock = other, day, other_clock
        if clock is None and not is_blank(other):
            exact, _problem = read_moment(other, year=year, previous=before)
            if is_blank(day) or (exact and exact.time() != time(0)):
                day, other = other, day
            if not is_blank(other):
                self._row.notes.append(self._line("received_clock", read_text(other)[0] or str(other)))
        if clock and is_blank(day) and before:
            return datetime.combine(before.date(), clock), None
        moment, problem = read_moment(day, year=year, previous=before)
        if clock and moment and moment.time() == time(0):
            moment = datetime.combine(moment.date(), clock)
        return moment, problem

    def _caller(self) -> None:
        row = self._row
        name, beside = split_off_phones(self._cut("caller", 80))
        row.anonymous = bool(_ANONYMOUS.search(fold(name)))
        row.caller_name = "" if row.anonymous else tidy_name(name)
        sound: dict[str, Phone] = {}
        for key in ("phone", "other_phone"):
            if self._text(key):
                phones = parse_phones(self._record.cells.get(key))
                sound |= {str(phone): phone for phone in phones if not phone.problem}
                for problem in [phone.problem for phone in phones if phone.problem]:
                    self._keep(key, problem)
        sound |= {str(phone): phone for phone in parse_phones(beside) if not phone.problem}
        row.phone = next(iter(sound), "")[:60]
        if len(sound) > 1:
            row.notes.append(self._line("phone", "、".join(sound)))

    def _due(self) -> datetime | None:
        moment = self._day("due_on")
        received = self._row.received_at
        if moment and received and timezone.localdate(moment) < timezone.localdate(received):
            self._keep("due_on", _("The deadline is before the request. The office's own deadline was taken."))
            return None
        return moment

    def _done(self) -> datetime | None:
        moment = self._day("finished_on")
        received = self._row.received_at
        if moment is None:
            return None
        if received and timezone.localdate(moment) < timezone.localdate(received):
            self._row.done_is_guess = True
            self._keep("finished_on", _("It was done before it was received. The day it was received was taken."))
            return received
        if timezone.localdate(moment) > timezone.localdate(self._now):
            self._row.done_is_guess = True
            self._keep("finished_on", _("The day it was done is in the future. The day of the import was taken."))
            return self._now
        return max(min(moment, self._now), received or moment)

    def _day(self, key: str) -> datetime | None:
        """A date cell near the day of the request; without an hour it means the close of the office."""
        received = self._row.received_at
        value: Value = self._record.cells.get(key)
        before = timezone.localtime(received).replace(tzinfo=None) if received else None
        moment, problem = read_moment(value, year=None, previous=before)
        if problem:
            self._keep(key, problem)
        if moment is None:
            return None
        if moment.time() == time(0):
            moment = datetime.combine(moment.date(), CLOSE_OF_OFFICE)
        return timezone.make_aware(moment)

    def _status(self) -> None:
        row, text, reply = self._row, self._text("status"), self._text("reply")
        is_done = fold(self._text("is_done"))
        if is_done and not text:
            text = "已办结" if _YES.fullmatch(is_done) else "办理中" if _NO.fullmatch(is_done) else is_done
        elif is_done:
            row.notes.append(self._line("is_done", self._text("is_done")))
        text = text or reply
        folded = fold(text)
        if not text:
            row.state = "done" if row.done_at else ""
        elif _WAITING.search(folded):
            row.state = "waiting"
        elif _NOT_YET.search(folded) and not row.done_at:
            row.state = "working"
        elif _SURELY_DONE.search(folded):
            row.state = "done"
        elif _PASSED_ON.search(folded) and not row.done_at:
            row.state = "working"
        elif _DONE.search(folded) or row.done_at:
            row.state = "done"
        else:
            row.state = "working"
        if text and not re.fullmatch("已?(?:办结|办理中|完成|解决)", folded):
            row.outcome = text if row.state == "done" else ""
            if row.state != "done":
                row.notes.append(self._line("status" if self._text("status") else "reply", text))
        if reply and row.state == "done":
            row.outcome = "；".join(dict.fromkeys(filter(None, (row.outcome, reply))))
        elif reply and reply != text:
            row.notes.append(self._line("reply", reply))
        if row.state != "done" and row.done_at:
            self._keep("finished_on", _("It is not done yet by its status; the date was kept as a note. Correct one."))
            row.done_at = None
        elif row.state == "done" and row.done_at is None:
            row.done_is_guess, row.done_at = True, self._now
            message = _("The day it was done is missing. The day of the import was taken.")
            if "finished_on" in row.sheet.columns:
                self._outcome.wrong(row.sheet, row.row, "finished_on", self._record.cells.get("finished_on"), message)

    def _follow_up(self) -> None:
        row, text = self._row, fold(self._text("follow_up"))
        if _UNREACHED.search(text):
            row.reached = False
        elif text and not _NOT_FOLLOWED_UP.search(text):
            row.reached = True
        if text and not _PLAIN_FOLLOW_UP.fullmatch(text):
            row.notes.append(self._line("follow_up", self._text("follow_up")))
        if row.reached and not self._text("satisfaction"):
            row.satisfaction = next((value for pattern, value in _SAID_SATISFACTION if pattern.search(text)), "")
            return
        if not _NOT_ASKED.search(fold(self._text("satisfaction"))):
            row.satisfaction = self._choice("satisfaction", _SATISFACTION)

    def _choice(self, key: str, choices: tuple[tuple[re.Pattern[str], str], ...]) -> str:
        text = self._text(key)
        for pattern, value in choices:
            if pattern.search(fold(text)):
                return value
        if text:
            self._keep(key, _("This is none of the known kinds. Write one of them, or leave the cell empty."))
        return ""

    def _cut(self, key: str, longest: int) -> str:
        text = self._text(key)
        if len(text) > longest:
            self._keep(key, _("The text is too long; the whole of it is in the note."))
        return text[:longest]

    def _text(self, key: str) -> str:
        text, problem = read_text(self._record.cells.get(key))
        if problem:
            self._keep(key, problem)
        return text or ""

    def _keep(self, key: str, message: str) -> None:
        """Tell what is wrong with a cell and keep it as it was written."""
        value = self._record.cells.get(key)
        written = read_text(value)[0] or str(value)
        line = self._line(key, written)
        if line not in self._row.notes:
            self._row.notes.append(line)
            self._outcome.wrong(self._row.sheet, self._row.row, key, written, message)

    def _line(self, key: str, written: str) -> str:
        return f"{self._row.sheet.columns.get(key, key)}：{written}"


def _month_of(title: str) -> int | None:
    """3 of a sheet named 3月, 2026年三月 or 2026.03; None of any other."""
    found = _MONTH_OF_SHEET.search(title)
    if not found:
        return None
    if han := found["han"]:
        return _HAN_MONTHS.index(han) + 1 if len(han) == 1 else 10 + _HAN_MONTHS.index(han[1]) + 1
    return int(found["n"] or found["d"])

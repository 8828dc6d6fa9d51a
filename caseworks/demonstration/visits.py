"""A year of visits: who was called on, when, what came of it, and which visits are due now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.db.models import F, OuterRef, Subquery

from caseworks.demonstration import moments
from caseworks.demonstration.households import Home
from caseworks.demonstration.office import Office
from outreach.models import CadenceNorm, TaskReason, TaskState, Visit, VisitForm, VisitOutcome, VisitTask
from outreach.models.visits import REACHED
from outreach.seasons import seasons
from outreach.visiting import TRY_AGAIN_AFTER

# In how many days the next visit is due to the households of the `leader` account, one after the other: some are
# late and some due today, so that his phone has something to do.
LEADERS_NEXT = [-8, -2, 0, 0, 0, 1, 2, 4, 6, 9, 13, 20, 33, 48, 70]
LATE, MISSED, NOT_HOME, REFUSED = 0.03, 0.025, 0.08, 0.005

FORMS = {VisitForm.HOME: 70, VisitForm.PHONE: 20, VisitForm.ONLINE: 5, VisitForm.STATION: 3, VisitForm.GATHERING: 2}
OUTCOMES = {VisitOutcome.WELL: 957, VisitOutcome.NEEDS_HELP: 41, VisitOutcome.URGENT: 2}

NOTES: dict[str, list[str]] = {
    VisitOutcome.WELL: [
        "",
        "",
        "身体不错，家里一切都好。",
        "聊了半小时，心情好，说孩子每周视频。",
        "血压稳定，按时吃药。",
        "孙子上学的事已办妥。",
        "提醒关好门窗、注意用电。",
        "邻居常来串门，冰箱有菜。",
        "说起海外亲戚，今年打算回来看看。",
        "帮忙看了手机上的医保账单。",
        "送去防诈骗宣传单，已讲解。",
        "阳台花开得好，请我们喝茶。",
        "刚从医院复查回来，指标正常。",
    ],
    VisitOutcome.NEEDS_HELP: ["家中有事需要帮忙，已记下。", "提出一件事，答应尽快反映。", "说了难处，带回街道办理。"],
    VisitOutcome.URGENT: ["情况较急，已当场报告。"],
    VisitOutcome.NOT_HOME: ["敲门无人应。", "家里没人，留了联系卡。", "邻居说去女儿家了。"],
    VisitOutcome.REFUSED: ["说近期不方便，改日再约。"],
}
PROMISES = ["下次带来报销表格", "周五前回电话", "联系家庭医生上门", "问清楚政策再来告知"]
GIFTS = {
    "spring-festival": "慰问金200元、春联一副",
    "dragon-boat": "粽子一盒",
    "mid-autumn": "月饼一盒",
    "double-ninth": "重阳糕、围巾一条",
}


def make(office: Office, homes: list[Home], now: datetime, since: date, rng: Random) -> list[Visit]:
    """Write the visits from *since* to *now* with the tasks they fulfilled; return them, oldest first.

    Each household's visits are told backwards from the day on which the next one is due, so that the plan of today
    follows from the last visit by the office's own cadence.
    """
    cadence = {norm.tier: round(norm.months * 365 / 12 / norm.count) for norm in CadenceNorm.objects.all()}
    book = _Book(office, now, since, _gifts(since, now), rng)
    leaders = iter(LEADERS_NEXT)
    for home in homes:
        period = cadence[home.household.tier]
        following = next(leaders, None) if home.group == office.groups[0] else None
        book.tell(home, period, min(following, period - 1) if following is not None else book.next_due(period))
    return book.write()


@dataclass
class _Book:
    """The visits of the year as they are told, household by household."""

    office: Office
    now: datetime
    since: date
    gifts: dict[date, str]
    rng: Random

    def __post_init__(self) -> None:
        self.visits: list[Visit] = []
        self.tasks: list[VisitTask] = []

    def next_due(self, period: int) -> int:
        """In how many days the next visit is due; a few are late."""
        return -self.rng.randint(1, 12) if self.rng.random() < LATE else self.rng.randint(1, period - 1)

    def tell(self, home: Home, period: int, due_in: int) -> None:
        today = self.now.date()
        on = today + timedelta(days=due_in - period)
        newest = True
        while on >= self.since:
            before, missed = self._before(on, period)
            if home.household.ended_on is None or on < home.household.ended_on:
                self._visit(home, on, before + timedelta(days=period), missed)
                if newest and self.rng.random() < 0.03:
                    self._nobody_home_lately(home, on, today)
            newest, on = False, before

    def _before(self, on: date, period: int) -> tuple[date, bool]:
        """The day of the visit before that of *on*, and whether one between them was missed."""
        missed = self.rng.random() < MISSED and period < 60
        gap = period * (2 if missed else 1) + self.rng.randint(-period // 6, 1)
        return on - timedelta(days=gap), missed

    def _visit(self, home: Home, on: date, due_on: date, missed: bool) -> None:
        if missed:
            self.tasks.append(VisitTask(household=home.household, due_on=due_on, state=TaskState.MISSED))
            due_on = on
        if self.rng.random() < NOT_HOME:
            tried = on - timedelta(days=self.rng.randint(3, 7))
            self._write(home, tried, VisitOutcome.NOT_HOME)
            self._task(home, tried + TRY_AGAIN_AFTER, TaskState.DONE, TaskReason.FOLLOW_UP)
        elif self.rng.random() < REFUSED:
            self._write(home, on - timedelta(days=4), VisitOutcome.REFUSED)
        outcome = self.rng.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
        visit = self._write(home, on, outcome)
        self.tasks.append(VisitTask(household=home.household, due_on=due_on, state=TaskState.DONE, visit=visit))

    def _nobody_home_lately(self, home: Home, last: date, today: date) -> None:
        """Somebody was tried in vain this week and is to be tried again."""
        tried = today - timedelta(days=self.rng.randint(1, 6))
        if tried > last and home.current:
            self._write(home, tried, VisitOutcome.NOT_HOME)
            self._task(home, tried + TRY_AGAIN_AFTER, TaskState.OPEN, TaskReason.FOLLOW_UP)

    def _task(self, home: Home, due_on: date, state: str, reason: str) -> None:
        self.tasks.append(VisitTask(household=home.household, due_on=due_on, state=state, reason=reason))

    def _write(self, home: Home, on: date, outcome: str) -> Visit:
        rng, reached = self.rng, outcome in REACHED
        helper = self.office.officer if rng.random() < 0.12 else self.office.visitor
        form = VisitForm.HOME if not reached else rng.choices(list(FORMS), list(FORMS.values()))[0]
        visit = Visit(
            household=home.household,
            by=helper(home.group),
            at=moments.of_a_visit(on, rng),
            form=form,
            outcome=outcome,
            met=rng.choice(home.members[:2]) if reached else None,
            note=rng.choice(NOTES[outcome]),
            promised=rng.choice(PROMISES) if reached and rng.random() < 0.04 else "",
            given=self.gifts.get(on, "") if reached and form == VisitForm.HOME else "",
        )
        self.visits.append(visit)
        return visit

    def write(self) -> list[Visit]:
        self.visits.sort(key=lambda visit: visit.at)
        Visit.objects.bulk_create(self.visits, batch_size=1000)
        VisitTask.objects.bulk_create(self.tasks, batch_size=1000)
        # The tables stamp the moment of writing; these were written at the door, and planned before.
        Visit.objects.update(recorded_at=F("at"))
        fulfilled = Subquery(Visit.objects.filter(pk=OuterRef("visit")).values("at")[:1])
        VisitTask.objects.filter(visit__isnull=False).update(created_at=fulfilled)
        return self.visits


def _gifts(since: date, now: datetime) -> dict[date, str]:
    """What is brought along on the ten days before each festival."""
    return {
        season.date - timedelta(days=ahead): GIFTS[season.key]
        for year in range(since.year, now.year + 2)
        for season in seasons(year)
        for ahead in range(1, 11)
        if season.key in GIFTS
    }

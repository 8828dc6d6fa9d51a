"""What pressed for late cases: the rungs of the ladder as they fired, a supervision by hand, feedback, the digests."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from caseworks import digests, ladder, supervision
from caseworks.deadlines import Limit, Unit
from caseworks.demonstration.office import Office
from caseworks.escalation import Ladder, fire
from caseworks.ladder import Side
from caseworks.models import Case, LadderRung
from caseworks.moves import write_down
from caseworks.states import RUNNING, Verb
from outreach.calendar import SHANGHAI

REASON = "居民多次来电催问，请抓紧办理并按期反馈。"
FEEDBACK = "已与物业约定本周内进场，材料今天到货。"


def press(office: Office, since: date, now: datetime) -> None:
    """Climb the ladder for the cases still open, as it was climbed since *since*; hand out the last digests."""
    LadderRung.objects.update(since=datetime(since.year, since.month, since.day, tzinfo=SHANGHAI))
    rungs = Ladder()
    late = Case.objects.filter(status__in=RUNNING, due_at__lt=now + timedelta(days=1)).select_related("category")
    for case in late.order_by("due_at", "pk"):
        _climb(case, rungs, now)
    _feed_back(office, rungs, now)
    digests.write(_last_opening(rungs, now))


def _climb(case: Case, rungs: Ladder, now: datetime) -> None:
    """Fire what the case has reached, in order, and never before what had happened on it by then."""
    coming = [(at, rung) for rung in rungs.rungs_of(case) if (at := _moment(rung, case, rungs))]
    last = case.timeline.latest("pk").at
    for at, rung in sorted(coming, key=lambda one: (one[0], one[1].rank)):
        at = max(at, ladder.moment(last, Side.AT, None, rungs.calendar))
        if at <= now and fire(rung, case, rungs, at):
            last = at


def _moment(rung: LadderRung, case: Case, rungs: Ladder) -> datetime | None:
    """When the rung fired, as it was foreseen when the case began."""
    return rungs.moment(rung, case, case.clock_from or case.registered_at)


def _feed_back(office: Office, rungs: Ladder, now: datetime) -> None:
    """One handler reported, one supervisor asked anew by hand; with the others feedback is late by now."""
    verbs = [Verb.SUPERVISE, Verb.FEEDBACK]
    for case in Case.objects.supervised().order_by("supervised_at", "pk"):
        at = ladder.moment(case.timeline.latest("pk").at + timedelta(minutes=50), Side.AT, None, rungs.calendar)
        if at > now or not verbs:
            continue
        verb = verbs.pop()
        handler = office.holder(case.handling_area, case.handling_role, case.unit)
        by, text = (handler, FEEDBACK) if verb == Verb.FEEDBACK else (office.supervisor, REASON)
        within = Limit(1, Unit.WORKING_DAYS)
        case.feedback_due_at = supervision.feedback_by(within, at)
        write_down(case, verb, supervision.FIELDS, by=by, text=text, detail=supervision.in_words(within), at=at)


def _last_opening(rungs: Ladder, now: datetime) -> datetime:
    opened = rungs.calendar.opens(now.date())
    if rungs.calendar.is_working(now.date()) and opened <= now:
        return opened
    return rungs.calendar.opens(rungs.calendar.add_working_days(now.date(), -1))

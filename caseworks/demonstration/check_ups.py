"""Check-ups and birthdays of the invented office: a round that is over, one with its days ahead, two celebrations."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from django.db.models import F
from django.utils import timezone

from caseworks.demonstration.office import Office
from outreach import celebrations, check_ups
from outreach.cadence import later
from outreach.models import (
    Attended,
    Celebrated,
    Celebration,
    CelebrationGuest,
    CheckUpDay,
    CheckUpInvitation,
    CheckUpItem,
    CheckUpRound,
    WhyNotChecked,
)
from people.models import Area

PLACE = "街道社区卫生服务中心"
HOW = [*["came"] * 12, WhyNotChecked.NOT_COME, WhyNotChecked.AWAY, WhyNotChecked.DECLINED, WhyNotChecked.ELSEWHERE]
GUESTS = [Celebrated.CAME, Celebrated.CAME, Celebrated.BROUGHT_HOME, Celebrated.CAME, Celebrated.MISSED]


def make(office: Office, now: datetime, rng: Random) -> None:
    """Write the rounds of the year and the celebrations of last month and this."""
    today = now.date()
    _round(office, "上半年老年人免费体检", office.communities[: len(office.communities) // 2], today, rng)
    ahead = CheckUpRound(title="冬季老年人免费体检", area=office.communities[-1])
    day = CheckUpDay(on=today + timedelta(days=6), place=PLACE, begins=time(8), ends=time(11), seats=40)
    check_ups.arrange(ahead, CheckUpItem.objects.all(), day, by=office.operators[0])
    check_ups.invite(ahead, by=office.operators[0])
    _celebrate(office, later(today.replace(day=1), -1), today)
    _celebrate(office, today.replace(day=1), today)


def _round(office: Office, title: str, communities: list[Area], today: date, rng: Random) -> None:
    """One that was closed half a year ago, or on New Year's Day where the year is younger."""
    on = max(today - timedelta(days=170), date(today.year, 1, 1))
    made = CheckUpRound.objects.create(
        title=title, area=office.town, by=office.operators[0], closed_at=timezone.now() - timedelta(days=160)
    )
    made.items.set(CheckUpItem.objects.all())
    paths = tuple(community.path or "?" for community in communities)
    turn = check_ups.due(office.supervisor, on, made.from_age, office.town)
    members = {row.resident_id: row for row in turn if (row.household.area.path or "").startswith(paths)}
    days = CheckUpDay.objects.bulk_create(
        CheckUpDay(
            round=made, on=on + timedelta(days=number), place=PLACE, begins=time(8), ends=time(11), seats=len(members)
        )
        for number in range(3)
    )
    rows = []
    for number, member in enumerate(members.values()):
        how = rng.choice(HOW)
        rows.append(
            CheckUpInvitation(
                round=made,
                resident_id=member.resident_id,
                household_id=member.household_id,
                day=days[number % 3],
                at=time(8 + number % 3, number % 6 * 10),
                state=Attended.DONE if how == "came" else Attended.MISSED,
                why="" if how == "came" else how,
                by=office.operators[0],
            )
        )
    CheckUpInvitation.objects.bulk_create(rows, batch_size=500)
    for one in days:
        one.invitations.update(settled_on=one.on)
    CheckUpRound.objects.filter(pk=made.pk).update(created_at=F("closed_at") - timedelta(days=30))


def _celebrate(office: Office, month: date, today: date) -> None:
    held_on = min(later(month, 1) - timedelta(days=2), today + timedelta(days=9))
    fields = {"held_on": held_on, "place": "文化礼堂"}
    held = celebrations.plan(Celebration(area=office.town, month=month, **fields), by=office.operators[0])
    if held_on < today:
        guests = list(held.guests.all())
        for number, guest in enumerate(guests):
            guest.state, guest.by = GUESTS[number % len(GUESTS)], office.operators[0]
        CelebrationGuest.objects.bulk_update(guests, ["state", "by"])

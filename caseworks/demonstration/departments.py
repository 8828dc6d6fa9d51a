"""Leaders of the invented office and the departments they keep, the enterprises they went to, and who is behind."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import cycle

from caseworks.demonstration.office import Office
from outreach import departments
from outreach.departments import ContactRecord
from outreach.models import ContactKind, ContactPlace, KeptDepartment
from outreach.periods import period_of
from people.access import Role
from people.models import Organisation, OrganisationKind, User

EACH = 2
LEADERS = 4
TALKS = [
    ("台企用地续期和稳岗补贴政策", "一周内送上政策汇编"),
    ("新一年惠企政策说明会", "帮助核对申报材料"),
    ("用工和社保缴费问题", "社保所派人上门办理"),
]
MEETINGS = [
    ("通报本季度侨台家庭诉求办理情况", "下季度前理顺转办流程"),
    ("商量老年侨胞就近办证", "每月一次送服务进社区"),
    ("听取对联络工作的意见", ""),
    ("核对困难侨眷救助名单", "名单当月核完"),
]
# How many days after the beginning of a quarter each pair was met, some of them late in it; the last one was missed in
# the quarter just over.
DAYS = (12, 25, 33, 84, 20, 58, 86, 29)


def make(office: Office, since: date, today: date) -> None:
    """Give every leader his two departments, and tell a year of meetings, talks and visits up to *today*.

    One of the departments was not met in the last quarter, one enterprise nobody has been to this year.
    """
    Organisation.objects.update(since=since)
    units = list(Organisation.objects.departments().filter(kind=OrganisationKind.DEPARTMENT).order_by("pk"))
    leaders = _leaders(office)
    pairs = [
        departments.keep(leader, units[EACH * number + place], since=since, by=None)
        for number, leader in enumerate(leaders)
        for place in range(EACH)
        if EACH * number + place < len(units)
    ]
    for number, (pair, offset) in enumerate(zip(pairs, cycle(DAYS), strict=False)):
        _meet(pair, offset, today, missed=number == len(pairs) - 1)
    enterprises = list(Organisation.objects.enterprises().order_by("pk"))
    this_year = period_of(today, 12).first
    for number, pair in enumerate(pairs):
        note, promised = TALKS[number % len(TALKS)]
        for first in (period_of(this_year - timedelta(days=1), 12).first, this_year):
            # Two of them are still to come this year, and to one of the enterprises nobody has been yet.
            if first < this_year:
                _bring(pair, enterprises[number % len(enterprises)], first, today, note, promised)
            elif number not in (1, 4):
                _bring(pair, enterprises[number % (len(enterprises) - 1)], first, today, note, promised)


def _leaders(office: Office) -> list[User]:
    """The supervisor, the head of the committee, and as many of its members as there are departments for."""
    members = [office.holders[community.pk, Role.COMMITTEE] for community in office.communities]
    found = {user.pk: user for user in (office.supervisor, office.holders[office.town.pk, Role.COMMITTEE], *members)}
    return list(found.values())[:LEADERS]


def _meet(pair: KeptDepartment, offset: int, today: date, *, missed: bool) -> None:
    """A meeting in every quarter of the year past, and in the present one where its day has come."""
    period = period_of(max(pair.since, today - timedelta(days=365)), 3)
    first = offset % len(MEETINGS)
    for note, promised in cycle([*MEETINGS[first:], *MEETINGS[:first]]):
        day = _weekday(period.first + timedelta(days=offset))
        if day > today:
            return
        if day >= pair.since and not (missed and period.following.last >= today):
            form = ContactPlace.HERE if offset % 2 else ContactPlace.THERE
            met = ContactRecord(ContactKind.MEETING, pair.leader, day, pair, form=form, note=note, promised=promised)
            departments.record(met, pair.leader)
        period = period.following


def _bring(pair: KeptDepartment, enterprise: Organisation, first: date, today: date, note: str, promised: str) -> None:
    day = _weekday(max(first, pair.since) + timedelta(days=20 + 11 * (pair.pk % 24)))
    if day > today:
        return
    kind = ContactKind.VISIT if pair.pk % 3 == 0 else ContactKind.TALK
    there = ContactRecord(kind, pair.leader, day, pair, enterprise, note=note, promised=promised)
    departments.record(there, pair.leader)


def _weekday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)

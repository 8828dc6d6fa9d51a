"""Pair-ups of the invented office: by liaisons, volunteers and a unit; some behind, some to renew, some ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from caseworks.demonstration import moments
from caseworks.demonstration.households import Home
from caseworks.demonstration.identities import Identities
from caseworks.demonstration.office import Office
from outreach.models import PairUp, Visit, VisitForm, VisitOutcome, WhyEnded
from outreach.models.visits import HELPER
from outreach.pairing import refresh_all
from people.models import Organisation, OrganisationKind, ServiceNeed
from people.names import search_tokens

TEAM = "银龄互助志愿队"
PURPOSES = [
    "每周买菜、陪聊，逢节一起过",
    "修灯修水龙头，检查燃气",
    "陪同看病取药",
    "读报写信，帮用手机",
    "理发、打扫",
    "送餐，冬天送暖",
]
MOST = 30


def make(office: Office, homes: list[Home], identities: Identities, now: datetime, rng: Random) -> None:
    """Pair up to thirty households of the registers; the first with the `leader` account."""
    team = Organisation.objects.create(
        name=TEAM, kind=OrganisationKind.TEAM, area=office.town, search=search_tokens(TEAM)[:300]
    )
    needs = ServiceNeed.objects.current().filter(need="living_alone").values_list("household", flat=True)
    alone, found = set(needs), []
    volunteers = [identities.name() for _each in range(6)]
    near = [home for home in homes if home.group == office.groups[0] and home.current]
    oldest = max(near, key=lambda home: home.members[0].age(now.date()) or 0)
    chosen = [oldest, *(home for home in homes if home.household.pk in alone and home is not oldest)]
    for number, home in enumerate(chosen[:MOST]):
        found.append(_pair_up(office, home, number, team, volunteers, now))
    PairUp.objects.bulk_create(found)
    Visit.objects.bulk_create([visit for one in found if not one.staff for visit in _visits(office, one, now, rng)])
    refresh_all()


def _pair_up(
    office: Office, home: Home, number: int, team: Organisation, volunteers: list[str], now: datetime
) -> PairUp:
    today = now.date()
    # The seventh is to be renewed this month, the eleventh ended last month.
    began = {6: 350, 10: 395}.get(number % 12, 60 + 17 * (number % 14))
    since = today - timedelta(days=began)
    until = since + timedelta(days=364)
    ended = number % 12 == 10
    return PairUp(
        household=home.household,
        staff=office.visitor(home.group) if number % 3 == 0 else None,
        volunteer=volunteers[number % len(volunteers)] if number % 3 == 1 else "",
        unit=None if number % 3 == 0 else team if number % 3 == 1 else list(office.units.values())[number % 4],
        purpose=PURPOSES[number % len(PURPOSES)],
        count=2 if number % 5 == 0 else 1,
        months=1,
        forms=[VisitForm.HOME, VisitForm.PHONE],
        since=since,
        until=until,
        review_on=until - timedelta(days=30),
        ended_on=until if ended else None,
        ended_why=WhyEnded.TERM_OVER if ended else "",
        by=office.officer(home.group),
    )


def _visits(office: Office, pair_up: PairUp, now: datetime, rng: Random) -> list[Visit]:
    """What a volunteer or a unit did: about as often as was agreed, some less."""
    gap = 30 // pair_up.count
    last = min(pair_up.agreement.last, now.date() - timedelta(days=rng.choice([2, 5, 9, 40])))
    days = range(gap - 3, (last - pair_up.since).days, gap)
    return [
        Visit(
            household=pair_up.household,
            by=pair_up.by or office.supervisor,
            at=moments.of_a_visit(pair_up.since + timedelta(days=day), rng),
            form=VisitForm.HOME if rng.random() < 0.7 else VisitForm.PHONE,
            outcome=VisitOutcome.WELL,
            role=HELPER,
            pair_up=pair_up,
            note=rng.choice(["一起买了菜", "修好了灯", "陪着去了医院", "聊了聊天", ""]),
        )
        for day in days
    ]

"""How the office stands on a day towards its departments and enterprises: what is due, and who is behind.

The rule is outreach/periods.py; who keeps what and what was done is outreach/departments.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeAlias

from django.db.models import Q
from django.utils import timezone

from outreach.departments import LEADING, enterprises_of
from outreach.models import ContactDuty, ContactNorm, KeptDepartment, LeaderContact
from outreach.models.departments import KeptDepartmentQuerySet
from outreach.periods import Pace, Standing, Term, standing
from people.access import ADMIN_ROLES, Role
from people.coverage import Coverage
from people.models import Organisation, Post, SpanKind, SpanLimit, User
from people.models.areas import within

SPAN_OF = {Role.SUPERVISOR: SpanKind.LEADER, Role.COMMITTEE: SpanKind.MEMBER}
# Contacts older than two of the longest periods decide nothing.
LOOKS_BACK = timedelta(days=2 * 366)
NOTHING_ASKED = Pace(0, 12)


def paces() -> dict[str, Pace]:
    """What the office asks for, by duty."""
    found = {norm.duty: norm.pace for norm in ContactNorm.objects.all()}
    return {duty.value: found.get(duty, NOTHING_ASKED) for duty in ContactDuty}


@dataclass(frozen=True)
class PairStanding:
    """How a leader stands towards a department he keeps. `left`: he leads nothing here any more."""

    pair: KeptDepartment
    meeting: Standing
    bringing: Standing
    last: LeaderContact | None
    left: bool = False

    @property
    def late(self) -> bool:
        return self.meeting.late or self.bringing.late

    @property
    def due(self) -> date:
        """The nearest day by which something is due."""
        return min((one.due for one in (self.meeting, self.bringing) if one.due), default=date.max)


@dataclass(frozen=True)
class EnterpriseStanding:
    """How the office stands towards an enterprise, whoever of it goes."""

    enterprise: Organisation
    visit: Standing
    last: LeaderContact | None


@dataclass(frozen=True)
class Short:
    """A leader who keeps fewer departments than he has to, or more."""

    leader: User
    size: int
    limit: int

    @property
    def over(self) -> bool:
        return self.size > self.limit


@dataclass
class ContactDuties:
    """The contact duties of an office on a day, what is latest first."""

    leaders: int
    pairs: list[PairStanding]
    enterprises: list[EnterpriseStanding]
    spans: list[Short]

    @property
    def short(self) -> list[Short]:
        return [one for one in self.spans if not one.over]

    @property
    def not_met(self) -> list[PairStanding]:
        """Of whom the period of today still wants a meeting, or one before it was missed."""
        return [one for one in self.pairs if one.meeting.late or not one.meeting.met]

    @property
    def not_brought(self) -> list[PairStanding]:
        return [one for one in self.pairs if one.bringing.late or not one.bringing.met]

    @property
    def not_visited(self) -> list[EnterpriseStanding]:
        return [one for one in self.enterprises if one.visit.late or not one.visit.met]

    @property
    def behind(self) -> list[PairStanding]:
        return [one for one in self.pairs if one.late]

    @property
    def late_enterprises(self) -> list[EnterpriseStanding]:
        return [one for one in self.enterprises if one.visit.late]

    @property
    def left(self) -> list[PairStanding]:
        """Kept by somebody who leads nothing here any more."""
        return [one for one in self.pairs if one.left]

    def as_json(self) -> dict[str, Any]:
        """The figures, and who is behind: by leader, department and the day that passed."""
        return {
            "leaders": self.leaders,
            "leaders_short_of_departments": len(self.short),
            "departments": len(self.pairs),
            "departments_not_met": len(self.not_met),
            "departments_not_brought": len(self.not_brought),
            "enterprises": len(self.enterprises),
            "enterprises_not_visited": len(self.not_visited),
            "departments_behind": [
                {"leader": str(one.pair.leader), "department": one.pair.unit.name, "due": one.due.isoformat()}
                for one in self.behind
            ],
        }


def contact_duties(user: User | None, today: date, found: Coverage | None = None) -> ContactDuties:
    """The contact duties that *user* sees, of the whole office where there is none.

    Six queries; four where the coverage of the same areas was *found* already.
    """
    asked = paces()
    everybody = _leading(_posts(user) if found is None else found.posts)
    limits = _limits() if found is None else found.limits
    theirs = [one for one in everybody.values() if user is None or one.is_below(user)]
    pairs, enterprises = KeptDepartment.objects.all(), Organisation.objects.all()
    if user:
        pairs = pairs.visible_to(user) | pairs.filter(leader__in=[one.user for one in theirs])
        enterprises = enterprises_of(user)
    rows = list(pairs.current(today).select_related("leader", "unit", "area"))
    places = list(enterprises.enterprises().select_related("area"))
    of_pairs, of_enterprises = _contacts(rows, places, today)
    return ContactDuties(
        len(theirs),
        _pairs(rows, of_pairs, asked, today, everybody),
        _enterprises(places, of_enterprises, asked[ContactDuty.ENTERPRISE], today),
        _spans(theirs, Counter(pair.leader_id for pair in rows), limits),
    )


def kept_standings(user: User, today: date) -> list[PairStanding]:
    """How *user* stands towards the departments that he keeps himself. Three queries."""
    mine = KeptDepartment.objects.visible_to(user).filter(leader=user).current(today)
    rows = list(mine.select_related("leader", "unit", "area"))
    return _pairs(rows, _contacts(rows, [], today)[0], paces(), today, {user.pk})


Told: TypeAlias = dict[int, list[LeaderContact]]


def _contacts(pairs: list[KeptDepartment], enterprises: list[Organisation], today: date) -> tuple[Told, Told]:
    """The contacts of each pair and each enterprise, the latest first, by primary key."""
    of_pairs: Told = defaultdict(list)
    of_enterprises: Told = defaultdict(list)
    recent = LeaderContact.objects.filter(on__gte=today - LOOKS_BACK, on__lte=today)
    recent = recent.filter(Q(pair__in=pairs) | Q(enterprise__in=enterprises)).select_related("who")
    for contact in recent if pairs or enterprises else ():
        if contact.pair_id:
            of_pairs[contact.pair_id].append(contact)
        if contact.enterprise_id:
            of_enterprises[contact.enterprise_id].append(contact)
    return of_pairs, of_enterprises


def _pairs(
    rows: list[KeptDepartment], contacts: Told, asked: dict[str, Pace], today: date, leading: Container[int]
) -> list[PairStanding]:
    """How each pair stands, the most pressing first; *leading* are those who still lead."""
    found = []
    for pair in rows:
        term, theirs = Term(pair.since, pair.until), contacts[pair.pk]
        brought = [one.on for one in theirs if one.enterprise_id]
        found.append(
            PairStanding(
                pair,
                standing(asked[ContactDuty.MEETING], term, [one.on for one in theirs], today),
                standing(asked[ContactDuty.BRINGING], term, brought, today),
                theirs[0] if theirs else None,
                left=pair.leader_id not in leading,
            )
        )
    return sorted(found, key=lambda one: (one.due, str(one.pair.leader), one.pair.unit.name))


def _enterprises(rows: list[Organisation], contacts: Told, asked: Pace, today: date) -> list[EnterpriseStanding]:
    """How the office stands towards each enterprise, the most pressing first."""
    found = [
        EnterpriseStanding(
            one,
            standing(asked, Term(one.since), [contact.on for contact in contacts[one.pk]], today),
            contacts[one.pk][0] if contacts[one.pk] else None,
        )
        for one in rows
    ]
    return sorted(found, key=lambda one: (one.visit.due or date.max, one.enterprise.name))


@dataclass
class _Leader:
    """Somebody who leads, in the role that says how many departments he keeps, and the paths of his posts."""

    user: User
    role: Role = Role.COMMITTEE
    paths: list[str] = field(default_factory=list)

    def is_below(self, user: User) -> bool:
        """Whether *user* answers for his departments: whoever is above him, or he himself."""
        if self.user == user:
            return True
        return user.holds(*ADMIN_ROLES) and any(path.startswith(user.scope.area_paths) for path in self.paths)


def _posts(user: User | None) -> Iterable[Post]:
    """The posts of those who lead in the user's areas or above, anywhere without a user."""
    posts = Post.objects.current().filter(role__in=LEADING, area__isnull=False).select_related("user", "area")
    if user is None:
        return posts
    above = [int(pk) for path in user.scope.area_paths for pk in path.split(".") if pk]
    return posts.filter(within(user.scope.area_paths, "area__") | Q(area__in=above))


def _leading(posts: Iterable[Post]) -> dict[int, _Leader]:
    """Those of *posts* who lead, by primary key; whoever stands in leads nothing of his own."""
    own = [post for post in posts if post.role in LEADING and post.stands_in_for_id is None]
    found: dict[int, _Leader] = {}
    for post in sorted(own, key=lambda post: (post.user.name, post.user_id)):
        one = found.setdefault(post.user_id, _Leader(post.user))
        one.paths.append(post.area.path or "" if post.area else "")
        if post.role == Role.SUPERVISOR:
            one.role = Role.SUPERVISOR
    return found


def _limits() -> dict[str, SpanLimit]:
    return {limit.kind: limit for limit in SpanLimit.objects.all()}


def _spans(leading: list[_Leader], kept: Counter[int], limits: Mapping[str, SpanLimit]) -> list[Short]:
    found = []
    for one in leading:
        limit, size = limits.get(SPAN_OF[one.role]), kept[one.user.pk]
        if limit and not limit.least <= size <= limit.most:
            found.append(Short(one.user, size, limit.least if size < limit.least else limit.most))
    return found


@dataclass(frozen=True)
class Kept:
    """How many departments somebody keeps, and how many of them he has still to meet in the period of today."""

    kept: int
    to_meet: int


def kept_by(user: User) -> Kept:
    mine = KeptDepartment.objects.visible_to(user).filter(leader=user).current()
    kept = mine.count()
    return Kept(kept, waiting_for(user).count() if kept else 0)


def waiting_for(user: User) -> KeptDepartmentQuerySet:
    """The departments that *user* keeps and has still to meet in the period of today."""
    today = timezone.localdate()
    mine = KeptDepartment.objects.visible_to(user).filter(leader=user).current(today)
    return mine.unmet(ContactDuty.MEETING, today)

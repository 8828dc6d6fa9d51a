"""The office's own contact duties: leaders and their key departments, and the enterprises they call on.

Who keeps what are rows with dates; whether it is done follows from the contacts recorded (rule: outreach/periods.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.models import ContactKind, ContactPlace, KeptDepartment, LeaderContact
from outreach.periods import Term
from people import audit
from people.access import ADMIN_ROLES, Role
from people.models import Area, Organisation, Post, User
from people.models.areas import AreaQuerySet, within
from people.models.organisations import OrganisationQuerySet
from people.models.staff import UserQuerySet

# Who can keep a department; how many each of them has to is a limit of spans.
LEADING = (Role.SUPERVISOR, Role.COMMITTEE)


class NotPossible(Exception):
    """It cannot be entered like this. Its message is for the user."""


# ---- Who keeps what ----


def leaders(areas: AreaQuerySet | None = None) -> UserQuerySet:
    """Who can keep a department: whoever leads in one of *areas*, or anywhere, whether at work or on leave today."""
    posts = Post.objects.current().filter(user=OuterRef("pk"), role__in=LEADING, stands_in_for__isnull=True)
    posts = posts.filter(area__isnull=False) if areas is None else posts.filter(area__in=areas)
    return User.objects.filter(Exists(posts), is_active=True)


def leaders_for(user: User) -> UserQuerySet:
    """The leaders whose departments *user* may assign and whose contacts he may record; himself at least."""
    if not user.holds(*ADMIN_ROLES):
        return leaders().filter(pk=user.pk)
    return leaders(Area.objects.visible_to(user))


def keep(leader: User, unit: Organisation, *, since: date, by: User | None, key: UUID | None = None) -> KeptDepartment:
    """Give *unit* to *leader* from a day on. Sent again under the same key, it stays one.

    Raises `NotPossible` with the sentence to be shown, and nothing is written.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=leader.pk)
        if key and (before := KeptDepartment.objects.filter(uuid=key).first()):
            return before
        area = _office_of(leader)
        if area is None:
            raise NotPossible(
                _("%(name)s leads nothing here today: choose a supervisor or committee member.") % {"name": leader}
            )
        if KeptDepartment.objects.filter(leader=leader, unit=unit, until__isnull=True).exists():
            raise NotPossible(_("%(leader)s keeps %(unit)s already.") % {"leader": leader, "unit": unit})
        pair = KeptDepartment.objects.create(uuid=key or uuid4(), leader=leader, unit=unit, area=area, since=since)
        audit.record(by, "department.keep", pair, fields=["leader", "unit", "since"])
        return pair


def _office_of(leader: User) -> Area | None:
    """The area that holds all the posts in which *leader* leads."""
    posts = Post.objects.current().filter(user=leader, role__in=LEADING, area__isnull=False)
    lines = [post.area.ancestor_ids() for post in posts.select_related("area") if post.area]
    if not lines:
        return None
    shared = reduce(lambda one, other: [pk for pk in one if pk in other], lines)
    return Area.objects.get(pk=shared[-1]) if shared else None


def release(pair: KeptDepartment, *, by: User | None, on: date | None = None) -> None:
    """Today, or the day *on*, is the last one on which the leader keeps it. Released again, nothing happens."""
    last = max(on or timezone.localdate(), pair.since)
    with transaction.atomic():
        if KeptDepartment.objects.filter(pk=pair.pk, until__isnull=True).update(until=last):
            pair.until = last
            audit.record(by, "department.release", pair, fields=["until"])


def hand_on(pair: KeptDepartment, leader: User, *, since: date, by: User, key: UUID) -> KeptDepartment:
    """Let another leader keep it from a day on: the day before is the last one of whoever kept it so far."""
    with transaction.atomic():
        kept = keep(leader, pair.unit, since=since, by=by, key=key)
        release(pair, by=by, on=since - timedelta(days=1))
        return kept


def units_for(user: User) -> OrganisationQuerySet:
    """The departments that *user* may give to a leader."""
    seen = Organisation.objects.visible_to(user).departments()
    return seen.filter(within(user.scope.area_paths, "area__") | Q(area__isnull=True))


def free_unit(user: User) -> Organisation | None:
    """A department that nobody keeps, to be offered first."""
    kept = KeptDepartment.objects.current().filter(unit=OuterRef("pk"))
    return units_for(user).filter(~Exists(kept)).order_by("kind", "name").first()


def enterprises_of(user: User) -> OrganisationQuerySet:
    """The enterprises of the user's areas, and those of no area."""
    seen = Organisation.objects.visible_to(user)
    return seen.filter(within(user.scope.area_paths, "area__") | Q(area__isnull=True))


# ---- What was done ----


@dataclass(frozen=True)
class ContactRecord:
    """A contact as it was taken down; `pair` or `enterprise` may be missing, as its kind allows."""

    kind: str
    who: User
    on: date
    pair: KeptDepartment | None = None
    enterprise: Organisation | None = None
    form: str = ContactPlace.THERE
    note: str = ""
    promised: str = ""
    key: UUID = field(default_factory=uuid4)


def record(given: ContactRecord, by: User | None) -> LeaderContact:
    """Write a contact down. Sent again under the same key, it stays one.

    Raises `NotPossible` where its partners or its day do not fit.
    """
    _check(given)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=given.who.pk)
        if before := LeaderContact.objects.filter(uuid=given.key).first():
            return before
        area = given.pair.area if given.pair else _office_of(given.who)
        if area is None:
            raise NotPossible(
                _("%(name)s leads nothing here today: choose a supervisor or committee member.") % {"name": given.who}
            )
        made = LeaderContact.objects.create(
            uuid=given.key,
            kind=given.kind,
            pair=given.pair,
            enterprise=None if given.kind == ContactKind.MEETING else given.enterprise,
            who=given.who,
            area=area,
            on=given.on,
            form=given.form,
            note=given.note,
            promised=given.promised,
            by=by,
        )
        audit.record(by, "department.contact", made)
        return made


def _check(given: ContactRecord) -> None:
    if given.on > timezone.localdate():
        raise NotPossible(_("This day is still to come: record it when it was."))
    if given.kind == ContactKind.MEETING and given.pair is None:
        raise NotPossible(_("Say which department it was."))
    if given.kind != ContactKind.MEETING and given.enterprise is None:
        raise NotPossible(_("Say which enterprise it was."))
    if given.pair and not Term(given.pair.since, given.pair.until).holds(given.on):
        raise NotPossible(
            _("%(leader)s did not keep %(unit)s on that day.") % {"leader": given.pair.leader, "unit": given.pair.unit}
        )

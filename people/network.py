"""The contact network: areas grow, posts are filled and vacated."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from people import audit, leave
from people.models import Area, AreaLevel, Organisation, Post, User
from people.names import fold, pinyin_keys, search_tokens

_DIGIT = re.compile(r"\D")


def add_area(name: str, level: AreaLevel, parent: Area | None, *, by: User | None, position: int = 0) -> Area:
    """Add an area below *parent* and give it its path."""
    with transaction.atomic():
        area = Area(name=name, level=level, parent=parent, position=position)
        area.save()
        place(area)
        audit.record(by, "area.add", area)
    return area


def place(area: Area) -> None:
    """Save the path and the search keys that follow from the name and the parent of *area*, and of all below it."""
    locate(area)
    area.save(update_fields=["path", "search"])
    for child in area.children.all():
        place(child)


def locate(area: Area) -> None:
    """Give *area*, which has its primary key, the path and the search keys that follow from its name and its parent."""
    parent_path = area.parent.path if area.parent else ""
    area.path = f"{parent_path}{area.pk}."
    # "东安2" and "dan2" both find the second group of 东安社区.
    area.search = search_tokens(area.name, *([f"{area.parent.name}{area.name}"] if area.parent else []))[:200]


def account_name(name: str, phone: str) -> str:
    """A user name that nobody else has: pinyin and the end of the phone number, like ``lijianguo2468``."""
    stem = pinyin_keys(name)[0] or "staff"
    wanted = f"{stem}{_DIGIT.sub('', phone)[-4:]}"[:50]
    taken = set(User.objects.filter(username__startswith=wanted).values_list("username", flat=True))
    number = 2
    candidate = wanted
    while candidate in taken:
        candidate, number = f"{wanted}-{number}", number + 1
    return candidate


def find_or_add_staff(name: str, phone: str) -> tuple[User, bool]:
    """The member of staff of that name and phone, added without a password where there is none yet."""
    for user in User.objects.filter(phone=phone) if phone else User.objects.filter(name=name, phone=""):
        if fold(user.name) == fold(name):
            return user, False
    return User.objects.create_user(account_name(name, phone), name=name, phone=phone), True


def appoint(
    user: User,
    role: str,
    *,
    by: User | None,
    area: Area | None = None,
    unit: Organisation | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Post:
    """Give *user* a post from a day on."""
    with transaction.atomic():
        post = Post.objects.create(
            user=user, role=role, area=area, unit=unit, since=since or timezone.localdate(), until=until
        )
        leave.follow(post)
        audit.record(by, "post.appoint", post, fields=["user", "role", "area", "unit"])
    return post


def vacate(post: Post, *, by: User | None, on: date | None = None) -> None:
    """End a post: yesterday is its last day, so that a successor may start today."""
    last = (on or timezone.localdate()) - timedelta(days=1)
    with transaction.atomic():
        post.stand_ins.all().end_by(last)
        # A post that began today never was.
        if last < post.since:
            audit.record(by, "post.vacate", post)
            post.delete()
            return
        post.until = last
        post.save(update_fields=["until"])
        audit.record(by, "post.vacate", post, fields=["until"])


def fill(
    user: User, role: str, area: Area, *, instead: Post | None = None, since: date | None = None, by: User
) -> Post:
    """Give *user* the post at *area*, from a day on *instead* of whoever holds it. Done again, it stays one."""
    day = since or timezone.localdate()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if held := Post.objects.current(day).filter(user=user, role=role, area=area, stands_in_for=None).first():
            return held
        if instead:
            vacate(instead, by=by, on=day)
        return appoint(user, role, by=by, area=area, since=day)

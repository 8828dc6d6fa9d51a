"""Valid records with as little as a test needs: every argument has a default, and only what matters is named."""

from __future__ import annotations

import itertools
from typing import Any

from django.utils import timezone

from caseworks import intake, reception, suggestions
from caseworks.models import Appointment, Case, Category, ReceptionDay, Suggestion
from people import network
from people.addresses import address_key
from people.identifiers import PhoneKind
from people.models import Area, AreaLevel, Household, Membership, PhoneNumber, Resident, User
from people.names import name_key, search_tokens

_numbers = itertools.count(1)


def make_area(name: str, level: str, parent: Area | None = None) -> Area:
    return network.add_area(name, AreaLevel.objects.get(code=level), parent, by=None)


def make_user(username: str, role: str = "", *, area: Area | None = None, unit: Any = None, name: str = "") -> User:
    user = User.objects.create_user(username, "a long enough password", name=name or username)
    if role:
        network.appoint(user, role, by=None, area=area, unit=unit)
    return user


def make_household(area: Area, *, head: str = "王秀兰", address: str = "滨港路1号101室", **fields: Any) -> Household:
    household = Household.objects.create(area=area, address=address, address_key=address_key(address), **fields)
    household.head = make_resident(household, name=head, relation="户主")
    household.save(update_fields=["head"])
    return household


def make_resident(
    household: Household, *, name: str = "王秀兰", relation: str = "", phone: str = "", **fields: Any
) -> Resident:
    resident = Resident.objects.create(name=name, name_key=name_key(name), search=search_tokens(name), **fields)
    Membership.objects.create(resident=resident, household=household, relation=relation)
    if phone:
        PhoneNumber.objects.create(resident=resident, number=phone, kind=PhoneKind.MOBILE, tail=phone[-4:])
    return resident


def make_case(by: User, area: Area | None, **fields: Any) -> Case:
    """Log a case through intake, so that it is routed and has its clock; *fields* go to `intake.Intake`."""
    fields.setdefault("channel", "hotline")
    fields.setdefault("summary", f"楼道路灯坏了 {next(_numbers)}")
    fields.setdefault("category", Category.objects.get(code="public-works"))
    fields.setdefault("caller_name", "王秀兰")
    fields.setdefault("caller_phone", "13800132468")
    return intake.log(intake.Intake(area=area, **fields), by)


def make_suggestion(by: User, area: Area | None, **fields: Any) -> Suggestion:
    """Take a suggestion down; *fields* go to `suggestions.Proposal`."""
    fields.setdefault("summary", f"楼道加装扶手 {next(_numbers)}")
    fields.setdefault("name", "王秀兰")
    fields.setdefault("phone", "13800132468")
    return suggestions.propose(suggestions.Proposal(area=area, **fields), by)


def make_reception_day(area: Area, leader: User, **fields: Any) -> ReceptionDay:
    """A reception day of *leader*, today unless said otherwise."""
    fields.setdefault("date", timezone.localdate())
    fields.setdefault("place", "街道办事处一楼接待室")
    return ReceptionDay.objects.create(area=area, leader=leader, **fields)


def make_appointment(by: User, day: ReceptionDay, **fields: Any) -> Appointment:
    """Somebody who stands in the queue of *day*, or with a `slot` is booked; *fields* go to `reception.Booking`."""
    fields.setdefault("name", "李明")
    fields.setdefault("phone", "13800136802")
    return reception.book(day, reception.Booking(**fields), by)

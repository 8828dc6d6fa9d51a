"""The world of the routes: the cast with something of each kind that an address can name."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from caseworks import incidents, joining, suggestions
from caseworks.models import Appointment, BulkChange, Case, CaseLink, RoutingRule, Suggestion
from caseworks.moves import Act
from caseworks.routing import Route as To
from outreach import correspondence
from outreach.models import Message
from people import photos
from people.models import Job, PhoneNumber, Photo, Upload
from tests.architecture.kinds import Route
from tests.cast import Cast, make_cast
from tests.factories import make_appointment, make_case, make_reception_day, make_resident, make_suggestion


@dataclass
class World:
    """The cast with something of each kind that an address can name, in the town and in the next one."""

    cast: Cast
    case: Case
    foreign_case: Case
    suggestion: Suggestion
    foreign_suggestion: Suggestion
    appointment: Appointment
    foreign_appointment: Appointment
    phone: PhoneNumber
    foreign_phone: PhoneNumber
    photo: Photo
    foreign_photo: Photo
    job: Job
    foreign_job: Job
    upload: Upload
    foreign_upload: Upload
    message: Message
    foreign_message: Message
    change: BulkChange
    foreign_change: BulkChange
    link: CaseLink


def picture() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "grey").save(file, "JPEG")
    return SimpleUploadedFile("door.jpg", file.getvalue(), "image/jpeg")


def adopted(cast: Cast) -> Suggestion:
    """A suggestion that every role sees, because the water company carries it out."""
    raised = make_suggestion(cast.operator, cast.group)
    return suggestions.judge(raised, Act(cast.supervisor), decision="adopted", to=To("", unit=cast.water))


@pytest.fixture
def world(db: None, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    cast = make_cast()
    RoutingRule.objects.create(rank=1, name="都给自来水公司", target_unit=cast.water)
    case = make_case(cast.operator, cast.group)
    RoutingRule.objects.all().delete()
    incidents.declare(case, Act(cast.operator))
    return World(
        cast=cast,
        case=case,
        foreign_case=make_case(cast.stranger, cast.next_group),
        suggestion=adopted(cast),
        foreign_suggestion=make_suggestion(cast.stranger, cast.next_group),
        appointment=make_appointment(cast.operator, make_reception_day(cast.town, cast.supervisor)),
        foreign_appointment=make_appointment(cast.stranger, make_reception_day(cast.next_town, cast.stranger)),
        phone=make_resident(cast.household, name="李明", phone="13800132468").phones.get(),
        foreign_phone=make_resident(cast.foreign_household, name="周平", phone="13800139753").phones.get(),
        photo=photos.keep(picture(), uuid4(), by=cast.leader, area=cast.group),
        foreign_photo=photos.keep(picture(), uuid4(), by=cast.stranger, area=cast.next_group),
        job=Job.objects.create(name="read", key="1", owner=cast.supervisor),
        foreign_job=Job.objects.create(name="read", key="2", owner=cast.stranger),
        upload=Upload.objects.create(owner=cast.supervisor, kind="network", name="网格.xlsx"),
        foreign_upload=Upload.objects.create(owner=cast.stranger, kind="network", name="网格.xlsx"),
        message=correspondence.write("case", to=cast.household.head, text="已办结", by=None),
        foreign_message=correspondence.write("case", to=cast.foreign_household.head, text="已办结", by=None),
        change=BulkChange.objects.create(by=cast.operator, verb="urge"),
        foreign_change=BulkChange.objects.create(by=cast.stranger, verb="urge"),
        link=joining.link(case, Act(cast.operator), other=make_case(cast.operator, cast.group)).links.get(),
    )


def ask(client: Client, name: str, arguments: list[object], route: Route, method: str) -> Any:
    url = reverse(name, args=arguments)
    return client.post(url, route.data) if method == "post" else client.get(url)

"""The form of the desk: as it is typed, and sent."""

from uuid import uuid4

from django.test import Client
from django.urls import reverse

from caseworks.models import Case

PHONE = "13800132468"


def typed(**fields: object) -> dict[str, object]:
    return {"uuid": uuid4(), "channel": "hotline", "summary": "水管爆裂，三楼以下停水", **fields}


def sent(desk: Client, **fields: object) -> Case:
    """Send the form and return the case that it became."""
    response = desk.post(reverse("desk_new"), typed(**fields))
    assert response.status_code == 302, response.context["form"].errors
    return Case.objects.get(number=response["Location"].rstrip("/").rpartition("/")[2])

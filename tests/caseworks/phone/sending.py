"""What is sent from a phone, and the words of what comes back."""

from __future__ import annotations

import io
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from PIL import Image


def picture(name: str = "IMG_1.jpg") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def words(response: HttpResponse) -> str:
    return response.content.decode()


def visit(client, household, outcome="well", **fields):
    data = {"uuid": str(uuid4()), "outcome": outcome, "form": "home", **fields}
    return client.post(f"/m/visits/{household.uuid}/", data, follow=True)

"""Photos: taken in, made small, freed of what the camera wrote into them, and kept."""

from __future__ import annotations

import hashlib
import io
import struct
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID, uuid5

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from people.models import Area, Photo, User

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST = 20 * 1024 * 1024  # bytes, as sent
LARGEST_KEPT = 400 * 1024  # bytes
LONGEST_SIDE = 1600  # pixels, as kept
# Tried in turn until the photo is small enough; the last always is: 1600 × 1600 pixels of noise take 323 KB at it.
QUALITIES = (80, 65, 50, 35, 15)
# A picture of more pixels than this is a bomb, not a photo.
MOST_PIXELS = 60_000_000


class PhotoRefused(ValueError):
    """The file is no photo that can be kept. Its message is for the user."""


def uuid_of(upload: UploadedFile, form: UUID) -> UUID:
    """The uuid of a photo sent with the form of that uuid: the same file again is the same photo, another is not."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return uuid5(form, digest.hexdigest())


def keep(upload: UploadedFile, uuid: UUID, *, by: User, area: Area | None) -> Photo:
    """Keep a photo under the uuid its sender gave it; sent again, the first one stays. Raises `PhotoRefused`."""
    if existing := Photo.objects.filter(uuid=uuid, taken_by=by).first():
        return existing
    if upload.size and upload.size > LARGEST:
        raise PhotoRefused(_("The photo is larger than 20 MB. Please take a smaller one."))
    content = ContentFile(reduced(upload))
    photo = Photo(uuid=uuid, area=area, taken_by=by)
    try:
        with transaction.atomic():
            photo.file.save(f"{uuid}.jpg", content, save=False)
            photo.save()
    except IntegrityError:
        # Sent twice at the same moment: the other one was quicker.
        photo.file.delete(save=False)
        return Photo.objects.get(uuid=uuid, taken_by=by)
    return photo


def reduced(upload: BinaryIO | UploadedFile) -> bytes:
    """Return a JPEG of at most 400 KB: upright, at most 1600 pixels long, without place, camera and time.

    Raises `PhotoRefused` for whatever is no JPEG, PNG or WebP picture, or too large a one.
    """
    from PIL import Image, ImageOps

    try:
        with Image.open(upload, formats=["JPEG", "PNG", "WEBP"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PhotoRefused(_("The picture has too many pixels. Please take a smaller one."))
            # A JPEG is read at half or a quarter of its size where that is enough: a fraction of memory and time.
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except PhotoRefused:
        raise
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError) as error:
        # Pillow tells a broken PNG by a SyntaxError.
        raise PhotoRefused(_("This file is not a photo (JPEG, PNG or WebP). Please choose another.")) from error
    return _small_enough(upright)


def _small_enough(upright: Image) -> bytes:
    content = b""
    # Only the pixels: what the camera wrote travels in `info`, and some writers would pass it on.
    upright.info.clear()
    for quality in QUALITIES:
        written = io.BytesIO()
        upright.save(written, "JPEG", quality=quality, optimize=True)
        content = written.getvalue()
        if len(content) <= LARGEST_KEPT:
            break
    return content

"""Photos: taken in, made small, freed of what the camera wrote into them, and kept."""

from __future__ import annotations

import io
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from people.models import Area, Photo, User

LARGEST = 20 * 1024 * 1024  # bytes, as sent
LONGEST_SIDE = 1600  # pixels, as kept
QUALITY = 78
# A picture of more pixels than this is a bomb, not a photo.
MOST_PIXELS = 60_000_000


class PhotoRefused(ValueError):
    """The file is no photo that can be kept. Its message is for the user."""


def keep(upload: UploadedFile, uuid: UUID, *, by: User, area: Area | None) -> Photo:
    """Keep a photo under the uuid its sender gave it; sent again, the first one stays.

    It is turned upright, made at most 1600 pixels long and written anew as JPEG: place, camera and time go.
    """
    if existing := Photo.objects.filter(uuid=uuid, taken_by=by).first():
        return existing
    if upload.size and upload.size > LARGEST:
        raise PhotoRefused(_("The photo is larger than 20 MB. Please take a smaller one."))
    from PIL import Image, ImageOps

    try:
        with Image.open(upload, formats=["JPEG", "PNG", "WEBP"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PhotoRefused(_("The picture has too many pixels. Please take a smaller one."))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except PhotoRefused:
        raise
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise PhotoRefused(_("This file is not a photo (JPEG, PNG or WebP). Please choose another.")) from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    small = io.BytesIO()
    upright.save(small, "JPEG", quality=QUALITY)
    photo = Photo(uuid=uuid, area=area, taken_by=by)
    photo.file.save(f"{uuid}.jpg", ContentFile(small.getvalue()), save=False)
    photo.save()
    return photo

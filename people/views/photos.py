"""Show a photo to those who may see where it was taken."""

from uuid import UUID

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from people.access import StaffRequest, allow
from people.models import Photo


@allow()
@never_cache
def photo(request: StaffRequest, uuid: UUID) -> FileResponse:
    """Send the file itself, never as anything but a JPEG."""
    found = get_object_or_404(Photo.objects.visible_to(request.user), uuid=uuid)
    response = FileResponse(found.file.open(), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    return response

"""Probes: is the process up, does it reach its database."""

from django.db import connection
from django.http import HttpRequest, HttpResponse

from people.access import public


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer "ok" where the database answers too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")

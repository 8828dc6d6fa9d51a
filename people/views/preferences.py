"""Language, font size and shortcuts: kept on the user's profile, and on the device for the sign-in page."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from people.access import public
from people.models import FontSize, User

ON_DEVICE = {"language": frozenset(dict(settings.LANGUAGES)), "font_size": frozenset(FontSize.values)}
COOKIE_AGE = 60 * 60 * 24 * 365


@public
@require_POST
def set_preferences(request: HttpRequest) -> HttpResponse:
    """Keep the choices posted (language, font_size, shortcuts) and return to `next`; unknown values are passed over."""
    chosen = {name: request.POST[name] for name, known in ON_DEVICE.items() if request.POST.get(name) in known}
    response = HttpResponseRedirect(_back(request))
    for name, value in chosen.items():
        cookie = settings.LANGUAGE_COOKIE_NAME if name == "language" else name
        response.set_cookie(cookie, value, COOKIE_AGE, secure=settings.HTTPS, httponly=True, samesite="Lax")
    if isinstance(request.user, User):
        _remember(request.user, chosen, request.POST.get("shortcuts", ""))
    return response


def _remember(user: User, chosen: dict[str, str], shortcuts: str) -> None:
    changes = dict[str, str | bool](chosen)
    if shortcuts in ("on", "off"):
        changes["shortcuts"] = shortcuts == "on"
    for name, value in changes.items():
        setattr(user, name, value)
    if changes:
        user.save(update_fields=list(changes))


def _back(request: HttpRequest) -> str:
    """Return the page the choice was made on, or the start when `next` leads to another site."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return resolve_url("/")

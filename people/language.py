"""Which language a page speaks: the user's own, else this device's, else the office's. Never guessed from headers."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


def page_language(code: str) -> str:
    """Return a language code as browsers and fonts want it: ``zh-hans`` as ``zh-Hans``."""
    language, _separator, script = code.partition("-")
    return f"{language}-{script.title()}" if script else language


def language_of(request: HttpRequest) -> str:
    """Return the code of a language we have: chosen by the user, in the cookie, or the default."""
    available = dict(settings.LANGUAGES)
    user = request.user
    chosen = user.language if user.is_authenticated else ""
    for code in (chosen, request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")):
        if code in available:
            return code
    return settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Speak the language of the request. Must come after the middleware that knows the user.

    A link pasted to a colleague opens in the colleague's language, so URLs carry none. The language stays active
    after the response, because a streamed one is written later; the next request sets its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        translation.activate(language_of(request))
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

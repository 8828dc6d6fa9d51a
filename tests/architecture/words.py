"""The words of a page: what is read or read out, and which of it is English where it should be Chinese."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from django.db.models import Model
from django.http import HttpResponse

from tests.catalogues import HALF_WIDTH

# Written in Latin letters in Chinese too: names of programs and keys, kinds of files, what one types.
LATIN = {"Excel", "WPS", "xlsx", "CSV", "JPEG", "PNG", "WebP", "MB", "Ctrl", "Enter", "English", "wxl"}
# Limits as they are typed, and the place of a name in a text to be sent.
LATIN |= {"wd", "wh", "name"}
# Hidden fields name themselves so when they are missing, as only in a form that somebody tampered with.
LATIN |= {"Key", "Version", "Uuid"}
SAID_BY_ATTRIBUTES = {"placeholder", "title", "aria-label", "alt", "label", "data-confirm"}
NOT_SAID = {"script", "style", "code", "kbd"}
WORD = re.compile(r"[A-Za-z][A-Za-z']+")


class Words(HTMLParser):
    """Collects what a page says: its text, and the attributes that are shown or read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in NOT_SAID
        on_a_button = ("type", "submit") in attrs and tag == "input"
        said = SAID_BY_ATTRIBUTES | {"value"} if on_a_button else SAID_BY_ATTRIBUTES
        self.found += [value for name, value in attrs if value and name in said]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in NOT_SAID

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def english(answer: HttpResponse, data: set[str]) -> list[str]:
    """The Latin words of a page that are neither written so in Chinese nor part of the *data*, and its punctuation."""
    page = Words()
    page.feed(answer.content.decode())
    words = {word for text in page.found for word in WORD.findall(text)} - LATIN - data
    return sorted(words) + [text.strip() for text in page.found if HALF_WIDTH.search(text)]


def words_of(model: type[Model]) -> set[str]:
    """The Latin words in the records of *model*: codes, accounts, checksums. Not the codes of choices."""
    columns = [field.attname for field in model._meta.concrete_fields if not field.choices]
    rows = model._default_manager.values_list(*columns)
    return {word for row in rows for value in row for word in WORD.findall(str(value))}


def is_page(answer: HttpResponse) -> bool:
    return answer["Content-Type"].startswith("text/html") and bool(answer.content)

"""Find cases: by number, by the end of the caller's phone number, by words of the request, by the caller's name."""

from __future__ import annotations

import re

from django.db.models import Q

from caseworks.models import Case
from caseworks.models.cases import CaseQuerySet
from people.models import User
from people.names import query_tokens, search_tokens, text_tokens

_NUMBER = re.compile(r"\d{4}-\d{1,6}$|\d{8,}$")


def case_tokens(case: Case) -> str:
    """The search column of a case: tokens of the request, the place and the caller's name, between blanks."""
    words = text_tokens(f"{case.summary} {case.place} {case.details}"[:1000])
    names = search_tokens(case.caller_name) if case.caller_name else " "
    return f" {' '.join(words)}{names}"


def find_cases(user: User, typed: str) -> CaseQuerySet:
    """Cases *user* may see that fit what was typed, newest first; nothing typed finds nothing."""
    seen = Case.objects.visible_to(user)
    typed = typed.strip()
    if not typed:
        return seen.none()
    if _NUMBER.match(typed):
        return seen.filter(Q(number=typed) | Q(caller_phone=typed))
    if re.fullmatch(r"\d{4}", typed):
        return seen.filter(Q(caller_tail=typed) | Q(number__endswith=f"-{typed}"))
    tokens = query_tokens(typed)
    if not tokens:
        return seen.none()
    for token in tokens:
        seen = seen.filter(search__contains=f" {token}")
    return seen

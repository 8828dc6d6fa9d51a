"""Find cases: by number, by the end of the caller's phone number, by words of the request, by the caller's name."""

from __future__ import annotations

import re

from django.db.models import Q

from caseworks.models import Case, Category
from caseworks.models.cases import CaseQuerySet
from caseworks.models.taxonomy import CategoryQuerySet
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
    return matching(Case.objects.visible_to(user), typed)


def matching(cases: CaseQuerySet, typed: str) -> CaseQuerySet:
    """Those of *cases* that fit what was typed; nothing typed finds nothing."""
    typed = typed.strip()
    if _NUMBER.match(typed):
        return cases.filter(Q(number=typed) | Q(caller_phone=typed))
    if re.fullmatch(r"\d{4}", typed):
        return cases.filter(Q(caller_tail=typed) | Q(number__endswith=f"-{typed}"))
    tokens = query_tokens(typed)
    if not tokens:
        return cases.none()
    for token in tokens:
        cases = cases.filter(search__contains=f" {token}")
    return cases


def find_categories(typed: str) -> CategoryQuerySet:
    """Active categories whose name, pinyin, initials or keywords fit; all of them while nothing is typed."""
    found = Category.objects.active().select_related("parent")
    typed, named = typed.replace("\0", ""), Q()
    for token in query_tokens(typed):
        named &= Q(search__contains=f" {token}")
    return found.filter(named | Q(keywords__contains=typed.strip())) if named else found

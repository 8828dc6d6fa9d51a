"""Suggest what a request is about, from its words: the keywords of the categories, and how like cases were sorted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import log

from caseworks.models import Case, Category
from people.models import User
from people.names import fold, text_tokens

MOST = 3
# How many of the latest cases are looked at: enough for an office's habits, quick enough for every pause in typing.
REMEMBERED = 400
# A keyword was written by the office itself: it counts as much as three rare words in common with past cases.
KEYWORD = 3.0
# Below this much in common, a likeness is chance.
LEAST = 0.6


def suggest(user: User, text: str) -> list[Category]:
    """Return up to three active categories for *text*, the likeliest first; none where nothing speaks for any."""
    words = _words(text_tokens(text))
    if not words:
        return []
    categories = {category.pk: category for category in Category.objects.active().select_related("parent")}
    score = {pk: KEYWORD * keyword_hits(text, category.keywords) for pk, category in categories.items()}
    past = (
        Case.objects.visible_to(user)
        .filter(category__in=categories)
        .order_by("-registered_at", "-pk")
        .values_list("category_id", "search")[:REMEMBERED]
    )
    for pk, votes in likeness(words, ((pk or 0, _words(search.split())) for pk, search in past)).items():
        score[pk] += votes
    likely = sorted((pk for pk in score if score[pk] >= LEAST), key=lambda pk: (-score[pk], categories[pk].position))
    return [categories[pk] for pk in likely[:MOST]]


def keyword_hits(text: str, keywords: str) -> int:
    """Count the keywords, separated by blanks, that occur in *text* in whatever script."""
    folded = fold(text)
    return sum(1 for keyword in set(fold(keywords).split()) if keyword in folded)


def likeness(words: frozenset[str], past: Iterable[tuple[int, frozenset[str]]]) -> Mapping[int, float]:
    """Return for each category how much its past cases have in common with *words*.

    A word has one vote, shared among the cases that have it, and the vote is worth the less the more cases that are
    (inverse document frequency), so that "希望尽快处理" speaks for hardly anything.
    """
    cases = list(past)
    frequency = Counter(word for _category, known in cases for word in known & words)
    worth = {word: log(1 + len(cases) / count) / log(1 + len(cases)) for word, count in frequency.items()}
    votes: dict[int, float] = defaultdict(float)
    for category, known in cases:
        for word in known & words:
            votes[category] += worth[word] / frequency[word]
    return votes


def _words(tokens: Iterable[str]) -> frozenset[str]:
    """Keep what tells something: pairs of characters and Latin words, not single characters."""
    return frozenset(token for token in tokens if len(token) > 1)

"""What the record of a case says about its reply, before it is resolved."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from caseworks import clocks, replies
from caseworks.models import Case
from caseworks.moves import NotPossible
from caseworks.states import Verb
from people.models import Photo


def findings(case: Case, outcome: str, reply: str) -> list[replies.Finding]:
    """What the reply lacks, seen with everything that is on record: notes, a visit, who has the case and who helps."""
    notes = case.timeline.filter(verb__in=[Verb.NOTE, Verb.OPINION]).values_list("text", "detail")
    helping = case.co_handlings.values_list("unit__name", flat=True)
    names = [case.caller_name, case.unit.name if case.unit else "", *helping]
    # How people are called in a sentence: 王阿姨, not 王秀兰.
    names += [f"{name[0]}{title}" for name in names[:1] if name for title in ("阿姨", "先生", "女士", "老师")]
    # The detail of a note says that the caller was spoken to.
    contacted = case.visit_id is not None or any(detail or replies.tells_of_contact(text) for text, detail in notes)
    return replies.check(replies.Given(outcome, reply, contacted, names))


def require_photo(case: Case, photos: Iterable[Photo]) -> None:
    """Raise NotPossible where the category wants a photo of what was done and none came, now or with a note before."""
    if case.category is None or not case.category.photo_required or list(photos):
        return
    noted = case.timeline.filter(verb__in=[Verb.NOTE, Verb.FEEDBACK], at__gte=clocks.began(case), photos__isnull=False)
    if not noted.exists():
        raise NotPossible(
            _("This category wants a photo of what was done: add one on the phone, with the outcome or with a note.")
        )

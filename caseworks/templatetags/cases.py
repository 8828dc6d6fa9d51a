"""How a case looks on a page: its status, its deadline, its caller."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from caseworks import clocks
from caseworks.deadlines import DayCount, Due
from caseworks.models import Case, Extension
from caseworks.replies import SENTENCES
from caseworks.sampling import BY_LOT
from caseworks.states import RUNNING, Status
from people.masking import mask_phone

register = template.Library()

TONES = {
    Status.TO_DISPATCH: "waiting",
    Status.TO_ADJUDICATE: "returned",
    Status.TO_ACCEPT: "today",
    Status.IN_PROGRESS: "progress",
    Status.SUSPENDED: "waiting",
    Status.TO_APPROVE: "today",
    Status.TO_FOLLOW_UP: "progress",
    Status.REOPEN_REQUESTED: "returned",
    Status.CLOSED: "done",
    Status.MERGED: "waiting",
}
# Whatever could be a phone or the number of a document.
_LONG_NUMBER = re.compile(r"\d[\d\- ]{5,}[\dXx]")


@register.inclusion_tag("components/_tag.html")
def status_tag(case: Case) -> dict[str, str]:
    """Show the status of a case; one that came back to the dispatch queue says how often it did."""
    if case.status == Status.TO_DISPATCH and case.times_returned:
        return {"text": _("Returned, %(times)d×") % {"times": case.times_returned}, "tone": "returned"}
    return {"text": case.get_status_display(), "tone": TONES[Status(case.status)]}


@register.inclusion_tag("caseworks/_due.html")
def case_due(case: Case) -> dict[str, Any]:
    """Show how the deadline of a case stands: a light while it presses, the mere date once it does not."""
    return {"case": case, "presses": case.status in RUNNING, "stands_still": case.status == Status.SUSPENDED}


@register.inclusion_tag("caseworks/_counting.html")
def counting(case: Case, due: Due) -> dict[str, Any]:
    """Show the counting behind the deadline of *case*, day by day, with the reason for each that did not count."""
    limit = clocks.limit_of(case, case.clock_limit).in_words()
    return {"limit": limit, "received": due.received, "days": [(day, _said_of(day)) for day in due.days]}


def _said_of(day: DayCount) -> str:
    if not day.counted:
        return day.why
    told = _("counts, extension") if day.extension else _("counts")
    if day.spent is None:
        return told
    minutes = round(day.spent.total_seconds() / 60)
    return f"{told} {minutes // 60}:{minutes % 60:02}"


EXTENSION_TONES = {
    Extension.State.ASKED: "waiting",
    Extension.State.GRANTED: "done",
    Extension.State.REFUSED: "returned",
}


@register.inclusion_tag("components/_tag.html")
def extension_tag(extension: Extension) -> dict[str, str]:
    """Show what came of a request for more time."""
    return {"text": extension.get_state_display(), "tone": EXTENSION_TONES[Extension.State(extension.state)]}


@register.simple_tag
def masked_caller(case: Case) -> str:
    """Say who called: the name, and the ends of the number."""
    if case.anonymous:
        return _("Anonymous")
    return f"{case.caller_name} {mask_phone(case.caller_phone)}".strip()


@register.simple_tag
def why_asked(case: Case) -> str:
    """Say why the caller of a resolved case is asked, or is not; empty where that was never decided."""
    words = case.get_follow_up_choice_display()
    if case.follow_up_choice in BY_LOT:
        return _("%(why)s (%(share)d%% of the category)") % {"why": words, "share": case.follow_up_share or 0}
    return words


@register.simple_tag
def for_case(by_case: Mapping[int, Any], case: Case) -> Any:
    """What is kept of *case* in a mapping by primary key; empty where nothing is."""
    return by_case.get(case.pk, "")


@register.filter
def findings(case: Case) -> list[Promise]:
    """What the check of the reply found and the handler let stand, in sentences."""
    return [SENTENCES[name] for name in case.resolved_despite if name in SENTENCES]


@register.filter
def without_numbers(text: str) -> str:
    """Leave out of a text every number long enough to be a phone or a document."""
    return _LONG_NUMBER.sub("…", text)

"""What a pair-up promised, what was done of it, and what is due next. Pure; outreach/cadence.py does the counting.

An agreement asks for `count` contacts in `months` months from its first day to its last. Each period is shared out
evenly: of twelve contacts in twelve months one is due every month. A contact counts where it reached somebody, in a
form that was agreed on, within the term; two on one day are one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from outreach.cadence import Contact, Norm, credits, share


@dataclass(frozen=True)
class Agreement:
    """So often, in these forms, from `since` to `until`, both days included; `ended` is the day it ended early."""

    norm: Norm
    since: date
    until: date
    ended: date | None = None

    @property
    def last(self) -> date:
        return min(self.until, self.ended) if self.ended else self.until


@dataclass(frozen=True)
class Count:
    """On one day: how many contacts were promised by then, how many made, and by when the next one is due."""

    promised: int
    made: int
    due: date | None

    @property
    def behind(self) -> int:
        return max(0, self.promised - self.made)


def count(agreement: Agreement, contacts: Iterable[Contact], on: date) -> Count:
    """How the agreement stands at the end of day *on*; `due` is None where nothing more is due within the term."""
    within = [one for one in contacts if agreement.since <= one.on <= min(agreement.last, on)]
    made = len(credits(agreement.norm, within))
    following = share(agreement.since, agreement.norm, made + 1)
    return Count(promised(agreement, on), made, following if following <= agreement.last else None)


def promised(agreement: Agreement, on: date) -> int:
    """How many contacts were due by the end of day *on*."""
    number, limit = 0, min(on, agreement.last)
    while share(agreement.since, agreement.norm, number + 1) <= limit:
        number += 1
    return number

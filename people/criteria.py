"""Whom something is for: which households and which people. Mailings, campaigns and routing rules ask in these parts.

Pure. Asked of rows the same is `meant` of the querysets in people/models; tests/people/test_criteria.py proves the two
equal. What somebody asked of the office is no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class HouseholdFacts:
    """What can be asked of one household: the path of its area, its kind, its tier, the needs it has today.

    All empty where no household is known. Whoever asks for less than all of it need not look up the rest.
    """

    place: str = ""
    kind: str = ""
    tier: str = ""
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Households:
    """Which households are meant. What is left empty means all of them; of several needs one is enough.

    `place` is the path of an area, which stands for those below it.
    """

    place: str = ""
    kinds: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def fit(self, household: HouseholdFacts) -> bool:
        return (
            household.place.startswith(self.place)
            and (not self.kinds or household.kind in self.kinds)
            and (not self.tiers or household.tier in self.tiers)
            and (not self.needs or not household.needs.isdisjoint(self.needs))
        )


@dataclass(frozen=True)
class Ages:
    """Which people are meant: full years, both ends included, None where there is no such end."""

    youngest: int | None = None
    oldest: int | None = None

    def born(self, today: date) -> tuple[date | None, date | None]:
        """The days of birth that are meant: after the first, up to and including the second."""
        after = None if self.oldest is None else years_before(today, self.oldest + 1)
        return after, None if self.youngest is None else years_before(today, self.youngest)


def years_before(day: date, years: int) -> date:
    """The latest day of birth of somebody who is *years* old on *day*."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        # Whoever was born on 1 March of that year turns older only tomorrow.
        return date(day.year - years, 2, 28)

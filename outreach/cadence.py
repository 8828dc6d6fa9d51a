"""Cadence: how often a household wants to be met, which contacts earn it, and by when the next one is due.

Pure. A norm asks for `count` contacts in `months` months (domain.md, "Visits and contact"; the periods and forms of
assistance households follow the tiers that street offices publish). Days are those of the office's calendar.

- A contact earns credit where it reached somebody, in a form the norm accepts, by somebody who may earn it, and not
  sooner than `spacing` days after the one that earned credit before it. Two on one day are one.
- The next contact is due when the household would otherwise fall below the norm: one period after the `count`-th
  latest credit. While fewer were earned since the norm began to hold, the period is shared out from that day.
- Where no visit was wanted nobody rings again before a share of the period has passed; credit it is not.
- Days on which the household is away (abroad, in hospital) do not count: the due day moves by them, and while it is
  still away nothing is due.
- Where the household has left or nobody of it lives, nothing is due any more.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Norm:
    """What a tier asks for. No `forms` or no `roles` means that every one of them counts."""

    count: int
    months: int
    spacing: int = 0
    forms: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    def accepts(self, contact: Contact) -> bool:
        """Whether the contact is of a kind that can earn credit. Of an old one nobody may know in which role."""
        return (
            contact.reached
            and (not self.forms or contact.form in self.forms)
            and (not self.roles or not contact.role or contact.role in self.roles)
        )


@dataclass(frozen=True, order=True)
class Contact:
    """One contact that was made or tried, as far as cadence looks at it. `declined`: no visit was wanted."""

    on: date
    form: str = "home"
    role: str = ""
    reached: bool = True
    declined: bool = False


@dataclass(frozen=True)
class Presence:
    """From when a norm holds for a household, until when the household is looked after, and when it was away.

    An absence without an end lasts.
    """

    since: date
    until: date | None = None
    away: Sequence[tuple[date, date | None]] = ()


def credits(norm: Norm, contacts: Iterable[Contact]) -> list[date]:
    """The days on which credit was earned, oldest first."""
    earned: list[date] = []
    for contact in sorted(contacts):
        if norm.accepts(contact) and (not earned or contact.on >= earned[-1] + timedelta(days=max(norm.spacing, 1))):
            earned.append(contact.on)
    return earned


def due(norm: Norm, presence: Presence, contacts: Iterable[Contact]) -> date | None:
    """The day by which the next contact is due; None where none ever is, or the household is away for now."""
    if not norm.count or presence.until:
        return None
    contacts = list(contacts)
    earned = credits(norm, contacts)
    # A norm that began to hold only now cannot have been missed before, and who was met before is not due any sooner.
    under_the_norm = sum(on >= presence.since for on in earned)
    started, target = presence.since, share(presence.since, norm, min(under_the_norm + 1, norm.count))
    if len(earned) >= norm.count:
        started = earned[-norm.count]
        target = max(target, later(started, norm.months))
    if earned:
        # Sooner it could earn nothing.
        target = max(target, earned[-1] + timedelta(days=norm.spacing))
    if declined := [contact.on for contact in contacts if contact.declined]:
        target = max(target, share(max(declined), norm, 1))
    return _moved(target, max(started, presence.since), presence.away)


def missing(norm: Norm, presence: Presence, contacts: Iterable[Contact], on: date) -> int:
    """How many contacts the household is below the norm at the end of day *on*, nobody going there meanwhile."""
    contacts = list(contacts)
    short, before = 0, None
    # Each contact that is due by then is made good in thought on its day, and the next one is looked for. Where the
    # spacing leaves no room for it the day stays, and the search ends.
    while (target := due(norm, presence, contacts)) and target <= on and target != before:
        short, before = short + 1, target
        contacts.append(Contact(target, form=min(norm.forms, default="home"), role=min(norm.roles, default="")))
    return short


def later(day: date, months: int) -> date:
    """The same day *months* months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def share(start: date, norm: Norm, number: int) -> date:
    """The day of the *number*-th contact where a period is shared out evenly from *start*."""
    whole, part = divmod(number * norm.months, norm.count)
    return later(start, whole) + timedelta(days=round(part / norm.count * 365 / 12))


def _moved(target: date, start: date, away: Iterable[tuple[date, date | None]]) -> date | None:
    """*target*, later by every day from *start* on that the household was away before it; None while it is away."""
    away = list(away)
    if any(back is None for _left, back in away):
        return None
    for left, back in sorted(away, key=lambda absence: absence[0]):
        if left > target:
            break
        assert back is not None
        target += max(back - max(left, start), timedelta())
    return target

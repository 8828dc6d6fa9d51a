"""What an office writes every year and every month, ready to be sent: chosen with one press, and still looked at.

The customs are those of domain.md: a card to every household before Spring Festival, a leaflet a month to people of
70 and over, short messages at festivals, invitations to events. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach.seasons import NAMES, Season
from people.consent import Channel, Purpose

LEAFLET_AGE = 70
CARD_SEASON = "spring-festival"
# Whoever plans for high summer visits; New Year's Eve is greeted with Spring Festival.
GREETED = ("spring-festival", "lantern", "dragon-boat", "mid-autumn", "double-ninth")


@dataclass(frozen=True)
class Ready:
    """A mailing that needs no filling in. `day` is the festival it is for; `whom` says who gets it."""

    key: str
    name: str | Promise
    whom: str | Promise
    title: str
    purpose: str
    channel: str
    unit: str
    age_from: int | None = None
    day: date | None = None

    def fields(self) -> dict[str, Any]:
        """As the form of a mailing asks for it."""
        age = {"age_from": self.age_from} if self.age_from is not None else {}
        return {"purpose": self.purpose, "channel": self.channel, "unit": self.unit, **age}


def ready_mailings(today: date, coming: list[Season], festival: str = "") -> dict[str, Ready]:
    """What can be sent without filling in a form, by key.

    *coming* are the seasons ahead; the short message is for the one named by *festival*, else for the next one.
    """
    card = next(season for season in coming if season.key == CARD_SEASON)
    greeted = [season for season in coming if season.key in GREETED and season.date >= today]
    chosen = next((season for season in greeted if season.key == festival), greeted[0])
    choices = [
        Ready(
            "card",
            gettext_lazy("Greeting card for Spring Festival"),
            gettext_lazy("Every household, by letter: address labels and cards to print"),
            _("Greeting card %(year)d") % {"year": card.date.year},
            Purpose.GREETING,
            Channel.LETTER,
            "household",
            day=card.date,
        ),
        Ready(
            "festival",
            gettext_lazy("Short message for a festival"),
            gettext_lazy("Every household that agreed to greetings"),
            _("%(festival)s %(year)d, short message") % {"festival": NAMES[chosen.key], "year": chosen.date.year},
            Purpose.GREETING,
            Channel.SMS,
            "household",
            day=chosen.date,
        ),
        Ready(
            "leaflet",
            gettext_lazy("Leaflet of the month"),
            gettext_lazy("Everybody of 70 and over, by letter"),
            _("Leaflet, %(month)s") % {"month": date_format(today, "YEAR_MONTH_FORMAT")},
            Purpose.LEAFLET,
            Channel.LETTER,
            "person",
            age_from=LEAFLET_AGE,
        ),
        Ready(
            "event",
            gettext_lazy("Invitation to an event"),
            gettext_lazy("Every household, as each likes best"),
            _("Invitation, %(day)s") % {"day": date_format(today, "SHORT_DATE_FORMAT")},
            Purpose.EVENT,
            "",
            "household",
        ),
    ]
    return {choice.key: choice for choice in choices}

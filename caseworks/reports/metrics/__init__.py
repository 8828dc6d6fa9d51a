"""Every figure of the office's reports, each defined once, in the module of what it is about.

A figure is a selection of rows: the number on a page, the number in a file and the list behind both are the same
queryset, counted or shown. Whoever adds one writes a function in one of these modules and says in one sentence what
counts; that sentence is printed with every report.
"""

from caseworks.reports.metrics import (
    campaigns,
    care,
    cases,
    contacts,
    follow_up,
    households,
    moves,
    rates,
    subjects,
    suggestions,
    visits,
)
from caseworks.reports.metrics.figures import Figure, Rate, defined_in
from caseworks.reports.metrics.rates import RATES

# The modules in the order in which the report prints what their figures mean.
_IN_ORDER = (cases, follow_up, moves, households, visits, campaigns, suggestions, care, contacts)

FIGURES: dict[str, Figure] = {one.key: one for module in _IN_ORDER for one in defined_in(module)}

__all__ = [
    "FIGURES",
    "RATES",
    "Figure",
    "Rate",
    "campaigns",
    "care",
    "cases",
    "contacts",
    "follow_up",
    "households",
    "moves",
    "rates",
    "subjects",
    "suggestions",
    "visits",
]

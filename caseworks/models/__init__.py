"""The records of `caseworks`, by name."""

from caseworks.models.activity import Draft, FollowUp, TimelineEntry
from caseworks.models.cases import Case, CaseCaller, CoHandling, NumberSeries, Satisfaction, Solved
from caseworks.models.clocks import Pause, ServiceLevel
from caseworks.models.routing import RoutingRule
from caseworks.models.taxonomy import Category, Channel, TextModule, Urgency

__all__ = [
    "Case",
    "CaseCaller",
    "Category",
    "Channel",
    "CoHandling",
    "Draft",
    "FollowUp",
    "NumberSeries",
    "Pause",
    "RoutingRule",
    "Satisfaction",
    "ServiceLevel",
    "Solved",
    "TextModule",
    "TimelineEntry",
    "Urgency",
]

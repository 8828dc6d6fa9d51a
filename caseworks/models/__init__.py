"""The records of `caseworks`, by name."""

from caseworks.models.activity import Draft, FollowUp, TimelineEntry
from caseworks.models.bulk import BulkChange, BulkItem, ItemState
from caseworks.models.cases import Case, CaseCaller, CoHandling, NumberSeries, Satisfaction, Solved
from caseworks.models.clocks import Extension, Pause, ServiceLevel
from caseworks.models.incidents import Incident, IncidentHousehold, Reached, Told
from caseworks.models.joining import CaseLink, LinkKind
from caseworks.models.path import ReturnReason, Stay
from caseworks.models.routing import RoutingRule
from caseworks.models.taxonomy import Category, Channel, TextModule, Urgency

__all__ = [
    "BulkChange",
    "BulkItem",
    "Case",
    "CaseCaller",
    "CaseLink",
    "Category",
    "Channel",
    "CoHandling",
    "Draft",
    "Extension",
    "FollowUp",
    "Incident",
    "IncidentHousehold",
    "ItemState",
    "LinkKind",
    "NumberSeries",
    "Pause",
    "Reached",
    "ReturnReason",
    "RoutingRule",
    "Satisfaction",
    "ServiceLevel",
    "Solved",
    "Stay",
    "TextModule",
    "TimelineEntry",
    "Told",
    "Urgency",
]

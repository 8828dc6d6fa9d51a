"""The records of `caseworks`, by name."""

from caseworks.models.activity import Draft, FollowUp, TimelineEntry, Way
from caseworks.models.bulk import BulkChange, BulkItem, ItemState
from caseworks.models.cases import Case, CaseCaller, CaseKind, CoHandling, NumberSeries, Satisfaction, Solved
from caseworks.models.clocks import Extension, Pause, ServiceLevel, WaitsFor
from caseworks.models.deliberations import Deliberation
from caseworks.models.digests import Digest
from caseworks.models.handovers import HandOver, ShiftHandOver
from caseworks.models.incidents import Incident, IncidentHousehold, Reached, Told
from caseworks.models.joining import CaseLink, LinkKind
from caseworks.models.ladder import LadderRung, RungFired
from caseworks.models.path import ReturnReason, Stay
from caseworks.models.publications import Publication, PublicationState
from caseworks.models.reception import Appointment, ReceptionDay, ReceptionForm, ReceptionPlan
from caseworks.models.routing import RoutingRule
from caseworks.models.suggestions import Suggestion, SuggestionEntry
from caseworks.models.taxonomy import Category, Channel, TextModule, Urgency
from caseworks.models.troubles import RuleTrouble

__all__ = [
    "Appointment",
    "BulkChange",
    "BulkItem",
    "Case",
    "CaseCaller",
    "CaseKind",
    "CaseLink",
    "Category",
    "Channel",
    "CoHandling",
    "Deliberation",
    "Digest",
    "Draft",
    "Extension",
    "FollowUp",
    "HandOver",
    "Incident",
    "IncidentHousehold",
    "ItemState",
    "LadderRung",
    "LinkKind",
    "NumberSeries",
    "Pause",
    "Publication",
    "PublicationState",
    "Reached",
    "ReceptionDay",
    "ReceptionForm",
    "ReceptionPlan",
    "ReturnReason",
    "RoutingRule",
    "RuleTrouble",
    "RungFired",
    "Satisfaction",
    "ServiceLevel",
    "ShiftHandOver",
    "Solved",
    "Stay",
    "Suggestion",
    "SuggestionEntry",
    "TextModule",
    "TimelineEntry",
    "Told",
    "Urgency",
    "WaitsFor",
    "Way",
]

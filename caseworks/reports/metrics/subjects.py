"""The kinds of rows that are counted: cases, visits, households and the like, each as far as somebody sees them."""

from __future__ import annotations

from caseworks.models import Case, IncidentHousehold, Suggestion
from caseworks.reports.dimensions import in_areas
from caseworks.reports.metrics.figures import Subject
from outreach.departments import enterprises_of
from outreach.models import (
    CampaignTarget,
    CheckUpInvitation,
    KeptDepartment,
    LeaderContact,
    PairUp,
    Visit,
    VisitTask,
)
from people.models import Household, Membership

CASES = Subject(
    "cases",
    lambda user: Case.objects.visible_to(user),
    {"channel": "channel", "category": "category", "community": "area", "level": "resolved_level__code"},
    ("-registered_at", "-pk"),
    ("category", "area__parent", "handling_area", "unit"),
)
VISITS = Subject(
    "visits",
    lambda user: Visit.objects.visible_to(user),
    {"community": "household__area", "tier": "household__tier"},
    ("-at", "-pk"),
    ("household__head", "household__area__parent", "by"),
)
HOUSEHOLDS = Subject(
    "households",
    lambda user: Household.objects.visible_to(user),
    {"community": "area", "kind": "kind", "tier": "tier"},
    ("area__path", "address_key", "pk"),
    ("head", "area__parent"),
)
MEMBERS = Subject(
    "members",
    lambda user: Membership.objects.filter(in_areas(user, "household__area")),
    {"community": "household__area", "kind": "household__kind"},
    ("household__area__path", "pk"),
    ("resident", "household__area__parent"),
)
INCIDENT_HOUSEHOLDS = Subject(
    "incident_households",
    lambda user: IncidentHousehold.objects.visible_to(user).filter(household__isnull=False),
    {"community": "household__area"},
    ("household__area__path", "pk"),
    ("household__head", "household__area__parent", "incident__case"),
)
TASKS = Subject(
    "tasks",
    lambda user: VisitTask.objects.visible_to(user),
    {"community": "household__area", "tier": "household__tier"},
    ("due_on", "pk"),
    ("household__head", "household__area__parent"),
)
TARGETS = Subject(
    "targets",
    lambda user: CampaignTarget.objects.visible_to(user),
    {"community": "household__area"},
    ("campaign__pk", "pk"),
    ("campaign", "resident", "household__head", "household__area__parent", "by"),
)
SUGGESTIONS = Subject(
    "suggestions",
    lambda user: Suggestion.objects.visible_to(user),
    {"community": "area"},
    ("-raised_at", "-pk"),
    ("area__parent", "area__level"),
)
PAIR_UPS = Subject(
    "pair_ups",
    lambda user: PairUp.objects.visible_to(user),
    {"community": "household__area"},
    ("household__area__path", "pk"),
    ("household__head", "household__area__parent", "staff", "unit"),
)
CHECK_UPS = Subject(
    "check_ups",
    lambda user: CheckUpInvitation.objects.visible_to(user),
    {"community": "household__area"},
    ("household__area__path", "pk"),
    ("resident", "household__area__parent", "round"),
)
PAIRS = Subject(
    "pairs",
    lambda user: KeptDepartment.objects.visible_to(user),
    {},
    ("leader__name", "unit__name", "pk"),
    ("leader", "unit"),
)
LEADER_CONTACTS = Subject(
    "leader_contacts",
    lambda user: LeaderContact.objects.visible_to(user),
    {},
    ("-on", "-pk"),
    ("who", "pair__unit", "enterprise"),
)
ENTERPRISES = Subject("enterprises", enterprises_of, {}, ("name", "pk"), ("area",))

"""The records of `people`, by name."""

from people.models.areas import Area, AreaLevel
from people.models.audit import AuditEvent
from people.models.buildings import Building
from people.models.consent import Consent, ContactPreference, DoNotContact
from people.models.files import Photo
from people.models.households import Absence, AbsenceReason, Household, HouseholdKind, Need, ServiceNeed, Tier
from people.models.jobs import Job, JobState, Upload
from people.models.leave import Leave
from people.models.needs import NeedProposal
from people.models.organisations import Organisation, OrganisationKind
from people.models.residents import (
    IdentityDocument,
    Membership,
    PhoneNumber,
    Precision,
    RelativeAbroad,
    Resident,
    Sex,
)
from people.models.spans import Regrouping, SpanKind, SpanLimit
from people.models.staff import FontSize, Post, User

__all__ = [
    "Absence",
    "AbsenceReason",
    "Area",
    "AreaLevel",
    "AuditEvent",
    "Building",
    "Consent",
    "ContactPreference",
    "DoNotContact",
    "FontSize",
    "Household",
    "HouseholdKind",
    "IdentityDocument",
    "Job",
    "JobState",
    "Leave",
    "Membership",
    "Need",
    "NeedProposal",
    "Organisation",
    "OrganisationKind",
    "PhoneNumber",
    "Photo",
    "Post",
    "Precision",
    "Regrouping",
    "RelativeAbroad",
    "Resident",
    "ServiceNeed",
    "Sex",
    "SpanKind",
    "SpanLimit",
    "Tier",
    "Upload",
    "User",
]

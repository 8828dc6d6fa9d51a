"""The records of `outreach`, by name."""

from outreach.models.calendar import CalendarDay, OfficeHours
from outreach.models.campaigns import Campaign, CampaignTarget, OutsideGift, SignedBy, TargetOutcome, WhyMissed
from outreach.models.celebrations import Celebrated, Celebration, CelebrationGuest
from outreach.models.check_ups import (
    Attended,
    CheckUpDay,
    CheckUpInvitation,
    CheckUpItem,
    CheckUpNorm,
    CheckUpRound,
    WhyNotChecked,
)
from outreach.models.departments import (
    ContactDuty,
    ContactKind,
    ContactNorm,
    ContactPlace,
    KeptDepartment,
    LeaderContact,
)
from outreach.models.message_rules import MessageTemplate, ProviderRules
from outreach.models.messages import Mailing, Message, MessagePart, MessageState, Receipt, Reply
from outreach.models.pair_ups import PairUp, WhyEnded
from outreach.models.visits import (
    CadenceNorm,
    TaskReason,
    TaskState,
    Visit,
    VisitForm,
    VisitOccasion,
    VisitOutcome,
    VisitTask,
)

__all__ = [
    "Attended",
    "CadenceNorm",
    "CalendarDay",
    "Campaign",
    "CampaignTarget",
    "Celebrated",
    "Celebration",
    "CelebrationGuest",
    "CheckUpDay",
    "CheckUpInvitation",
    "CheckUpItem",
    "CheckUpNorm",
    "CheckUpRound",
    "ContactDuty",
    "ContactKind",
    "ContactNorm",
    "ContactPlace",
    "KeptDepartment",
    "LeaderContact",
    "Mailing",
    "Message",
    "MessagePart",
    "MessageState",
    "MessageTemplate",
    "OfficeHours",
    "OutsideGift",
    "PairUp",
    "ProviderRules",
    "Receipt",
    "Reply",
    "SignedBy",
    "TargetOutcome",
    "TaskReason",
    "TaskState",
    "Visit",
    "VisitForm",
    "VisitOccasion",
    "VisitOutcome",
    "VisitTask",
    "WhyEnded",
    "WhyMissed",
    "WhyNotChecked",
]

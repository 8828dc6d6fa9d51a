"""What an office starts with, put in once: the days of the working calendar and the visit cadence."""

from outreach.message_reference import seed_messages
from outreach.models import CadenceNorm
from outreach.working_days import seed_days
from people.models import Tier

# tier, contacts, in months: domain.md, "Visits and contact"
CADENCE = [(Tier.ORDINARY, 1, 12), (Tier.RESOURCE, 1, 6), (Tier.KEY, 1, 1), (Tier.ASSISTANCE, 1, 1)]


def seed() -> None:
    """Fill the tables that are still empty; what the office has since edited or removed is left alone."""
    seed_days()
    seed_messages()
    if not CadenceNorm.objects.exists():
        CadenceNorm.objects.bulk_create(
            CadenceNorm(tier=tier, count=count, months=months) for tier, count, months in CADENCE
        )

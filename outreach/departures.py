"""Households that have left (迁出), and live here after all. That they left is put down and listed in
people/household_changes.py.

Nothing of a household that has left is thrown away, so that nothing has to be put together again where it was a
mistake. It is passed over, while it is down as having left, wherever somebody would be sent there or written to:

- visits that are due: on no list (`caseworks.duties.visits_of`, `outreach.debt.owed_to`, the pack of a hand-over); the
  regular one is cancelled by the next night's planning, and planned anew here at once; in the month's report only those
  due before it left are missed (`caseworks.reports.metrics.visits`);
- pair-ups: not behind, listed to be ended, on nobody's phone, and not renewed (`outreach.models.pair_ups`,
  `outreach.pair_ups.renew`);
- campaigns: nobody goes there, and when one closes it is missed because it moved away
  (`CampaignTargetQuerySet.to_visit`, `outreach.campaigns.close`);
- check-ups and celebrations: no time is given, nobody is written to or drawn as a guest (`outreach.check_ups`,
  `outreach.birthdays.birthdays`);
- messages and letters: only what the person asked for himself (`outreach.correspondence`, `outreach.mailings`);
- cases: they go on, for whoever asked may still want an answer, yet nobody asks at its door
  (`CaseQuerySet.asked_at_door_by`, `caseworks.followup.why_not_send`); whoever calls from elsewhere now calls for no
  household and from no old address (`caseworks.forms.desk`, `caseworks.views.desk`); of an incident it is told, or
  called after a text that did not arrive, only if it asked (`caseworks.incidents.tell`, `caseworks.incident_calls`); a
  contact is with the person alone (`caseworks.contacting`);
- registers, needs, groups and figures: those of today ask for `Household.objects.current()`.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from outreach.coverage import plan_visits
from outreach.debt import planned_until
from people import household_changes
from people.models import Household, User


def take_back(
    household: Household, *, reason: str, by: User, version: int | None = None, within: timedelta | None = None
) -> Household | None:
    """They live here after all: the household is looked after again, and its regular visit is planned at once.

    None where it is looked after already. What waited for it waits again, see above; a message that was held back
    meanwhile is not sent later. Raises `people.household_changes.NotTakenBack`.
    """
    with transaction.atomic():
        kept = household_changes.take_back(household, reason=reason, by=by, version=version, within=within)
        if kept:
            plan_visits(planned_until(timezone.localdate()), kept)
    return kept

"""Contact with departments and enterprises: whom leaders met, and where they went."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from caseworks.reports.metrics.figures import Rows, figure
from caseworks.reports.metrics.subjects import ENTERPRISES, LEADER_CONTACTS, PAIRS
from caseworks.reports.months import Month
from outreach.models import ContactDuty, LeaderContact
from outreach.models.departments import in_period


@figure(
    PAIRS, _("Key departments"), _("Departments that a leader kept at the end of the month, each once for each leader.")
)
def departments_kept(pairs: Any, month: Month) -> Rows:
    return pairs.current(month.last_seen)


@figure(
    PAIRS,
    _("Key departments owed a meeting"),
    _("Of those, the ones kept for at least half of the quarter that the month lies in."),
)
def departments_owed(pairs: Any, month: Month) -> Rows:
    rows: Any = departments_kept.select(pairs, month)
    return rows.owing(ContactDuty.MEETING, month.last_seen)


@figure(
    PAIRS,
    _("Key departments met"),
    _("Of those owed a meeting, the ones met as often as asked from the beginning of the quarter to the month's end."),
)
def departments_met(pairs: Any, month: Month) -> Rows:
    owed: Any = departments_owed.select(pairs, month)
    return owed.met(ContactDuty.MEETING, month.last_seen)


@figure(
    PAIRS,
    _("Key departments brought to an enterprise"),
    _("Of the key departments, those taken to an enterprise as often as asked from the year's beginning to then."),
)
def departments_brought(pairs: Any, month: Month) -> Rows:
    kept: Any = departments_kept.select(pairs, month)
    return kept.met(ContactDuty.BRINGING, month.last_seen)


@figure(
    LEADER_CONTACTS,
    _("Contacts of leaders"),
    _("Meetings with key departments, policy talks and visits at enterprises on a day of the month."),
)
def leader_contacts(contacts: Rows, month: Month) -> Rows:
    return contacts.filter(on__gte=month.first, on__lte=month.last_seen)


@figure(LEADER_CONTACTS, _("Talks and visits at enterprises"), _("Of those, the ones at an enterprise."))
def enterprise_contacts(contacts: Rows, month: Month) -> Rows:
    return leader_contacts.select(contacts, month).filter(enterprise__isnull=False)


@figure(ENTERPRISES, _("Enterprises"), _("Active enterprises in the directory that came in by the end of the month."))
def enterprises(rows: Any, month: Month) -> Rows:
    return rows.enterprises().filter(since__lte=month.last_seen)


@figure(
    ENTERPRISES,
    _("Enterprises visited"),
    _("Of the enterprises, those where a leader was from the beginning of the year to the month's end."),
)
def enterprises_visited(rows: Rows, month: Month) -> Rows:
    first = in_period(ContactDuty.ENTERPRISE, month.last_seen, lambda period: period.first)
    there = LeaderContact.objects.filter(enterprise=OuterRef("pk"), on__gte=first, on__lte=month.last_seen)
    return enterprises.select(rows, month).filter(Exists(there))

"""The rates: shares of one figure in another."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from caseworks.reports.metrics import cases, contacts, follow_up, suggestions, visits
from caseworks.reports.metrics.figures import Rate

RESPONSE = Rate("response", _("Response rate"), cases.contacted, cases.contact_due)
RESOLUTION = Rate("resolution", _("Resolution rate"), follow_up.solved, follow_up.asked)
SATISFACTION = Rate("satisfaction", _("Satisfaction rate"), follow_up.satisfied, follow_up.rated)
BY_LOT = Rate("by_lot", _("Satisfaction rate, by lot"), follow_up.satisfied_by_lot, follow_up.rated_by_lot)
SAMPLED = Rate("sampled", _("Share to be asked"), follow_up.to_ask, cases.resolved)
ON_TIME = Rate("on_time", _("On-time rate"), cases.on_time, cases.due)
NEAR = Rate("near", _("Resolved by grid groups and communities"), cases.resolved_near, cases.resolved)
VISITED = Rate("visited", _("Visits done rate"), visits.visits_done, visits.visits_due)
ADOPTION = Rate("adoption", _("Adoption share"), suggestions.suggestions_taken_up, suggestions.suggestions_judged)
MET = Rate("met", _("Key departments met in the quarter"), contacts.departments_met, contacts.departments_owed)

RATES = (RESPONSE, SAMPLED, RESOLUTION, SATISFACTION, BY_LOT, ON_TIME, NEAR, VISITED, ADOPTION, MET)

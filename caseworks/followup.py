"""Follow-up: whose caller is asked, chosen once when a case is resolved; and when a liaison asks at the door.

The calls themselves, and the answers at the door, are `follow_up` in caseworks/workflow.py.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from caseworks import workload
from caseworks.models import Case, Category, Satisfaction, Way
from caseworks.moves import Act, done, knows, moving
from caseworks.routing import Route
from caseworks.sampling import ALWAYS, ASKED, EVERYBODY, Choice, draw
from caseworks.states import Verb
from outreach.calendar import start_of
from people.access import Role
from people.models import User

# How often a caller is rung up, and how far apart the tries are.
MOST_TRIES = 3
TRY_AGAIN_AFTER = timedelta(hours=4)
FOLLOW_UP_AFTER = timedelta(days=1)
# By when a liaison asks at the door, again where nobody was home, and how often at most.
ASK_WITHIN = timedelta(days=7)
MOST_VISITS = 2
# A caller who was not satisfied is asked again for so long, whatever he calls about.
REMEMBERED = timedelta(days=365)
DESK = (Role.OPERATOR, Role.SUPERVISOR)


# ---- Whom ----


def choose(case: Case) -> list[str]:
    """Decide whether the caller of *case*, about to be resolved, is asked, and keep why; return the columns.

    Drawn once: where an outcome was sent back and is reported anew, the lot of the first time holds.
    """
    always = _always(case)
    if always is None and case.follow_up_choice and case.follow_up_choice not in (*ALWAYS, Choice.NOBODY):
        return []
    share = case.category.follow_up_share if case.category else EVERYBODY
    case.follow_up_choice, case.follow_up_share = always or draw(case.uuid, share), share
    return ["follow_up_choice", "follow_up_share"]


def _always(case: Case) -> Choice | None:
    """What settles it without a lot; an anonymous caller without a number cannot be asked."""
    if not (case.caller_phone or case.caller_id):
        return Choice.NOBODY
    if case.times_reopened:
        return Choice.REOPENED
    if case.under_supervision:
        return Choice.SUPERVISED
    return Choice.DISSATISFIED if _was_dissatisfied(case) else None


def _was_dissatisfied(case: Case) -> bool:
    whose = Q(caller=case.caller_id)
    if not case.caller_id:
        whose = Q(caller__isnull=True, caller_tail=case.caller_tail, caller_phone=case.caller_phone)
    lately = Case.objects.filter(whose, registered_at__gte=timezone.now() - REMEMBERED)
    return lately.filter(satisfaction=Satisfaction.NOT).exclude(pk=case.pk).exists()


def is_to_be_asked(case: Case) -> bool:
    return case.follow_up_choice in ASKED


def sampled_categories() -> list[Category]:
    """The categories that do not ask everybody, those that ask the most of theirs first."""
    return list(Category.objects.active().filter(follow_up_share__lt=EVERYBODY).order_by("-follow_up_share", "pk"))


# ---- At the door ----


def visitors(case: Case) -> list[workload.Candidate]:
    """The liaisons who can ask the caller of *case* at the door, the nearest first; none where its table knows no door.

    Whoever reported the outcome does not ask whether it is any good, and nobody goes to a household that has left.
    """
    return workload.over_the_door(case) if knows(case, Verb.ASK_AT_DOOR) and not _has_left(case) else []


def _has_left(case: Case) -> bool:
    return bool(case.household and case.household.ended_on)


def send_to_door(case: Case, act: Act, *, to: Route, text: str = "") -> Case:
    """Let a liaison ask the caller at the door: he finds it on his phone among what is due."""
    with moving(case, Verb.ASK_AT_DOOR, act, target=to.area) as locked:
        if locked is None:
            return case
        fields = wait_at_door(locked, to)
        return done(locked, Verb.ASK_AT_DOOR, act, fields, text=text, detail=f"→ {to.area} {to.holder}".strip())


def wait_at_door(case: Case, to: Route) -> list[str]:
    """Let *case* wait for whoever holds the post at the end of *to*; return the columns that changed."""
    case.follow_up_area, case.follow_up_role = to.area, to.role
    return ["follow_up_area", "follow_up_role", *_by(case, timezone.now() + ASK_WITHIN)]


def _by(case: Case, moment: datetime) -> list[str]:
    """Due at the door on the day of *moment*; unless somebody was met by then the desk rings up again."""
    case.follow_up_on = timezone.localdate(moment)
    case.follow_up_after = start_of(case.follow_up_on + timedelta(days=1))
    return ["follow_up_on", "follow_up_after"]


def leave_door(case: Case) -> list[str]:
    """Nobody need go there any more; return the columns that changed."""
    if case.follow_up_area_id is None:
        return []
    case.follow_up_area, case.follow_up_role, case.follow_up_on = None, "", None
    return ["follow_up_area", "follow_up_role", "follow_up_on"]


def why_not_send(case: Case) -> str:
    """Why nobody can be sent to the door about *case*, in a sentence; empty where somebody can."""
    if case.area is None:
        return _("The case has no place: nobody can be sent there.")
    if _has_left(case):
        return _("The household has left: nobody can be sent there.")
    if not visitors(case):
        return _("Nobody but who reported the outcome looks after that place.")
    return ""


def why_not_ask(case: Case, user: User) -> str:
    """Why *user* cannot ask the caller of *case* at the door, in a sentence for him; empty where he can."""
    if case.resolved_by_id == user.pk and not user.holds(*DESK):
        return _("You reported this outcome yourself: somebody else asks.")
    return ""


# ---- Not reached ----


def try_again(case: Case, way: Way, door: Route | None) -> list[str]:
    """Nobody was reached: when and where the next try is; no columns where there is none, and the case closes unasked.

    *door* is where a liaison asks once it was rung up often enough.
    """
    now = timezone.now()
    if way == Way.DOOR:
        before = case.follow_ups.filter(way=Way.DOOR, reached=False, at__gte=case.resolved_at or now).count()
        return _by(case, now + ASK_WITHIN) if before < MOST_VISITS else []
    if case.follow_up_tries < MOST_TRIES:
        case.follow_up_after = now + TRY_AGAIN_AFTER
        return ["follow_up_after"]
    return wait_at_door(case, door) if door else []


def last_call(case: Case) -> bool:
    """Whether the next try by phone is the last one."""
    return case.follow_up_tries + 1 >= MOST_TRIES

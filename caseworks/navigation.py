"""What stands around every page: the menu a user's roles need, and how he wants to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.conf import settings
from django.db.models import IntegerField, QuerySet, Subquery, TextChoices
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from caseworks import decisions, suggestions, supervision
from caseworks.models import Case
from caseworks.states import Status
from outreach.models import Message, MessageState, PairUp
from outreach.registers import reviews_due
from people.access import ADMIN_ROLES, LIAISONS, Role, permits
from people.language import page_language
from people.models import FontSize, User

BADGE_LIMIT = 99


Queue: TypeAlias = QuerySet[Any] | None


class Group(TextChoices):
    """The parts of the menu, each short enough to be taken in at a glance."""

    REQUESTS = "requests", _("Requests")
    PEOPLE = "people", _("People and contact")
    OFFICE = "office", _("Office")


@dataclass(frozen=True)
class Place:
    """A screen worth a line in the menu of some roles.

    `key` is its shortcut, one key or two in turn; `waiting` gives what waits there for the user, for queues only.
    `slug` names the place in the page, as the row of its badge does.
    """

    group: Group
    label: str | Promise
    url_name: str
    roles: frozenset[Role]
    key: str = ""
    waiting: Callable[[User], Queue] | None = None

    @property
    def slug(self) -> str:
        return self.url_name.replace(":", "-")


DESK = frozenset({Role.OPERATOR, Role.SUPERVISOR})


def _to_dispatch(user: User) -> Queue:
    return Case.objects.visible_to(user).with_status(Status.TO_DISPATCH) if user.holds(*DESK) else None


def _to_accept(user: User) -> Queue:
    return Case.objects.visible_to(user).handled_by(user).with_status(Status.TO_ACCEPT)


def _to_follow_up(user: User) -> Queue:
    return Case.objects.visible_to(user).with_status(Status.TO_FOLLOW_UP)


def _undecided(user: User) -> Queue:
    return Message.objects.visible_to(user).filter(state=MessageState.UNKNOWN)


def _pairs_behind(user: User) -> Queue:
    return PairUp.objects.visible_to(user).behind(timezone.localdate())


def _to_decide(user: User) -> Queue:
    return decisions.waiting_for(user) if user.holds(Role.SUPERVISOR) else None


class _Length(Subquery):
    """How many rows a query has, as one value of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS queue)"
    output_field = IntegerField()
    empty_result_set_value = 0


def lengths(queues: Mapping[str, QuerySet[Any]], user: User) -> dict[str, int]:
    """The length of each queue, counted no further than a badge can show; one query for all of them."""
    if not queues:
        return {}
    # Numbered, because a name of a page is no name of a column.
    columns = {
        f"queue_{number}": _Length(queue.order_by().values("pk")[: BADGE_LIMIT + 1])
        for number, queue in enumerate(queues.values())
    }
    row = User.objects.filter(pk=user.pk).annotate(**columns).values_list(*columns).first()
    return dict(zip(queues, row or (), strict=False))


PLACES = (
    Place(Group.REQUESTS, _("Log a case"), "desk_new", DESK, "n"),
    Place(Group.REQUESTS, _("Board"), "board", DESK, "g b", _to_dispatch),
    Place(Group.REQUESTS, _("My tasks"), "phone_today", LIAISONS),
    Place(Group.REQUESTS, _("Cases"), "case_list", DESK | LIAISONS | {Role.DEPARTMENT}, "g c", _to_accept),
    Place(Group.REQUESTS, _("Approvals"), "approvals", frozenset({Role.SUPERVISOR}), "g a", _to_decide),
    Place(
        Group.REQUESTS,
        _("Supervised"),
        "supervised",
        frozenset({Role.SUPERVISOR, Role.COMMITTEE}),
        "g u",
        supervision.feedback_waiting,
    ),
    Place(Group.REQUESTS, _("Follow-ups"), "followups", DESK, "g f", _to_follow_up),
    Place(Group.REQUESTS, _("Reception days"), "reception_list", DESK, "g d"),
    Place(
        Group.REQUESTS,
        _("Suggestions"),
        "suggestion_list",
        DESK | LIAISONS | {Role.DEPARTMENT},
        "g s",
        suggestions.waiting_for,
    ),
    Place(Group.PEOPLE, _("Households"), "households", DESK | LIAISONS, "g h"),
    Place(
        Group.PEOPLE,
        _("Contact network"),
        "network",
        frozenset({Role.SUPERVISOR, Role.COMMITTEE, Role.OFFICER, Role.MANAGER}),
    ),
    Place(Group.PEOPLE, _("Registers"), "registers", DESK | LIAISONS, waiting=reviews_due),
    Place(Group.PEOPLE, _("Pair-ups"), "pair_ups", DESK | LIAISONS, waiting=_pairs_behind),
    # A supervisor comes there from the contact network and from the board: his menu is long enough.
    Place(Group.PEOPLE, _("Departments and enterprises"), "departments", frozenset({Role.COMMITTEE, Role.MANAGER})),
    Place(Group.PEOPLE, _("Messages"), "messages", DESK | {Role.OFFICER}, "g m", _undecided),
    Place(Group.PEOPLE, _("Campaigns"), "campaigns", DESK),
    Place(Group.PEOPLE, _("Gifts to bring"), "phone_campaigns", LIAISONS),
    Place(Group.PEOPLE, _("Round birthdays"), "birthdays", DESK | LIAISONS),
    Place(Group.PEOPLE, _("Check-ups"), "check_ups", DESK | LIAISONS),
    Place(Group.PEOPLE, _("Coverage debt"), "debt", LIAISONS | {Role.SUPERVISOR}),
    Place(Group.OFFICE, _("Reports"), "reports", frozenset({Role.SUPERVISOR, Role.COMMITTEE}), "g r"),
    Place(Group.OFFICE, _("Rules"), "rules", frozenset({Role.MANAGER})),
    Place(Group.OFFICE, _("Imports"), "imports", ADMIN_ROLES),
    Place(Group.OFFICE, _("Configuration"), "admin:index", ADMIN_ROLES),
)


@dataclass(frozen=True)
class Entry:
    """A line of the menu as shown to one user; `counted` where a badge can say what waits."""

    group: Group
    label: str | Promise
    url: str
    key: str
    slug: str
    counted: bool
    current: bool

    @property
    def shown_key(self) -> str:
        return self.key.upper()


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `navigation` (entries, worked out only where a page shows them) and reading settings."""
    # A request refused before the session was read, and somebody not signed in, have no user.
    someone = getattr(request, "user", None)
    user = someone if isinstance(someone, User) else None
    size = user.font_size if user else request.COOKIES.get("font_size", "")
    return {
        "navigation": SimpleLazyObject(lambda: entries(user, request.path) if user else []),
        "role_labels": SimpleLazyObject(lambda: _role_labels(user) if user else []),
        "page_language": page_language(get_language() or settings.LANGUAGE_CODE),
        "font_size": size if size in FontSize.values else FontSize.STANDARD.value,
        "font_sizes": FontSize.choices,
        "office_name": settings.OFFICE_NAME,
    }


def _role_labels(user: User) -> list[str]:
    return [str(role.label) for role in Role if role in user.roles]


def entries(user: User, path: str) -> list[Entry]:
    """Return the menu of a user on the page at *path*: places of his roles that he may open, in their order.

    It asks the database nothing. What waits behind the places is dearer than most pages, so it is asked for by itself,
    once the page is there: `badges`.
    """
    places = _open_to(user)
    # The deepest place that the path lies under: /cases/ is current on /cases/2611-0001/ as well.
    here = max((url for _place, url in places if path.startswith(url)), key=len, default="")
    return [
        Entry(place.group, place.label, url, place.key, place.slug, bool(place.waiting), current=url == here)
        for place, url in places
    ]


def badges(user: User) -> dict[str, str]:
    """What waits for the user behind each place of his menu that has a queue, by its slug; empty where nothing does."""
    queues = {
        place.slug: queue
        for place, _url_of in _open_to(user)
        if place.waiting and (queue := place.waiting(user)) is not None
    }
    return {slug: badge(waiting) for slug, waiting in lengths(queues, user).items()}


def _open_to(user: User) -> list[tuple[Place, str]]:
    return [
        (place, url)
        for place in PLACES
        if permits(place.roles, user.roles) and (url := _url(place.url_name)) and _may_open(user, url)
    ]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _may_open(user: User, url: str) -> bool:
    """Whether the rule stated at the view itself lets the user in: the menu never leads to a refusal."""
    match = resolve(url)
    rule = ADMIN_ROLES if match.namespace == "admin" else getattr(match.func, "access", frozenset())
    return permits(rule or (), user.roles)


def badge(waiting: int) -> str:
    return f"{BADGE_LIMIT}+" if waiting > BADGE_LIMIT else str(waiting or "")

"""Who may do what: the roles of the office, and the rule every screen must state.

Pure: no models. Three locks guard every page. `LoginRequiredMiddleware` asks for a signed-in user, the rule
stated with `allow` asks for a role (403 otherwise), and `visible_to(user)` on every queryset hides what lies
outside the user's areas and units (404, the same bytes as not existing).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django_htmx.middleware import HtmxDetails

    from people.models import User

    class StaffRequest(HttpRequest):
        """A request as a view with a stated rule gets it: the middleware has seen that somebody is signed in."""

        user: User
        htmx: HtmxDetails

else:
    # A word for annotations alone: rules answer no requests.
    StaffRequest = object

View = TypeVar("View", bound=Callable[..., Any])


class Role(TextChoices):
    """What a post lets its holder do. The network of domain.md, and the posts of the office itself."""

    LEADER = "leader", _("Group leader")
    OFFICER = "officer", _("Community officer")
    COMMITTEE = "committee", _("Committee member")
    OPERATOR = "operator", _("Operator")
    DEPARTMENT = "department", _("Department")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", _("Manager")


# Liaisons: they know the households of their area and work its cases.
LIAISONS = frozenset({Role.LEADER, Role.OFFICER, Role.COMMITTEE})
# Who meets residents by area. A manager configures, a department sees only the cases handed to it.
SEES_RESIDENTS = LIAISONS | {Role.OPERATOR, Role.SUPERVISOR}
# Who meets cases by area.
SEES_CASES = LIAISONS | {Role.OPERATOR, Role.SUPERVISOR}
# Who enters the admin: configuration for managers, oversight for supervisors.
ADMIN_ROLES = frozenset({Role.MANAGER, Role.SUPERVISOR})

EVERY_ROLE = frozenset(Role)


@dataclass(frozen=True)
class StandIn:
    """A post that somebody holds today for its owner, who is on leave: at which area (primary key, path), as what."""

    area: int
    path: str
    role: str
    owner: str
    until: date | None


@dataclass(frozen=True)
class Scope:
    """What a user's current posts cover.

    `roles` the roles held today; `paths` the area paths of posts that see residents and cases, each path covering
    everything below it; `area_paths` those of all posts, a manager's too; `units` the primary keys of the
    organisations a department post belongs to; `posts` the (area primary key, role) pairs at which work waits;
    `stand_ins` those of the posts that are somebody else's, held while he is on leave.
    """

    roles: frozenset[str] = frozenset()
    paths: tuple[str, ...] = ()
    area_paths: tuple[str, ...] = ()
    units: tuple[int, ...] = ()
    posts: frozenset[tuple[int, str]] = frozenset()
    stand_ins: tuple[StandIn, ...] = ()

    def covers(self, path: str) -> bool:
        """Whether an area with this path lies within the scope."""
        return any(path.startswith(own) for own in self.paths)

    def paths_as(self, role: str) -> tuple[str, ...]:
        """Those of `paths` that a post in *role* brings."""
        areas = {area for area, held in self.posts if held == role}
        # A path ends with the primary key of its own area.
        return tuple(path for path in self.paths if int(path.rstrip(".").rpartition(".")[2]) in areas)


def allow(*roles: str) -> Callable[[View], View]:
    """State that a view is for holders of any of *roles*; with none given, for everybody signed in."""

    def state(view: View) -> View:
        view.access = frozenset(roles) or EVERY_ROLE  # type: ignore[attr-defined]
        return view

    return state


def public(view: View) -> View:
    """State that a view needs no sign-in."""
    view = login_not_required(view)
    view.access = None  # type: ignore[attr-defined]
    return view


def permits(rule: Iterable[str], roles: Iterable[str]) -> bool:
    """Whether one of *roles* satisfies a stated rule."""
    return not frozenset(rule).isdisjoint(roles)

"""What a figure can be broken down by: channel, category, community and the like, each with its members in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Expression, F, Q, QuerySet
from django.utils.translation import gettext as _

from caseworks.models import Category, Channel
from people.models import Area, AreaLevel, HouseholdKind, Tier
from people.models.areas import within

if TYPE_CHECKING:
    from people.models import User

COMMUNITY = "community"  # the level of the tree that a month's report breaks down by
# Members that are none of the listed ones. A full stop keeps them apart from every code and primary key.
NONE = ".none"


@dataclass(frozen=True)
class Dimension:
    """A way to break rows down by a column of theirs.

    `members` maps each member's key, as it stands in an address, to its label, in the order of the table; `always`
    are those that a table shows even where nothing happened.
    """

    name: str
    label: str
    members: Mapping[str, str]
    always: frozenset[str]

    def grouped(self, column: str | Expression) -> Expression | F:
        """The expression to group rows by; *column* leads from a row to what it is broken down by."""
        return F(column) if isinstance(column, str) else column

    def member(self, raw: Any) -> str:
        """The key of the member that a grouped value belongs to."""
        return raw or NONE

    def narrow(self, rows: QuerySet[Any], column: str | Expression, member: str) -> QuerySet[Any]:
        """Those of *rows* that belong to *member*."""
        alias = f"by_{self.name}"
        return rows.alias(**{alias: self.grouped(column)}).filter(**{alias: member})


@dataclass(frozen=True)
class ByCategory(Dimension):
    """By topmost category: what is part of another one counts there."""

    parts: Mapping[str, list[int]]

    def member(self, raw: Any) -> str:
        return next((code for code, parts in self.parts.items() if raw in parts), NONE)

    def narrow(self, rows: QuerySet[Any], column: str | Expression, member: str) -> QuerySet[Any]:
        if member == NONE:
            return rows.filter(**{f"{column}__isnull": True})
        return rows.filter(**{f"{column}__in": self.parts[member]})


@dataclass(frozen=True)
class ByCommunity(Dimension):
    """By the community that the row's area is, or is part of."""

    paths: Mapping[str, str]

    def grouped(self, column: str | Expression) -> Expression | F:
        return F(f"{column}__path")

    def member(self, raw: Any) -> str:
        return next((step for step in (raw or "").split(".") if step in self.paths), NONE)

    def narrow(self, rows: QuerySet[Any], column: str | Expression, member: str) -> QuerySet[Any]:
        if member == NONE:
            return rows.exclude(within(self.paths.values(), f"{column}__"))
        return rows.filter(within([self.paths[member]], f"{column}__"))


@dataclass(frozen=True)
class ByLevel(Dimension):
    """By level of the tree of areas, from the grid group up; what was resolved before levels were kept has none."""

    def narrow(self, rows: QuerySet[Any], column: str | Expression, member: str) -> QuerySet[Any]:
        return super().narrow(rows, column, member) if member != NONE else rows.filter(**{f"{column}__isnull": True})


def load_dimensions(user: User) -> dict[str, Dimension]:
    """Return every dimension by name, with the members that *user* may see. Three queries."""
    levels = {level.code: str(level) for level in AreaLevel.objects.order_by("-rank")}
    dimensions = [
        _choices("channel", _("Channel"), Channel.choices),
        _categories(),
        _communities(user),
        ByLevel("level", _("Level"), levels | {NONE: _("No level")}, frozenset(levels)),
        _choices("kind", _("Kind"), HouseholdKind.choices),
        _choices("tier", _("Service tier"), Tier.choices),
    ]
    return {dimension.name: dimension for dimension in dimensions}


def _choices(name: str, label: str, choices: Iterable[tuple[Any, Any]]) -> Dimension:
    members = {str(key): str(words) for key, words in choices}
    return Dimension(name, label, members, frozenset(members))


def _categories() -> Dimension:
    categories = {category.pk: category for category in Category.objects.all()}
    parts: dict[str, list[int]] = {found.code: [] for found in categories.values() if found.parent_id is None}
    for category in categories.values():
        top = category
        while top.parent_id is not None:
            top = categories[top.parent_id]
        parts[top.code].append(category.pk)
    tops = [category for category in categories.values() if category.code in parts]
    members = {top.code: str(top) for top in tops} | {NONE: _("No category")}
    return ByCategory("category", _("Category"), members, frozenset(top.code for top in tops if top.active), parts)


def _communities(user: User) -> Dimension:
    seen = Area.objects.filter(within(user.scope.paths)).at_level(COMMUNITY).order_by("position", "pk")
    communities = {str(area.pk): area for area in seen}
    members = {key: area.name for key, area in communities.items()} | {NONE: _("No community")}
    always = frozenset(key for key, area in communities.items() if area.active)
    paths = {key: area.path or "" for key, area in communities.items()}
    return ByCommunity("community", _("Community"), members, always, paths)


def in_areas(user: User, column: str) -> Q:
    """Rows in the areas of the user's posts, for records without a scope of their own."""
    return within(user.scope.paths, f"{column}__")

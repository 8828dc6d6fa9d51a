"""The one tree of areas: district, town, community or village, grid group. Levels are data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from people.models.staff import User


def within(paths: Iterable[str], prefix: str = "") -> Q:
    """Rows whose area lies in one of *paths* or below; *prefix* leads from the row to its area, like ``area__``."""
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{prefix}path__startswith": path})
    return found


def reaching(paths: Iterable[str], column: str) -> Q:
    """Rows whose area, in *column*, lies in one of *paths* or around it: what a town arranges concerns its groups."""
    paths = list(paths)
    around = {int(part) for path in paths for part in path.split(".") if part}
    return within(paths, f"{column}__") | Q(**{f"{column}__in": around})


class AreaLevel(models.Model):
    """A level of the tree, from the top: 10 district, 20 town, 30 community, 40 grid group, or as the office says."""

    rank = models.PositiveSmallIntegerField(_("rank"), unique=True)
    code = models.SlugField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_hant = models.CharField(_("name in Traditional Chinese"), max_length=40, blank=True)
    name_en = models.CharField(_("name in English"), max_length=40, blank=True)
    holds_households = models.BooleanField(
        _("households belong here"), default=False, help_text=_("The level whose leader visits the households.")
    )

    class Meta:
        ordering = ["rank"]
        verbose_name = _("area level")
        verbose_name_plural = _("area levels")

    def __str__(self) -> str:
        by_language = {"zh-hant": self.name_hant, "en": self.name_en}
        return by_language.get(get_language() or "", "") or self.name


class AreaQuerySet(models.QuerySet["Area"]):
    def visible_to(self, user: User) -> Self:
        """Everything in the areas of the user's posts."""
        return self.filter(within(user.scope.area_paths))

    def active(self) -> Self:
        return self.filter(active=True)

    def at_level(self, code: str) -> Self:
        return self.filter(level__code=code)

    def below(self, area: Area) -> Self:
        """The area itself and everything under it."""
        return self.filter(path__startswith=area.path)


class Area(models.Model):
    """One area. `path` lists the primary keys from the root down, each closed by a full stop: ``1.17.203.``"""

    level = models.ForeignKey(AreaLevel, models.PROTECT, verbose_name=_("level"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    name = models.CharField(_("name"), max_length=80)
    # Null only between the insert, which gives the primary key, and the update that puts it into the path.
    path = models.CharField(max_length=120, unique=True, null=True, editable=False)  # noqa: DJ001
    position = models.PositiveIntegerField(_("position"), default=0)
    search = models.CharField(max_length=200, blank=True, editable=False)
    active = models.BooleanField(_("active"), default=True)
    note = models.TextField(_("note"), blank=True, help_text=_("Also what a ledger says that fits no other field."))

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = [models.UniqueConstraint(fields=["parent", "name"], name="area_name_once_per_parent")]

    def __str__(self) -> str:
        return self.name

    @property
    def long_name(self) -> str:
        """The name with the community's before a grid group's: many communities have a first group."""
        return f"{self.parent} {self}" if self.parent and self.level.holds_households else str(self)

    @property
    def place(self) -> str:
        """The path, for criteria. An area that has none is a broken record, and not everywhere: raises ValueError."""
        if not self.path:
            raise ValueError(f"area {self.pk} has no path")
        return self.path

    def ancestor_ids(self) -> list[int]:
        """Primary keys from the root down to this area itself."""
        return [int(part) for part in (self.path or "").split(".") if part]

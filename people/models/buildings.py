"""Where the houses of a town stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models.areas import Area, within
from people.proximity import House, Point, place_of

if TYPE_CHECKING:
    from people.models.staff import User

LONGEST_ADDRESS = 200


class BuildingQuerySet(models.QuerySet["Building"]):
    def visible_to(self, user: User) -> Self:
        """Those of the towns in the user's areas."""
        return self.filter(within(user.scope.area_paths, "area__"))

    def around(self, area: Area) -> Self:
        """Those of the town that *area* lies in, or is."""
        return self.filter(area__in=area.ancestor_ids())

    def points(self, streets: Iterable[str]) -> dict[House, Point]:
        """Where the houses along *streets* stand. One query."""
        columns = ("street", "group", "number", "building", "east", "north")
        found = self.filter(street__in=set(streets)).values_list(*columns)
        return {House(*house): (east, north) for *house, east, north in found}


class Building(models.Model):
    """A house of a town, by its address down to the building, and where it stands on the town's plane.

    Nobody lives in this table: it says of a house what the sign at its door and the map in any bookshop say, and
    nothing of who is behind the door. `street` to `building` are read from the address (`people.addresses`).
    """

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="+", limit_choices_to={"level__code": "town"}, verbose_name=_("town")
    )
    address = models.CharField(
        _("address"), max_length=LONGEST_ADDRESS, help_text=_("Street and number, and the building behind it.")
    )
    street = models.CharField(max_length=LONGEST_ADDRESS, editable=False)
    group = models.CharField(max_length=20, editable=False)
    number = models.CharField(max_length=20, editable=False)
    building = models.CharField(max_length=20, editable=False)
    east = models.IntegerField(_("east (m)"), help_text=_("On the town's plane, the Y of surveyors."))
    north = models.IntegerField(_("north (m)"), help_text=_("On the town's plane, the X of surveyors."))

    objects = BuildingQuerySet.as_manager()

    class Meta:
        ordering = ["area", "address", "pk"]
        verbose_name = pgettext_lazy("house", "building")
        verbose_name_plural = _("buildings")
        constraints = [
            models.UniqueConstraint(fields=["area", "street", "group", "number", "building"], name="building_once")
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def house(self) -> House:
        return House(self.street, self.group, self.number, self.building)

    @property
    def point(self) -> Point:
        return self.east, self.north

    def read_address(self) -> None:
        """Set what follows from the address."""
        self.street, self.group, self.number, self.building = place_of(self.address).house

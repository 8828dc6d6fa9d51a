"""The areas of a town while a ledger is taken in: found under the names the office writes, added where missing."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils.translation import gettext as _

from people import network
from people.access import Role
from people.area_names import match_area_name
from people.cells import read_count
from people.importing.outcome import Outcome
from people.models import Area, AreaLevel, User
from people.names import fold
from people.workbooks import WorkbookRefused

_COMMUNITY_KIND = re.compile("(?:社区|村|居|居委会|村委会)$")
_GROUP_WORDS = re.compile("第|村民小组|小组|组|网格")


def is_full_name(written: str) -> bool:
    """Whether a name says by itself that it is a community's or a village's."""
    return bool(_COMMUNITY_KIND.search(fold(written)))


def group_key(written: str) -> str:
    """The key under which 第1小组, 第一小组 and 1组 are one group of a community."""
    number, _problem = read_count(_GROUP_WORDS.sub(" ", fold(written)).strip())
    return str(number) if number is not None else fold(written)


class AreaBook:
    """Communities by what is written, groups by their number. Each area is counted once, as created or unchanged."""

    def __init__(self, town: str | None, by: User | None, outcome: Outcome) -> None:
        self._by = by
        self._outcome = outcome
        self._levels = {level.code: level for level in AreaLevel.objects.all()}
        self._counted: set[int] = set()
        self._new: set[int] = set()
        self._written: dict[str, Area] = {}
        self._nowhere: set[str] = set()
        self.town = self._find_town(town)
        below = list(Area.objects.below(self.town).select_related("level", "parent"))
        self._by_pk = {area.pk: area for area in below}
        self._communities = {area.name: area for area in below if area.level.code == "community"}
        self._groups = {(area.parent_id, group_key(area.name)): area for area in below if area.level.code == "group"}

    def __getitem__(self, pk: int) -> Area:
        return self._by_pk[pk]

    def learn(self, names: list[str]) -> None:
        """Add the communities among *names* that are written in full, so that the short forms of others find them."""
        for name in sorted(set(filter(is_full_name, names)), key=names.index):
            self.community(name)

    def community(self, written: str, *, add: bool = True) -> Area | None:
        """The community meant by *written*; where there is none it is added, or None without *add*."""
        written = _without_aside(written)
        if written not in self._written:
            name = None if written in self._nowhere else match_area_name(written, self._communities)
            if name is None and not add:
                self._nowhere.add(written)
                return None
            self._written[written] = self._communities[name] if name else self._add_community(written)
        return self._count(self._written[written], "community")

    def group(self, community: Area, written: str) -> Area:
        """The group of *community* meant by *written*, added where there is none."""
        key = (community.pk, group_key(written))
        if key not in self._groups:
            group = self._add(written, "group", community, len(self.groups_of(community)) + 1)
            self._groups[key] = self._by_pk[group.pk] = group
        return self._count(self._groups[key], "group")

    def groups_of(self, community: Area) -> list[Area]:
        return [area for (parent, _key), area in self._groups.items() if parent == community.pk]

    def community_of(self, area: Area) -> Area:
        """The community *area* is or lies in; the area itself above that level."""
        if area.level_id == self._levels["group"].pk and area.parent_id:
            return self._by_pk[area.parent_id]
        return area

    def _find_town(self, written: str | None) -> Area:
        towns = list(Area.objects.at_level("town").active().select_related("level"))
        mine = [town for town in towns if self._by is None or self._may_fill(town)]
        if written:
            found = [town for town in towns if _ends_alike(fold(town.name), fold(written))]
            if len(found) == 1:
                if found[0] not in mine:
                    raise WorkbookRefused(_not_yours(written))
                return self._count(found[0], "town")
        elif len(mine) == 1:
            return self._count(mine[0], "town")
        if self._by is not None and not self._by.holds(Role.MANAGER):
            raise WorkbookRefused(_not_yours(written or "—"))
        if not written and len(towns) > 1:
            raise WorkbookRefused(
                _("The title does not say which town the ledger is of. Write its name above the head row.")
            )
        districts = list(Area.objects.at_level("district").active()[:2])
        # A ledger without a town in its title still belongs to the one office that takes it in.
        name = written or settings.OFFICE_NAME or "本街道"
        return self._add(name, "town", districts[0] if len(districts) == 1 else None, len(towns) + 1)

    def _may_fill(self, town: Area) -> bool:
        assert self._by is not None
        return self._by.holds(Role.MANAGER) or self._by.scope.covers(town.path or "")

    def _add_community(self, written: str) -> Area:
        area = self._add(re.sub(r"\s+", "", written), "community", self.town, len(self._communities) + 1)
        self._communities[area.name] = self._by_pk[area.pk] = area
        self._nowhere.clear()
        return area

    def _add(self, name: str, level: str, parent: Area | None, position: int) -> Area:
        area = network.add_area(name[:80], self._levels[level], parent, by=self._by, position=position)
        self._outcome.created[level] += 1
        self._counted.add(area.pk)
        self._new.add(area.pk)
        return area

    def is_new(self, area: Area) -> bool:
        """Whether this import added the area."""
        return area.pk in self._new

    def _count(self, area: Area, kind: str) -> Area:
        if area.pk not in self._counted:
            self._counted.add(area.pk)
            self._outcome.unchanged[kind] += 1
        return area


def _without_aside(written: str) -> str:
    """A name without what an office puts before or behind it: 1.东安社区, 东安社区（2个小组）."""
    bare = re.sub(r"^[\d\s.、．)）]+|[（(][^）)]*[）)]\s*$", "", written).strip()
    return bare if is_full_name(bare) else written


def _ends_alike(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one)


def _not_yours(town: str) -> str:
    return _("This ledger is of %(town)s, which is not in your area. Ask a manager to import it.") % {"town": town}

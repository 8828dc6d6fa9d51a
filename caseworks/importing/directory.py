"""Whom and what the rows of a hotline ledger name: categories, units, and callers who are known residents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

from caseworks.importing.hotline_rows import CaseRow
from caseworks.models import Category
from people import audit
from people.importing import Outcome
from people.models import Area, Membership, Organisation, OrganisationKind, PhoneNumber, Resident, User
from people.models.areas import within
from people.names import fold, name_key, pinyin_keys, search_tokens, surname

_UNIT_KINDS = (
    (re.compile("自来水|供水|水务|供电|电力|燃气|煤气|热力|电信|移动|联通|广电"), OrganisationKind.UTILITY),
    (re.compile("医院|卫生|诊所"), OrganisationKind.HOSPITAL),
    (re.compile("学校|小学|中学|幼儿园|学院"), OrganisationKind.SCHOOL),
    (re.compile("志愿|义工"), OrganisationKind.TEAM),
    (re.compile("公司|物业|集团|厂$"), OrganisationKind.COMPANY),
)
_CHUNK = 900

Record = TypeVar("Record", Category, Organisation)


class Directory:
    """Found by what is written, added where missing; callers are only ever found."""

    def __init__(self, rows: Sequence[CaseRow], town: Area, by: User | None, outcome: Outcome) -> None:
        self._by, self._outcome = by, outcome
        self._categories = {
            fold(name): category
            for category in Category.objects.all()
            for name in (category.name, category.name_hant, category.name_en)
            if name
        }
        self._units = {fold(unit.name): unit for unit in Organisation.objects.all()}
        self._counted: set[tuple[str, int]] = set()
        self._callers = _callers({row.phone for row in rows if row.phone}, town)
        self._homes = _homes({one.pk for found in self._callers.values() for one in found})

    def category(self, written: str) -> Category | None:
        """The category of that name in any language; an unknown one is added for the office to sort in."""
        if not written:
            return None
        key = fold(written)[:40]
        if key not in self._categories:
            self._categories[key] = self._add_category(written[:40])
        return self._count("category", self._categories[key])

    def unit(self, written: str) -> Organisation:
        key = fold(written)[:120]
        if key not in self._units:
            kind = next((kind for pattern, kind in _UNIT_KINDS if pattern.search(key)), OrganisationKind.DEPARTMENT)
            name = written[:120]
            unit = Organisation.objects.create(name=name, kind=kind, search=search_tokens(name)[:300])
            audit.record(self._by, "unit.add", unit)
            self._units[key] = unit
            self._new("unit", unit)
        return self._count("unit", self._units[key])

    def caller(self, row: CaseRow) -> Resident | None:
        """The one resident with the phone number and at least the surname; nobody where two would fit."""
        if row.anonymous or not row.caller_name:
            return None
        found = self._callers.get(row.phone, [])
        exact = [resident for resident in found if resident.name_key == name_key(row.caller_name)]
        family = fold(surname(row.caller_name))
        fitting = exact or [resident for resident in found if family and fold(surname(resident.name)) == family]
        return fitting[0] if len(fitting) == 1 else None

    def home_of(self, resident: Resident) -> int | None:
        """Primary key of the one household he belongs to today."""
        homes = self._homes.get(resident.pk, [])
        return homes[0] if len(homes) == 1 else None

    def _add_category(self, name: str) -> Category:
        stem = re.sub("[^a-z0-9]+", "-", pinyin_keys(name)[0])[:36].strip("-") or "category"
        taken = set(Category.objects.filter(code__startswith=stem).values_list("code", flat=True))
        code = next(code for code in (stem, *(f"{stem}-{n}" for n in range(2, 100))) if code not in taken)
        category = Category.objects.create(
            code=code, name=name, position=10 * (Category.objects.count() + 1), search=search_tokens(name)[:200]
        )
        audit.record(self._by, "category.add", category)
        self._new("category", category)
        return category

    def _new(self, kind: str, record: Category | Organisation) -> None:
        self._outcome.created[kind] += 1
        self._counted.add((kind, record.pk))

    def _count(self, kind: str, record: Record) -> Record:
        if (kind, record.pk) not in self._counted:
            self._counted.add((kind, record.pk))
            self._outcome.unchanged[kind] += 1
        return record


def _callers(numbers: set[str], town: Area) -> dict[str, list[Resident]]:
    """Living residents of the town by phone number."""
    found: dict[str, list[Resident]] = defaultdict(list)
    wanted = sorted(numbers)
    here = Membership.objects.current().filter(within([town.path or ""], "household__area__"))
    for start in range(0, len(wanted), _CHUNK):
        phones = PhoneNumber.objects.filter(
            number__in=wanted[start : start + _CHUNK],
            resident__died_on__isnull=True,
            resident__in=here.values("resident"),
        )
        for phone in phones.select_related("resident"):
            found[phone.number].append(phone.resident)
    return found


def _homes(residents: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    wanted = sorted(residents)
    for start in range(0, len(wanted), _CHUNK):
        current = Membership.objects.current().filter(resident__in=wanted[start : start + _CHUNK])
        for resident, household in current.values_list("resident", "household"):
            found[resident].append(household)
    return found

"""The households and residents already there, and which of them a register means.

A household is the same one by community, head and address; failing that by its head's document, or by address or
head's name together with a member. A person is the same one within his household by document, name and birth date;
across households only by a sound document and the name, or by name, full birth date and a phone number. Weaker
likeness never merges two people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from people.importing.entries import HouseholdEntry, PersonRow
from people.models import (
    Area,
    Household,
    IdentityDocument,
    Membership,
    PhoneNumber,
    RelativeAbroad,
    Resident,
    ServiceNeed,
)
from people.models.areas import within

Item = TypeVar("Item")
# SQLite takes no more parameters in one query on older builds.
_CHUNK = 900


@dataclass(eq=False)
class Person:
    """A resident, there already or new, with all the rows that mean him."""

    resident: Resident
    documents: list[IdentityDocument] = field(default_factory=list)
    phones: set[str] = field(default_factory=set)
    rows: list[PersonRow] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.resident.pk is None

    def document_of(self, index: str) -> IdentityDocument | None:
        return next((document for document in self.documents if document.number_index == index), None)


@dataclass(eq=False)
class Home:
    """A household, there already or new, with the entry that means it."""

    household: Household
    community: Area
    memberships: list[tuple[Membership, Person]] = field(default_factory=list)
    relatives: dict[str, RelativeAbroad] = field(default_factory=dict)
    needs: set[str] = field(default_factory=set)
    entry: HouseholdEntry | None = None

    @property
    def is_new(self) -> bool:
        return self.household.pk is None

    @property
    def head(self) -> Person | None:
        return next((person for m, person in self.memberships if m.resident_id == self.household.head_id), None)


class Known:
    """What the database holds about the communities of a register and about the people named in it."""

    def __init__(self, communities: Iterable[Area], entries: Sequence[HouseholdEntry]) -> None:
        self._people: dict[int, Person] = {}
        self.homes: dict[int, Home] = {}
        self._by_index: dict[str, list[Person]] = defaultdict(list)
        self._by_phone: dict[tuple[str, str, str], Person] = {}
        # Deepest first: households of no community lie in the town, which holds all the others too.
        self._load_homes(sorted(communities, key=lambda area: len(area.path or ""), reverse=True))
        self._load_strangers(entries)
        for person in self._people.values():
            self._remember(person)

    def _load_homes(self, communities: Sequence[Area]) -> None:
        paths = [area.path or "" for area in communities]
        for household in Household.objects.filter(within(paths, "area__")).select_related("area").order_by("pk"):
            community = next(area for area in communities if (household.area.path or "").startswith(area.path or ""))
            self.homes[household.pk] = Home(household, community)
        members = Membership.objects.filter(within(paths, "household__area__")).select_related("resident")
        here = within(paths, "resident__memberships__household__area__")
        for membership in members.order_by("pk"):
            person = self._people.setdefault(membership.resident_id, Person(membership.resident))
            self.homes[membership.household_id].memberships.append((membership, person))
        for relative in RelativeAbroad.objects.filter(within(paths, "household__area__")):
            self.homes[relative.household_id].relatives[relative.name_key] = relative
        for need in ServiceNeed.objects.filter(within(paths, "household__area__"), until__isnull=True):
            self.homes[need.household_id].needs.add(need.need)
        self._add_documents(IdentityDocument.objects.filter(here).distinct())
        self._add_phones(PhoneNumber.objects.filter(here).values_list("resident_id", "number").distinct())

    def _load_strangers(self, entries: Sequence[HouseholdEntry]) -> None:
        """People who live elsewhere but share a document, or name and phone, with somebody in the register."""
        rows = [row for entry in entries for row in entry.members]
        indexes = {row.index for row in rows if row.has_sound_document}
        numbers = {phone.number for row in rows for phone in row.phones if not phone.problem}
        found: set[int] = set()
        for part in _chunks(indexes):
            found |= set(IdentityDocument.objects.filter(number_index__in=part).values_list("resident_id", flat=True))
        keys = {row.key for row in rows}
        for some in _chunks(numbers):
            matches = PhoneNumber.objects.filter(number__in=some).values_list("resident_id", "resident__name_key")
            found |= {pk for pk, key in matches if key in keys}
        for pks in _chunks(found - self._people.keys()):
            self._people |= {pk: Person(resident) for pk, resident in Resident.objects.in_bulk(pks).items()}
            self._add_documents(IdentityDocument.objects.filter(resident__in=pks))
            self._add_phones(PhoneNumber.objects.filter(resident__in=pks).values_list("resident_id", "number"))

    def _add_documents(self, documents: Iterable[IdentityDocument]) -> None:
        for document in documents:
            self._people[document.resident_id].documents.append(document)

    def _add_phones(self, phones: Iterable[tuple[int, str]]) -> None:
        for resident, number in phones:
            self._people[resident].phones.add(number)

    def _remember(self, person: Person) -> None:
        for document in person.documents:
            if not document.problem:
                self._by_index[document.number_index].append(person)
        resident = person.resident
        if resident.born and resident.born_precision == "day":
            for number in person.phones:
                self._by_phone[resident.name_key, resident.born.isoformat(), number] = person

    def add(self, row: PersonRow) -> Person:
        """A new person, found from now on by what *row* says."""
        person = Person(Resident(name=row.name, name_key=row.key))
        if row.has_sound_document:
            self._by_index[row.index].append(person)
        if row.born and row.born.precision == "day":
            for phone in row.phones:
                self._by_phone.setdefault((row.key, str(row.born), phone.number), person)
        return person

    def elsewhere(self, row: PersonRow) -> Person | None:
        """The person in another household, or further up in the register, whom *row* means without doubt."""
        if row.has_sound_document:
            for person in self._by_index[row.index]:
                if person.resident.name_key == row.key:
                    return person
        if row.born and row.born.precision == "day":
            for phone in row.phones:
                same = self._by_phone.get((row.key, str(row.born), phone.number))
                if same and not phone.problem and not _documents_differ(row, same):
                    return same
        return None

    def namesakes_by_document(self, row: PersonRow) -> list[Person]:
        """People of another name who have the same sound document."""
        if not row.has_sound_document:
            return []
        return [person for person in self._by_index[row.index] if person.resident.name_key != row.key]


def match_homes(homes: Iterable[Home], entries: Sequence[tuple[HouseholdEntry, Area]]) -> None:
    """Give each entry to the household it means, the surest likeness first, each household at most one."""
    free: dict[int, list[Home]] = defaultdict(list)
    for home in homes:
        free[home.community.pk].append(home)
    left = list(entries)
    for likeness in (
        _same_head_and_address,
        _same_document_of_head,
        _same_place_or_head_and_member,
        _same_address_and_nobody,
    ):
        still = []
        for entry, community in left:
            found = next((home for home in free[community.pk] if likeness(entry, home)), None)
            if found is None:
                still.append((entry, community))
            else:
                found.entry = entry
                free[community.pk].remove(found)
        left = still


def _same_head_and_address(entry: HouseholdEntry, home: Home) -> bool:
    return bool(
        entry.head
        and home.head
        and entry.address_key == home.household.address_key
        and entry.head.key == home.head.resident.name_key
        and (entry.address_key or not _somebody_else(entry.head, home.head))
    )


def _same_document_of_head(entry: HouseholdEntry, home: Home) -> bool:
    return bool(entry.head and entry.head.index and home.head and home.head.document_of(entry.head.index))


def _same_place_or_head_and_member(entry: HouseholdEntry, home: Home) -> bool:
    same_place = bool(entry.address_key) and entry.address_key == home.household.address_key
    same_head = bool(entry.head and home.head and entry.head.key == home.head.resident.name_key)
    if not same_place and not same_head:
        return False
    return any(
        _same_document(row, membership, person) or _same_birth(row, membership, person)
        for row in entry.members
        for membership, person in home.memberships
        if row.key == person.resident.name_key or same_place
    )


def _same_address_and_nobody(entry: HouseholdEntry, home: Home) -> bool:
    """A household whose only name could not be read has no head, then and now; once it is written, he moves in."""
    return bool(entry.address_key and entry.address_key == home.household.address_key and not home.memberships)


def match_members(rows: Sequence[PersonRow], home: Home) -> dict[int, tuple[Membership, Person]]:
    """id() of a row → the member of *home* whom the row means, the surest likeness first, each member at most once."""
    found: dict[int, tuple[Membership, Person]] = {}
    free = list(home.memberships)
    for likeness in (_same_document, _same_name_and_birth, _same_name, _same_birth_and_relation):
        for row in rows:
            if id(row) in found:
                continue
            for membership, person in free:
                if likeness(row, membership, person):
                    found[id(row)] = (membership, person)
                    free.remove((membership, person))
                    break
    return found


def _same_document(row: PersonRow, _membership: Membership, person: Person) -> bool:
    return bool(row.index) and person.document_of(row.index) is not None


def _same_birth(row: PersonRow, _membership: Membership, person: Person) -> bool:
    return row.born is not None and row.born.precision == "day" and row.born.date == person.resident.born


def _same_name_and_birth(row: PersonRow, membership: Membership, person: Person) -> bool:
    return row.key == person.resident.name_key and _same_birth(row, membership, person)


def _same_name(row: PersonRow, _membership: Membership, person: Person) -> bool:
    return row.key == person.resident.name_key and not _somebody_else(row, person)


def _same_birth_and_relation(row: PersonRow, membership: Membership, person: Person) -> bool:
    return row.relation == membership.relation and _same_birth(row, membership, person)


def _somebody_else(row: PersonRow, person: Person) -> bool:
    """A namesake: birth date and document both say so. One of them alone may have been corrected."""
    known = person.resident.born
    births_differ = row.born is not None and known is not None and row.born.date.year != known.year
    return births_differ and _documents_differ(row, person)


def _documents_differ(row: PersonRow, person: Person) -> bool:
    theirs = {document.number_index for document in person.documents if not document.problem}
    theirs |= {other.index for other in person.rows if other.has_sound_document}
    return row.has_sound_document and bool(theirs) and row.index not in theirs


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while part := list(islice(rest, _CHUNK)):
        yield part

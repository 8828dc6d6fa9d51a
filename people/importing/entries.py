"""What a household register says of one household and of each person in it, as it was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from people.cells import PartialDate
from people.identifiers import Document, Phone
from people.ledgers import LedgerSheet
from people.models import Area
from people.names import name_key


@dataclass(frozen=True)
class Relative:
    """Somebody abroad: the country as written, with the city that stood in brackets."""

    name: str
    country: str
    city: str
    relation: str

    @property
    def key(self) -> str:
        return name_key(self.name)[:80]


@dataclass
class PersonRow:
    """One row: one person in one household."""

    sheet: LedgerSheet
    row: int
    name: str = ""
    name_written: str = ""
    key: str = ""
    relation: str = ""
    sex: str = ""
    born: PartialDate | None = None
    document: Document | None = None
    index: str = ""
    """Blind index of the document's number, "" without one."""
    phones: list[Phone] = field(default_factory=list)
    health: str = ""
    notes: list[str] = field(default_factory=list)
    from_head_cell: bool = False

    @property
    def has_sound_document(self) -> bool:
        return self.document is not None and not self.document.problem

    def may_be(self, other: PersonRow) -> bool:
        """Whether two rows of one household are one person: one name, and no documents or years that differ."""
        if self.key != other.key or (
            self.has_sound_document and other.has_sound_document and self.index != other.index
        ):
            return False
        return not (self.born and other.born) or self.born.date.year == other.born.date.year

    def take_over(self, other: PersonRow) -> None:
        """Add what *other*, the same person on another row, says and this one does not."""
        for name in ("relation", "sex", "born", "health"):
            setattr(self, name, getattr(self, name) or getattr(other, name))
        if other.has_sound_document and not self.has_sound_document:
            self.document, self.index = other.document, other.index
        numbers = {phone.number for phone in self.phones}
        self.phones += [phone for phone in other.phones if phone.number not in numbers]
        self.notes += [line for line in other.notes if line not in self.notes]


@dataclass
class HouseholdEntry:
    """One household as the register has it. Its head is who is said to be, else the first person named."""

    sheet: LedgerSheet
    row: int
    community: str = ""
    group: str = ""
    serial: str = ""
    address: str = ""
    address_key: str = ""
    kind: str = ""
    tier: str = ""
    needs: list[str] = field(default_factory=list)
    relatives: list[Relative] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)
    """What is said of relatives abroad without a name; a note where the household has none by name."""
    members: list[PersonRow] = field(default_factory=list)
    head: PersonRow | None = None

    def take_over(self, other: HouseholdEntry) -> None:
        """Add what *other*, the same household on another row or sheet, says and this one does not."""
        for name in ("group", "serial", "kind", "tier"):
            setattr(self, name, getattr(self, name) or getattr(other, name))
        self.needs += [need for need in other.needs if need not in self.needs]
        known = {relative.key for relative in self.relatives}
        self.relatives += [relative for relative in other.relatives if relative.key not in known]
        self.notes += [line for line in other.notes if line not in self.notes]
        self.unnamed += other.unnamed
        for row in other.members:
            same = next((mine for mine in self.members if mine.may_be(row)), None)
            if same:
                same.take_over(row)
            else:
                self.members.append(row)


def join_repeated(entries: Iterable[tuple[HouseholdEntry, Area]]) -> Iterator[tuple[HouseholdEntry, HouseholdEntry]]:
    """(first, again) of households that stand in a ledger more than once: in one community, with one head and address.

    The first takes over what it lacks.
    """
    seen: dict[tuple[int, str, str], HouseholdEntry] = {}
    for entry, community in entries:
        if entry.head is None or not entry.address_key:
            continue
        first = seen.setdefault((community.pk, entry.head.key, entry.address_key), entry)
        if first is not entry and first.head and first.head.may_be(entry.head):
            first.take_over(entry)
            yield first, entry

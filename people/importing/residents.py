"""The household register: households, the residents in them, their documents, phones and relatives abroad."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit
from people.importing.area_book import AreaBook
from people.importing.entries import HouseholdEntry, PersonRow, join_repeated
from people.importing.known import Home, Known, Person, match_homes, match_members
from people.importing.outcome import Outcome, Progress
from people.importing.register import read_register
from people.importing.said import resident_as_said, with_lines
from people.importing.turn import take_turn
from people.ledgers import Ledger, LedgerSheet
from people.models import (
    Area,
    Household,
    IdentityDocument,
    Membership,
    PhoneNumber,
    RelativeAbroad,
    Resident,
    ServiceNeed,
    User,
)
from people.names import search_tokens

KINDS = (
    "town",
    "community",
    "group",
    "household",
    "resident",
    "membership",
    "document",
    "phone",
    "relative",
    "need",
)
BATCH = 500


def import_residents(
    ledger: Ledger, *, by: User | None = None, dry_run: bool = False, progress: Progress = lambda done, total: None
) -> Outcome:
    """Take in a household register. What it leaves blank or no longer names stays as it is; nothing is deleted."""
    outcome = Outcome(KINDS)
    outcome.add_problems(ledger.problems)
    entries = list(_read(ledger, outcome, progress))
    with transaction.atomic():
        take_turn()
        _RegisterImport(ledger, by, outcome).run(entries)
        if dry_run:
            transaction.set_rollback(True)
    return outcome


def _read(ledger: Ledger, outcome: Outcome, progress: Progress) -> Iterable[HouseholdEntry]:
    """Before the transaction: reading takes longer than writing, and nobody else need wait for it."""
    done, total = 0, sum(len(sheet.records) for sheet in ledger.sheets)
    today = timezone.localdate()
    for sheet in ledger.sheets:
        yield from read_register(sheet, outcome, today)
        done += len(sheet.records)
        progress(done, total)


class _RegisterImport:
    def __init__(self, ledger: Ledger, by: User | None, outcome: Outcome) -> None:
        self._by, self._outcome = by, outcome
        self._areas = AreaBook(ledger.town, by, outcome)
        self._today = timezone.localdate()
        self._new: dict[type[models.Model], list[Any]] = {
            kind: []
            for kind in (
                Resident,
                Household,
                Membership,
                IdentityDocument,
                PhoneNumber,
                RelativeAbroad,
                ServiceNeed,
            )
        }
        self._changed: dict[models.Model, set[str]] = {}

    def run(self, entries: Sequence[HouseholdEntry]) -> None:
        placed = self._once(self._place(entries))
        communities = {community.pk: community for _entry, community in placed}
        self._known = Known(communities.values(), entries)
        match_homes(self._known.homes.values(), placed)
        given = {id(home.entry): home for home in self._known.homes.values() if home.entry}
        homes = [(entry, given.get(id(entry)) or Home(Household(), community)) for entry, community in placed]
        people = {person: None for entry, home in homes for person in self._settle(entry, home)}
        for person in people:
            self._take_person(person)
        self._tell_missing(entry.sheet for entry, _community in placed)
        self._write()

    def _place(self, entries: Sequence[HouseholdEntry]) -> list[tuple[HouseholdEntry, Area]]:
        self._areas.learn([entry.community for entry in entries])
        placed = []
        sheets_without: set[str] = set()
        for entry in entries:
            community = self._areas.community(entry.community) if entry.community else None
            if community is None and entry.sheet.title not in sheets_without:
                sheets_without.add(entry.sheet.title)
                message = _("No community is named; its households were put at the town. Name the sheet after it.")
                self._outcome.wrong(entry.sheet, entry.sheet.head_row, "community", entry.sheet.title, message)
            placed.append((entry, community or self._areas.town))
        return placed

    def _once(self, placed: list[tuple[HouseholdEntry, Area]]) -> list[tuple[HouseholdEntry, Area]]:
        """Without households that stand further up already, as on a sheet of those that are looked after more."""
        again = set()
        for first, entry in join_repeated(placed):
            again.add(id(entry))
            message = _("This household is already at %(sheet)s, row %(row)s; what was missing there was added.")
            place = {"sheet": first.sheet.title, "row": first.row}
            self._outcome.notice(entry.sheet, entry.row, entry.head.name if entry.head else "", message % place)
        return [(entry, community) for entry, community in placed if id(entry) not in again]

    # ---- Who and what an entry means ----

    def _settle(self, entry: HouseholdEntry, home: Home) -> list[Person]:
        """Find or add the members of one entry, and take its household in."""
        own = match_members(entry.members, home)
        people: list[Person] = []
        head: Person | None = None
        for row in entry.members:
            membership, person = own.get(id(row)) or (None, self._known.elsewhere(row))
            if person is None:
                for other in self._known.namesakes_by_document(row):
                    self._tell_taken(row, other)
                person = self._known.add(row)
            if person in people:
                message = _("This person is listed twice in the household; the second row only adds what was missing.")
                self._outcome.wrong(row.sheet, row.row, "member_name", row.name_written, message)
            else:
                people.append(person)
                self._take_membership(row, person, home, membership)
            person.rows.append(row)
            if row is entry.head:
                head = person
        self._take_household(entry, home, head)
        return people

    def _take_membership(self, row: PersonRow, person: Person, home: Home, membership: Membership | None) -> None:
        if membership is None:
            membership = Membership(resident=person.resident, household=home.household, relation=row.relation)
            self._add(membership)
        elif membership.until:
            self._outcome.notice(row.sheet, row.row, row.name, _("Left this household meanwhile; left alone."))
            self._outcome.unchanged["membership"] += 1
        elif row.relation and row.relation != membership.relation:
            membership.relation = row.relation
            self._change(row.sheet, row.row, membership, f"{row.name} · {row.relation}", ["relation"])
        else:
            self._outcome.unchanged["membership"] += 1

    def _take_household(self, entry: HouseholdEntry, home: Home, head: Person | None) -> None:
        household = home.household
        said: dict[str, Any] = {
            name: value for name in ("serial", "address", "kind", "tier") if (value := getattr(entry, name))
        }
        if "address" in said:
            said["address_key"] = entry.address_key
        unnamed = [] if entry.relatives or home.relatives else entry.unnamed
        if notes := with_lines(household.note, [*entry.notes, *unnamed]):
            said["note"] = notes
        if area := self._area_for(entry, home):
            said["area"] = area
        if head and (home.is_new or head is not home.head):
            said["head"] = head.resident
        fields = [] if home.is_new else [name for name, value in said.items() if getattr(household, name) != value]
        for name, value in said.items():
            setattr(household, name, value)
        fields += self._take_relatives(entry, home) + self._take_needs(entry, home)
        if home.is_new:
            self._add(household)
        elif fields:
            household.version += 1
            label = head.resident.name if head else household
            stored = [name for name in fields if name not in ("relatives", "needs")]
            self._change(entry.sheet, entry.row, household, label, fields, [*stored, "version"])
        else:
            self._outcome.unchanged["household"] += 1
        if household.ended_on:
            message = _("The office has ended this household; it was left so.")
            self._outcome.notice(entry.sheet, entry.row, head.resident.name if head else "", message)

    def _area_for(self, entry: HouseholdEntry, home: Home) -> Area | None:
        """The group named; for a new household the community's only group, else the community itself."""
        if entry.group and home.community is not self._areas.town:
            return self._areas.group(home.community, entry.group)
        if not home.is_new:
            return None
        groups = self._areas.groups_of(home.community)
        return groups[0] if len(groups) == 1 else home.community

    def _take_relatives(self, entry: HouseholdEntry, home: Home) -> list[str]:
        fields = []
        for relative in entry.relatives:
            known = home.relatives.get(relative.key)
            if known is None:
                known = RelativeAbroad(household=home.household, name=relative.name, name_key=relative.key)
                known.country, known.city, known.relation = relative.country, relative.city, relative.relation
                home.relatives[relative.key] = known
                self._add(known)
                fields.append("relatives")
                continue
            said = {name: getattr(relative, name) for name in ("country", "city", "relation")}
            changed = [name for name, value in said.items() if value and value != getattr(known, name)]
            if not changed:
                self._outcome.unchanged["relative"] += 1
                continue
            for name in changed:
                setattr(known, name, said[name])
            self._change(entry.sheet, entry.row, known, relative.name, changed)
        return fields

    def _take_needs(self, entry: HouseholdEntry, home: Home) -> list[str]:
        missing = [need for need in entry.needs if need not in home.needs]
        self._outcome.unchanged["need"] += len(entry.needs) - len(missing)
        for need in missing:
            home.needs.add(need)
            self._add(ServiceNeed(household=home.household, need=need, since=self._today))
        return ["needs"] if missing else []

    def _take_person(self, person: Person) -> None:
        first, resident = person.rows[0], person.resident
        said = resident_as_said(person)
        fields = [name for name, value in said.items() if getattr(resident, name) != value]
        for name, value in said.items():
            setattr(resident, name, value)
        if person.is_new or "name" in fields:
            resident.search = search_tokens(resident.name)[:400]
        linked = self._take_documents(person) + self._take_phones(person)
        if person.is_new:
            self._add(resident)
        elif fields or linked:
            resident.version += 1
            stored = [*fields, "version", *(["search"] if "name" in fields else [])]
            self._change(first.sheet, first.row, resident, resident.name, [*fields, *linked], stored)
        else:
            self._outcome.unchanged["resident"] += 1

    def _take_documents(self, person: Person) -> list[str]:
        fields = []
        said = {row.index: row for row in person.rows if row.document and row.index}
        for index, row in said.items():
            assert row.document is not None
            known = person.document_of(index)
            if known:
                self._outcome.unchanged["document"] += 1
                continue
            corrected = next(
                (d for d in person.documents if d.kind == row.document.kind and d.number_index not in said), None
            )
            document = corrected or IdentityDocument(resident=person.resident, kind=row.document.kind)
            document.number, document.number_index = row.document.number, index
            document.problem = row.document.problem[:200]
            if corrected:
                # Counted with its resident: one cell was mended, and one record of the office changed.
                self._changed.setdefault(document, set()).update(("number", "number_index", "problem"))
            else:
                person.documents.append(document)
                self._add(document)
            fields.append("documents")
        return fields

    def _take_phones(self, person: Person) -> list[str]:
        said = {phone.number[:30]: phone for row in person.rows for phone in row.phones}
        added = {number: phone for number, phone in said.items() if number not in person.phones}
        self._outcome.unchanged["phone"] += len(said) - len(added)
        for number, phone in added.items():
            person.phones.add(number)
            self._add(
                PhoneNumber(
                    resident=person.resident,
                    number=number,
                    extension=phone.extension[:10],
                    kind=phone.kind,
                    tail=phone.tail4,
                    safe_note=phone.label[:120],
                )
            )
        return ["phones"] if added else []

    # ---- What is told ----

    def _tell_taken(self, row: PersonRow, other: Person) -> None:
        place = f"{other.rows[0].sheet.title} {other.rows[0].row}" if other.rows else ""
        message = _("This number is also given for %(name)s (%(place)s). Check which of the two is right.") % {
            "name": other.resident.name,
            "place": place or _("already registered"),
        }
        assert row.document is not None
        self._outcome.wrong(row.sheet, row.row, "id_number", row.document.number, message)

    def _tell_missing(self, sheets: Iterable[LedgerSheet]) -> None:
        """Households and members that the register no longer names are told, and left alone."""
        sheet = next(iter(sheets), None)
        for home in self._known.homes.values():
            if sheet is None or home.household.ended_on or (home.entry is None and home.community == self._areas.town):
                continue
            where = home.entry.sheet if home.entry else sheet
            if home.entry is None:
                message = _("This household of %(area)s is not in the ledger; it was left alone.")
                self._outcome.notice(where, 0, home.household, message % {"area": home.community})
                continue
            named = {person for person in (p for _m, p in home.memberships) if self._named_in(person, home.entry)}
            for membership, person in home.memberships:
                if membership.until is None and person not in named:
                    message = _("This member is not in the ledger; he or she was left in the household.")
                    self._outcome.notice(where, home.entry.row, person.resident.name, message)

    @staticmethod
    def _named_in(person: Person, entry: HouseholdEntry) -> bool:
        return any(row in entry.members for row in person.rows)

    # ---- Writing ----

    def _add(self, record: models.Model) -> None:
        self._new[type(record)].append(record)
        self._outcome.created[_KIND_OF[type(record)]] += 1

    def _change(
        self,
        sheet: LedgerSheet,
        row: int,
        record: models.Model,
        label: object,
        fields: Sequence[str],
        stored: Sequence[str] | None = None,
    ) -> None:
        self._changed.setdefault(record, set()).update(fields if stored is None else stored)
        self._outcome.change(sheet, row, _KIND_OF[type(record)], label, fields)

    def _write(self) -> None:
        for kind, records in self._new.items():
            kind._default_manager.bulk_create(records, batch_size=BATCH)
        for kind in self._new:
            changed = {record: fields for record, fields in self._changed.items() if isinstance(record, kind)}
            fields = sorted(set().union(*changed.values()))
            if changed:
                kind._default_manager.bulk_update(changed, fields, batch_size=BATCH // 5)
        audit.record_many(self._by, "household.import", map(audit.Entry, self._new[Household]))
        residents = self._new[Resident]
        audit.record_many(self._by, "resident.import", (audit.Entry(one, subject=one.uuid) for one in residents))
        audit.record_many(self._by, "ledger.change", map(_changed_entry, self._changed.items()))


_KIND_OF: dict[type[models.Model], str] = {
    Resident: "resident",
    Household: "household",
    Membership: "membership",
    IdentityDocument: "document",
    PhoneNumber: "phone",
    RelativeAbroad: "relative",
    ServiceNeed: "need",
}


def _changed_entry(change: tuple[models.Model, set[str]]) -> audit.Entry:
    record, fields = change
    return audit.Entry(record, sorted(fields), subject=record.uuid if isinstance(record, Resident) else "")

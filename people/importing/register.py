"""What the rows of a household register say, read cell by cell; nothing here asks the database.

What cannot be read becomes an error and a line of the note of its household or person, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from people import vault
from people.addresses import address_key
from people.cells import PartialDate, read_date, read_sex, read_text
from people.household_rows import HouseholdRows, households, is_head, names_in_list, says_yes, with_heads_asked
from people.identifiers import Document, Phone, parse_document, parse_phones, split_off_phones
from people.importing.entries import HouseholdEntry, PersonRow, Relative
from people.importing.outcome import Outcome
from people.ledgers import LedgerSheet, Record
from people.masking import mask_document
from people.models import HouseholdKind, Need, Sex, Tier
from people.names import fold, name_key, tidy_name
from people.worksheets import Value

_KINDS = (
    (re.compile("归侨"), HouseholdKind.RETURNED),
    (re.compile("留学"), HouseholdKind.STUDENT),
    (re.compile("台属|台胞亲属|台胞家属"), HouseholdKind.TAIWAN_RELATIVE),
    (re.compile("台胞|台商|台湾"), HouseholdKind.TAIWAN_COMPATRIOT),
    (re.compile("港|澳"), HouseholdKind.HONG_KONG_MACAO),
    (re.compile("侨"), HouseholdKind.RELATIVE),
    (re.compile("普通|一般|居民|其他|其它|本地"), HouseholdKind.RESIDENT),
)
_TIERS = (
    (re.compile("重点"), Tier.KEY),
    (re.compile("帮扶|困难|救助"), Tier.ASSISTANCE),
    (re.compile("资源"), Tier.RESOURCE),
    (re.compile("一般|普通"), Tier.ORDINARY),
)
_NEEDS = (
    (re.compile("独居"), Need.LIVING_ALONE),
    (re.compile("空巢"), Need.EMPTY_NEST),
    (re.compile("纯老|全老|双老"), Need.ALL_ELDERLY),
    (re.compile("高龄"), Need.VERY_OLD),
    (re.compile("残疾|残障"), Need.DISABLED),
    (re.compile("慢性病|大病|重病"), Need.CHRONICALLY_ILL),
    (re.compile("困难|低保|特困|贫困"), Need.HARDSHIP),
    (re.compile("变故|失独"), Need.MISFORTUNE),
)
_NOT = re.compile("[非不无未][^，。；、 ]{0,2}$")
_BETWEEN_NAMES = re.compile(r"[、，,;；/\n]")
_PLACE = re.compile(r"([^（(]*)[（(]([^）)]*)[）)]?")
_BESIDE_RELATIVE = re.compile(r"([^（(]+)[（(]((?![^）)]*[故世男原曾名])[\u3400-\u9fff]{2,10})[）)]")
_KIN = re.compile("[子女儿兒兄弟姐妹父母夫妻孙孫侄甥叔伯姑舅姨婿媳配偶堂表长長次大小外公婆之]+")
_OF_PERSON = frozenset({"member_name", "head_name", "relation", "sex", "born", "id_number", "phone", "other_phone"})
_HAN = re.compile("[\u3400-\u9fff]")


def read_register(sheet: LedgerSheet, outcome: Outcome, today: date) -> Iterator[HouseholdEntry]:
    """Read the households of one sheet one after another, and put what is wrong into *outcome*."""
    sheet = with_heads_asked(sheet)
    reader, above = _Reader(sheet, outcome, today), ""
    for rows in households(sheet):
        entry = reader.household(rows)
        # Where a column names the community, it is often written once for all its households.
        entry.community = above = entry.community or above
        yield entry


class _Reader:
    def __init__(self, sheet: LedgerSheet, outcome: Outcome, today: date) -> None:
        self._sheet, self._outcome, self._today = sheet, outcome, today
        self._lists_members = "relation" not in sheet.columns and any(
            names_in_list(record.cells.get("member_name")) for record in sheet.records
        )

    def household(self, rows: HouseholdRows) -> HouseholdEntry:
        entry = HouseholdEntry(self._sheet, rows.row)
        first = Record(rows.row, rows.cells)
        entry.community = self._text(first, "community", entry.notes) or self._sheet.community or ""
        entry.group = self._text(first, "group", entry.notes)
        entry.serial = self._text(first, "serial", entry.notes)[:20]
        entry.address = self._cut(first, "address", 200, entry.notes)
        entry.address_key = address_key(entry.address)[:200]
        entry.kind = self._choice(first, "household_kind", _KINDS, entry.notes)
        entry.tier = self._choice(first, "tier", _TIERS, entry.notes)
        for record in rows.members:
            entry.relatives += self._relatives(record, first, entry)
            self._add_member(entry, record, rows)
        _leave_out_head_twice(entry)
        entry.head = self._head(entry, first) or next(iter(entry.members), None)
        return entry

    def _head(self, entry: HouseholdEntry, first: Record) -> PersonRow | None:
        """Who is said to be head. One who is named for the household alone is added: nothing else is known of him."""
        written = split_off_phones(read_text(first.cells.get("head_name"))[0] or "")[0]
        by_relation = next((member for member in entry.members if is_head(member.relation)), None)
        by_name = next((member for member in entry.members if member.key == name_key(written)), None)
        if by_name or not name_key(written):
            return by_relation or by_name
        if by_relation:
            message = _("The row that says head names somebody else, who was taken. Correct one of the two names.")
            self._keep(first, "head_name", message, entry.notes)
            return by_relation
        head = self._person(Record(first.row, {"head_name": first.cells["head_name"]}), "head_name")
        if head:
            head.relation = "户主"
            entry.members.insert(0, head)
        return head

    def _add_member(self, entry: HouseholdEntry, record: Record, rows: HouseholdRows) -> None:
        remark = self._text(record, "remark", entry.notes)
        entry.needs += [need for need in _needs_in(remark) if need not in entry.needs]
        extra = [f"{header}：{read_text(value)[0] or value}" for header, value in record.extra.items()]
        if record.row == rows.row:
            entry.notes += [line for line in (remark, *extra) if line]
        if self._lists_members and record.cells.get("head_name") and self._add_list(entry, record):
            return
        # A row of the household alone: without a column of members its head is all there is to know.
        name = "member_name" if "member_name" in record.cells else "head_name"
        if record.filled and name in record.filled:
            return
        person = self._person(record, name)
        if person is None and _OF_PERSON.isdisjoint(record.cells):
            entry.notes += [line for line in (remark, *extra) if line and record.row != rows.row]
            return  # a row for one more relative abroad
        if person is None:
            self._keep_nameless(entry, record, name)
            return
        if record.row != rows.row:
            person.notes += [line for line in (remark, *extra) if line]
        elif name == "head_name" and not person.relation:
            person.relation = "户主"
            person.from_head_cell = True
        entry.members.append(person)

    def _add_list(self, entry: HouseholdEntry, record: Record) -> bool:
        """A row of a whole household: what it says is the head's, of the others there are names."""
        head = self._person(record, "head_name")
        if head is None:
            return False
        head.relation = head.relation or "户主"
        entry.members.append(head)
        written = record.cells.get("member_name")
        for name, relation in names_in_list(written) or [(read_text(written)[0] or "", "")]:
            cells: dict[str, Value] = {"member_name": name, "relation": relation}
            member = self._person(Record(record.row, cells), "member_name")
            if member and member.key != head.key:
                entry.members.append(member)
        return True

    def _keep_nameless(self, entry: HouseholdEntry, record: Record, name: str) -> None:
        message = _(
            "This row names nobody; what it says is in the note of its household. Write the name and import again."
        )
        self._outcome.wrong(self._sheet, record.row, name, record.cells.get(name), message)
        said = [
            self._line(key, mask_document(text) if key == "id_number" else text)
            for key in sorted(_OF_PERSON - {"member_name", "head_name"}, key=str)
            if (text := read_text(record.cells.get(key))[0])
        ]
        entry.notes += ["；".join(said)] if said else []

    def _person(self, record: Record, name: str) -> PersonRow | None:
        person = PersonRow(self._sheet, record.row)
        written, beside = split_off_phones(self._text(record, name, person.notes))
        if not written:
            return None
        person.name_written = tidy_name(written)[:80]
        person.name = fold(person.name_written)[:80] if _HAN.search(person.name_written) else person.name_written
        person.key = name_key(written)[:80]
        person.relation = self._cut(record, "relation", 20, person.notes) or says_yes(record, "is_head") * "户主"
        person.health = self._text(record, "health", person.notes)
        person.phones = self._phones(record, beside, person.notes)
        person.document = self._document(record)
        person.index = vault.blind_index(person.document.key) if person.document else ""
        person.born = self._born(record, person)
        person.sex = self._sex(record, person)
        return person

    def _document(self, record: Record) -> Document | None:
        written = record.cells.get("id_number")
        text, problem = read_text(written)
        if problem:
            self._outcome.wrong(self._sheet, record.row, "id_number", written, problem)
        if text is None:
            return None
        document = parse_document(written, self._today)
        if document.problem:
            self._outcome.wrong(self._sheet, record.row, "id_number", text, document.problem)
        return document if document.number else None

    def _phones(self, record: Record, beside: str, notes: list[str]) -> list[Phone]:
        """Those of both columns and those that stand beside the name."""
        phones = {phone.number: phone for phone in parse_phones(beside) if not phone.problem}
        for key in ("phone", "other_phone"):
            _text, problem = read_text(record.cells.get(key))
            if problem:
                self._outcome.wrong(self._sheet, record.row, key, record.cells[key], problem)
                continue
            for phone in parse_phones(record.cells.get(key)):
                if phone.problem:
                    self._outcome.wrong(self._sheet, record.row, key, record.cells[key], phone.problem)
                    if len(phone.number) > 30:
                        notes.append(self._line(key, phone.number))
                        continue
                phones.setdefault(phone.number, phone)
        return list(phones.values())

    def _born(self, record: Record, person: PersonRow) -> PartialDate | None:
        """The cell's date, unless a sound document knows it better; a disagreement is told and kept as a note."""
        written = record.cells.get("born")
        born, problem = read_date(written, today=self._today)
        if born and born.date > self._today:
            born, problem = None, _("The date of birth is in the future. Please check it.")
        if problem:
            self._keep(record, "born", problem, person.notes)
        known = person.document.born if person.document and person.has_sound_document else None
        if known is None:
            return born
        if born and not problem and not str(known).startswith(str(born)):
            self._keep(
                record,
                "born",
                _("It differs from the date of birth in the ID number, %(born)s, which was kept. Correct one of them.")
                % {"born": known.isoformat()},
                person.notes,
            )
        return PartialDate(known)

    def _sex(self, record: Record, person: PersonRow) -> str:
        sex, problem = read_sex(record.cells.get("sex"))
        said = {"male": Sex.MALE.value, "female": Sex.FEMALE.value, None: ""}[sex]
        if problem:
            self._keep(record, "sex", problem, person.notes)
        known = person.document.sex if person.document and person.has_sound_document else None
        if said and known and said != known:
            message = _("It differs from the sex in the ID number, which was kept. Correct one of them.")
            self._keep(record, "sex", message, person.notes)
        return known or said

    def _relatives(self, record: Record, household: Record, entry: HouseholdEntry) -> list[Relative]:
        notes = entry.notes
        if "overseas_relatives" not in record.cells or "overseas_relatives" in record.filled:
            # A country or relation without a name is nobody's.
            entry.unnamed += [
                self._line(key, text)
                for key in ("overseas_country", "kin_relation")
                if key not in record.filled and (text := self._text(record, key, notes))
            ]
            return []
        written = self._text(record, "overseas_relatives", notes)
        parts = list(dict.fromkeys(part.strip() for part in _BETWEEN_NAMES.split(written) if part.strip()))
        besides = [_beside_relative(part) for part in parts]
        names = [tidy_name(name)[:80] for name, _place, _kin in besides]
        countries = self._each(record, household, "overseas_country", len(names), notes)
        relations = self._each(record, household, "kin_relation", len(names), notes)
        return [
            Relative(name, *_country_and_city(country or place), (relation or kin)[:20])
            for name, country, relation, (_name, place, kin) in zip(names, countries, relations, besides, strict=True)
            if name_key(name)
        ]

    def _each(self, record: Record, household: Record, key: str, count: int, notes: list[str]) -> list[str]:
        """What a cell says of each of *count* relatives: one part each, or the whole for all of them."""
        text = self._text(record if key in record.cells else household, key, notes)
        parts = [part.strip() for part in _BETWEEN_NAMES.split(text)]
        return parts if len(parts) == count > 1 else [text] * count

    def _choice(
        self, record: Record, key: str, choices: tuple[tuple[re.Pattern[str], str], ...], notes: list[str]
    ) -> str:
        text = self._text(record, key, notes)
        if not text:
            return ""
        # 侨眷（父亲是归侨） is 侨眷.
        folded = fold(text)
        bare = re.sub(r"\(.*?\)", "", folded)
        found = next((value for said in (bare, folded) for pattern, value in choices if pattern.search(said)), "")
        if found:
            notes += [self._line(key, text)] if bare != folded else []
            return str(found)
        message = _("This is none of the known kinds. Write one of them, or leave the cell empty.")
        self._keep(record, key, message, notes)
        return ""

    def _cut(self, record: Record, key: str, longest: int, notes: list[str]) -> str:
        text = self._text(record, key, notes)
        if len(text) > longest:
            self._keep(record, key, _("The text is too long; the whole of it is in the note."), notes)
        return text[:longest]

    def _text(self, record: Record, key: str, notes: list[str]) -> str:
        text, problem = read_text(record.cells.get(key))
        if problem:
            self._keep(record, key, problem, notes)
        return text or ""

    def _keep(self, record: Record, key: str, message: str, notes: list[str]) -> None:
        """Tell what is wrong with a cell and keep it as it was written."""
        value = record.cells.get(key)
        written = read_text(value)[0] or str(value)
        self._outcome.wrong(self._sheet, record.row, key, written, message)
        line = self._line(key, written)
        if line not in notes:
            notes.append(line)

    def _line(self, key: str, written: str) -> str:
        return f"{self._sheet.columns.get(key, key)}：{written}"


def _leave_out_head_twice(entry: HouseholdEntry) -> None:
    """A head named in the household's own row and again among the members below is one person."""
    first = entry.members[0] if entry.members else None
    if first and first.from_head_cell and any(member.key == first.key for member in entry.members[1:]):
        del entry.members[0]


def _needs_in(remark: str) -> list[str]:
    """The service needs that a remark names; “非独居” and “不困难” name none."""
    found = []
    for pattern, need in _NEEDS:
        match = pattern.search(fold(remark))
        if match and not _NOT.search(fold(remark)[: match.start()]):
            found.append(str(need))
    return found


def _beside_relative(written: str) -> tuple[str, str, str]:
    """(name, country, relation) from 陈大海（美国） or 陈大海（儿子）; another bracket belongs to the name."""
    match = _BESIDE_RELATIVE.fullmatch(written)
    if not match:
        return written, "", ""
    return (match[1], "", match[2]) if _KIN.fullmatch(match[2]) else (match[1], match[2], "")


def _country_and_city(written: str) -> tuple[str, str]:
    """("加拿大", "多伦多") from 加拿大（多伦多）."""
    match = _PLACE.fullmatch(written)
    country, city = match.groups() if match else (written, "")
    return country.strip()[:60], city.strip()[:60]

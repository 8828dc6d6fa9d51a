"""The contact network from its ledger: communities, groups, and who looks after them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from people import audit, network
from people.access import Role
from people.cells import read_text
from people.identifiers import parse_phones, split_off_phones
from people.importing.area_book import AreaBook
from people.importing.outcome import Outcome, Progress
from people.importing.turn import take_turn
from people.ledgers import Ledger, LedgerSheet, Record, carried_down
from people.models import Area, Post, User
from people.models.areas import within
from people.names import fold, name_key, tidy_name
from people.worksheets import Value

KINDS = ("town", "community", "group", "staff", "post")
_BETWEEN_NAMES = re.compile(r"[、，,;；/]|\s{2,}")
# What stands where a name would, because nobody holds the post.
_VACANT = re.compile(r"\s*[（(]?\s*(空缺|暂缺|空岗|待定|待补|待选|缺|缺员)\s*[)）]?\s*")


_DUTIES = (
    (re.compile("包片|委员|领导"), "committee_member"),
    (re.compile("站长|干部|专干|书记|主任|社工|社区.*负责"), "officer"),
    (re.compile("组长|网格|联络|楼道|楼组|中心户|负责"), "leader"),
)


class _Duty(NamedTuple):
    """Columns that say who looks after an area, as what."""

    role: str
    name: str
    phone: str


_OF_COMMUNITY = (
    _Duty(Role.OFFICER, "officer", "officer_phone"),
    _Duty(Role.COMMITTEE, "committee_member", ""),
)
_OF_GROUP = _Duty(Role.LEADER, "leader", "leader_phone")


class _Person(NamedTuple):
    name: str
    phone: str


def import_network(
    ledger: Ledger, *, by: User | None = None, dry_run: bool = False, progress: Progress = lambda done, total: None
) -> Outcome:
    """Take in the contact network: one row per group. A new name at a post ends the old one and begins another."""
    outcome = Outcome(KINDS)
    outcome.add_problems(ledger.problems)
    with transaction.atomic():
        take_turn()
        _NetworkImport(ledger, by, outcome).run()
        if dry_run:
            transaction.set_rollback(True)
    rows = sum(len(sheet.records) for sheet in ledger.sheets)
    progress(rows, rows)
    return outcome


class _NetworkImport:
    def __init__(self, ledger: Ledger, by: User | None, outcome: Outcome) -> None:
        self._ledger, self._by, self._outcome = ledger, by, outcome
        self._areas = AreaBook(ledger.town, by, outcome)
        self._posts: dict[tuple[int, str], list[Post]] = defaultdict(list)
        here = within([self._areas.town.path or ""], "area__")
        for post in Post.objects.current().filter(here).select_related("user"):
            self._posts[post.area_id or 0, post.role].append(post)
        self._done: set[tuple[int, str, str]] = set()
        self._named: dict[tuple[int, str], set[str]] = defaultdict(set)
        """Keys of all whom the ledger names for a post, be it in several rows."""
        self._staff: set[int] = set()

    def run(self) -> None:
        rows = list(self._rows())
        for _sheet, record, community, number in rows:
            group = self._group(record, community, number)
            for area, duty in [
                *((community, duty) for duty in _OF_COMMUNITY),
                *([(group, _OF_GROUP)] if group else []),
            ]:
                written, _beside = split_off_phones(read_text(record.cells.get(duty.name))[0] or "")
                self._named[area.pk, duty.role] |= {name_key(name) for name in _names_in(written)}
        for sheet, record, community, number in rows:
            for duty in _OF_COMMUNITY:
                self._fill(sheet, record, community, duty)
            self._take_group(sheet, record, community, number)

    def _rows(self) -> Iterator[tuple[LedgerSheet, Record, Area, int]]:
        """Each row with its community, and which row of it on its sheet it is."""
        for sheet in self._ledger.sheets:
            seen: dict[int, int] = defaultdict(int)
            for carried in carried_down(sheet, self._ledger.kind):
                record = self._by_duty(sheet, carried)
                if community := self._community(sheet, record):
                    seen[community.pk] += 1
                    yield sheet, record, community, seen[community.pk]

    def _by_duty(self, sheet: LedgerSheet, record: Record) -> Record:
        """A row of one person, what he does beside his name, with his name where the ledgers of groups have it."""
        person, phone = record.cells.get("person"), record.cells.get("person_phone")
        if person is None:
            return record
        written, _problem = read_text(record.cells.get("duty"))
        usual = "leader" if "group" in sheet.columns and "leader" not in sheet.columns else "officer"
        name = next((name for pattern, name in _DUTIES if pattern.search(fold(written))), None) if written else usual
        if name is None:
            message = _("This is none of the known kinds. Write one of them, or leave the cell empty.")
            self._outcome.wrong(sheet, record.row, "duty", written, message)
            name = usual
        left_out = {"person", "person_phone", "duty"} | (set() if name == "leader" else {"group"})
        cells = {key: value for key, value in record.cells.items() if key not in left_out}
        cells |= {name: person} | ({} if phone is None else {f"{name}_phone": phone})
        return Record(record.row, cells, record.extra, record.filled)

    def _community(self, sheet: LedgerSheet, record: Record) -> Area | None:
        written, problem = read_text(record.cells.get("community") or sheet.community)
        if written is None:
            message = problem or _("The community is missing; the row was left out. Write its name and import again.")
            self._outcome.wrong(sheet, record.row, "community", record.cells.get("community"), message)
            return None
        return self._areas.community(written)

    def _group(self, record: Record, community: Area, number: int) -> Area | None:
        """The group a row is of, by its place where it is not named; None where the row is of no group."""
        written, _problem = read_text(record.cells.get("group"))
        if written is None and not record.cells.keys() & {"group", "leader", "leader_phone"}:
            return None
        return self._areas.group(community, written or f"第{number}小组")

    def _take_group(self, sheet: LedgerSheet, record: Record, community: Area, number: int) -> None:
        _written, problem = read_text(record.cells.get("group"))
        if problem:
            self._outcome.wrong(sheet, record.row, "group", record.cells.get("group"), problem)
        group = self._group(record, community, number)
        if group is None:
            return
        rest = ["household_count", "remark"]
        if not self._fill(sheet, record, group, _OF_GROUP):
            message = _("The name of the group leader is missing; the group has no leader. Add the name.")
            self._outcome.wrong(sheet, record.row, "leader", record.cells.get("leader"), message)
            rest.append("leader_phone")
        self._keep_note(sheet, record, group, rest)

    def _keep_note(self, sheet: LedgerSheet, record: Record, group: Area, columns: list[str]) -> None:
        """Write down with the group what the row says that has no field: "约计户数：16"."""
        said = {sheet.columns.get(key, key): record.cells.get(key) for key in columns} | dict(record.extra)
        lines = [f"{header}：{text}" for header, value in said.items() if (text := read_text(value)[0])]
        known = group.note.splitlines()
        if all(line in known for line in lines):
            return
        headers = tuple(f"{header}：" for header in said)
        group.note = "\n".join([*(line for line in known if not line.startswith(headers)), *lines])
        group.save(update_fields=["note"])
        audit.record(self._by, "area.change", group, fields=["note"])
        if not self._areas.is_new(group):
            self._outcome.unchanged["group"] -= 1
            self._outcome.change(sheet, record.row, "group", group, ["note"])

    def _fill(self, sheet: LedgerSheet, record: Record, area: Area, duty: _Duty) -> bool:
        """Put whom the ledger names into the post; False where it names nobody."""
        people = self._people(sheet, record, area, duty)
        held = self._posts[area.pk, duty.role]
        holders = {name_key(post.user.name): post for post in held}
        newcomers = []
        for person in people:
            post = holders.get(name_key(person.name))
            if (area.pk, duty.role, name_key(person.name)) in self._done:
                continue
            self._done.add((area.pk, duty.role, name_key(person.name)))
            if post is None:
                newcomers.append(person)
            else:
                self._outcome.unchanged["post"] += 1
                self._keep_phone(sheet, record, post.user, person.phone)
        # Somebody else's name means a hand-over; stand-ins stay until their own day.
        named = self._named[area.pk, duty.role] or {name_key(person.name) for person in people}
        if newcomers and named.isdisjoint(holders):
            for post in [post for post in held if post.stands_in_for_id is None]:
                network.vacate(post, by=self._by)
                held.remove(post)
                self._outcome.change(sheet, record.row, "post", f"{area} · {post.user}", ["until"])
        for person in newcomers:
            held.append(self._appoint(person, area, duty.role))
        return bool(people)

    def _people(self, sheet: LedgerSheet, record: Record, area: Area, duty: _Duty) -> list[_Person]:
        written, problem = read_text(record.cells.get(duty.name))
        if problem:
            self._outcome.wrong(sheet, record.row, duty.name, record.cells.get(duty.name), problem)
        written, beside = split_off_phones(written or "")
        names = _names_in(written)
        if not names or all((area.pk, duty.role, name_key(name)) in self._done for name in names):
            return [_Person(name, "") for name in names]
        phones = self._phones(sheet, record, duty.phone, record.cells.get(duty.phone)) or list(
            map(str, parse_phones(beside))
        )
        return [_Person(name[:60], phone) for name, phone in zip_longest(names, phones[: len(names)], fillvalue="")]

    def _phones(self, sheet: LedgerSheet, record: Record, key: str, value: Value) -> list[str]:
        _text, problem = read_text(value)
        if problem and key:
            self._outcome.wrong(sheet, record.row, key, value, problem)
        phones = parse_phones(value) if key and not problem else []
        for phone in phones:
            if phone.problem:
                self._outcome.wrong(sheet, record.row, key, value, phone.problem)
        return [str(phone) for phone in phones if not phone.problem]

    def _keep_phone(self, sheet: LedgerSheet, record: Record, user: User, phone: str) -> None:
        if phone and phone != user.phone:
            user.phone = phone
            user.save(update_fields=["phone"])
            audit.record(self._by, "staff.change", user, fields=["phone"])
            self._staff.add(user.pk)
            self._outcome.change(sheet, record.row, "staff", user, ["phone"])
        elif user.pk not in self._staff:
            self._staff.add(user.pk)
            self._outcome.unchanged["staff"] += 1

    def _appoint(self, person: _Person, area: Area, role: str) -> Post:
        user, added = network.find_or_add_staff(person.name, person.phone)
        if added:
            audit.record(self._by, "staff.add", user)
            self._outcome.created["staff"] += 1
        elif user.pk not in self._staff:
            self._outcome.unchanged["staff"] += 1
        self._staff.add(user.pk)
        self._outcome.created["post"] += 1
        return network.appoint(user, role, by=self._by, area=area)


def _names_in(written: str) -> list[str]:
    """Whom a cell names; nobody where it says that the post is vacant. 王强（副主任）and 王强 are one man."""
    parts = [part for part in _BETWEEN_NAMES.split(written) if part.strip() and not _VACANT.fullmatch(fold(part))]
    return [tidy_name(re.sub(r"[（(][^）)]*[)）]\s*$", "", part)) for part in parts]

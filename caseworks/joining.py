"""Cases that hang together: one merged into another, one split into several, two that are related.

Each can be taken back for ten minutes. How they count in the reports (caseworks/reports/metrics/cases.py):

- A merged case was received like any other. From then on it is no work of its own: it is neither due nor resolved, and
  the deadline, the outcome and the answers are those of the case it was merged into.
- Every case that a splitting makes is received, due and resolved like any other, as of the moment the first one came
  in. One that is taken back again was never received.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from caseworks import incidents, intake, workflow
from caseworks.models import Case, CaseCaller, CaseLink, Category, LinkKind
from caseworks.models.bulk import UNDO_WITHIN
from caseworks.models.joining import CaseLinkQuerySet
from caseworks.moves import Act, NotPossible, done, moving
from caseworks.states import OPEN, Status, Verb
from caseworks.undoing import columns, difference, put_back, still_possible, too_late
from people.models import Area

# A splitting that makes more than this was not one case but a list.
MOST_PARTS = 3


@dataclass(frozen=True)
class Part:
    """One of the matters that a case is split into; what it does not say is as it was with the whole."""

    summary: str
    category: Category | None = None
    area: Area | None = None
    place: str = ""


def merge(case: Case, act: Act, *, into: Case) -> Case:
    """Let *case* go on as part of *into*: its caller, and whoever joined it, call about that one from now on."""
    with _both(case, into), moving(case, Verb.MERGE, act, into=into) as locked:
        if locked is None:
            return case
        _check_merging(locked, into)
        before = columns(locked)
        with moving(into, Verb.JOIN, _beside(act)) as target:
            assert target is not None  # its key is that of this merging
            moved = _move_callers(locked, target)
            done(target, Verb.JOIN, _beside(act), [], text=locked.summary, detail=_merged_from(locked))
        fields = ["status", *workflow.end_pause(locked)]
        locked.status = Status.MERGED
        done(locked, Verb.MERGE, act, fields, detail=f"→ {into.number}")
        _bind(locked, into, LinkKind.MERGED, act, {**difference(before, locked), **moved})
        return locked


def _check_merging(case: Case, into: Case) -> None:
    if into.pk == case.pk:
        raise NotPossible(_("A case cannot be merged into itself."))
    if into.status not in OPEN:
        raise NotPossible(_("A case can only be merged into one that is still open."))
    if incidents.is_incident(case):
        raise NotPossible(_("This case is an incident: merge the other one into it."))


def _move_callers(case: Case, into: Case) -> dict[str, list[int]]:
    """Everybody who called about *case* as callers of *into*; return their rows, and those of an incident, by kind."""
    note = _merged_from(case)
    first = CaseCaller(
        case=into, resident=case.caller, name=case.caller_name, phone=case.caller_phone, at=case.registered_at
    )
    others = [
        CaseCaller(case=into, resident_id=one.resident_id, name=one.name, phone=one.phone, at=one.at)
        for one in case.more_callers.all()
    ]
    moved: dict[str, list[int]] = {kind: [] for kind in _MOVED}
    for caller in (first, *others):
        caller.note = note
        caller.save()
        moved["callers"].append(caller.pk)
        joined = incidents.caller_joined(into, caller.resident, case.household if caller is first else None, caller)
        if joined:
            moved["households" if joined.is_new else "asking"].append(joined.row)
    return moved


# What of `CaseLink.before` is no column of the case: rows that a merging added, and those it let ask by themselves.
_MOVED = frozenset({"callers", "households", "asking"})


def _merged_from(case: Case) -> str:
    with override(settings.LANGUAGE_CODE):
        return _("merged from %(number)s") % {"number": case.number}


def split(case: Case, act: Act, *, parts: Sequence[Part]) -> Case:
    """Make a case of its own of each of *parts*; *case* goes on with what is left.

    Each goes where the rules send a request of its category and area. The new ones came in when the first did, so
    their clocks run from then.
    """
    with moving(case, Verb.SPLIT, act, parts=parts) as locked:
        if locked is None:
            return case
        if len(parts) > MOST_PARTS:
            raise NotPossible(_("A case is split into %(most)d others at most.") % {"most": MOST_PARTS})
        made = [_split_off(locked, part, act, number) for number, part in enumerate(parts)]
        return done(locked, Verb.SPLIT, act, [], detail="、".join(new.number for new in made))


def _split_off(case: Case, part: Part, act: Act, number: int) -> Case:
    category, area = part.category or case.category, part.area or case.area
    with override(settings.LANGUAGE_CODE):
        origin = _("Split from %(number)s: %(summary)s") % {"number": case.number, "summary": case.summary}
    new = intake.log(
        intake.Intake(
            uuid=uuid5(act.key or uuid4(), str(number)),
            channel=case.channel,
            summary=part.summary,
            details=f"{origin}\n{case.details}".strip(),
            category=category,
            urgency=part.category.urgency if part.category else case.urgency,
            caller=case.caller,
            caller_name=case.caller_name,
            caller_phone=case.caller_phone,
            anonymous=case.anonymous,
            concerned=case.concerned,
            concerned_name=case.concerned_name,
            household=case.household,
            area=area,
            # A place is one within its area.
            place=part.place or (case.place if area == case.area else ""),
            visit=case.visit,
            received_at=case.registered_at,
            cut_off=True,
        ),
        act.by,
    )
    _bind(new, case, LinkKind.SPLIT, act)
    return new


def link(case: Case, act: Act, *, other: Case) -> Case:
    """Note on both cases that they have to do with one another."""
    with _both(case, other), moving(case, Verb.LINK, act, other=other) as locked:
        if locked is None:
            return case
        if other.pk == locked.pk:
            raise NotPossible(_("A case cannot be linked to itself."))
        if _related(locked, other).exists():
            raise NotPossible(_("These two cases are linked already."))
        _note_on(other, Verb.LINK, _beside(act), locked)
        done(locked, Verb.LINK, act, [], detail=other.number)
        _bind(locked, other, LinkKind.RELATED, act)
        return locked


def unlink(case: Case, act: Act, *, other: Case) -> Case:
    """End that the two cases are related; what else binds them stays."""
    with _both(case, other), moving(case, Verb.UNLINK, act, other=other) as locked:
        if locked is None:
            return case
        if not _related(locked, other).update(undone_at=timezone.now(), undone_by=act.by):
            raise NotPossible(_("These two cases are not linked."))
        _note_on(other, Verb.UNLINK, _beside(act), locked)
        return done(locked, Verb.UNLINK, act, [], detail=other.number)


def _related(case: Case, other: Case) -> CaseLinkQuerySet:
    return CaseLink.objects.standing().of(case).of(other).filter(kind=LinkKind.RELATED)


def _note_on(other: Case, verb: Verb, act: Act, case: Case) -> None:
    with moving(other, verb, act, other=case) as locked:
        if locked:
            done(locked, verb, act, [], detail=case.number)


# ---- Taking it back ----


def undo(bond: CaseLink, act: Act) -> Case:
    """Take back a merging, a splitting or a linking; NotPossible ten minutes later, or once the case has moved on."""
    with transaction.atomic():
        bond = CaseLink.objects.select_for_update().select_related("case", "other").get(pk=bond.pk)
        if bond.undone_at:
            return bond.case
        if not still_possible(bond.made_at):
            raise too_late()
        case = _UNDO[LinkKind(bond.kind)](bond, act)
        CaseLink.objects.filter(pk=bond.pk, undone_at__isnull=True).update(undone_at=timezone.now(), undone_by=act.by)
        return case


def _undo_merging(bond: CaseLink, act: Act) -> Case:
    with _both(bond.case, bond.other):
        before = {name: value for name, value in bond.before.items() if name not in _MOVED}
        case = put_back(bond.case, act, before=before, version=bond.version, detail=f"← {bond.other.number}")
        if bond.other.status not in OPEN:
            raise NotPossible(_("The case it was merged into is no longer open, and stays as it is."))
        moved = {kind: bond.before.get(kind, []) for kind in _MOVED}
        incidents.callers_left(bond.other, made=moved["households"], asking=moved["asking"])
        CaseCaller.objects.filter(case=bond.other, pk__in=moved["callers"]).delete()
        put_back(bond.other, _beside(act), before={}, detail=f"→ {case.number}")
        return case


def _undo_splitting(bond: CaseLink, act: Act) -> Case:
    """The new case goes back into the one it came from: it stays to be read, as a merged one."""
    with _both(bond.case, bond.other):
        case = put_back(
            bond.case, act, before={"status": Status.MERGED.value}, version=bond.version, detail=f"→ {bond.other}"
        )
        put_back(bond.other, _beside(act), before={}, detail=f"← {case.number}")
        # For good: its version is none that a case ever has, so it cannot be taken back in its turn.
        CaseLink.objects.create(case=case, other=bond.other, kind=LinkKind.MERGED, made_by=act.by, version=0)
        return case


def _undo_linking(bond: CaseLink, act: Act) -> Case:
    return unlink(bond.case, act, other=bond.other)


def link_again(bond: CaseLink, act: Act) -> Case:
    """Take back that two related cases were unlinked; NotPossible ten minutes later."""
    with transaction.atomic():
        bond = CaseLink.objects.select_for_update().select_related("case", "other").get(pk=bond.pk)
        with _both(bond.case, bond.other):
            if bond.undone_at is None or _related(bond.case, bond.other).exists():
                return bond.case
            if bond.kind != LinkKind.RELATED or not still_possible(bond.undone_at):
                raise too_late()
            put_back(bond.case, act, before={}, detail=f"↔ {bond.other.number}")
            put_back(bond.other, _beside(act), before={}, detail=f"↔ {bond.case.number}")
            CaseLink.objects.filter(pk=bond.pk).update(undone_at=None, undone_by=None)
        return bond.case


_UNDO = {LinkKind.MERGED: _undo_merging, LinkKind.SPLIT: _undo_splitting, LinkKind.RELATED: _undo_linking}


# ---- What the page of a case shows ----


@dataclass(frozen=True)
class Bond:
    """A link as one of its two cases shows it: which way round, the other case, and whether it can be taken back."""

    link: CaseLink
    other: Case
    words: str
    can_be_undone: bool

    @property
    def was_ended(self) -> bool:
        """It stands no longer; shown for as long as that can be taken back."""
        return self.link.undone_at is not None

    @property
    def until(self) -> datetime:
        """Until when it, or that it was ended, can be taken back."""
        return (self.link.undone_at or self.link.made_at) + UNDO_WITHIN

    @property
    def key(self) -> UUID:
        """Of the form by which the link is ended."""
        return uuid4()


def bonds(case: Case) -> list[Bond]:
    """What binds *case* to others, and what related it until a moment ago; one query."""
    just_ended = Q(kind=LinkKind.RELATED, undone_at__gt=timezone.now() - UNDO_WITHIN)
    found = CaseLink.objects.of(case).filter(Q(undone_at__isnull=True) | just_ended).select_related("case", "other")
    shown = [_bond(link, case) for link in found]
    related = {bond.other for bond in shown if bond.link.kind == LinkKind.RELATED and not bond.was_ended}
    # The last of several endings is the one to take back.
    ended = {bond.other: bond for bond in shown if bond.was_ended and bond.other not in related}
    return [bond for bond in shown if not bond.was_ended or ended.get(bond.other) is bond]


def _bond(link: CaseLink, case: Case) -> Bond:
    from_here = link.case_id == case.pk
    other = link.other if from_here else link.case
    if link.undone_at:
        return Bond(link, other, _("No longer related to"), True)
    words = link.get_kind_display() if from_here else str(_SEEN_FROM_THERE[LinkKind(link.kind)])
    moved_on = link.kind != LinkKind.RELATED and link.case.version != link.version
    return Bond(link, other, words, still_possible(link.made_at) and not moved_on)


_SEEN_FROM_THERE = {
    LinkKind.MERGED: gettext_lazy("Merged from"),
    LinkKind.SPLIT: gettext_lazy("Split into"),
    LinkKind.RELATED: LinkKind.RELATED.label,
}


# ---- Common to all ----


@contextmanager
def _both(case: Case, other: Case) -> Iterator[None]:
    """A transaction that has locked both cases, the older one first: two people who merge crosswise wait in turn."""
    with transaction.atomic():
        list(Case.objects.select_for_update().filter(pk__in=[case.pk, other.pk]).order_by("pk").values_list("pk"))
        yield


def _beside(act: Act) -> Act:
    """The same act on the other of the two cases: what is read on one page is no version of the other."""
    return Act(act.by, key=uuid5(act.key, "other") if act.key else None)


def _bind(case: Case, other: Case, kind: LinkKind, act: Act, before: dict[str, object] | None = None) -> CaseLink:
    return CaseLink.objects.create(
        case=case, other=other, kind=kind, made_by=act.by, before=before or {}, version=case.version
    )

"""One decision about many cases: each is done by its own verb, what cannot be done is named, the rest is done.

A change is written down first, case by case, and then carried out in transactions of one case each: killed in the
middle it goes on where it stopped, and no case is changed twice. For ten minutes all of it can be taken back; a case
that somebody has touched since is left as it is and named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import inf
from time import monotonic
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from caseworks import listing, workflow, workload
from caseworks.listing import Filters
from caseworks.models import BulkChange, BulkItem, Case, Category, ItemState
from caseworks.models.cases import CaseQuerySet
from caseworks.moves import Act, NotPossible, done, for_the_record, moving
from caseworks.states import Verb
from caseworks.undoing import columns, difference, put_back
from people import jobs
from people.models import Job, User

# More than this many are changed in the background, with a bar that shows how far it is.
AT_ONCE = 100
# More than this are neither counted nor read while somebody waits for a page: which they are is written down in the
# background, and the page says "more than".
COUNTED = 5000
_ROWS = 500
# A job that has worked for so long hands on to the next one, well before a worker that hangs is stopped.
A_STRETCH = 240  # seconds


def recategorise(case: Case, act: Act, *, category: Category, text: str = "") -> Case:
    """Sort the case anew. Its limits stay those it began with: a clock is not moved by a better word."""
    with moving(case, Verb.RECATEGORISE, act, category=category) as locked:
        if locked is None:
            return case
        if locked.category_id == category.pk:
            raise NotPossible(_("The case has this category already."))
        before, locked.category = locked.category, category
        detail = for_the_record(f"{before or '–'} → {category}")
        return done(locked, Verb.RECATEGORISE, act, ["category"], text=text, detail=detail)


# ---- Which cases ----


@dataclass(frozen=True)
class Selection:
    """The cases a decision is about: those ticked in a list, or everything that fits its filters."""

    numbers: tuple[str, ...] = ()
    matching: Filters | None = None


def selected(user: User, selection: Selection) -> CaseQuerySet:
    """The cases of *selection* that *user* may see."""
    if selection.matching is not None:
        return listing.filtered(user, selection.matching)
    # PostgreSQL refuses to be asked for a NUL; no number has one.
    numbers = [number for number in selection.numbers if "\0" not in number]
    return Case.objects.visible_to(user).filter(number__in=numbers)


# ---- Doing it ----

Given = Mapping[str, Any]


def _dispatch(by: User, given: Given) -> Callable[[Case, Act], Case]:
    target = next((one for one in workload.candidates(by) if one.key == given["target"]), None)
    if target is None:
        raise NotPossible(_("Nobody holds this post any more. Please choose again."))
    route = target.route(given["text"])
    return lambda case, act: workflow.dispatch(case, act, to=route)


def _urge(by: User, given: Given) -> Callable[[Case, Act], Case]:
    return lambda case, act: workflow.urge(case, act, text=given["text"])


def _recategorise(by: User, given: Given) -> Callable[[Case, Act], Case]:
    category = Category.objects.get(pk=given["category"])
    return lambda case, act: recategorise(case, act, category=category, text=given["text"])


# What can be done to many cases at once. Each is given who does it and what the form said, once for all of them.
VERBS: dict[Verb, Callable[[User, Given], Callable[[Case, Act], Case]]] = {
    Verb.DISPATCH: _dispatch,
    Verb.URGE: _urge,
    Verb.RECATEGORISE: _recategorise,
}


def begin(by: User, verb: Verb, cases: Iterable[int] | Filters, given: Given, key: UUID) -> BulkChange:
    """Do *verb* to *cases*, here or in the background if they are many.

    They are primary keys, fetched through scope, or the filters of a list that are too many to read now. The same *key*
    again returns the change it became the first time. What was done is read from its items.
    """
    change = BulkChange(uuid=key, by=by, verb=verb, given=dict(given))
    keys: list[int] = []
    if isinstance(cases, Filters):
        change.matching = listing.written(cases)
    else:
        keys = list(cases)
        change.gathered_at, change.number = timezone.now(), len(keys)
    try:
        with transaction.atomic():
            change.save(force_insert=True)
            BulkItem.objects.bulk_create([BulkItem(change=change, case_id=case) for case in keys], batch_size=_ROWS)
    except IntegrityError:
        return BulkChange.objects.get(uuid=key, by=by)
    return _set_going(change, "carry_out", len(keys) if change.gathered_at else None)


def undo(change: BulkChange) -> BulkChange:
    """Take back what *change* did to each of its cases; NotPossible ten minutes later, or while it is still at work."""
    with transaction.atomic():
        change = BulkChange.objects.select_for_update().get(pk=change.pk)
        if change.undo_began_at:
            return change
        if change.ended_at is None:
            raise NotPossible(_("This is still being done. Please wait until it has ended."))
        if not change.can_be_undone:
            raise NotPossible(_("This can be undone for 10 minutes only."))
        change.undo_began_at = timezone.now()
        change.save(update_fields=["undo_began_at"])
    return _set_going(change, "take_back", change.counted.get(ItemState.DONE, 0))


def _set_going(change: BulkChange, work: str, cases: int | None) -> BulkChange:
    """Begin the work: at once for few *cases*, in the background for many, or where nobody knows yet how many."""
    if cases is not None and cases <= AT_ONCE:
        {"carry_out": _carry_out, "take_back": _take_back}[work](change, lambda done, total: None)
    else:
        _queue(change, work)
    change.refresh_from_db()
    return change


def _queue(change: BulkChange, work: str, stretch: int = 1) -> None:
    with transaction.atomic():
        key = f"{change.uuid}:{stretch}"
        job = jobs.enqueue(f"{__name__}.{work}", key, owner=change.by, change=change.pk, stretch=stretch)
        # The last one is the one to wait for; run inside this request, it may have queued the next already.
        earlier = Q(job__isnull=True) | Q(job__lt=job.pk)
        BulkChange.objects.filter(earlier, pk=change.pk).update(job=job)


def carry_out(job: Job, progress: jobs.Progress, *, change: int, stretch: int = 1) -> dict[str, int]:
    """The job that does a change; started again, it goes on with the cases that still wait."""
    return _stretch(BulkChange.objects.get(pk=change), "carry_out", progress, stretch)


def take_back(job: Job, progress: jobs.Progress, *, change: int, stretch: int = 1) -> dict[str, int]:
    """The job that takes a change back."""
    return _stretch(BulkChange.objects.get(pk=change), "take_back", progress, stretch)


def _stretch(change: BulkChange, work: str, progress: jobs.Progress, stretch: int) -> dict[str, int]:
    """Work as long as one job may; what is left then is the next one's."""
    try:
        ended = {"carry_out": _carry_out, "take_back": _take_back}[work](change, progress, monotonic() + A_STRETCH)
    except Exception:
        # What was done until then can be taken back.
        _ended(change, ended_at=change.ended_at or timezone.now())
        raise
    if not ended:
        _queue(change, work, stretch + 1)
    return change.counted


def _carry_out(change: BulkChange, progress: jobs.Progress, until: float = inf) -> bool:
    """Do it to the cases that still wait; False where time, up to *until* on the monotonic clock, ran out before."""
    if change.gathered_at is None:
        _gather(change)
    try:
        do = VERBS[Verb(change.verb)](change.by, change.given)
    except NotPossible as sentence:
        change.items.filter(state=ItemState.WAITING).update(state=ItemState.REFUSED, why=str(sentence)[:300])
        do = None

    def one(item: BulkItem, act: Act) -> None:
        assert do is not None
        case = Case.objects.select_for_update().get(pk=item.case_id)
        before = columns(case)
        after = do(case, act)
        item.before, item.version, item.state = difference(before, after), after.version, ItemState.DONE

    whole = _Walk(change, ItemState.WAITING, ItemState.REFUSED, change.number)
    return whole.walk(one, progress, until) and _ended(change, ended_at=timezone.now())


def _take_back(change: BulkChange, progress: jobs.Progress, until: float = inf) -> bool:
    what = for_the_record(Verb(change.verb).label)

    def one(item: BulkItem, act: Act) -> None:
        put_back(item.case, act, before=item.before, version=item.version, detail=what)
        item.state = ItemState.UNDONE

    whole = _Walk(change, ItemState.DONE, ItemState.KEPT, change.counted.get(ItemState.DONE, 0))
    return whole.walk(one, progress, until) and _ended(change, undone_at=timezone.now())


def _gather(change: BulkChange) -> None:
    """Write down which cases match, in the order of their keys: stopped half-way, it goes on behind the last one.

    Nothing is changed before all of them stand there: a queue shrinks while it is worked on.
    """
    matching = listing.filtered(change.by, listing.read(change.matching or {}), change.began_at).order_by("pk")
    last = change.items.aggregate(last=Max("case"))["last"] or 0
    while keys := list(matching.filter(pk__gt=last).values_list("pk", flat=True)[: 4 * _ROWS]):
        BulkItem.objects.bulk_create([BulkItem(change=change, case_id=case) for case in keys], batch_size=_ROWS)
        last = keys[-1]
    change.gathered_at, change.number = timezone.now(), change.items.count()
    change.save(update_fields=["gathered_at", "number"])


def _ended(change: BulkChange, **moment: datetime) -> bool:
    change.counted = count(change)
    BulkChange.objects.filter(pk=change.pk).update(counted=change.counted, **moment)
    return True


@dataclass(frozen=True)
class _Walk:
    """A way through the items of a change in one state, a transaction each; `total` of them there were at first."""

    change: BulkChange
    waiting: ItemState
    refused: ItemState
    total: int

    def walk(self, do: Callable[[BulkItem, Act], None], progress: jobs.Progress, until: float) -> bool:
        """Call *do* for every item that waits; what is not possible is refused. False where time ran out."""
        items = self.change.items.filter(state=self.waiting).select_related("case").order_by("pk")
        done, last = self.total - items.count(), 0
        while found := list(items.filter(pk__gt=last)[:_ROWS]):
            for item in found:
                self._one(item, do)
                done, last = done + 1, item.pk
                if done % 20 == 0:
                    progress(done, self.total)
                if monotonic() > until:
                    return not items.filter(pk__gt=last).exists()
        progress(self.total, self.total)
        return True

    def _one(self, item: BulkItem, do: Callable[[BulkItem, Act], None]) -> None:
        act = Act(self.change.by, key=uuid5(self.change.uuid, f"{self.waiting} {item.case.number}"))
        try:
            with transaction.atomic():
                do(item, act)
                item.save(update_fields=["state", "why", "before", "version"])
        except NotPossible as sentence:
            _leave(item, self.refused, str(sentence))
        except PermissionDenied:
            _leave(item, self.refused, _("You have no part in this case."))


def _leave(item: BulkItem, state: ItemState, why: str) -> None:
    item.state, item.why = state, why[:300]
    item.save(update_fields=["state", "why"])


def count(change: BulkChange) -> dict[str, int]:
    """How many cases of *change* are in which state: ``{"done": 19, "refused": 1}``."""
    counted = change.items.order_by().values_list("state").annotate(n=Count("pk"))
    return dict(counted)

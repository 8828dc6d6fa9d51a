"""One decision about many cases: each is done by its own verb, what cannot be done is named, the rest is done.

A change is written down first, case by case, and then carried out in transactions of one case each: killed in the
middle it goes on where it stopped, and no case is changed twice. For ten minutes it can be taken back; a case that
somebody has touched since is left as it is and named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count
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
# More than this is no decision but a mistake: the filters are to be narrowed.
MOST = 5000
_ROWS = 500


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
    return Case.objects.visible_to(user).filter(number__in=selection.numbers)


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


def begin(by: User, verb: Verb, cases: Iterable[int], given: Given, key: UUID) -> BulkChange:
    """Do *verb* to *cases* (primary keys, fetched through scope), here or in the background if they are many.

    The same *key* again returns the change it became the first time. What was done is read from its items.
    """
    cases = list(cases)
    try:
        with transaction.atomic():
            change = BulkChange.objects.create(uuid=key, by=by, verb=verb, given=dict(given))
            BulkItem.objects.bulk_create([BulkItem(change=change, case_id=case) for case in cases], batch_size=_ROWS)
    except IntegrityError:
        return BulkChange.objects.get(uuid=key, by=by)
    return _set_going(change, "carry_out", len(cases))


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
    return _set_going(change, "take_back", change.items.filter(state=ItemState.DONE).count())


def _set_going(change: BulkChange, work: str, cases: int) -> BulkChange:
    if cases <= AT_ONCE:
        {"carry_out": _carry_out, "take_back": _take_back}[work](change, lambda done, total: None)
    else:
        with transaction.atomic():
            change.job = jobs.enqueue(f"{__name__}.{work}", f"{change.uuid}", owner=change.by, change=change.pk)
            change.save(update_fields=["job"])
    change.refresh_from_db()
    return change


def carry_out(job: Job, progress: jobs.Progress, *, change: int) -> dict[str, int]:
    """The job that does a change; started again, it goes on with the cases that still wait."""
    return _carry_out(BulkChange.objects.get(pk=change), progress)


def take_back(job: Job, progress: jobs.Progress, *, change: int) -> dict[str, int]:
    """The job that takes a change back."""
    return _take_back(BulkChange.objects.get(pk=change), progress)


def _carry_out(change: BulkChange, progress: jobs.Progress) -> dict[str, int]:
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

    _each(change, ItemState.WAITING, ItemState.REFUSED, one, progress)
    BulkChange.objects.filter(pk=change.pk).update(ended_at=timezone.now())
    return count(change)


def _take_back(change: BulkChange, progress: jobs.Progress) -> dict[str, int]:
    what = for_the_record(Verb(change.verb).label)

    def one(item: BulkItem, act: Act) -> None:
        put_back(item.case, act, before=item.before, version=item.version, detail=what)
        item.state = ItemState.UNDONE

    _each(change, ItemState.DONE, ItemState.KEPT, one, progress)
    BulkChange.objects.filter(pk=change.pk).update(undone_at=timezone.now())
    return count(change)


def _each(
    change: BulkChange,
    waiting: ItemState,
    refused: ItemState,
    do: Callable[[BulkItem, Act], None],
    progress: jobs.Progress,
) -> None:
    """Call *do* for every item that is *waiting*, a transaction each; what is not possible becomes *refused*."""
    items = list(change.items.filter(state=waiting).select_related("case"))
    for number, item in enumerate(items, 1):
        act = Act(change.by, key=uuid5(change.uuid, f"{waiting} {item.case.number}"))
        try:
            with transaction.atomic():
                do(item, act)
                item.save(update_fields=["state", "why", "before", "version"])
        except NotPossible as sentence:
            _leave(item, refused, str(sentence))
        except PermissionDenied:
            _leave(item, refused, _("You have no part in this case."))
        if number % 20 == 0:
            progress(number, len(items))
    progress(len(items), len(items))


def _leave(item: BulkItem, state: ItemState, why: str) -> None:
    item.state, item.why = state, why[:300]
    item.save(update_fields=["state", "why"])


def count(change: BulkChange) -> dict[str, int]:
    """How many cases of *change* are in which state: ``{"done": 19, "refused": 1}``."""
    counted = change.items.order_by().values_list("state").annotate(n=Count("pk"))
    return dict(counted)

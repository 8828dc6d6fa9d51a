"""Suggestions: raised, judged, carried out, answered. Each step in one place, and the proposer is told of it.

Each is one transaction: `_taking` locks the suggestion and checks the step against the table, `_taken` writes
timeline, message and audit. A form that is sent twice (same key) is done once; one that was filled in against an older
version raises `Stale`, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseworks import access, levels, moves
from caseworks.intake import next_number
from caseworks.models import Case, Channel, Suggestion, SuggestionEntry
from caseworks.models.suggestions import SuggestionQuerySet
from caseworks.moves import Act, NotPossible, for_the_record
from caseworks.routing import Route
from caseworks.states import Party, Status, Verb
from caseworks.suggestion_states import (
    MOVES,
    TOLD_AFTER,
    Decision,
    Move,
    Stage,
    Step,
    adoption_share,
    after_judging,
    needs_reason,
    steps_from,
)
from outreach import correspondence
from outreach.models import Visit
from people import audit
from people.access import Role
from people.consent import Purpose
from people.models import Area, Resident, User
from people.names import query_tokens, search_tokens, text_tokens

# The letter of the number series: S2611-0007.
SERIES = "S"


class Stale(Exception):
    """Somebody else took a step meanwhile. `suggestion` is as it is now, `entries` what happened since."""

    def __init__(self, suggestion: Suggestion, entries: list[SuggestionEntry]) -> None:
        super().__init__(_("Somebody else changed this suggestion meanwhile."))
        self.suggestion = suggestion
        self.entries = entries


@dataclass
class Proposal:
    """A suggestion as it was taken down. `uuid` is made when the form opens: sent twice, it stays one suggestion."""

    summary: str
    channel: str = Channel.HOTLINE
    uuid: UUID = field(default_factory=uuid4)
    details: str = ""
    proposer: Resident | None = None
    name: str = ""
    phone: str = ""
    anonymous: bool = False
    area: Area | None = None
    case: Case | None = None
    visit: Visit | None = None


def propose(proposal: Proposal, by: User) -> Suggestion:
    """Take a suggestion down. The same proposal again returns the suggestion it became the first time."""
    try:
        with transaction.atomic():
            return _propose(proposal, by)
    except IntegrityError:
        # Two sends of one form at the same moment: the second finds what the first has written.
        return Suggestion.objects.get(uuid=proposal.uuid)


def _propose(proposal: Proposal, by: User) -> Suggestion:
    if existing := Suggestion.objects.filter(uuid=proposal.uuid).first():
        return existing
    now, summary = timezone.now(), " ".join(proposal.summary.split())
    suggestion = Suggestion(
        uuid=proposal.uuid,
        number=next_number(now, SERIES),
        channel=proposal.channel,
        summary=summary[:200],
        details="\n".join(filter(None, (proposal.summary.strip() if len(summary) > 200 else "", proposal.details))),
        proposer=None if proposal.anonymous else proposal.proposer,
        proposer_name="" if proposal.anonymous else proposal.name,
        proposer_phone=proposal.phone,
        anonymous=proposal.anonymous,
        area=proposal.area,
        case=proposal.case,
        visit=proposal.visit,
        raised_at=now,
        raised_by=by,
    )
    suggestion.search = tokens(suggestion)
    suggestion.save()
    return _taken(suggestion, Step.RAISE, Act(by), [], at=now)


def says(suggestion: Suggestion, text: str) -> bool:
    """Whether *suggestion* was taken down in these words."""
    return suggestion.summary == " ".join(text.split())[:200]


def tokens(suggestion: Suggestion) -> str:
    """The search column, like that of a case: tokens of the words and of the name, between blanks."""
    words = text_tokens(f"{suggestion.summary} {suggestion.details}"[:1000])
    names = search_tokens(suggestion.proposer_name) if suggestion.proposer_name else " "
    return f" {' '.join(words)}{names}"


# ---- The steps ----


def parties_of(user: User, suggestion: Suggestion) -> frozenset[Party]:
    return access.parties(user.scope, suggestion)


def open_steps(user: User, suggestion: Suggestion) -> list[Move]:
    """The steps *user* may take on *suggestion* now: what decides which buttons he sees."""
    return steps_from(suggestion.stage, parties_of(user, suggestion))


def judge(suggestion: Suggestion, act: Act, *, decision: str, text: str = "", to: Route | None = None) -> Suggestion:
    """Decide on it. Adopted, wholly or in part, it goes *to* whoever carries it out; declined, to be answered.

    Declining, and adopting only a part, needs a reason: the proposer is told it.
    """
    with _taking(suggestion, Step.JUDGE, act, decision=decision) as locked:
        if locked is None:
            return suggestion
        if needs_reason(decision) and not text.strip():
            raise NotPossible(_("Please give the reason: the proposer is told it."))
        locked.stage, locked.decision, locked.judged_at = after_judging(decision), decision, timezone.now()
        if locked.stage == Stage.TO_DO and not (to and to.found):
            raise NotPossible(_("Please choose who carries it out."))
        doer = to if to and locked.stage == Stage.TO_DO else Route("")
        locked.handling_area, locked.handling_role, locked.unit = doer.area, doer.role, doer.unit
        fields = ["stage", "decision", "judged_at", "handling_area", "handling_role", "unit"]
        where = f" → {doer.unit or doer.area} {doer.holder if doer.area else ''}".rstrip() if doer.found else ""
        detail = for_the_record(Decision(decision).label) + where
        return _taken(locked, Step.JUDGE, act, fields, text=text, detail=detail)


def report_done(suggestion: Suggestion, act: Act, *, text: str) -> Suggestion:
    """Whoever carries it out says what was done."""
    with _taking(suggestion, Step.DO, act, text=text) as locked:
        if locked is None:
            return suggestion
        locked.stage, locked.done_at = Stage.TO_ANSWER, timezone.now()
        return _taken(locked, Step.DO, act, ["stage", "done_at"], text=text)


def give_back(suggestion: Suggestion, act: Act, *, text: str) -> Suggestion:
    """It cannot be carried out as it was judged: it is judged anew."""
    with _taking(suggestion, Step.GIVE_BACK, act, text=text) as locked:
        if locked is None:
            return suggestion
        locked.stage, locked.decision, locked.judged_at = Stage.TO_JUDGE, "", None
        locked.handling_area, locked.handling_role, locked.unit = None, "", None
        fields = ["stage", "decision", "judged_at", "handling_area", "handling_role", "unit"]
        return _taken(locked, Step.GIVE_BACK, act, fields, text=text)


def answer(suggestion: Suggestion, act: Act, *, text: str) -> Suggestion:
    """Give the proposer the office's answer: the end of the path."""
    with _taking(suggestion, Step.ANSWER, act, text=text) as locked:
        if locked is None:
            return suggestion
        locked.stage, locked.answered_at = Stage.ANSWERED, timezone.now()
        return _taken(locked, Step.ANSWER, act, ["stage", "answered_at"], text=text)


def note(suggestion: Suggestion, act: Act, *, text: str) -> Suggestion:
    """Write something down about it; an older version is no obstacle."""
    with _taking(suggestion, Step.NOTE, act, text=text) as locked:
        return suggestion if locked is None else _taken(locked, Step.NOTE, act, [], text=text)


@contextmanager
def _taking(suggestion: Suggestion, step: Step, act: Act, **given: object) -> Iterator[Suggestion | None]:
    """Lock *suggestion* for *step* and yield it, or None where this very form was already done."""
    with transaction.atomic():
        locked = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
        move = MOVES[step]
        if act.key and SuggestionEntry.objects.filter(key=act.key).exists():
            yield None
            return
        if act.version is not None and act.version != locked.version and step != Step.NOTE:
            since = locked.timeline.filter(version__gt=act.version).select_related("by").order_by("pk")
            raise Stale(locked, list(since))
        if move.parties.isdisjoint(parties_of(act.by, locked)):
            raise PermissionDenied
        if locked.stage not in move.sources:
            raise NotPossible(
                _("“%(step)s” is not possible now: the suggestion is “%(stage)s”.")
                % {"step": step.label, "stage": locked.get_stage_display()}
            )
        if not all(given.get(name) for name in move.required):
            raise NotPossible(_("Please fill in what is still missing."))
        yield locked


def _taken(
    suggestion: Suggestion,
    step: Step,
    act: Act,
    fields: list[str],
    *,
    text: str = "",
    detail: str = "",
    at: datetime | None = None,
) -> Suggestion:
    """Save what a step changed, with its entry, what the proposer is told of it, and the audit row."""
    if step != Step.RAISE:
        suggestion.version += 1
        suggestion.save(update_fields=[*fields, "version"])
    entry = SuggestionEntry(
        suggestion=suggestion,
        at=at or timezone.now(),
        by=act.by,
        step=step,
        text=text,
        detail=detail[:300],
        key=act.key,
        version=suggestion.version,
    )
    if step in TOLD_AFTER:
        entry.message = correspondence.write(
            Purpose.SUGGESTION,
            to=suggestion.proposer,
            phone=suggestion.proposer_phone,
            name=suggestion.proposer_name,
            text=words_told(suggestion, step, text),
            by=act.by,
            about=suggestion.number,
            key=f"suggestion:{suggestion.uuid}:{suggestion.version}",
            area=suggestion.area,
        )
    entry.save()
    subject = suggestion.proposer.uuid if suggestion.proposer else ""
    audit.record(act.by, f"suggestion.{step.value}", suggestion, fields=sorted(fields), subject=subject)
    return suggestion


# What the proposer reads after each step. No name stands in it: a phone may be shared.
_TOLD = {
    Step.RAISE: gettext_lazy("Your suggestion was received under number %(number)s. You will hear what is decided."),
    Step.DO: gettext_lazy("Your suggestion %(number)s was carried out: %(text)s"),
    Step.ANSWER: gettext_lazy("Answer to your suggestion %(number)s: %(text)s"),
}
_DECIDED = {
    Decision.ADOPTED: gettext_lazy("Your suggestion %(number)s was adopted and is being carried out."),
    Decision.PARTLY: gettext_lazy("Your suggestion %(number)s was adopted in part: %(text)s"),
    Decision.DECLINED: gettext_lazy("Your suggestion %(number)s could not be adopted: %(text)s"),
}


def words_told(suggestion: Suggestion, step: Step, text: str) -> str:
    """What the proposer reads after *step*, in the office's language."""
    words = _DECIDED[Decision(suggestion.decision)] if step == Step.JUDGE else _TOLD[step]
    return for_the_record(words) % {"number": suggestion.number, "text": text}


# ---- From a case, and at the door ----


def from_case(case: Case, act: Act, *, text: str = "") -> Case:
    """The request is really a suggestion: it goes on as one, and the case ends without an outcome of its own."""
    with moves.moving(case, Verb.SUGGESTION, act) as locked:
        if locked is None:
            return case
        raised = propose(
            Proposal(
                uuid=uuid5(locked.uuid, "suggestion"),
                channel=locked.channel,
                summary=locked.summary,
                details="\n".join(filter(None, (locked.details, text))),
                proposer=locked.caller,
                name=locked.caller_name,
                phone=locked.caller_phone,
                anonymous=locked.anonymous,
                area=locked.area,
                case=locked,
                visit=locked.visit,
            ),
            act.by,
        )
        locked.status = Status.CLOSED
        locked.resolved_at = locked.closed_at = timezone.now()
        locked.accepted_at = locked.accepted_at or locked.resolved_at
        locked.resolved_by = act.by
        locked.outcome = for_the_record(gettext_lazy("Goes on as suggestion %(number)s.")) % {"number": raised.number}
        fields = ["status", "resolved_at", "closed_at", "accepted_at", "resolved_by", "outcome"]
        fields += levels.note_level(locked)
        return moves.done(locked, Verb.SUGGESTION, act, fields, text=text, detail=raised.number)


def from_visit(visit: Visit, by: User, text: str) -> Suggestion:
    """What somebody proposed at the door; the same visit raises it once."""
    person = visit.met or visit.household.head
    phone = person.phones.order_by("pk").first() if person else None
    return propose(
        Proposal(
            uuid=of_visit(visit.uuid),
            channel=Channel.VISIT,
            summary=text,
            proposer=person,
            name=person.name if person else "",
            phone=phone.number if phone else "",
            area=visit.household.area,
            visit=visit,
        ),
        by,
    )


def of_visit(uuid: UUID) -> UUID:
    """The uuid of the suggestion that the visit with *uuid* raised, if it raised one."""
    return uuid5(uuid, "suggestion")


# ---- Lists and figures ----


def matching(suggestions: SuggestionQuerySet, typed: str) -> SuggestionQuerySet:
    """Those that fit what was typed: a number, words of it, or the proposer's name; nothing typed narrows nothing."""
    typed = typed.strip()
    if not typed:
        return suggestions
    if typed[:1].upper() == SERIES and typed[1:2].isdigit():
        return suggestions.filter(number__startswith=typed.upper())
    for token in query_tokens(typed):
        suggestions = suggestions.filter(search__contains=f" {token}")
    return suggestions


@dataclass(frozen=True)
class Counts:
    """How many suggestions there are and what was decided on them; `share` in per cent, None while none was judged."""

    raised: int = 0
    adopted: int = 0
    partly: int = 0
    declined: int = 0
    answered: int = 0

    @property
    def share(self) -> float | None:
        return adoption_share(self.adopted, self.partly, self.declined)


def counts(suggestions: SuggestionQuerySet) -> Counts:
    """Count *suggestions* by what was decided; one query."""
    return Counts(
        **suggestions.order_by().aggregate(
            raised=Count("pk"),
            adopted=Count("pk", Q(decision=Decision.ADOPTED)),
            partly=Count("pk", Q(decision=Decision.PARTLY)),
            declined=Count("pk", Q(decision=Decision.DECLINED)),
            answered=Count("pk", Q(stage=Stage.ANSWERED)),
        )
    )


def waiting_for(user: User) -> SuggestionQuerySet:
    """What waits for *user*: to be judged by a supervisor, to be carried out by him, to be answered at the desk."""
    mine = Q(stage=Stage.TO_DO, pk__in=Suggestion.objects.handled_by(user).values("pk"))
    if user.holds(Role.SUPERVISOR):
        mine |= Q(stage=Stage.TO_JUDGE)
    if user.holds(Role.OPERATOR, Role.SUPERVISOR):
        mine |= Q(stage=Stage.TO_ANSWER)
    return Suggestion.objects.visible_to(user).filter(mine)

"""The transition table as people read it: the life of a case as a picture, and every move in a table.

The picture is a state diagram in Mermaid, for docs/architecture.md. It shows what carries a case on; what leaves it
where it is, and what puts it back where it was, stands in the table of docs/moves.md with all the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from caseworks.states import OPEN, TRANSITIONS, Clock, Party, Status, Transition

BEGIN = "<!-- drawn from caseworks/states.py by `manage.py draw_states` -->"
END = "<!-- end of the drawing -->"
# What a move to be drawn from every open status is drawn from.
ANY_OPEN = "open"


def draw() -> str:
    """Return the picture between its two marks: one arrow from one status to another, whatever moves go that way."""
    arrows = sorted({arrow for move in TRANSITIONS.values() for arrow in _arrows(move)}, key=_in_order)
    lines = []
    for (source, target), same_way in groupby(arrows, key=lambda arrow: arrow[:2]):
        lines.append(f"    {source} --> {target}: {', '.join(verb for _source, _target, verb in same_way)}")
    inside = [status.value for status in Status if status in OPEN]
    return "\n".join(
        [
            BEGIN,
            "```mermaid",
            "stateDiagram-v2",
            f"    state {ANY_OPEN} {{",
            *(f"        {status}" for status in inside),
            "    }",
            "    [*] --> to_dispatch: register, no rule fits",
            "    [*] --> to_accept: register, routed",
            *lines,
            "    closed --> [*]",
            "```",
            END,
        ]
    )


def table() -> str:
    """Return every move between the two marks: from where, to where, who, what must be filled in, and the clock."""
    return "\n".join(
        [
            BEGIN,
            "| move | from | to | who | must be filled in | the clock |",
            "|---|---|---|---|---|---|",
            *(f"| {' | '.join(_cells(move))} |" for move in TRANSITIONS.values()),
            END,
        ]
    )


def _arrows(move: Transition) -> Iterator[tuple[str, str, str]]:
    """Yield (from, to, verb) for each arrow of *move*; a status that stays, and one that comes again, is none."""
    if move.goes_back:
        return
    sources = [ANY_OPEN] if move.sources == OPEN else [status.value for status in move.sources]
    for target in [move.to] if move.to else move.outcomes:
        yield from ((source, target.value, move.verb.value) for source in sources if source != target)


def _in_order(arrow: tuple[str, str, str]) -> tuple[int, int, int]:
    places = [ANY_OPEN, *(status.value for status in Status)]
    verbs = [verb.value for verb in TRANSITIONS]
    source, target, verb = arrow
    return places.index(source), places.index(target), verbs.index(verb)


def _cells(move: Transition) -> list[str]:
    to = _names(frozenset({move.to}) if move.to else move.outcomes)
    return [
        move.verb.value,
        f"{_names(move.sources)}, {_NEEDS[move.needs]}" if move.needs else _names(move.sources),
        "where it was" if move.goes_back else to or "stays",
        ", ".join(party.value for party in Party if party in move.parties) or "the ladder",
        ", ".join(move.required) or "–",
        _CLOCK[move.clock],
    ]


def _names(statuses: frozenset[Status]) -> str:
    if statuses == frozenset(Status):
        return "every status"
    if statuses == OPEN:
        return ANY_OPEN
    return ", ".join(status.value for status in Status if status in statuses)


# In the language of the documentation, whatever that of the office is.
_NEEDS = {
    "under_supervision": "while it is supervised",
    "awaits_answers": "while a helper is waited for",
    "awaited_extension": "while more time is asked for",
}
_CLOCK = {
    Clock.KEEPS: "–",
    Clock.STOPS: "stands still",
    Clock.GOES_ON: "runs again where it stood still",
    Clock.GIVES: "moves by the days asked for",
    Clock.ENDS: "ends",
    Clock.BEGINS: "limit for redoing, from now on",
    Clock.RETURNS: "as it was",
}

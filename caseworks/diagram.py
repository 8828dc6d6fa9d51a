"""The transition table as a picture: a state diagram in Mermaid, for docs/architecture.md."""

from __future__ import annotations

from caseworks.states import TRANSITIONS, Party, Status

BEGIN = "<!-- drawn from caseworks/states.py by `manage.py draw_states` -->"
END = "<!-- end of the drawing -->"


def draw() -> str:
    """Return the diagram between its two marks. Moves that leave the status as it is are listed beneath it."""
    arrows, staying = [], []
    for move in TRANSITIONS.values():
        targets = [move.to] if move.to else [status for status in Status if status in move.outcomes]
        if not targets:
            staying.append(move)
        for source in (status for status in Status if status in move.sources):
            arrows += [f"    {source.value} --> {target.value}: {move.verb.value}" for target in targets]
    lines = [
        BEGIN,
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> to_dispatch: register, no rule fits",
        "    [*] --> to_accept: register, routed",
        *arrows,
        "    closed --> [*]",
        "```",
        "",
        "| move that stays where it is | open in | who |",
        "|---|---|---|",
        *(f"| {move.verb.value} | {_names(move.sources)} | {_parties(move.parties)} |" for move in staying),
        END,
    ]
    return "\n".join(lines)


def _names(statuses: frozenset[Status]) -> str:
    if statuses == frozenset(Status):
        return "every status"
    return ", ".join(status.value for status in Status if status in statuses)


def _parties(parties: frozenset[Party]) -> str:
    return ", ".join(sorted(party.value for party in parties)) or "the ladder"

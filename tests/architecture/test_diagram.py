"""The picture and the table in the documentation are those of the table in the code."""

from pathlib import Path

import pytest

from caseworks.management.commands.draw_states import PAGES
from caseworks.states import OPEN, TRANSITIONS, Status

DOCS = Path(__file__).resolve().parents[2] / "docs"
# What half a page holds.
MOST_ARROWS = 35


@pytest.mark.parametrize("page", PAGES)
def test_the_documentation_shows_the_table_as_it_is(page: str):
    assert PAGES[page]() in (DOCS / page).read_text(encoding="utf-8"), "run manage.py draw_states"


def test_every_move_is_in_the_table_and_what_carries_a_case_on_in_the_picture_on_half_a_page():
    drawn, table = (PAGES[page]() for page in ("architecture.md", "moves.md"))
    assert all(f"\n| {verb.value} |" in table for verb in TRANSITIONS)
    arrows = [line.strip() for line in drawn.splitlines() if "-->" in line and "<!--" not in line]
    assert len(arrows) <= MOST_ARROWS
    for verb, move in TRANSITIONS.items():
        ends = {move.to} if move.to else set(move.outcomes)
        carries_on = ends - {None} != set() and not move.goes_back and ends != move.sources
        assert carries_on == any(verb.value in arrow.split(": ")[-1].split(", ") for arrow in arrows), verb
    assert set(Status) - OPEN <= {Status(arrow.split()[2].rstrip(":")) for arrow in arrows if "[*]" not in arrow}

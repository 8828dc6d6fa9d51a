"""The picture in the documentation is that of the table in the code."""

from pathlib import Path

from caseworks.diagram import draw
from caseworks.states import TRANSITIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"


def test_the_documentation_shows_the_table_as_it_is():
    assert draw() in PAGE.read_text(encoding="utf-8"), "run manage.py draw_states"


def test_every_move_is_in_the_picture():
    drawn = draw()
    assert all(f": {verb.value}\n" in drawn or f"| {verb.value} |" in drawn for verb in TRANSITIONS)

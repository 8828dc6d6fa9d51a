"""Draw the state diagram of docs/architecture.md and the table of docs/moves.md anew."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from caseworks.diagram import BEGIN, END, draw, table

PAGES: dict[str, Callable[[], str]] = {"architecture.md": draw, "moves.md": table}


class Command(BaseCommand):
    help = "Draw the states in docs/architecture.md and the moves in docs/moves.md from the transition table."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, drawn in PAGES.items():
            page = Path(settings.BASE_DIR) / "docs" / name
            text = page.read_text(encoding="utf-8")
            if BEGIN not in text or END not in text:
                raise CommandError(f"{name} has no place for the drawing: add a line {BEGIN} and one {END}.")
            before, after = text.split(BEGIN)[0], text.split(END)[1]
            page.write_text(before + drawn() + after, encoding="utf-8")
            self.stdout.write(f"Drew the states into {name}.")

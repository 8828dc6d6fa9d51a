"""Draw the state diagram of docs/architecture.md anew."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from caseworks.diagram import BEGIN, END, draw


class Command(BaseCommand):
    help = "Draw the state diagram in docs/architecture.md from the transition table."

    def handle(self, *args: Any, **options: Any) -> None:
        page = Path(settings.BASE_DIR) / "docs" / "architecture.md"
        text = page.read_text(encoding="utf-8")
        if BEGIN not in text or END not in text:
            raise CommandError(f"{page.name} has no place for the drawing: add a line {BEGIN} and one {END}.")
        before, after = text.split(BEGIN)[0], text.split(END)[1]
        page.write_text(before + draw() + after, encoding="utf-8")
        self.stdout.write(f"Drew the states into {page.name}.")

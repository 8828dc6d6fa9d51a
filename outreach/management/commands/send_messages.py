"""Carry the outbox, beside or instead of the background worker's run of each minute."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from outreach import sending
from outreach.models import Message

PAUSE = 5.0  # seconds between two runs


class Command(BaseCommand):
    help = "Send the messages that wait, and take in receipts and replies: once, or until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-empty", action="store_true", help="Go on until nothing is waiting.")
        parser.add_argument("--keep", action="store_true", help="Go on until stopped, as a service.")

    def handle(self, *args: Any, **options: Any) -> None:
        tried = sending.send_waiting()
        # A provider that cannot be reached is not asked over and over.
        while options["keep"] or (options["until_empty"] and tried and Message.objects.to_send().exists()):
            if options["keep"]:
                time.sleep(PAUSE)
            tried = sending.send_waiting()

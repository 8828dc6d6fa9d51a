"""Serve the office from this machine until Ctrl-C: web process and background worker."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from caseworks.management import serving_here


class Command(BaseCommand):
    help = "Bring the database up to date and serve, with the background worker, until Ctrl-C. PORT: default 8000."

    def handle(self, *args: Any, **options: Any) -> None:
        port = serving_here.wanted_port()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        serving_here.serve(port, self.stdout)

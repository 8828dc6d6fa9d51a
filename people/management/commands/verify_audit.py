"""Walk the chain of the audit and say whether it holds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from people import audit


class Command(BaseCommand):
    help = "Walk the hash chain of the audit: one line, and exit code 1 where it is broken."

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = audit.verify()
        if verdict.broken_at is not None:
            raise CommandError(
                _("The audit is broken after %(rows)d sound rows: %(problem)s.")
                % {"rows": verdict.rows, "problem": verdict.problem}
            )
        # The head, written down elsewhere, is what shows later that no row was cut off the end.
        self.stdout.write(
            _("The audit holds: %(rows)d rows, head %(head)s.") % {"rows": verdict.rows, "head": verdict.head}
        )

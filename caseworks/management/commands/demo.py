"""Set up an invented office and serve it until Ctrl-C."""

import os
import secrets
import shutil
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from caseworks.demonstration import filling, places, tables
from caseworks.demonstration.office import ACCOUNTS
from caseworks.management import serving_here


class Command(BaseCommand):
    help = "Set up an invented office, print its accounts, and serve it until Ctrl-C. PORT, DEMO_PASSWORD."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="Begin anew: all that was entered is lost.")
        parser.add_argument("--no-serve", action="store_true", help="Prepare only.")
        parser.add_argument(
            "--drop-database", metavar="NAME", help="With --reset on PostgreSQL: the name of the database to empty."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._run(options)
        except KeyboardInterrupt:
            # Nothing is half invented: the office is filled in one transaction.
            raise CommandError(_("Stopped."), returncode=130) from None

    def _run(self, options: dict[str, Any]) -> None:
        port = 0 if options["no_serve"] else serving_here.wanted_port()
        password = self._password()
        if options["reset"]:
            self._reset(options["drop_database"])
        tables.make()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not filling.is_demonstration():
            self._fill()
        try:
            filling.set_password(password)
        except ValidationError as error:
            raise CommandError("DEMO_PASSWORD: " + " ".join(error.messages)) from error
        self._tell(port, password)
        if port:
            name = settings.OFFICE_NAME or places.TOWN
            serving_here.serve(port, self.stdout, {"OFFICE_NAME": name})

    def _password(self) -> str:
        """The one asked for, else a new one each time: nothing is kept in clear, and nobody has to remember it."""
        return os.environ.get("DEMO_PASSWORD", "") or secrets.token_urlsafe(9)

    def _fill(self) -> None:
        if not filling.is_empty():
            raise CommandError(_("This database holds an office already, and not the invented one. It was left alone."))
        self.stdout.write(_("Inventing an office (once, about half a minute)…"))
        self.stdout.flush()
        filling.fill()

    def _tell(self, port: int, password: str) -> None:
        told = _("%(communities)d communities, %(groups)d grid groups, %(households)d households, %(cases)d cases")
        self.stdout.write(f"\n{places.TOWN}: {told % filling.sizes()}\n\n")
        if port:
            self.stdout.write(_("Address:   %(address)s") % {"address": serving_here.address(port)})
        self.stdout.write(_("Accounts:  %(accounts)s") % {"accounts": "  ".join(ACCOUNTS)})
        self.stdout.write(_("Password:  %(password)s") % {"password": password} + "\n\n")

    def _reset(self, named: str | None) -> None:
        """Remove the invented office; a real one is never touched."""
        if not self._may_go():
            raise CommandError(_("This database holds an office already, and not the invented one. It was left alone."))
        if connection.vendor == "sqlite":
            tables.remove()
        else:
            name = str(connection.settings_dict["NAME"])
            if named != name:
                raise CommandError(
                    _("This would empty the database “%(name)s”. If you mean that: --reset --drop-database %(name)s")
                    % {"name": name}
                )
            _drop_tables()
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)

    def _may_go(self) -> bool:
        try:
            return filling.is_demonstration() or filling.is_empty()
        except DatabaseError:
            # No tables yet, or those of another version: empty only if there is nothing at all.
            with connection.cursor() as cursor:
                return not connection.introspection.table_names(cursor)


def _drop_tables() -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
        # What the triggers of the audit call outlives their table.
        cursor.execute("DROP FUNCTION IF EXISTS people_auditevent_refuse()")

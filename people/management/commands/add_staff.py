"""Add a member of staff with a post and a password: the way the first account of an office is made."""

import getpass
import os
import secrets
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from people import audit, network
from people.access import Role
from people.models import Area, AreaLevel, Organisation, User

ENVIRONMENT = "STAFF_PASSWORD"


class Command(BaseCommand):
    help = (
        "Add a member of staff: add_staff li.jing --name 李静 --role manager --area 沈湾街道. "
        f"The password is read from {ENVIRONMENT}, asked for at a terminal, or made up and printed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument(
            "--area", help="The name of the area of the post. The first of an office is made: its town."
        )
        parser.add_argument("--unit", help="The name of the unit, for the role department.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User(username=options["username"], name=options["name"])
        try:
            user.clean_fields(exclude=["password"])
            user.validate_unique()
            password, made_up = self._password(user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        with transaction.atomic():
            user.set_password(password)
            user.save()
            audit.record(None, "user.add", user, fields=["username", "name"])
            unit, area = self._unit(options["unit"]), self._area(options["area"])
            if unit is None and area is None:
                raise CommandError(_("Name the area or the unit of the post: --area or --unit."))
            network.appoint(user, options["role"], by=None, area=area, unit=unit)
        self.stdout.write(_("%(account)s can sign in.") % {"account": user.username})
        if made_up:
            self.stdout.write(_("Password: %(password)s") % {"password": password})

    def _password(self, user: User) -> tuple[str, bool]:
        """The password, and whether it was made up here."""
        password = os.environ.get(ENVIRONMENT, "")
        if not password and sys.stdin.isatty():
            password = getpass.getpass(_("Password (empty: one is made up): "))
        if not password:
            return secrets.token_urlsafe(12), True
        validate_password(password, user)
        return password, False

    def _area(self, name: str | None) -> Area | None:
        if not name:
            return None
        found = list(Area.objects.filter(name=name)[:2])
        if len(found) > 1:
            raise CommandError(_("There are several areas named “%(name)s”.") % {"name": name})
        if found:
            return found[0]
        if Area.objects.exists():
            raise CommandError(_("There is no area named “%(name)s”.") % {"name": name})
        return network.add_area(name, AreaLevel.objects.get(code="town"), None, by=None)

    def _unit(self, name: str | None) -> Organisation | None:
        if not name:
            return None
        unit = Organisation.objects.filter(name=name).first()
        if unit is None:
            raise CommandError(_("There is no unit named “%(name)s”.") % {"name": name})
        return unit

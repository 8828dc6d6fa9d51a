"""What the commands that serve have in common: the port, and one sentence where it cannot be had."""

from __future__ import annotations

import os
from collections.abc import Mapping

from django.core.management.base import CommandError, OutputWrapper
from django.utils.translation import gettext as _

from caseworks import serving

DEFAULT_PORT = 8000


def wanted_port() -> int:
    """The port of the environment, if it can be had; CommandError says in one sentence what to do if not."""
    written = os.environ.get("PORT", "") or str(DEFAULT_PORT)
    if not written.isdecimal() or not 1 <= int(written) <= 65535:
        raise CommandError(_("PORT is “%(port)s”: give a number from 1 to 65535.") % {"port": written})
    port = int(written)
    try:
        free = serving.port_is_free(port)
    except PermissionError:
        raise CommandError(
            _("Port %(port)d is reserved: choose one from 1024 on, such as PORT=8001.") % {"port": port}
        ) from None
    if not free:
        raise CommandError(
            _("Port %(port)d is in use: stop what uses it, or choose another, such as PORT=%(next)d.")
            % {"port": port, "next": port + 1 if port < 65535 else port - 1}
        )
    return port


def serve(port: int, out: OutputWrapper, environment: Mapping[str, str] | None = None) -> None:
    """Serve until Ctrl-C and say when pages are answered."""

    def ready() -> None:
        out.write(_("Serving at %(address)s. Ctrl-C stops.") % {"address": address(port)} + "\n")
        out.flush()

    try:
        serving.serve(port, ready, environment)
    except serving.NotServed as error:
        raise CommandError(str(error)) from error
    out.write(_("Stopped.") + "\n")


def address(port: int) -> str:
    return f"http://{serving.HOST}:{port}/"

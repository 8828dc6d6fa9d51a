"""A mail server on the loopback address that answers what a test says: RFC 5321, as much of it as one mail needs."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest


class MailServer(socketserver.ThreadingTCPServer):
    """`replies` are its answers by command, where they are not the usual ones; None hangs up. `taken` are mails."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, replies: dict[str, str | None]) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.replies = replies
        self.taken: list[str] = []


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer
    usual = {"EHLO": "250 here", "RSET": "250 ok", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on"}

    def handle(self) -> None:
        self.say("220 mail.test")
        while line := self.rfile.readline().decode():
            command = line[:4].upper().strip()
            if command == "QUIT":
                return self.say("221 bye")
            reply = self.server.replies.get(command, self.usual.get(command, "500 what?"))
            if reply is None:
                return None
            self.say(reply)
            if reply.startswith("354"):
                mail = "".join(iter(lambda: self.rfile.readline().decode(), ".\r\n"))
                self.server.taken.append(mail)
                reply = self.server.replies.get("END", "250 taken")
                if reply is None:
                    return None
                self.say(reply)
        return None

    def say(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode())


@pytest.fixture
def mail_server(settings: Any) -> Iterator[Callable[..., MailServer]]:
    """Start a mail server with these answers, and make it the office's."""
    started: list[MailServer] = []

    def start(**replies: str | None) -> MailServer:
        server = MailServer(replies)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        started.append(server)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        return server

    yield start
    for server in started:
        server.shutdown()
        server.server_close()

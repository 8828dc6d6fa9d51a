"""E-mail, through Django and whatever mail server ``EMAIL_URL`` names."""

from __future__ import annotations

import smtplib
from typing import Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from outreach.answers import Accepted, Answer, NoAnswer, NotTaken
from outreach.models import Message, MessagePart
from outreach.sending import CannotConnect

# RFC 5321, 4.2.1: a 4yz answer means that a later try may succeed.
FIRST_PERMANENT = 500


class Mailbox:
    """One connection to the mail server, kept for a run."""

    listens = False

    def __init__(self) -> None:
        self.connection = get_connection()

    def __enter__(self) -> Self:
        try:
            self.connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise CannotConnect(_("The mail server is not reachable.")) from error
        return self

    def __exit__(self, *exception: object) -> None:
        self.connection.close()

    def parts(self, message: Message) -> list[str]:
        return [message.text]

    def hand_over(self, message: Message, part: MessagePart, text: str, total: int) -> Answer:
        number = f"<{message.uuid.hex}@caseworks.invalid>"
        mail = EmailMessage(
            message.subject or message.get_purpose_display(),
            text,
            settings.DEFAULT_FROM_EMAIL,
            [message.address],
            headers={"Message-ID": number},
            connection=self.connection,
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            return NotTaken(_said(code, said), again=code < FIRST_PERMANENT)
        except smtplib.SMTPResponseException as error:
            return NotTaken(_said(error.smtp_code, error.smtp_error), again=error.smtp_code < FIRST_PERMANENT)
        except (OSError, smtplib.SMTPException):
            self.connection.close()
            return NoAnswer(_("The mail server did not answer; the message may have gone out."))
        return Accepted(number)

    def listen(self) -> None:
        pass


def _said(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"

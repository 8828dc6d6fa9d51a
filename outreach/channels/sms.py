"""Short messages over SMPP 3.4, to whichever gateway speaks it: parts in UCS-2, receipts, replies."""

from __future__ import annotations

import logging
import re
import select
import time
from contextlib import suppress
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from smpplib import client, consts, exceptions, smpp

from outreach import sending
from outreach.answers import Accepted, Answer, NoAnswer, NotTaken
from outreach.messaging_rules import parts_of
from outreach.models import Message, MessagePart

UCS2 = 8
RECEIPT = 0x04
MESSAGE_TYPE = 0x3C
JOINED = 0x40  # the text begins with a header that joins parts
CHINA = "86"
# The library's warnings tell of hang-ups that are answered here, and its debug lines hold whole messages.
LOGGER = f"{__name__}.session"
logging.getLogger(LOGGER).setLevel(logging.ERROR)
# Receipts that nobody is waiting for are taken in for this long at the end of a run.
LISTEN_SECONDS = 2.0

# The gateway says it did not take the message, and may take it later.
BUSY = {consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL, consts.SMPP_ESME_RINVBNDSTS}
# The gateway failed in a way that leaves open whether it took the message.
UNSURE = {consts.SMPP_ESME_RSYSERR, consts.SMPP_ESME_RUNKNOWNERR}
# SMPP 3.4, appendix B: the states of a receipt that are final.
FINAL = {"DELIVRD": True, "EXPIRED": False, "DELETED": False, "UNDELIV": False, "REJECTD": False}
_RECEIPT_ID = re.compile(r"\bid:(\S+)")
_RECEIPT_STATE = re.compile(r"\bstat:(\w+)")
_RECEIPT_ERROR = re.compile(r"\berr:(\w+)")


class Smpp:
    """One session, bound as transceiver, one message in flight: whatever happens, at most that one is in doubt.

    ``SMPP_URL`` is ``smpp://system_id:password@host:port/sender``, the sender being the number people see.
    """

    listens = True

    def __init__(self) -> None:
        url = urlsplit(settings.SMPP_URL)
        self.host, self.port = url.hostname or "localhost", url.port or 2775
        self.user, self.password = unquote(url.username or ""), unquote(url.password or "")
        self.sender = url.path.strip("/")
        self.session: client.Client | None = None

    def __enter__(self) -> Self:
        self._connected()
        return self

    def __exit__(self, *exception: object) -> None:
        if self.session:
            # The gateway may have hung up already.
            with suppress(exceptions.ConnectionError, exceptions.PDUError, OSError):
                self.session.unbind()
            self._drop()

    def parts(self, message: Message) -> list[str]:
        return parts_of(message.text)

    def hand_over(self, message: Message, part: MessagePart, text: str, total: int) -> Answer:
        session = self._connected()
        try:
            # What came in meanwhile is taken first; a line that was cut shows itself here, before anything left.
            self._take_in(session, 0)
        except (exceptions.ConnectionError, exceptions.PDUError, OSError):
            self._drop()
            session = self._connected()
        submit = self._submit(session, message, part, text, total)
        try:
            session.send_pdu(submit)
        except exceptions.ConnectionError as error:
            # Not the whole of it left, and a gateway cannot take half of one.
            self._drop()
            raise sending.CannotConnect(_("The connection to the gateway was lost.")) from error
        try:
            return self._answer(self._await(session, submit.sequence))
        except TimeoutError:
            # A later answer on this line would be taken for that of another message.
            self._drop()
            return NoAnswer(_("The gateway did not answer; the message may have gone out."))
        except (exceptions.ConnectionError, exceptions.PDUError, OSError):
            self._drop()
            return NoAnswer(_("The connection was lost before the gateway answered; the message may have gone out."))

    def listen(self) -> None:
        until = time.monotonic() + LISTEN_SECONDS
        try:
            while self.session and (left := until - time.monotonic()) > 0:
                self._take_in(self.session, left)
        except (exceptions.ConnectionError, exceptions.PDUError, OSError):
            self._drop()

    # ---- The line ----

    def _connected(self) -> client.Client:
        if self.session is None:
            session = client.Client(
                self.host,
                self.port,
                timeout=settings.SMPP_TIMEOUT,
                logger_name=LOGGER,
                allow_unknown_opt_params=True,
            )
            try:
                session.connect()
                session.bind_transceiver(system_id=self.user, password=self.password)
            except (exceptions.ConnectionError, exceptions.PDUError, OSError) as error:
                session.disconnect()
                raise sending.CannotConnect(_("The gateway for short messages is not reachable.")) from error
            self.session = session
        return self.session

    def _drop(self) -> None:
        if self.session:
            self.session.disconnect()
            self.session = None

    def _submit(self, session: client.Client, message: Message, part: MessagePart, text: str, total: int) -> Any:
        header = bytes([5, 0, 3, message.pk % 256, total, part.place]) if total > 1 else b""
        return smpp.make_pdu(
            "submit_sm",
            client=session,
            source_addr_ton=consts.SMPP_TON_UNK,
            source_addr=self.sender,
            dest_addr_ton=consts.SMPP_TON_INTL,
            dest_addr_npi=consts.SMPP_NPI_ISDN,
            destination_addr=CHINA + message.address,
            esm_class=JOINED if header else 0,
            data_coding=UCS2,
            registered_delivery=True,
            short_message=header + text.encode("utf-16-be"),
        )

    def _await(self, session: client.Client, sequence: int) -> Any:
        until = time.monotonic() + settings.SMPP_TIMEOUT
        while time.monotonic() < until:
            pdu = session.read_pdu()
            if pdu.sequence == sequence and pdu.command in ("submit_sm_resp", "generic_nack"):
                return pdu
            self._take(session, pdu)
        raise TimeoutError

    def _answer(self, pdu: Any) -> Answer:
        if not pdu.status:
            return Accepted(_text(pdu.message_id))
        said = f"{consts.DESCRIPTIONS.get(pdu.status, '')} (0x{pdu.status:02X})".strip()
        if pdu.status in UNSURE:
            return NoAnswer(said)
        return NotTaken(said, again=pdu.status in BUSY)

    # ---- What the gateway tells by itself ----

    def _take_in(self, session: client.Client, wait: float) -> None:
        """Take in everything that is there by now; where nothing is, wait so many seconds for the first."""
        while select.select([session._socket], [], [], wait)[0]:
            self._take(session, session.read_pdu())
            wait = 0

    def _take(self, session: client.Client, pdu: Any) -> None:
        if pdu.command == "deliver_sm":
            self._deliver(pdu)
            # Answered once it is kept: a report that was not is brought again.
            _respond(session, "deliver_sm_resp", pdu)
        elif pdu.command == "enquire_link":
            _respond(session, "enquire_link_resp", pdu)
        elif pdu.command == "unbind":
            _respond(session, "unbind_resp", pdu)
            raise exceptions.ConnectionError("unbound")

    def _deliver(self, pdu: Any) -> None:
        body = pdu.short_message or b""
        if pdu.esm_class & MESSAGE_TYPE != RECEIPT:
            text = body.decode("utf-16-be" if pdu.data_coding == UCS2 else "latin-1", errors="replace")
            sending.take_reply(_national(_text(pdu.source_addr)), text)
            return
        report = body.decode("latin-1")
        state = _first(_RECEIPT_STATE, report)
        if state in FINAL:
            number = _text(pdu.receipted_message_id) or _first(_RECEIPT_ID, report)
            code = state if FINAL[state] else f"{state} {_first(_RECEIPT_ERROR, report)}".strip()
            sending.take_receipt(number, delivered=FINAL[state], code=code)


def _respond(session: client.Client, command: str, pdu: Any) -> None:
    response = smpp.make_pdu(command, client=session)
    response.sequence = pdu.sequence
    session.send_pdu(response)


def _text(value: bytes | str | None) -> str:
    return (value.decode("latin-1") if isinstance(value, bytes) else value or "").rstrip("\0")


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _national(number: str) -> str:
    digits = number.lstrip("+")
    return digits.removeprefix(CHINA) if len(digits) == len(CHINA) + 11 else digits

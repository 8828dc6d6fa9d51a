"""Group chats: the robots of WeCom, DingTalk and Feishu, each signed as its makers ask.

DingTalk and Feishu: HMAC-SHA-256 over the time and the secret, in their two different ways (the pages of their open
platforms on custom robots). A WeCom robot has no signature of its own; where a secret is given, the request carries
the headers of Standard Webhooks 1.0, for a relay of the office that checks them before passing it on.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Self
from urllib.parse import quote_plus, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from outreach.answers import Accepted, Answer, NoAnswer, NotTaken
from outreach.models import Message, MessagePart
from outreach.sending import CannotConnect

TIMEOUT = 10.0
# Their codes for “too many at once”: WeCom, DingTalk, Feishu.
BUSY = {45009, 130101, 9499, 11232}


class Robots:
    """Posts to the addresses in ``ROBOTS``; nobody can name another one. Redirects are not followed."""

    listens = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def parts(self, message: Message) -> list[str]:
        return [message.text]

    def hand_over(self, message: Message, part: MessagePart, text: str, total: int) -> Answer:
        robot = settings.ROBOTS.get(message.address)
        if robot is None:
            return NotTaken(_("There is no group chat of this name any more."))
        kind, url, secret = robot["kind"], robot["url"], robot.get("secret", "")
        if kind not in REQUESTS:
            return NotTaken(_("The kind of this robot is not known."))
        query, headers, body = REQUESTS[kind](text, secret, time.time(), message.uuid.hex)
        return _post(url, query, headers, json.dumps(body, ensure_ascii=False).encode())

    def listen(self) -> None:
        pass


Request = tuple[str, dict[str, str], dict[str, Any]]


def wecom(text: str, secret: str, now: float, number: str) -> Request:
    """Return what is added to the address, the headers, and the body."""
    body = {"msgtype": "text", "text": {"content": text}}
    if not secret:
        return "", {}, body
    signed = f"{number}.{int(now)}.{json.dumps(body, ensure_ascii=False)}"
    signature = _base64_hmac(secret.encode(), signed.encode())
    headers = {"webhook-id": number, "webhook-timestamp": str(int(now)), "webhook-signature": f"v1,{signature}"}
    return "", headers, body


def dingtalk(text: str, secret: str, now: float, number: str) -> Request:
    body = {"msgtype": "text", "text": {"content": text}}
    if not secret:
        return "", {}, body
    stamp = str(round(now * 1000))
    signature = _base64_hmac(secret.encode(), f"{stamp}\n{secret}".encode())
    return f"timestamp={stamp}&sign={quote_plus(signature)}", {}, body


def feishu(text: str, secret: str, now: float, number: str) -> Request:
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        stamp = str(int(now))
        # Theirs is the odd one: time and secret are the key, and nothing is signed.
        body |= {"timestamp": stamp, "sign": _base64_hmac(f"{stamp}\n{secret}".encode(), b"")}
    return "", {}, body


REQUESTS = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu}


def _base64_hmac(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def _post(address: str, query: str, headers: dict[str, str], body: bytes) -> Answer:
    url = urlsplit(address)
    line = {"https": HTTPSConnection, "http": HTTPConnection}[url.scheme](url.hostname or "", url.port, timeout=TIMEOUT)
    try:
        line.connect()
    except OSError as error:
        raise CannotConnect(_("The group chat is not reachable.")) from error
    joined = "&".join(filter(None, [url.query, query]))
    try:
        headers = {"Content-Type": "application/json; charset=utf-8", **headers}
        line.request("POST", url.path + (f"?{joined}" if joined else ""), body, headers)
        response = line.getresponse()
        return _read(response.status, response.read(65536))
    except (OSError, HTTPException):
        return NoAnswer(_("The group chat did not answer; the message may have gone out."))
    finally:
        line.close()


def _read(status: int, body: bytes) -> Answer:
    try:
        said = json.loads(body)
    except ValueError:
        said = {}
    code = said.get("errcode", said.get("code", said.get("StatusCode"))) if isinstance(said, dict) else None
    if status == 200 and code == 0:
        return Accepted()
    if status == 429 or code in BUSY:
        return NotTaken(f"{status} {code}", again=True)
    if status >= 500 or (code is None and status == 200):
        return NoAnswer(f"{status}")
    return NotTaken(f"{status} {code} {said.get('errmsg') or said.get('msg') or ''}".strip())

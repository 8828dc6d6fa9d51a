"""Group chats verify their signatures, mail servers answer in three ways, and sheets are printed."""

import base64
import hashlib
import hmac
import json
import smtplib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail

from outreach import correspondence, sending
from outreach.channels import letters
from outreach.channels.mailbox import Mailbox
from outreach.models import Message, MessageState
from people.consent import Channel, Purpose
from people.models import ContactPreference
from tests.factories import make_resident

SECRET = "SEC-of-the-robot"
S = MessageState


def signature(key, text):
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


class Chat(BaseHTTPRequestHandler):
    """Answers as the three platforms do, and refuses what is not signed as they ask."""

    answers: list = []
    texts: list = []

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        body, url = json.loads(raw), urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        kind = url.path.strip("/")
        if kind == "dingtalk":
            signed = query.get("sign") == signature(SECRET, f"{query.get('timestamp')}\n{SECRET}")
            text, refusal = body["text"]["content"], {"errcode": 310000, "errmsg": "sign not match"}
        elif kind == "feishu":
            signed = body.get("sign") == signature(f"{body.get('timestamp')}\n{SECRET}", "")
            text, refusal = body["content"]["text"], {"code": 19021, "msg": "sign match fail"}
        else:
            said = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.{raw}"
            signed = self.headers["webhook-signature"] == f"v1,{signature(SECRET, said)}"
            text, refusal = body["text"]["content"], {"errcode": 40001, "errmsg": "bad signature"}
        answer = self.answers.pop(0) if self.answers else {"errcode": 0} if kind != "feishu" else {"code": 0}
        if not signed:
            answer = refusal
        if answer is None:
            self.close_connection = True
            return
        self.texts.append(text)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def chat(settings):
    Chat.answers, Chat.texts = [], []
    server = HTTPServer(("127.0.0.1", 0), Chat)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    settings.ROBOTS = {
        kind: {"kind": kind, "url": f"{base}/{kind}", "secret": SECRET} for kind in ("wecom", "dingtalk", "feishu")
    } | {"forged": {"kind": "dingtalk", "url": f"{base}/dingtalk", "secret": "another"}}
    settings.MESSAGE_BACK_OFF = 60
    yield Chat
    server.shutdown()
    server.server_close()


def posted(robot):
    message = correspondence.post(robot, "明天上午停水，请相互转告。", by=None)
    sending.send_waiting()
    message.refresh_from_db()
    return message.state


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_a_post_to_a_group_chat_carries_the_signature_its_makers_ask_for(db, chat, kind):
    assert posted(kind) == S.SENT
    assert chat.texts == ["明天上午停水，请相互转告。"]


def test_a_group_chat_refuses_is_busy_or_falls_silent(db, chat):
    assert posted("forged") == S.FAILED
    chat.answers = [{"errcode": 45009}]
    assert posted("wecom") == S.WAITING
    chat.answers = [None]
    assert posted("feishu") == S.UNKNOWN
    with pytest.raises(KeyError):
        correspondence.post("https://elsewhere.example", "…", by=None)


@pytest.fixture
def letter_to(cast, settings):
    settings.MESSAGE_CARRIERS = {"email": "outreach.channels.mailbox.Mailbox"}
    resident = make_resident(cast.household, name="王秀兰")
    ContactPreference.objects.create(resident=resident, channel=Channel.EMAIL, email="wang@example.org")
    return correspondence.write(Purpose.CASE, to=resident, text="您的诉求已办结。", by=cast.operator)


def test_an_e_mail_goes_out_with_a_number_of_its_own(letter_to):
    sending.send_waiting()
    letter_to.refresh_from_db()
    (sent,) = mail.outbox
    assert (letter_to.state, sent.to, sent.body) == (S.SENT, ["wang@example.org"], "您的诉求已办结。")
    assert sent.extra_headers["Message-ID"] == letter_to.parts.get().provider_id


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPRecipientsRefused({"wang@example.org": (550, b"no such mailbox")}), S.FAILED),
        (smtplib.SMTPDataError(451, b"try later"), S.WAITING),
        (smtplib.SMTPServerDisconnected("gone"), S.UNKNOWN),
        (TimeoutError(), S.UNKNOWN),
    ],
)
def test_a_mail_server_that_does_not_take_it_is_told_from_one_that_may_have(letter_to, monkeypatch, error, state):
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda self: (_ for _ in ()).throw(error))
    sending.send_waiting()
    letter_to.refresh_from_db()
    assert letter_to.state == state


def test_a_mail_server_that_is_not_there_leaves_the_mail_waiting(letter_to, monkeypatch):
    def refuse(self):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", refuse)
    with pytest.raises(sending.CannotConnect), Mailbox():
        pass
    sending.send_waiting()
    letter_to.refresh_from_db()
    assert (letter_to.state, letter_to.attempts) == (S.WAITING, 0)


def test_labels_are_three_by_eight_on_a_sheet_and_rare_characters_are_drawn():
    people = [Message(name=f"王𬭚𠮷{n}", address='沈湾街道滨港路223号 #text("x")') for n in range(25)]
    one, two = letters.labels(people[:24]), letters.labels(people)
    assert (b"/Count 1" in one, b"/Count 2" in two) == (True, True)
    assert b"NotoSerifCJK" in two
    assert letters.cards([Message(name="王秀兰", subject="节日问候", text="祝您节日快乐。")]).startswith(b"%PDF")


def test_a_machine_without_a_chinese_font_says_so_in_a_sentence(monkeypatch):
    monkeypatch.setattr(letters, "_families", lambda: frozenset({"DejaVu Sans"}))
    with pytest.raises(letters.NoFont, match="fonts-noto-cjk"):
        letters.labels([Message(name="王秀兰", address="滨港路1号")])

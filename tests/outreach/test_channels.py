"""Group chats verify their signatures, mail servers answer in three ways, and sheets are printed."""

import base64
import hashlib
import hmac
import io
import json
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import typst
from PIL import Image, ImageOps

from outreach import correspondence, sending
from outreach.channels import letters
from outreach.channels.mailbox import Mailbox
from outreach.label_sheets import LABEL_SHEETS
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


@pytest.mark.parametrize(
    ("replies", "state", "taken"),
    [
        ({}, S.SENT, 1),
        ({"RCPT": "550 no such mailbox"}, S.FAILED, 0),
        ({"RCPT": "451 try later"}, S.WAITING, 0),
        ({"DATA": "451 try later"}, S.WAITING, 0),
        ({"END": "554 refused"}, S.FAILED, 1),
        ({"END": None}, S.UNKNOWN, 1),
    ],
)
def test_what_a_mail_server_did_not_take_is_told_from_what_it_may_have(letter_to, mail_server, replies, state, taken):
    server = mail_server(**replies)
    sending.send_waiting()
    letter_to.refresh_from_db()
    assert (letter_to.state, len(server.taken)) == (state, taken)


def test_an_e_mail_has_a_number_of_its_own_and_says_what_was_written(letter_to, mail_server):
    server = mail_server()
    sending.send_waiting()
    sent = message_from_bytes(server.taken[0].encode(), policy=policy.default)
    assert (sent["To"], sent.get_content().strip()) == ("wang@example.org", "您的诉求已办结。")
    assert sent["Message-ID"] == letter_to.parts.get().provider_id


def test_a_mail_server_that_is_not_there_leaves_the_mail_waiting(letter_to, mail_server):
    gone = mail_server()
    gone.shutdown()
    gone.server_close()
    with pytest.raises(sending.CannotConnect), Mailbox():
        pass
    sending.send_waiting()
    letter_to.refresh_from_db()
    assert (letter_to.state, letter_to.attempts) == (S.WAITING, 0)


@pytest.mark.parametrize("sheet", LABEL_SHEETS.values(), ids=LABEL_SHEETS)
def test_labels_sit_on_the_stickers_of_the_sheet_and_rare_characters_are_drawn(sheet):
    address = '沈湾街道滨港路223号东方花园小区12号楼3单元1102室（社区服务站旁） #text("x")'
    people = [Message(name=f"欧阳𬭚𠮷{n}", address=address) for n in range(sheet.columns * sheet.rows + 1)]
    full, more = letters.labels(people[:-1], sheet), letters.labels(people, sheet)
    assert (b"/Count 1" in full, b"/Count 2" in more) == (True, True)
    assert b"NotoSerifCJK" in more
    page = drawn(people[:-1], sheet)
    assert page.size == (round(210 * DOTS), round(297 * DOTS))
    for number in range(len(people) - 1):
        left = sheet.left + number % sheet.columns * sheet.across
        top = sheet.top + number // sheet.columns * sheet.down
        sticker = tuple(round(edge * DOTS) for edge in (left, top, left + sheet.width, top + sheet.height))
        ink = page.crop(sticker).getbbox()
        assert ink, number
        margins = (ink[0], ink[1], sticker[2] - sticker[0] - ink[2], sticker[3] - sticker[1] - ink[3])
        assert min(margins) >= 4.5 * DOTS, "what a printer cannot reach, and what a sheet may slip"
        page.paste(0, sticker)
    assert page.getbbox() is None, "nothing beside the stickers"


DOTS = 4  # a millimetre


def drawn(people, sheet):
    """The first page of labels, ink in white on black."""
    rows = [{"name": one.name, "address": one.address, "place": "第1小组"} for one in people]
    inputs = {"rows": json.dumps(rows), "sheet": json.dumps(sheet.measures()), "font": letters.FONTS[0]}
    template = (letters.SHEETS / "labels.typ").read_bytes()
    png = typst.compile(template, sys_inputs=inputs, format="png", ppi=25.4 * DOTS)
    return ImageOps.invert(Image.open(io.BytesIO(png)).convert("L"))


def test_a_sheet_that_was_begun_is_gone_on_with():
    people, sheet = [Message(name=f"王秀兰{n}", address="滨港路1号") for n in range(24)], LABEL_SHEETS["3474"]
    assert b"/Count 1" in letters.labels(people, sheet) and b"/Count 2" in letters.labels(people, sheet, first=2)
    used = [Message(name="", address="")] * 4
    page = drawn([*used, *people[:1]], sheet)
    left, top, _right, _bottom = page.getbbox()
    assert (int(left / DOTS // sheet.across), int(top / DOTS // sheet.down)) == (1, 1)


def test_a_sheet_fills_the_page_and_no_sticker_lies_beyond_it():
    for sheet in LABEL_SHEETS.values():
        right = sheet.left + (sheet.columns - 1) * sheet.across + sheet.width
        bottom = sheet.top + (sheet.rows - 1) * sheet.down + sheet.height
        assert right + sheet.left == pytest.approx(210, abs=0.05)
        assert bottom + sheet.top == pytest.approx(297, abs=0.05)


def test_cards_stand_two_on_a_page():
    assert b"/Count 2" in letters.cards([Message(name="王秀兰", subject="节日问候", text="祝您节日快乐。")] * 3)


def test_a_machine_without_a_chinese_font_says_so_in_a_sentence(monkeypatch):
    monkeypatch.setattr(letters, "_families", lambda: frozenset({"DejaVu Sans"}))
    with pytest.raises(letters.NoFont, match="fonts-noto-cjk"):
        letters.labels([Message(name="王秀兰", address="滨港路1号")])

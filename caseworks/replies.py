"""Rules of a reply: does what the caller is to hear answer him? Asked before a case is resolved.

Each finding is a sentence for the handler, who may resolve the case all the same; which ones he let stand is stored.
The measures are this project's own; offices publish the principle (answer the question, say who did what when, make
contact first) and no numbers.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Fewer characters than these say that something was done, not what; so few beside empty words say nothing at all.
SHORTEST_REPLY = 10
NOTHING_SAID = 3


class Finding(StrEnum):
    """What a reply lacks; the name is what is stored."""

    TOO_SHORT = "too_short"
    EMPTY_WORDS = "empty_words"
    NO_CONTACT = "no_contact"
    NO_NAME = "no_name"
    NO_DATE = "no_date"

    @property
    def sentence(self) -> Promise:
        return SENTENCES[self]


SENTENCES: dict[Any, Promise] = {
    Finding.TOO_SHORT: _("The reply is short: say what was done about the request."),
    Finding.EMPTY_WORDS: _("“Handled” alone does not answer: say what was done."),
    Finding.NO_CONTACT: _("Nothing shows that somebody spoke with the caller."),
    Finding.NO_NAME: _("It does not say who did it, or with whom it was settled."),
    Finding.NO_DATE: _("It does not say when."),
}

# What is said where nothing is said. Taken away, little may be left of a reply.
_EMPTY_WORDS = re.compile(
    r"(您好|感谢|谢谢|您?反映的?|该?(问题|情况|事项|诉求)|(已经?|均已|予以)?(按(规定|要求|程序))?"
    r"(处理|办理|解决|落实|办结|完成|完毕|知悉|收悉|转办|核实|整改)(完毕|完成)?|了|的|已|done|handled|solved|ok)",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(电话|致电|去电|来电|电联|联系|通话|短信|微信|上门|入户|登门|走访|拜访|见面|面谈|当面|到场|现场|告知|答复|回复"
    r"|说明|解释|沟通|协商|调解|本人|call|spoke|met|told|visit)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(\d{1,4}\s*[年月日号./:：-]\s*\d{0,2}|[一二三四五六七八九十]+[月日号]|今[天日早晚]|昨[天日晚]|前天|明天|当[天日场晚]|次日|即日"
    r"|(上|下|本)(个)?(周|月|星期)|(周|星期)[一二三四五六日天]|上午|下午|中午|晚上|\d+\s*(天|日|小时|分钟)"
    r"|today|yesterday|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday)",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"([\u4e00-\u9fff](先生|女士|小姐|阿姨|叔叔|大爷|大妈|奶奶|爷爷|师傅|同志|老师|主任|经理|医生|书记|警官|律师|组长|老人|住户)"
    r"|本人|户主|居民|家属|邻居|双方|[\u4e00-\u9fff]{2,}(公司|物业|居委会?|村委会?|社区|街道|医院|学校|派出所|城管|中心|部门|单位|小组|队|局|所)"
    r"|物业|居委|我们?(小组|社区|单位)|\b(mr|mrs|ms|dr)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Given:
    """What is known when a case is to be resolved.

    `contacted`: the record shows contact already (a call, a visit, a note about one); `names` of people and units that
    belong to the case.
    """

    outcome: str
    reply: str
    contacted: bool = False
    names: Collection[str] = ()


def check(given: Given) -> list[Finding]:
    """Return what the reply lacks, in the order in which it is read; nothing where it is sound."""
    said = f"{given.outcome}\n{given.reply}"
    findings = []
    if _length(_EMPTY_WORDS.sub("", given.reply)) < NOTHING_SAID:
        findings.append(Finding.EMPTY_WORDS)
    elif _length(given.reply) < SHORTEST_REPLY:
        findings.append(Finding.TOO_SHORT)
    if not (given.contacted or _CONTACT.search(said)):
        findings.append(Finding.NO_CONTACT)
    if not (_WHO.search(said) or any(name and name in said for name in given.names)):
        findings.append(Finding.NO_NAME)
    if not _DATE.search(said):
        findings.append(Finding.NO_DATE)
    return findings


def _length(text: str) -> int:
    """How many characters are letters or digits."""
    return len(re.sub(r"[\W_]", "", text))


def tells_of_contact(text: str) -> bool:
    """Whether a note tells that somebody spoke with the caller."""
    return bool(_CONTACT.search(text))

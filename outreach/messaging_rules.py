"""What a text must be like before it goes out as a short message: the linter, and how a text falls into parts. Pure.

The rules differ by provider and are data (`outreach.models.ProviderRules`); what every network shares is here. Text
in Chinese travels as UCS-2, 140 bytes a part: 70 characters alone, 67 where a header of six bytes joins several parts
(3GPP TS 23.040, 9.2.3.24.1). A character beyond the basic plane counts twice and is never cut in two.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.consent import PROMOTIONAL, Purpose
from people.names import fold

ALONE = 70
JOINED = 67
# What every provider takes for a greeting, and so for promotional, whatever else the text says.
GREETING_WORDS = ("节日快乐", "新年快乐", "新春快乐", "春节快乐", "中秋快乐", "端午安康", "重阳安康", "生日快乐")
# Below what the providers allow to one number (Alibaba Cloud: 50 notices of one template a day, 10 codes).
DAILY_QUOTA = 10
MORNING = time(8)

_VARIABLE = re.compile(r"\{(\w*)\}")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@dataclass(frozen=True)
class Rules:
    """The rules of one provider; see the columns of `outreach.models.ProviderRules`."""

    opt_out_words: tuple[str, ...] = ()
    opt_out_line: str = ""
    opens: time | None = None
    closes: time | None = None
    promotional_variables: bool = True
    traditional: bool = True
    phone_numbers: bool = True
    most_parts: int = 4
    forbidden: tuple[str, ...] = ()
    greeting_words: tuple[str, ...] = GREETING_WORDS
    daily_quota: int = DAILY_QUOTA


@dataclass(frozen=True)
class Finding:
    """One sentence about a text; one that `refuses` keeps it from going out as a short message."""

    text: str
    refuses: bool = True


def parts_of(text: str) -> list[str]:
    """Cut a text into the parts in which it travels; one part where it fits."""
    if _units(text) <= ALONE:
        return [text]
    parts, room = [""], JOINED
    for char in text:
        room -= _units(char)
        if room < 0:
            parts.append("")
            room = JOINED - _units(char)
        parts[-1] += char
    return parts


def _units(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def traditional_in(text: str) -> list[str]:
    """The Traditional characters in a text, each once; those that Simplified writing shares (著, 於) are not."""
    return [char for char in dict.fromkeys(text) if char > "\u3400" and fold(char) != char and not _shared(char)]


def _shared(char: str) -> bool:
    # GB 2312 is the set of Simplified writing.
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def completed(text: str, purpose: str, rules: Rules) -> str:
    """Return the text as it leaves as a short message: a promotional one says at its end how to hear no more."""
    if purpose in PROMOTIONAL and rules.opt_out_line and not text.rstrip().endswith(rules.opt_out_line):
        return text.rstrip() + rules.opt_out_line
    return text


def lint(text: str, purpose: str, rules: Rules, *, variables: Collection[str] = ()) -> list[Finding]:
    """Say what a provider with *rules* would refuse in *text*, and what one should know; best words first to change.

    *variables* are the names that will be filled in; any other name in braces is a slip.
    """
    return [*_refused(text, purpose, rules, variables), *_advice(text)]


def _refused(text: str, purpose: str, rules: Rules, variables: Collection[str]) -> Iterator[Finding]:
    named = _VARIABLE.findall(text)
    promotional = purpose in PROMOTIONAL
    for name in named:
        if name not in variables:
            yield Finding(_("“%(name)s” is not something that can be filled in here.") % {"name": f"{{{name}}}"})
    for word in rules.greeting_words if not promotional else ():
        if word in fold(text):
            yield Finding(
                _("“%(word)s” makes it a greeting: choose the purpose “%(purpose)s”, which asks for consent.")
                % {"word": word, "purpose": Purpose.GREETING.label}
            )
    if promotional and named and not rules.promotional_variables:
        yield Finding(_("A promotional message may not hold anything to be filled in, such as a name."))
    if promotional and rules.opt_out_line and not text.rstrip().endswith(rules.opt_out_line):
        yield Finding(_("A promotional message must end with “%(line)s”.") % {"line": rules.opt_out_line})
    if promotional and not rules.phone_numbers and _MOBILE.search(text):
        yield Finding(_("A promotional message may not name a mobile number."))
    if not rules.traditional and (found := traditional_in(text)):
        yield Finding(
            _("Traditional characters are refused as a short message: %(characters)s") % {"characters": "".join(found)}
        )
    for word in rules.forbidden:
        if word in text:
            yield Finding(_("“%(word)s” is refused by the provider.") % {"word": word})
    if (count := len(parts_of(text))) > rules.most_parts:
        yield Finding(
            _("The text is %(count)d parts long; the provider takes %(most)d at most.")
            % {"count": count, "most": rules.most_parts}
        )


def _advice(text: str) -> Iterator[Finding]:
    if (count := len(parts_of(text))) > 1:
        sentence = ngettext("It costs %(count)d short message each.", "It costs %(count)d short messages each.", count)
        yield Finding(sentence % {"count": count}, refuses=False)


def hours_advice(purpose: str, rules: Rules, now: datetime) -> list[Finding]:
    """Say when a promotional message will leave that is written outside the hours of the provider."""
    leaves = next_open(purpose, rules, now)
    if leaves == now:
        return []
    at = date_format(leaves, "SHORT_DATETIME_FORMAT")
    return [Finding(_("Outside the hours for such messages: it leaves at %(at)s.") % {"at": at}, refuses=False)]


def next_open(purpose: str, rules: Rules, now: datetime) -> datetime:
    """The earliest moment from *now* (in the office's time) at which a message for *purpose* may leave."""
    if purpose not in PROMOTIONAL or rules.opens is None or rules.closes is None:
        return now
    if rules.opens <= now.time() < rules.closes:
        return now
    day = now.date() if now.time() < rules.opens else now.date() + timedelta(days=1)
    return datetime.combine(day, rules.opens, now.tzinfo)


def day_after(now: datetime, rules: Rules) -> datetime:
    """When a message leaves for which there was no room left today: tomorrow, and not in the night."""
    return datetime.combine(now.date() + timedelta(days=1), rules.opens or MORNING, now.tzinfo)


def is_opt_out(text: str, words: Collection[str]) -> bool:
    """Whether a reply is one of the provider's words for “no more”, whatever its case, width or full stop."""
    return fold(text).strip(" .。!！") in {fold(word) for word in words}

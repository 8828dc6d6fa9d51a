"""How personal data looks on a screen until somebody reveals it: enough to recognise, too little to use."""

import re

from people.addresses import place_name
from people.names import surname, tidy_name

STAR = "*"
_PHONES = [
    re.compile(rf"{shape}(#\d+)?")
    for shape in (
        r"(1\d\d)(\d{4})(\d{4})",  # mobile
        r"(0\d{2,3}-)(\d{4,5})(\d{3})",  # landline
        r"()(\d{4,5})(\d{3})",  # landline without its area code
        r"(\+\d\d)(\d+)(\d{3})",  # foreign
    )
]

# Identity numbers of 18 and 15 places, mobile numbers.
_NUMBERS = re.compile(r"(?<!\d)(?:\d{17}[\dXxＸｘ]|\d{15}|[1１][3-9３-９]\d{9})(?!\d)")


def mask_name(name: str) -> str:
    """Keep the surname ("张*", "欧阳*"), or the first character of a name without one; hides the length too."""
    name = tidy_name(name)
    if len(name) < 2:
        return STAR if name else ""
    family = surname(name)
    return (family if 0 < len(family) < len(name) else name[0]) + STAR


def mask_phone(number: str) -> str:
    """Keep the ends of a normalised number ("138****1234", "0580-****523"); other text loses every digit."""
    for shape in _PHONES:
        if match := shape.fullmatch(number):
            start, hidden, end, extension = match.groups()
            return start + STAR * len(hidden) + end + ("#" + STAR if extension else "")
    return re.sub(r"\d", STAR, number)


def mask_email(address: str) -> str:
    """Keep the first character and the host ("w***@example.org")."""
    name, at, host = address.partition("@")
    return f"{name[:1]}{STAR * 3}@{host}" if at else STAR * 3 if address else ""


def mask_document(number: str) -> str:
    """Keep the first three characters and the last one, of short numbers the first and the last, of tiny ones none."""
    if len(number) < 6:
        return STAR * len(number)
    kept = 3 if len(number) > 11 else 1
    return number[:kept] + STAR * (len(number) - kept - 1) + number[-1]


def mask_numbers(text: str) -> str:
    """Mask what looks like an identity or mobile number, wherever in *text* it stands; all else stays."""
    return _NUMBERS.sub(lambda found: mask_document(found[0]), text)


def mask_address(address: str) -> str:
    """Keep the road, village or estate and what stands before it ("滨港路***"); nothing where none is recognised."""
    return place_name(address) + STAR * 3 if address.strip() else ""

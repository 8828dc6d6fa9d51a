"""Numbers of documents and phones, read from whatever a form or a workbook's cell holds.

Reading never raises and never loses what was written: a value that cannot be right comes back with a *problem*,
one translated sentence that says what to do and does not repeat the number.

Resident ID numbers follow GB 11643-1999 (region, date of birth, sequence, check digit by ISO 7064 MOD 11-2); the
foreigner's permanent residence card (since 2023, first digit 9) and the residence permit of Hong Kong, Macao and
Taiwan residents (81, 82, 83) use the same form. The region is not judged: regions are renamed and abolished.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import phonenumbers
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

OLDEST_AGE = 130  # years; a date of birth further back is a slip

_DASHES = re.compile("[‐‑‒–—―−﹣﹘ー]")
_NOTHING = re.compile(r"[\s/\\\-]*(?:无|無|没有|沒有|暂无|暫無)?[\s/\\\-]*")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)

_SEPARATORS = re.compile(r"[、,;/|\n\r\t]|或者?|和|及")
_EXTENSION = re.compile(
    r"(?<=\d)[\s(-]*(?:转|轉|分机号?|分機號?|内线|內線|ext\.?|x|#)+[\s:.]*(\d{1,6})(?!\d)", re.IGNORECASE
)
_LABEL = re.compile(r"[^\d\s+\-;]+")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_HOTLINE = re.compile(r"1[12]\d|12\d{3}|100\d{2,3}|1[01]\d{3}|9[56]\d{3,4}")
_DASH_BEFORE_MOBILE = re.compile(r"(?<=\d{7})-(?=1[3-9]\d{9}(?!\d))")
_BESIDE_NAME = re.compile(
    r"(?:(?:联系|聯繫|聯絡)?(?:电话|電話|手机|手機|[电電]):?\s*)?((?<!\d)\+?\d(?:[\s-]?\d){6,14}(?!\d))"
)
_LOCAL = re.compile(r"[2-8]\d{6,7}")


class DocumentKind(TextChoices):
    RESIDENT_ID = "resident_id", gettext_lazy("Resident ID")
    FOREIGNER_PERMIT = "foreigner_permit", gettext_lazy("Foreigner's permanent residence card")
    HMT_RESIDENCE_PERMIT = "hmt_residence_permit", gettext_lazy("Hong Kong, Macao and Taiwan residence permit")
    TAIWAN_PERMIT = "taiwan_permit", gettext_lazy("Taiwan compatriot permit")
    HK_MACAO_PERMIT = "hk_macao_permit", gettext_lazy("Hong Kong and Macao travel permit")
    PASSPORT = "passport", gettext_lazy("Passport")
    OTHER = "other", gettext_lazy("Other document")


class PhoneKind(TextChoices):
    MOBILE = "mobile", gettext_lazy("Mobile")
    LANDLINE = "landline", gettext_lazy("Landline")
    SERVICE = "service", gettext_lazy("Service number")
    FOREIGN = "foreign", gettext_lazy("Foreign number")
    UNREADABLE = "unreadable", gettext_lazy("Unreadable")


@dataclass(frozen=True, slots=True)
class Document:
    """A document number and what it says about its bearer.

    ``number`` is upper-case ASCII without blanks and dashes, or the text as written where that is no number; ""
    for an empty cell. ``born`` and ``sex`` ("M", "F") are what the digits say, so with a ``problem`` they are a
    hint at most; None where the kind does not tell or the digits are lost. Of a number whose last digits a numeric
    cell has lost, the 15 sure ones are kept and "***" stands for the rest.
    """

    kind: DocumentKind
    number: str
    born: date | None = None
    sex: str | None = None
    problem: str = ""

    @property
    def key(self) -> str:
        """The number by which two documents are the same one: an old 15-digit resident ID as its 18-digit form."""
        if self.kind == DocumentKind.RESIDENT_ID and len(self.number) == 15 and not self.problem:
            body = f"{self.number[:6]}19{self.number[6:]}"
            return body + check_character(body)
        return self.number


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone number.

    ``number``: mainland mobiles as 11 digits, landlines as "0580-3067523" (or 7 to 8 digits where the area code is
    not known), hotlines and 400 numbers as digits ("0580-12345" with an area), others as E.164 with its plus sign.
    An UNREADABLE one keeps the text as written and has a ``problem``. ``label`` is what stood beside it ("儿子").
    """

    number: str
    kind: PhoneKind
    extension: str = ""
    label: str = ""
    problem: str = ""

    @property
    def tail4(self) -> str:
        """The last four digits, by which operators ask for a number; without the extension."""
        return re.sub(r"\D", "", self.number)[-4:]

    def __str__(self) -> str:
        return f"{self.number}#{self.extension}" if self.extension else self.number


def check_character(body: str) -> str:
    """Return the last character of a resident ID whose first 17 digits are *body* (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(body))
    return "10X98765432"[total % 11]


def parse_document(raw: object, today: date | None = None) -> Document:
    """Read a document number from a cell or a field; *today* (default: the local date) bounds dates of birth."""
    numeric = isinstance(raw, int | float) and not isinstance(raw, bool)
    text = _cell_text(raw)
    written = text.strip()
    if _NOTHING.fullmatch(text):
        return Document(DocumentKind.OTHER, "")
    if _SCIENTIFIC.fullmatch(written):
        return Document(DocumentKind.RESIDENT_ID, written, problem=_digits_lost())
    number = re.sub(r"[\s\-'’‘`()]", "", text).upper()
    number = re.sub(r"^[^\W\dA-Z_]+[:.]?(?=[A-Z0-9])", "", number)  # "台胞证:01234567"
    today = today or timezone.localdate()
    if re.fullmatch(r"\d{17}[\dX]", number):
        lost = _tail_is_lost(raw, number)
        document = _read_resident_number(number, today, lost)
        return replace(document, number=f"{number[:15]}***") if lost and numeric else document
    if re.fullmatch(r"\d{15}", number):
        born = _date(f"19{number[6:12]}")
        return Document(DocumentKind.RESIDENT_ID, number, born, _sex(number[14]), _birth_problem(born, today))
    kind = _kind_by_shape(number)
    if kind is None:
        return _read_misfit(number, written)
    return Document(kind, number, problem=_other_problem(kind, number, today))


def _tail_is_lost(raw: object, number: str) -> bool:
    """Tell whether a numeric cell took the last of 18 digits: a double keeps 15, and Excel saves zeros after them."""
    if number[-3:] == "000" and check_character(number[:17]) != number[17]:
        return True
    return isinstance(raw, float) or (isinstance(raw, int) and number[-3:] == "000")


def _read_resident_number(number: str, today: date, lost: bool) -> Document:
    kind = DocumentKind.RESIDENT_ID
    if number[0] == "9":
        kind = DocumentKind.FOREIGNER_PERMIT
    elif number[:2] in ("81", "82", "83"):
        kind = DocumentKind.HMT_RESIDENCE_PERMIT
    born = _date(number[6:14])
    if lost:
        return Document(kind, number, born, None, _digits_lost())
    problem = _birth_problem(born, today)
    if not problem and check_character(number[:17]) != number[17]:
        problem = _("The check digit does not match: a digit is probably mistyped. Please check the number.")
    return Document(kind, number, born, _sex(number[16]), problem)


def _kind_by_shape(number: str) -> DocumentKind | None:
    shapes = {
        DocumentKind.HK_MACAO_PERMIT: r"[HM]\d{8}(?:\d{2})?",
        DocumentKind.TAIWAN_PERMIT: r"\d{8}|\d{10}[A-Z]?|\d{11}",
        DocumentKind.FOREIGNER_PERMIT: r"[A-Z]{3}\d{12}",  # cards issued before 2023
        DocumentKind.PASSPORT: r"[A-Z]{1,3}\d{6,8}|\d{9}",
        DocumentKind.OTHER: r"(?=.*\d)(?=.*[A-Z])[A-Z0-9]{5,13}",
    }
    return next((kind for kind, shape in shapes.items() if re.fullmatch(shape, number)), None)


def _other_problem(kind: DocumentKind, number: str, today: date) -> str:
    if kind == DocumentKind.TAIWAN_PERMIT:
        if re.fullmatch(r"1[3-9]\d{9}", number):
            return _("This looks like a phone number, not a document number. Please check it.")
        if number[:2] in ("19", "20") and len(number) == 8 and not _birth_problem(_date(number), today):
            return _("This looks like a date of birth, not a document number. Please check it.")
    return ""


def _read_misfit(number: str, written: str) -> Document:
    """Say what is wrong with a number of no known form; *written* is kept where it is not a number at all."""
    if re.fullmatch(r"\d+X?", number):
        problem = _("A resident ID number has 18 characters, this one has %(count)d. Please check it.")
        return Document(DocumentKind.RESIDENT_ID, number, problem=problem % {"count": len(number)})
    if "*" in number and re.fullmatch(r"[0-9A-Z*]+", number):
        return Document(DocumentKind.OTHER, number, problem=_stars())
    if re.fullmatch(r"[0-9A-Z]{15,20}", number):
        problem = _("A resident ID number consists of digits, at most with an X at the end. Please check it.")
        return Document(DocumentKind.RESIDENT_ID, number, problem=problem)
    return Document(DocumentKind.OTHER, written, problem=_("This is not a document number. Please check it."))


def _stars() -> str:
    return _("Some digits are hidden by stars. Please enter the whole number.")


def _digits_lost() -> str:
    return _("The last digits were lost because the cell holds a number, not text. Please enter it again as text.")


def _date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _birth_problem(born: date | None, today: date) -> str:
    if born is None or born.year < today.year - OLDEST_AGE:
        return _("The date of birth in the number is impossible. Please check the number.")
    if born > today:
        return _("The date of birth in the number is in the future. Please check the number.")
    return ""


def _sex(digit: str) -> str:
    return "M" if int(digit) % 2 else "F"


def _cell_text(raw: object) -> str:
    """Return a cell's value as half-width text with one kind of dash; whole floats lose their ".0"."""
    if raw is None:
        return ""
    if isinstance(raw, float):
        raw = f"{Decimal(repr(raw)):f}"  # the digits of a large one as they were typed, no exponent
    try:
        text = str(raw)
    except ValueError:  # an int with more digits than Python will print
        text = hex(raw) if isinstance(raw, int) else ""
    text = "".join(char for char in text if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    text = "".join(str(unicodedata.decimal(char, char)) for char in unicodedata.normalize("NFKC", text))
    text = _DASHES.sub("-", text)
    return re.sub(r"^(\s*\d+)\.0+(\s*)$", r"\1\2", text)


def parse_phones(raw: object, area_code: str = "") -> list[Phone]:
    """Read every phone number in a cell or a field, in order and without repeats; unreadable ones have a problem.

    *area_code* ("0580") is put before landlines written without one. ``[phone for phone in … if not phone.problem]``
    can be dialled; an empty list means that nothing was written.
    """
    text = _cell_text(raw)
    if _NOTHING.fullmatch(text):
        return []
    if _SCIENTIFIC.fullmatch(text.strip()):
        return [Phone(text.strip(), PhoneKind.UNREADABLE, problem=_digits_lost())]
    phones: dict[Phone, None] = {}
    for piece in _SEPARATORS.split(text):
        if not _NOTHING.fullmatch(piece):
            phones.update(dict.fromkeys(_read_piece(piece.strip(), area_code)))
    return list(phones)


def split_off_phones(text: str) -> tuple[str, str]:
    """Take apart a name and the numbers beside it: "严丽华（电话13800120003）" gives 严丽华 and 13800120003."""
    numbers = _BESIDE_NAME.findall(_cell_text(text))
    if not numbers:
        return text, ""
    rest = _BESIDE_NAME.sub(" ", _cell_text(text))
    return re.sub(r"\(\s*[)、,;/]*\s*\)|\(\s*$", "", rest).strip(" :,;/、-"), "、".join(numbers)


def _read_piece(piece: str, area_code: str) -> list[Phone]:
    """Read what stands between two separators: mostly one number with blanks in it, at times several."""
    text = re.sub(r"[().~]", lambda mark: "-" if mark[0] in ".~" else " ", _EXTENSION.sub(r";\1 ", piece))
    label = " ".join(_LABEL.findall(text)).strip(": ")
    text = re.sub(r"\s*-[\s-]*", "-", _LABEL.sub(" ", text))
    text = _DASH_BEFORE_MOBILE.sub(" ", text)
    found = list(_read_words(text.split(), area_code))
    if not found:
        return [Phone(piece, PhoneKind.UNREADABLE, problem=_("There is no phone number in this text."))]
    whole = all(phone.kind != PhoneKind.UNREADABLE for phone in found)
    if not whole and not any(_is_complete(phone) for phone in found):
        # Short numbers beside digits that make no sense are parts of one number mistyped.
        return [_unreadable(piece)]
    return [replace(phone, label=label) for phone in found]


def _read_words(words: list[str], area_code: str) -> Iterator[Phone]:
    """Join neighbouring words into the longest number that makes sense; what is left over is unreadable."""
    start, left_over = 0, list[str]()
    while start < len(words):
        ends = range(min(len(words), start + 8), start, -1)
        readings = ((end, _read_number(" ".join(words[start:end]), area_code)) for end in ends)
        end, phone = next(((end, phone) for end, phone in readings if phone), (start + 1, None))
        if phone is None:
            left_over.append(words[start])
        else:
            if left_over:
                yield _unreadable(" ".join(left_over))
                left_over = []
            yield phone
        start = end
    if any(char.isdigit() for char in "".join(left_over)):
        yield _unreadable(" ".join(left_over))


def _is_complete(phone: Phone) -> bool:
    return phone.kind in (PhoneKind.MOBILE, PhoneKind.FOREIGN) or len(re.sub(r"\D", "", phone.number)) >= 10


def _read_number(text: str, area_code: str) -> Phone | None:
    """Read one number of digits, blanks, dashes, a leading plus and ";extension"; None if it makes no sense."""
    match = re.fullmatch(r"-*(\+?\d[\d\s-]*?)[\s-]*(?:;(\d{1,6})-*)?", text)
    if match is None:
        return None
    body, extension = re.sub(r"\s", "", match[1]), match[2] or ""
    phone = _read_body(body, area_code)
    if phone is None and not extension and re.search(r"\d-\d{1,6}$", body):  # "0580-3067523-801"
        body, _mark, extension = body.rpartition("-")
        phone = _read_body(body, area_code)
    if phone is None or (extension and len(phone.number) < 7):  # hotlines have no extensions, 400 numbers have
        return None
    return replace(phone, extension=extension)


def _read_body(body: str, area_code: str) -> Phone | None:
    digits = re.sub(r"^\+?(?:00)?86(?=\d{9,})", "", body.replace("-", ""))
    if digits.startswith(("+", "00")):
        return _read_foreign("+" + digits.lstrip("+0"))
    if _MOBILE.fullmatch(digits):
        # By its form alone: new ranges are opened faster than the published tables follow.
        return Phone(digits, PhoneKind.MOBILE)
    if _HOTLINE.fullmatch(digits) or re.fullmatch(r"[48]00\d{7}", digits):
        return Phone(digits, PhoneKind.SERVICE)
    if hotline := re.fullmatch(r"(010|02\d|0[3-9]\d\d)(12\d{3}|96\d{3,4})", digits):
        return Phone("-".join(hotline.groups()), PhoneKind.SERVICE)
    if _LOCAL.fullmatch(digits):
        return Phone(f"{area_code}-{digits}" if area_code else digits, PhoneKind.LANDLINE)
    if re.fullmatch(r"85[23]\d{8}|886\d{8,9}", digits):
        return _read_foreign(f"+{digits}")
    return _read_landline(digits)


def _read_landline(digits: str) -> Phone | None:
    """Read area code and number; a numeric cell or the prefix +86 has taken the leading zero away."""
    if not digits.startswith(("0", "1")) or re.fullmatch(r"10\d{8}", digits):
        digits = f"0{digits}"
    try:
        parsed = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        return None
    area = phonenumbers.length_of_geographical_area_code(parsed)
    national = phonenumbers.national_significant_number(parsed)
    if not digits.startswith("0") or not area or not phonenumbers.is_valid_number(parsed):
        return None
    return Phone(f"0{national[:area]}-{national[area:]}", PhoneKind.LANDLINE)


def _read_foreign(text: str) -> Phone | None:
    try:
        parsed = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return None
    # "Possible", not "valid": numbering plans abroad change, and nobody here can look them up.
    possible = phonenumbers.is_possible_number_with_reason(parsed) == phonenumbers.ValidationResult.IS_POSSIBLE
    if parsed.country_code == 86 or not possible:
        return None
    return Phone(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), PhoneKind.FOREIGN)


def _unreadable(text: str) -> Phone:
    digits = re.sub(r"\D", "", text)
    if "*" in text:
        problem = _stars()
    elif re.match(r"1[3-9]", digits) and len(digits) != 11:
        problem = _("A mobile number has 11 digits, this one has %(count)d. Please check it.") % {"count": len(digits)}
    else:
        problem = _("This is not a phone number in use. Please check it.")
    return Phone(text, PhoneKind.UNREADABLE, problem=problem)

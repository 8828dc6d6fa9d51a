"""Find residents, households and areas the way people ask for them: a number, its last four digits, a name, its
initials.
"""

from __future__ import annotations

import re

from django.db.models import Exists, OuterRef, Prefetch, Q

from people import vault
from people.addresses import address_key
from people.identifiers import parse_document, parse_phones
from people.models import Area, Household, Membership, Resident, User
from people.models.areas import AreaQuerySet
from people.models.households import HouseholdQuerySet
from people.models.residents import ResidentQuerySet
from people.names import query_tokens

# Below this many characters a query would fit half the register.
_DIGITS = re.compile(r"[\d\s+\-—()（）]{4,}$")
TAIL = 4
_NUMBERED = re.compile(r"(?<=[a-zA-Z])(?=\d+$)")


def find_residents(user: User, typed: str) -> ResidentQuerySet:
    """Residents *user* may see who fit what was *typed*, as a queryset for the caller to cut short.

    Four digits are the end of a phone number; more are a phone number or a whole document number; letters are
    pinyin or its initials; characters are a name. Nothing typed finds nobody.
    """
    return _fitting(Resident.objects.visible_to(user).living(), typed)


def _fitting(seen: ResidentQuerySet, typed: str) -> ResidentQuerySet:
    typed = typed.strip()
    if _looks_like_number(typed):
        digits = re.sub(r"[^\dXx]", "", typed)
        if len(digits) == TAIL:
            return seen.filter(phones__tail=digits).distinct()
        if len(digits) >= 15:
            return seen.filter(documents__number_index=vault.blind_index(parse_document(typed).key)).distinct()
        numbers = [phone.number for phone in parse_phones(typed)] or [digits]
        return seen.filter(phones__number__in=numbers).distinct()
    tokens = query_tokens(typed)
    if not tokens:
        return seen.none()
    for token in tokens:
        seen = seen.filter(search__contains=f" {token}")
    return seen


def _looks_like_number(typed: str) -> bool:
    plain = typed.rstrip("Xx")
    return bool(plain) and bool(_DIGITS.match(plain.translate(_TO_ASCII)))


_TO_ASCII = {code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF1A)}


def find_households(user: User, typed: str, *, left: bool = False) -> HouseholdQuerySet:
    """Households in the user's areas of which the address or any member fits; without words all of them.

    Those looked after today, or those that have *left*, by whoever belonged to them until then.
    """
    seen = Household.objects.visible_to(user)
    seen = seen.left() if left else seen.current()
    if not typed:
        return seen
    place = Q(address_key__contains=address_key(typed)) if address_key(typed) else Q()
    members = Membership.objects.filter(household=OuterRef("pk"))
    if left:
        # Where nobody lives any more the household alone says whose area they were of.
        members = members.to_the_end().filter(resident__in=_fitting(Resident.objects.living(), typed).values("pk"))
    else:
        members = members.current().filter(resident__in=find_residents(user, typed).values("pk"))
    return seen.filter(Exists(members) | place)


def with_places(residents: ResidentQuerySet) -> ResidentQuerySet:
    """The same residents with what a list shows of each: their households of today, with area and phones."""
    current = Membership.objects.current().select_related(
        "household__area__level", "household__area__parent", "household__head"
    )
    return residents.prefetch_related(Prefetch("memberships", current, to_attr="homes"), "phones")


def find_areas(user: User, typed: str) -> AreaQuerySet:
    """Active areas *user* may see whose name, pinyin or initials fit; a group is found by its community too."""
    seen = Area.objects.visible_to(user).active().select_related("level", "parent")
    # "da2" is the second group of 东安: initials and a number, which are two tokens.
    tokens = query_tokens(_NUMBERED.sub(" ", typed))
    if not tokens:
        return seen.none()
    for token in tokens:
        seen = seen.filter(search__contains=f" {token}")
    return seen

"""The people: households with their members, needs, documents, phones, and their relatives abroad."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from caseworks.demonstration import moments, places
from caseworks.demonstration.identities import HONG_KONG, REGION, TAIWAN, Identities, traditional
from caseworks.demonstration.office import Office
from outreach.calendar import start_of
from people import vault
from people.addresses import address_key
from people.identifiers import PhoneKind, parse_document
from people.models import (
    Area,
    Household,
    HouseholdKind,
    IdentityDocument,
    Membership,
    Need,
    PhoneNumber,
    RelativeAbroad,
    Resident,
    ServiceNeed,
    Sex,
    Tier,
)
from people.names import name_key, search_tokens

KINDS = {
    HouseholdKind.RELATIVE: 52,
    HouseholdKind.STUDENT: 16,
    HouseholdKind.TAIWAN_RELATIVE: 13,
    HouseholdKind.HONG_KONG_MACAO: 8,
    HouseholdKind.RETURNED: 6,
    HouseholdKind.TAIWAN_COMPATRIOT: 5,
}
# Relation to the head and a range of ages, for each way to live together, with how many of a hundred live so.
FAMILIES: list[tuple[int, list[tuple[str, int, int]]]] = [
    (14, [("户主", 68, 93)]),
    (20, [("户主", 62, 86), ("配偶", 60, 85)]),
    (8, [("户主", 30, 59)]),
    (10, [("户主", 36, 59), ("配偶", 35, 58)]),
    (26, [("户主", 33, 56), ("配偶", 32, 55), ("子女", 3, 24)]),
    (6, [("户主", 36, 52), ("配偶", 35, 50), ("子女", 8, 20), ("子女", 2, 7)]),
    (10, [("户主", 38, 56), ("配偶", 37, 55), ("子女", 6, 24), ("母亲", 66, 88)]),
    (3, [("户主", 38, 54), ("配偶", 37, 53), ("子女", 6, 20), ("母亲", 66, 84), ("父亲", 67, 86)]),
    (3, [("户主", 34, 55), ("子女", 5, 22)]),
]
ASSISTED = frozenset({Need.HARDSHIP, Need.MISFORTUNE, Need.DISABLED, Need.CHRONICALLY_ILL})
SKILLS = [
    "退休教师，愿意辅导孩子作文",
    "执业律师，可提供法律咨询",
    "内科医生，愿意参加义诊",
    "会修家电",
    "理发手艺好",
    "爱摄影，可帮忙拍照",
]
HEALTH = ["高血压", "糖尿病", "心脏支架术后", "行动不便", "听力下降", "白内障术后", "腰椎病"]
SAFE_NOTES = ["白天上夜班，下午三点后再打", "听力不好，请慢慢说", "请先找女儿", "不要提住院的事"]
RELATIONS = ["儿子", "女儿", "哥哥", "姐姐", "弟弟", "妹妹", "叔叔", "姑姑", "侄子", "外甥女", "堂兄", "孙女"]
REGIONS = {HouseholdKind.HONG_KONG_MACAO: HONG_KONG, HouseholdKind.TAIWAN_COMPATRIOT: TAIWAN}


# Households of one group leader: domain.md, "The contact network".
FULL_GROUP = 15


@dataclass
class Home:
    """A household and who lives in it, the head first. `phones` holds their numbers by their place in the list."""

    household: Household
    group: Area
    members: list[Resident]
    phones: dict[int, str] = field(default_factory=dict)

    @property
    def current(self) -> bool:
        return self.household.ended_on is None


class _Register:
    """Collects the rows of all households, to be written table by table."""

    def __init__(self, office: Office, identities: Identities, today: date, rng: Random) -> None:
        self.office, self.identities, self.today, self.rng = office, identities, today, rng
        self.streets = {group: number % len(places.STREETS) for number, group in enumerate(office.groups)}
        self.homes: list[Home] = []
        self.memberships: list[Membership] = []
        self.documents: list[IdentityDocument] = []
        self.phones: list[PhoneNumber] = []
        self.needs: list[ServiceNeed] = []
        self.relatives: list[RelativeAbroad] = []

    def write(self) -> None:
        Resident.objects.bulk_create([member for home in self.homes for member in home.members], batch_size=500)
        Household.objects.bulk_create([home.household for home in self.homes], batch_size=500)
        Membership.objects.bulk_create(self.memberships, batch_size=500)
        IdentityDocument.objects.bulk_create(self.documents, batch_size=500)
        PhoneNumber.objects.bulk_create(self.phones, batch_size=500)
        ServiceNeed.objects.bulk_create(self.needs, batch_size=500)
        RelativeAbroad.objects.bulk_create(self.relatives, batch_size=500)


def settle(office: Office, count: int, identities: Identities, today: date, since: date, rng: Random) -> list[Home]:
    """Fill the groups with *count* households that the office has known since the day *since*."""
    register = _Register(office, identities, today, rng)
    # Every group gets somebody, and that of the `leader` account, the first, is full.
    leaders, *others = office.groups
    weights = [rng.uniform(0.7, 1.3) for _group in others]
    groups = [*others, *[leaders] * FULL_GROUP][:count]
    groups += rng.choices(others, weights, k=count - len(groups))
    register.homes = [_household(register, group, number, since) for number, group in enumerate(groups)]
    register.write()
    # The table stamps the moment of writing; the office has known them for longer.
    for model in (Household, Resident):
        model.objects.update(created_at=moments.at(since, 12))
    return register.homes


def _household(register: _Register, group: Area, number: int, since: date) -> Home:
    rng = register.rng
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    family = rng.choices([members for _share, members in FAMILIES], [share for share, _members in FAMILIES])[0]
    members = _members(register, family, kind)
    door = f"{rng.randint(1, 320)}号{rng.randint(1, 18)}幢{rng.randint(1, 18)}0{rng.randint(1, 4)}室"
    address = _street(register, group) + door
    household = Household(
        head=members[0],
        area=group,
        serial=f"QY{number + 1:05d}",
        address=address,
        address_key=address_key(address),
        kind=kind,
    )
    home = Home(household, group, members)
    for relation, resident in zip((relation for relation, _low, _high in family), members, strict=True):
        register.memberships.append(Membership(resident=resident, household=household, relation=relation))
    _reachable(register, home)
    _tier(register, home)
    _abroad(register, home)
    if rng.random() < 0.009:
        household.ended_on = register.today - timedelta(days=rng.randint(20, 240))
        household.ended_why = rng.choice(["迁往市区", "随子女赴外地生活", "房屋征收后搬迁"])
        household.ended_by = register.office.visitor(group)
        household.ended_at = start_of(household.ended_on) + timedelta(hours=10)
        for membership in register.memberships[-len(members) :]:
            membership.until = household.ended_on
    return home


def _street(register: _Register, group: Area) -> str:
    """Neighbours of a group live in the same street or round its corner."""
    return places.STREETS[register.streets[group] - (register.rng.random() < 0.3)]


def _members(register: _Register, family: list[tuple[str, int, int]], kind: str) -> list[Resident]:
    rng, identities = register.rng, register.identities
    surname, head_sex = identities.surname(), rng.choice([Sex.MALE, Sex.FEMALE])
    other_sex = Sex.FEMALE if head_sex == Sex.MALE else Sex.MALE
    members = []
    for relation, low, high in family:
        sex = {"户主": head_sex, "配偶": other_sex, "母亲": Sex.FEMALE, "父亲": Sex.MALE}.get(relation)
        sex = sex or rng.choice([Sex.MALE, Sex.FEMALE])
        kept = relation in ("户主", "子女", "父亲")
        name = identities.name(sex, surname if kept else "")
        if kind in (HouseholdKind.TAIWAN_COMPATRIOT, HouseholdKind.HONG_KONG_MACAO) and rng.random() < 0.6:
            name = traditional(name)
        age = rng.randint(low, high)
        resident = Resident(
            name=name,
            name_key=name_key(name),
            search=search_tokens(name)[:400],
            sex=sex,
            born=identities.born(age, register.today),
            health=rng.choice(HEALTH) if age > 65 and rng.random() < 0.35 else "",
        )
        members.append(resident)
        if rng.random() < 0.96:
            region = REGIONS.get(HouseholdKind(kind), REGION) if relation == "户主" else REGION
            _document(register, resident, identities.resident_id(resident.born or register.today, sex, region))
    return members


def _document(register: _Register, resident: Resident, written: str) -> None:
    document = parse_document(written, register.today)
    register.documents.append(
        IdentityDocument(
            resident=resident,
            kind=document.kind,
            number=document.number,
            number_index=vault.blind_index(document.key),
            problem=document.problem,
        )
    )


def _reachable(register: _Register, home: Home) -> None:
    """Grown-ups have a phone, the very old at times none; the head has one where anybody has."""
    for place, resident in enumerate(home.members):
        age = resident.age(register.today) or 0
        if age < 14 or register.rng.random() > (0.97 if place == 0 else 0.8 if age < 75 else 0.5):
            continue
        number = home.phones[place] = register.identities.phone()
        register.phones.append(
            PhoneNumber(
                resident=resident,
                number=number,
                kind=PhoneKind.MOBILE,
                tail=number[-4:],
                safe_note=register.rng.choice(SAFE_NOTES) if register.rng.random() < 0.03 else "",
            )
        )


def _tier(register: _Register, home: Home) -> None:
    """The needs follow from who lives there; the tier follows from the needs."""
    rng, household = register.rng, home.household
    ages = [resident.age(register.today) or 0 for resident in home.members]
    needs: list[Need] = []
    if min(ages) >= 60:
        needs += [Need.LIVING_ALONE if len(ages) == 1 else Need.ALL_ELDERLY]
        needs += [Need.EMPTY_NEST] if rng.random() < 0.7 else []
    needs += [Need.VERY_OLD] if max(ages) >= 80 else []
    rare = {Need.CHRONICALLY_ILL: 0.05, Need.DISABLED: 0.025, Need.HARDSHIP: 0.04, Need.MISFORTUNE: 0.01}
    needs += [need for need, share in rare.items() if rng.random() < share]
    if ASSISTED.intersection(needs):
        household.tier = Tier.ASSISTANCE
    elif needs:
        household.tier = Tier.KEY
    elif rng.random() < 0.13:
        household.tier, household.note = Tier.RESOURCE, rng.choice(SKILLS)
    for need in needs:
        since = register.today - timedelta(days=rng.randint(90, 1500))
        review = register.today + timedelta(days=rng.randint(-20, 345))
        register.needs.append(ServiceNeed(household=household, need=need, since=since, review_on=review))


def _abroad(register: _Register, home: Home) -> None:
    rng, taken = register.rng, set[str]()
    fixed = {HouseholdKind.TAIWAN_RELATIVE: "中国台湾", HouseholdKind.TAIWAN_COMPATRIOT: "中国台湾"}
    for _each in range(rng.choices([1, 2, 3, 4], [38, 34, 20, 8])[0]):
        country = fixed.get(HouseholdKind(home.household.kind), "")
        country = country or rng.choices(list(places.COUNTRIES), list(places.COUNTRIES.values()))[0]
        student = home.household.kind == HouseholdKind.STUDENT and not taken
        name = register.identities.name(surname=home.members[0].name[:1] if rng.random() < 0.6 else "")
        if name_key(name) in taken:
            continue
        taken.add(name_key(name))
        register.relatives.append(
            RelativeAbroad(
                household=home.household,
                name=name,
                name_key=name_key(name),
                country=country,
                relation=rng.choice(["儿子", "女儿"]) if student else rng.choice(RELATIONS),
            )
        )

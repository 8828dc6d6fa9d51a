"""The office: its tree of areas, its units, who holds which post, and how it has set up its work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from caseworks.demonstration import places
from caseworks.demonstration.identities import Identities
from caseworks.models import Category, RoutingRule, ServiceLevel, TextModule, Urgency
from people import network
from people.access import Role
from people.models import Area, AreaLevel, HouseholdKind, Organisation, SpanKind, SpanLimit, User
from people.names import search_tokens

# How wide a post spans in practice: 20 officers for 37 communities, a committee member for 3 or 4.
COMMUNITIES_OF_AN_OFFICER = 37 / 20
COMMUNITIES_OF_A_MEMBER = 3.5
# What this office asks of one person: groups of about fifteen, and 88 leaders are shared by 20 officers.
SPANS = {SpanKind.GROUP: 18, SpanKind.OFFICER: 5}
# Groups that nobody leads at the moment: what comes up there goes to the community.
VACANT_GROUPS = 2

ACCOUNTS = {
    "operator": "柳雨晴",
    "leader": "宋金根",
    "officer": "丁晓琳",
    "supervisor": "严立平",
    "department": "傅海宁",
    "manager": "姚文舒",
}

# category, urgency, contact, handle, redo, beside the levels every office starts with
LEVELS = [
    ("neighbours", Urgency.URGENT, "2h", "24h", "24h"),
    ("property", Urgency.NORMAL, "1wd", "15wd", "5wd"),
    ("kin-search", Urgency.NORMAL, "1wd", "15wd", "5wd"),
    ("enterprise", Urgency.NORMAL, "1wd", "10wd", "3wd"),
    ("hardship", Urgency.NORMAL, "1wd", "3wd", "2wd"),
]

TEXTS = [
    (TextModule.Use.REPLY, "yzg", "已转物业", "已联系物业公司，约定上门时间，"),
    (TextModule.Use.REPLY, "dhs", "等候材料", "已告知需补充的材料，等候本人送来。"),
    (TextModule.Use.REPLY, "tj", "已调解", "已请双方到联络站调解，达成一致："),
    (TextModule.Use.REPLY, "wf", "未能满足", "已当面说明政策与原因，本人表示理解。"),
    (TextModule.Use.SUMMARY, "ldd", "楼道灯不亮", "楼道灯不亮，晚上出入不便，请安排维修。"),
    (TextModule.Use.SUMMARY, "dtgz", "电梯故障", "电梯故障停运，老人上下楼困难，请尽快维修。"),
    (TextModule.Use.SUMMARY, "zcyd", "占道堆物", "楼道堆放杂物，影响通行和消防安全。"),
    (TextModule.Use.FOLLOW_UP, "wjt", "未接通", "电话无人接听，稍后再拨。"),
]
# Per cent of the callers who are asked.
SAMPLED = {"documents": 50, "advice": 20}


@dataclass(frozen=True)
class Size:
    """How large an office is invented; the default is the one that domain.md describes. `cases` is for one year."""

    communities: int = 37
    groups: int = 88
    households: int = 1350
    cases: int = 3000
    months: int = 14


@dataclass
class Office:
    """What the rest of the invention needs to know of the office. Lists are in the order of the tree."""

    town: Area
    communities: list[Area]
    groups: list[Area]
    units: dict[str, Organisation]
    operators: list[User]
    supervisor: User
    # (area primary key, role) or ("unit", primary key) → who works there
    holders: dict[tuple[object, object], User] = field(default_factory=dict)

    def holder(self, area: Area | None, role: str, unit: Organisation | None) -> User:
        """Who handles what waits at that post or unit."""
        if unit is not None:
            return self.holders["unit", unit.pk]
        assert area is not None
        return self.holders[area.pk, role]

    def visitor(self, group: Area) -> User:
        """Who calls on the households of a group: its leader, else the officer of its community."""
        return self.holders.get((group.pk, Role.LEADER)) or self.holders[group.parent_id, Role.OFFICER]

    def officer(self, group: Area) -> User:
        return self.holders[group.parent_id, Role.OFFICER]

    def community_of(self, area: Area | None) -> Area | None:
        """The community that *area* is, or lies in."""
        around = {area.pk, area.parent_id} if area else set()
        return next((community for community in self.communities if community.pk in around), None)


class _Staffing:
    """Fills the posts; the account names of the demonstration come first, everybody else has a made-up name."""

    def __init__(self, identities: Identities, since: date) -> None:
        self._identities = identities
        self._since = since
        self._left = dict(ACCOUNTS)

    def add(self, account: str = "") -> User:
        if name := self._left.pop(account, ""):
            return User.objects.create_user(account, name=name, phone=self._identities.phone())
        return network.find_or_add_staff(self._identities.name(), self._identities.phone())[0]

    def appoint(self, user: User, role: str, area: Area | None = None, unit: Organisation | None = None) -> User:
        network.appoint(user, role, by=None, area=area, unit=unit, since=self._since)
        return user


def found(size: Size, identities: Identities, since: date, rng: Random) -> Office:
    """Set up the office as it stands since the day *since*."""
    town, communities, groups = _plant(size)
    staff = _Staffing(identities, since)
    units = {
        name: Organisation.objects.create(
            name=name,
            kind=kind,
            area=town,
            contact=identities.name(),
            phone=identities.phone(),
            can_help_with=help_with,
            search=search_tokens(name)[:300],
        )
        for name, kind, help_with in places.UNITS
    }
    operators = [staff.appoint(staff.add(account), Role.OPERATOR, town) for account in ("operator", "", "")]
    supervisor = staff.appoint(staff.add("supervisor"), Role.SUPERVISOR, town)
    staff.appoint(staff.add("manager"), Role.MANAGER, town)
    office = Office(town, communities, groups, units, operators, supervisor)
    _appoint_liaisons(office, staff)
    for unit in units.values():
        account = "department" if unit.name == places.ENTERPRISES else ""
        office.holders["unit", unit.pk] = staff.appoint(staff.add(account), Role.DEPARTMENT, unit=unit)
    _set_up_work(office)
    return office


def _plant(size: Size) -> tuple[Area, list[Area], list[Area]]:
    levels = {level.code: level for level in AreaLevel.objects.all()}
    town = network.add_area(places.TOWN, levels["town"], None, by=None)
    communities, groups = [], []
    each, more = divmod(size.groups, size.communities)
    for number, name in enumerate(places.COMMUNITIES[: size.communities]):
        community = network.add_area(name, levels["community"], town, by=None, position=number)
        communities.append(community)
        for order in range(1, each + (number < more) + 1):
            groups.append(network.add_area(f"第{order}小组", levels["group"], community, by=None, position=order))
    return town, communities, groups


def _appoint_liaisons(office: Office, staff: _Staffing) -> None:
    vacant = VACANT_GROUPS if len(office.groups) > 10 * VACANT_GROUPS else 0
    for number, group in enumerate(office.groups[: len(office.groups) - vacant]):
        user = staff.add("leader" if number == 0 else "")
        office.holders[group.pk, Role.LEADER] = staff.appoint(user, Role.LEADER, group)
    _share_out(office, staff, Role.OFFICER, COMMUNITIES_OF_AN_OFFICER, "officer")
    _share_out(office, staff, Role.COMMITTEE, COMMUNITIES_OF_A_MEMBER)
    head = staff.appoint(staff.add(), Role.COMMITTEE, office.town)
    office.holders[office.town.pk, Role.COMMITTEE] = head


def _share_out(office: Office, staff: _Staffing, role: Role, span: float, account: str = "") -> None:
    """Give every community one holder of *role*, each of them *span* communities on average."""
    holder: User | None = None
    share = -1
    for number, community in enumerate(office.communities):
        if holder is None or int(number / span) > share:
            share = int(number / span)
            holder = staff.add(account if number == 0 else "")
        office.holders[community.pk, role] = staff.appoint(holder, role, community)


def _set_up_work(office: Office) -> None:
    """Routing rules, service levels and texts beyond those that every office starts with."""
    category = {row.code: row for row in Category.objects.all()}
    level = {row.code: row for row in AreaLevel.objects.all()}
    officer = {"target_level": level["community"], "target_role": Role.OFFICER}
    rules: list[dict[str, object]] = [
        {"name": "停水爆管派自来水公司", "category": category["public-works"], "urgency": Urgency.CRITICAL}
        | {"target_unit": office.units[places.WATER]},
        {"name": "企业诉求派经济发展办公室", "category": category["enterprise"]}
        | {"target_unit": office.units[places.ENTERPRISES]},
        {"name": "寻亲由街道委员办理", "category": category["kin-search"]}
        | {"target_level": level["town"], "target_role": Role.COMMITTEE},
        {"name": "家庭纠纷派社区专职干部", "category": category["family"]} | officer,
        {"name": "养老社保派社区专职干部", "category": category["pension"]} | officer,
        {"name": "台胞户证件派便民服务中心", "category": category["documents"], "kind": HouseholdKind.TAIWAN_COMPATRIOT}
        | {"target_unit": office.units[places.SERVICE_CENTRE]},
        {"name": "证件派社区专职干部", "category": category["documents"]} | officer,
        {"name": "困难帮扶派社区专职干部", "category": category["hardship"]} | officer,
    ]
    # Money and care are looked at twice.
    Category.objects.filter(code="hardship").update(approve_closure=True)
    # There are many of these, much like each other: every second or fifth caller is asked.
    for code, share in SAMPLED.items():
        Category.objects.filter(code=code).update(follow_up_share=share)
    for number, fields in enumerate(rules, 1):
        RoutingRule.objects.create(rank=10 * number, **fields)
    for code, urgency, contact, handling, redo in LEVELS:
        ServiceLevel.objects.create(
            category=category[code], urgency=urgency, contact=contact, handling=handling, redo=redo
        )
    for span, most in SPANS.items():
        SpanLimit.objects.filter(kind=span).update(most=most)
    for use, shortcut, name, text in TEXTS:
        TextModule.objects.create(use=use, shortcut=shortcut, name=name, text=text)


def settled_since(start: date) -> date:
    """The day from which posts are held: well before the first visit and the first case."""
    return start - timedelta(days=200)

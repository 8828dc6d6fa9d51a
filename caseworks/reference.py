"""What an office starts with, put in once: a starter set of categories, its service levels, routing and texts."""

from __future__ import annotations

from caseworks import clocks, schedule
from caseworks.ladder import RungKind, Side
from caseworks.models import Case, Category, LadderRung, RoutingRule, ServiceLevel, TextModule, Urgency
from caseworks.sampling import EVERYBODY
from people.models import AreaLevel
from people.names import search_tokens

# code, Simplified, Traditional, English, keywords, whether callers are asked
CATEGORIES: list[tuple[str, str, str, str, str, bool]] = [
    (
        "public-works",
        "公共设施",
        "公共設施",
        "Public works",
        "水管 停水 路灯 窨井 电梯 门禁 停车 绿化 健身 道路 漏水",
        True,
    ),
    ("property", "房屋土地", "房屋土地", "Property and land", "房屋 土地 卖房 拆迁 墙体 开裂 补偿 宅基地", True),
    ("family", "家庭纠纷", "家庭糾紛", "Family dispute", "儿子 换锁 吵架 赡养 调解 家庭", True),
    ("neighbours", "邻里环境", "鄰里環境", "Neighbours and noise", "噪声 噪音 油烟 烧烤 占道 垃圾 堆物 邻居", True),
    ("school", "入学入托", "入學入托", "School and nursery", "入学 入托 上学 幼儿园 学校 转学", True),
    ("medical", "医疗", "醫療", "Medical care", "医疗 报销 医保 看病 医生 上门", True),
    ("employment", "就业", "就業", "Employment", "工作 就业 求职 招聘 失业", True),
    ("pension", "养老社保", "養老社保", "Pension and social security", "养老金 社保 退休", True),
    ("notary", "公证继承", "公證繼承", "Inheritance and notarisation", "公证 遗产 继承", True),
    ("kin-search", "寻亲", "尋親", "Finding relatives", "寻找 失散 亲人 寻亲", True),
    ("domestic-help", "家政", "家政", "Domestic help", "保姆 家政 钟点", True),
    ("documents", "证件", "證件", "Documents and permits", "证件 居住证 台胞证 护照 通行证 户口", True),
    ("enterprise", "企业服务", "企業服務", "Enterprise service", "台企 侨企 企业 消防 用地 创业", True),
    ("hardship", "困难帮扶", "困難幫扶", "Hardship aid", "困难 补助 低保 救助", True),
    ("suggestion", "建议", "建議", "Suggestion", "建议 希望 盼望", False),
    ("advice", "政策咨询", "政策諮詢", "Advice on policy", "咨询 政策 请问", False),
    ("other", "其他", "其他", "Other", "", True),
]

# urgency, contact, handle, redo: as published by street offices (design.md, "Clock")
LEVELS = [
    (Urgency.NORMAL, "1wd", "5wd", "3wd"),
    (Urgency.URGENT, "2h", "1wd", "1wd"),
    (Urgency.CRITICAL, "1h", "2h", "2h"),
]
ENQUIRY = ("advice", "1wd", "1wd", "1wd")

# order, what, on which side of the deadline, by how much, level that is told as well, feedback within
RUNGS = [
    (10, RungKind.REMIND, Side.BEFORE, "4wh", "", ""),
    (20, RungKind.URGE, Side.AT, "", "community", ""),
    (30, RungKind.SUPERVISE, Side.AFTER, "1wd", "town", "1wd"),
    (40, RungKind.CIRCULATE, Side.AFTER, "3wd", "district", ""),
]

TEXTS = [
    (
        "follow_up",
        "",
        "回访通话",
        "您好，这里是街道服务热线。您反映的事情已经办理，想问问您：现在解决了吗？您对办理满意吗？谢谢您。",
    ),
    ("reply", "dz", "已到现场", "已到现场查看，"),
    ("reply", "lx", "已联系本人", "已电话联系本人，说明办理进度。"),
    ("summary", "sgpl", "水管爆裂", "水管爆裂，造成停水，请尽快抢修。"),
]


def seed() -> None:
    """Fill the tables that are still empty; what the office has since edited or removed is left alone."""
    schedule.register()
    # A release may bring with it the holidays of a year that was a guess before.
    if Case.objects.open().filter(due_provisional=True).exists():
        clocks.rederive_open()
    if not Category.objects.exists():
        Category.objects.bulk_create(
            Category(
                code=code,
                name=name,
                name_hant=hant,
                name_en=english,
                keywords=keywords,
                follow_up_share=EVERYBODY if asks else 0,
                position=10 * number,
                search=search_tokens(name)[:200],
            )
            for number, (code, name, hant, english, keywords, asks) in enumerate(CATEGORIES, 1)
        )
    if not ServiceLevel.objects.exists():
        advice = Category.objects.filter(code=ENQUIRY[0]).first()
        rows = [
            ServiceLevel(urgency=urgency, contact=contact, handling=handling, redo=redo)
            for urgency, contact, handling, redo in LEVELS
        ]
        if advice:
            _, contact, handling, redo = ENQUIRY
            rows.append(
                ServiceLevel(category=advice, urgency=Urgency.NORMAL, contact=contact, handling=handling, redo=redo)
            )
        ServiceLevel.objects.bulk_create(rows)
    group = AreaLevel.objects.filter(code="group").first()
    if group and not RoutingRule.objects.exists():
        RoutingRule.objects.create(rank=1000, name="就近派给网格小组长", target_level=group, target_role="leader")
    if not LadderRung.objects.exists():
        levels = {level.code: level for level in AreaLevel.objects.all()}
        LadderRung.objects.bulk_create(
            LadderRung(rank=rank, kind=kind, side=side, limit=limit, level=levels.get(level), feedback=feedback)
            for rank, kind, side, limit, level, feedback in RUNGS
        )
    if not TextModule.objects.exists():
        TextModule.objects.bulk_create(
            TextModule(use=use, shortcut=shortcut, name=name, text=text) for use, shortcut, name, text in TEXTS
        )

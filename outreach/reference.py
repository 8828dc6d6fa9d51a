"""What an office starts with, put in once: days of the calendar, texts, cadence, occasions."""

from outreach.message_reference import seed_messages
from outreach.models import CadenceNorm, CheckUpItem, CheckUpNorm, ContactDuty, ContactNorm, VisitOccasion
from outreach.working_days import seed_days
from people.models import Tier

# tier, contacts, in months: domain.md, "Visits and contact"
CADENCE = [(Tier.ORDINARY, 1, 12), (Tier.RESOURCE, 1, 6), (Tier.KEY, 1, 1), (Tier.ASSISTANCE, 1, 1)]

# duty, contacts, in months: domain.md, "The contact network"
CONTACTS = [(ContactDuty.MEETING, 1, 3), (ContactDuty.BRINGING, 1, 12), (ContactDuty.ENTERPRISE, 1, 12)]

# What somebody calls for, and within how many days: "three visits, two farewells, one help" as offices practise it
# (features study, glossary); the days are the office's to change.
OCCASIONS = [
    ("illness", "生病住院", "生病住院", "Illness", 3),
    ("hardship", "遇到难事", "遇到難事", "Hardship", 3),
    ("bereavement", "家有丧事", "家有喪事", "Bereavement", 3),
    ("arrival", "海外亲人来", "海外親人來", "A relative arrives from abroad", 7),
    ("departure", "出国出境", "出國出境", "Leaving for abroad", 7),
    ("moving-in", "乔迁新居", "喬遷新居", "Moving in", 7),
]

# What a yearly check-up of the elderly usually offers (国家基本公共卫生服务规范); the list is the office's to change.
CHECK_UP_ITEMS = [
    ("blood-pressure", "血压", "血壓", "Blood pressure"),
    ("blood-sugar", "空腹血糖", "空腹血糖", "Blood sugar, fasting"),
    ("blood-count", "血常规", "血常規", "Blood count"),
    ("urine", "尿常规", "尿常規", "Urine test"),
    ("ecg", "心电图", "心電圖", "Electrocardiogram"),
    ("ultrasound", "腹部B超", "腹部超音波", "Ultrasound of the abdomen"),
    ("eyes", "视力眼底", "視力眼底", "Eyes"),
    ("liver-kidney", "肝肾功能", "肝腎功能", "Liver and kidneys"),
]


def seed() -> None:
    """Fill the tables that are still empty; what the office has since edited or removed is left alone."""
    seed_days()
    seed_messages()
    if not CadenceNorm.objects.exists():
        CadenceNorm.objects.bulk_create(
            CadenceNorm(tier=tier, count=count, months=months) for tier, count, months in CADENCE
        )
    if not CheckUpNorm.objects.exists():
        CheckUpNorm.objects.create()
    if not CheckUpItem.objects.exists():
        CheckUpItem.objects.bulk_create(
            CheckUpItem(code=code, name=name, name_hant=hant, name_en=english, position=position)
            for position, (code, name, hant, english) in enumerate(CHECK_UP_ITEMS)
        )
    if not ContactNorm.objects.exists():
        ContactNorm.objects.bulk_create(
            ContactNorm(duty=duty, count=count, months=months) for duty, count, months in CONTACTS
        )
    if not VisitOccasion.objects.exists():
        VisitOccasion.objects.bulk_create(
            VisitOccasion(code=code, name=name, name_hant=hant, name_en=english, days=days, position=position)
            for position, (code, name, hant, english, days) in enumerate(OCCASIONS)
        )

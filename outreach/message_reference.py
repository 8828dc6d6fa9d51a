"""What an office starts to write with: the rules of three providers of short messages, and a text per purpose.

The rules are those that the providers publish for their templates (2026); `source` says where. The texts count as
reviewed because they say nothing that an office could not stand by; it edits them in the configuration.
"""

from __future__ import annotations

from datetime import date, time

from outreach.models import MessageTemplate, ProviderRules
from people.consent import Purpose

REFUSE_BY_R = "拒收请回复R"

PROVIDERS = [
    ProviderRules(
        code="aliyun",
        name="阿里云",
        # It adds the sentence itself.
        opt_out_words="TD,T,N",
        phone_numbers=True,
        most_parts=5,
        source="help.aliyun.com/document_detail/463290",
    ),
    ProviderRules(
        code="huawei",
        name="华为云",
        opt_out_words="R",
        opt_out_line=REFUSE_BY_R,
        opens=time(8),
        closes=time(21),
        traditional=False,
        forbidden="问卷调查\n评价\n养老\n培训讲座",
        source="support.huaweicloud.com/productdesc-msgsms/sms_templates.html",
    ),
    ProviderRules(
        code="tencent",
        name="腾讯云",
        opt_out_words="R",
        opt_out_line=REFUSE_BY_R,
        forbidden="问卷调查\n寿宴",
        source="cloud.tencent.com/document/product/382/39023",
    ),
]

# purpose, subject, text in Simplified and in Traditional characters; nothing to fill in where it is promotional
TEXTS = [
    (Purpose.CASE, "", "您好，您的诉求{number}有新的进展：{news}", "您好，您的訴求{number}有新的進展：{news}"),
    (Purpose.INCIDENT, "", "各位居民：{news}", "各位居民：{news}"),
    (
        Purpose.RECEPTION,
        "",
        "您好，您预约的接待已登记：{when}，{place}。请带好身份证件。",
        "您好，您預約的接待已登記：{when}，{place}。請帶好身份證件。",
    ),
    (Purpose.SUGGESTION, "", "您好，您的建议已有答复：{news}", "您好，您的建議已有答覆：{news}"),
    (Purpose.VISIT, "", "您好，联络员{visitor}将于{when}上门看望您。", "您好，聯絡員{visitor}將於{when}上門看望您。"),
    (Purpose.CHECKUP, "", "您好，您的免费体检安排在{when}，{place}。", "您好，您的免費體檢安排在{when}，{place}。"),
    (
        Purpose.BENEFIT,
        "",
        "您好，您的{card}将于{when}到期，请到服务窗口办理。",
        "您好，您的{card}將於{when}到期，請到服務窗口辦理。",
    ),
    (
        Purpose.EVENT,
        "活动邀请",
        "各位侨胞台胞：街道近期举办联谊活动，欢迎参加，详情请到服务窗口咨询。",
        "各位僑胞臺胞：街道近期舉辦聯誼活動，歡迎參加，詳情請到服務窗口諮詢。",
    ),
    (
        Purpose.GREETING,
        "节日问候",
        "佳节将至，街道全体工作人员祝您和家人节日快乐，身体健康。",
        "佳節將至，街道全體工作人員祝您和家人節日快樂，身體健康。",
    ),
    (
        Purpose.BIRTHDAY,
        "生日祝福",
        "街道全体工作人员祝您生日快乐，福寿安康。",
        "街道全體工作人員祝您生日快樂，福壽安康。",
    ),
    (
        Purpose.LEAFLET,
        "健康月刊",
        "本月健康提示：起居有时，饮食清淡，适量活动；如有不适，请及时就医。需要帮助请拨服务热线。",
        "本月健康提示：起居有時，飲食清淡，適量活動；如有不適，請及時就醫。需要幫助請撥服務熱線。",
    ),
]
REVIEWED = date(2026, 11, 1)


def seed_messages() -> None:
    """Fill the tables that are still empty; what the office has since edited or removed is left alone."""
    if not ProviderRules.objects.exists():
        ProviderRules.objects.bulk_create(PROVIDERS)
    if not MessageTemplate.objects.exists():
        MessageTemplate.objects.bulk_create(
            MessageTemplate(purpose=purpose, language=language, subject=subject, text=text, reviewed_on=REVIEWED)
            for purpose, subject, simplified, traditional in TEXTS
            for language, text in (("zh-hans", simplified), ("zh-hant", traditional))
        )

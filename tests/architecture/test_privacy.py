"""What the records never hold: politics, religion, opinion, scores of people, biometrics, trails."""

import re

import pytest
from django.apps import apps
from django.utils.translation import override

from people.models import Area, Building

APPS = ("people", "outreach", "caseworks")
# Words of a column's name in code, and of its label in Chinese. From the list of the security study, appendix D.
BANNED_IN_CODE = {
    "politics",
    "political",
    "party",
    "religion",
    "religious",
    "belief",
    "faith",
    "ideology",
    "loyalty",
    "reliability",
    "opinion_of",
    "ethnicity",
    "nationality_group",
    "biometric",
    "face",
    "fingerprint",
    "iris",
    "voiceprint",
    "gps",
    "latitude",
    "longitude",
    "track",
    "trail",
    "score",
    "rating",
    "risk",
    "stability",
    "bank",
    "wechat",
}
BANNED_IN_CHINESE = re.compile(
    "政治|思想|立场|忠诚|可靠|宗教|信仰|教派|民族|统战|影响力|重点人员|稳控|敏感|风险|信用|积分|画像|人脸|指纹|虹膜|声纹|行踪|轨迹|银行卡|微信号"
)


def columns():
    return [
        (model, field)
        for model in apps.get_models()
        if model._meta.app_label in APPS
        for field in model._meta.get_fields()
        if field.concrete
    ]


def banned(name: str) -> set[str]:
    return BANNED_IN_CODE & set(name.split("_")) | {word for word in BANNED_IN_CODE if "_" in word and word in name}


def test_no_column_is_made_for_what_the_office_must_not_know():
    with override("zh-hans"):
        made = [
            f"{model._meta.label}.{field.name}: {label}"
            for model, field in columns()
            if (label := str(getattr(field, "verbose_name", ""))) is not None
            and (banned(field.name) or BANNED_IN_CHINESE.search(label))
        ]
    assert len(columns()) > 500
    assert not made, "\n".join(made)


@pytest.mark.parametrize("name", ["religion", "face_print", "loyalty_level", "risk_score", "political_status"])
def test_the_list_catches_what_it_is_for(name):
    assert banned(name)


def test_chinese_labels_are_caught_too():
    assert BANNED_IN_CHINESE.search("政治面貌")
    assert not BANNED_IN_CHINESE.search("户别")


def test_what_is_known_of_where_houses_stand_is_about_houses_alone():
    """No person, no household, no moment: docs/decisions/0012. And nobody else has a place on the plane."""
    fields = Building._meta.get_fields()
    assert {field.name for field in fields} == {
        *("id", "area", "address", "street", "group", "number", "building", "east", "north")
    }
    assert {field.related_model for field in fields if field.is_relation} == {Area}
    placed = [(model, field.name) for model, field in columns() if {"east", "north"} & set(field.name.split("_"))]
    assert placed == [(Building, "east"), (Building, "north")]

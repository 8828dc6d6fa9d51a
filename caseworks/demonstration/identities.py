"""Invented people: names, phones and document numbers that look right and belong to nobody."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from people.identifiers import check_character
from people.models import Sex

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高罗郑梁谢宋唐许邓冯韩曹彭萧蔡潘田董袁余叶蒋杜苏魏程吕丁沈任姚卢"
    "傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史陶贺顾毛郝龚邵万钱严洪莫孔"
)
# Read otherwise in a name than elsewhere, or of two characters: the ones that search has to get right.
RARE_SURNAMES = ["单", "仇", "曾", "乐", "解", "查", "区", "盖", "翟", "欧阳", "诸葛", "尉迟", "司徒", "上官"]
MALE = ("建志文明海永德伟家俊宏立春荣福金祥振孝仁", "华平军民林生良根康宁辉峰杰东浩宇法昌顺全")
FEMALE = ("秀玉桂美丽淑慧雅晓月小春爱素凤静佩雪彩婉", "兰英珍芳梅琴娟霞萍红芬云莲华燕琳娣蓉仙妹")
SINGLE = "岚砚澄沅笙昀蓁晗舒恺"
_TRADITIONAL = str.maketrans(
    "张陈刘黄杨吴郑马罗谢许邓冯韩叶蒋苏吕卢钟谭陆贾韦邹钱严区单国华东军兰凤丽玉荣庆宁杰红云莲琼",
    "張陳劉黃楊吳鄭馬羅謝許鄧馮韓葉蔣蘇呂盧鍾譚陸賈韋鄒錢嚴區單國華東軍蘭鳳麗玉榮慶寧傑紅雲蓮瓊",
)

# No county has this code, and this block of mobile numbers was never given out.
REGION = "330999"
HONG_KONG, TAIWAN = "810000", "830000"
PHONE_BLOCK = "138001"


def traditional(name: str) -> str:
    """The name as a compatriot writes it, as far as its characters are known here."""
    return name.translate(_TRADITIONAL)


class Identities:
    """Gives out names freely, and every number once."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._phones = rng.sample(range(100_000), 20_000)
        self._numbers: set[str] = set()

    def surname(self) -> str:
        # The commonest stand first in the list: two draws of which the smaller counts favour them.
        if self._rng.random() < 0.04:
            return self._rng.choice(RARE_SURNAMES)
        return SURNAMES[min(self._rng.randrange(len(SURNAMES)), self._rng.randrange(len(SURNAMES)))]

    def name(self, sex: str = "", surname: str = "") -> str:
        first, second = MALE if (sex or self._rng.choice("MF")) == Sex.MALE else FEMALE
        given = self._rng.choice(first) + self._rng.choice(second)
        if self._rng.random() < 0.1:
            given = self._rng.choice(SINGLE)
        return (surname or self.surname()) + given

    def phone(self) -> str:
        return f"{PHONE_BLOCK}{self._phones.pop():05d}"

    def resident_id(self, born: date, sex: str, region: str = REGION) -> str:
        """An 18-character number with a right check digit, given out once."""
        while True:
            order = 2 * self._rng.randrange(50, 499) + (sex == Sex.MALE)
            body = f"{region}{born:%Y%m%d}{order:03d}"
            number = body + check_character(body)
            if number not in self._numbers:
                self._numbers.add(number)
                return number

    def born(self, age: int, today: date) -> date:
        """A birthday of somebody who is *age* years old today."""
        try:
            last = today.replace(year=today.year - age)
        except ValueError:  # 29 February
            last = today.replace(year=today.year - age, day=28)
        return last - timedelta(days=self._rng.randrange(365))

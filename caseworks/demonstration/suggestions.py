"""Suggestions of the invented office: one at every stage with every decision, and one resident who never tires."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.conf import settings

from caseworks.demonstration import moments
from caseworks.demonstration.households import Home
from caseworks.demonstration.office import Office
from caseworks.models import Channel, NumberSeries, Suggestion, SuggestionEntry
from caseworks.suggestion_states import ADOPTING, TOLD_AFTER, Decision, Stage, Step, after_judging
from caseworks.suggestions import SERIES, tokens, words_told
from outreach.models import Message, MessageState
from people.access import Role
from people.consent import Channel as Way
from people.consent import Purpose
from people.models import User


@dataclass(frozen=True)
class Told:
    """A suggestion so many days ago, what was decided and why, what was done, and how far it has come."""

    days: int
    summary: str
    decision: str = ""
    reason: str = ""
    done: str = ""
    answered: bool = False


TOLD = (
    Told(1, "菜场门口早高峰拥堵，建议安排志愿者引导"),
    Told(2, "建议在社区活动室增设老花镜和放大镜"),
    Told(4, "建议把便民服务时间延长到晚上七点"),
    Told(9, "楼道加装扶手，方便高龄老人上下楼", Decision.ADOPTED),
    Told(13, "在小区东门加装一盏路灯", Decision.PARTLY, "先装太阳能灯一盏，线路改造列入明年计划。"),
    Told(16, "建议取消小区所有访客停车位", Decision.DECLINED, "访客车位是规划配建，不能取消；已增加临停引导。"),
    Told(
        20,
        "开设侨眷法律咨询日",
        Decision.ADOPTED,
        done="每月第二个周六上午在联络站开设法律咨询。",
    ),
    Told(
        34,
        "重阳节为独居老人送餐上门",
        Decision.ADOPTED,
        done="与社区食堂商定，独居老人每日午餐送餐上门。",
        answered=True,
    ),
    Told(
        48,
        "把健身器材移到树荫下，并增加两台",
        Decision.PARTLY,
        "器材已移位；新增器材待明年经费。",
        done="器材移至中心绿地，地面已硬化。",
        answered=True,
    ),
    Told(61, "在居民楼顶统一加盖阳光房", Decision.DECLINED, "属于违法搭建，不能办理。", answered=True),
)
TIRELESS = (
    *("宣传栏字体放大", "楼道灯改为声控", "垃圾房加装洗手池", "下雨天在坡道铺防滑垫", "健康讲座配手语"),
    *("公交站加装座椅", "快递柜移到雨棚下", "增设无障碍坡道", "活动室周末开放", "花坛改种四季花卉"),
    *("小区地图标注楼栋号", "设置旧衣回收箱", "给留学生家庭建联系群", "开办智能手机课"),
)
ANSWER = "感谢您对社区的关心，办理情况已向您说明，欢迎继续提出建议。"


def make(office: Office, homes: list[Home], now: datetime, rng: Random) -> list[Suggestion]:
    """Write the suggestions with their steps and what their proposers were told."""
    reached = [home for home in homes if home.current and home.phones.get(0)]
    proposers = [rng.choice(reached) for _each in TOLD]
    tireless = rng.choice(reached)
    stories = list(zip(proposers, TOLD, strict=True))
    for number, summary in enumerate(TIRELESS):
        decision = [Decision.ADOPTED, Decision.PARTLY, Decision.DECLINED][number % 3]
        done = "已办好。" if decision in ADOPTING else ""
        told = Told(6 + 11 * number, summary, decision, "按实际条件办理。", done, answered=number > 0)
        stories.append((tireless, told))
    stories.sort(key=lambda story: -story[1].days)
    given_out: Counter[str] = Counter()
    made, entries = [], []
    for home, told in stories:
        writer = _Writer(office, home, told, now, rng)
        series = f"{SERIES}{writer.raised_at:%y%m}"
        given_out[series] += 1
        made.append(writer.write(f"{series}-{given_out[series]:04d}"))
        entries += writer.entries
    Suggestion.objects.bulk_create(made)
    Message.objects.bulk_create([entry.message for entry in entries if entry.message])
    SuggestionEntry.objects.bulk_create(entries)
    NumberSeries.objects.bulk_create(NumberSeries(series=series, last=last) for series, last in given_out.items())
    return made


class _Writer:
    """Writes one suggestion, step after step, none of them later than now."""

    def __init__(self, office: Office, home: Home, told: Told, now: datetime, rng: Random) -> None:
        self.office, self.home, self.told, self.rng = office, home, told, rng
        day = now.date() - timedelta(days=told.days)
        self.raised_at = self.at = moments.at(day, 9, rng.randrange(60), rng.randrange(60))
        # What still has to happen lies between the day it was raised and yesterday.
        steps = 1 + bool(told.decision) + bool(told.done) + told.answered
        self.pause = timedelta(days=max(told.days - 1, 0) // steps, minutes=37)
        self.entries: list[SuggestionEntry] = []

    def write(self, number: str) -> Suggestion:
        home, told, office = self.home, self.told, self.office
        person, operator = home.members[0], self.rng.choice(office.operators)
        self.suggestion = suggestion = Suggestion(
            uuid=UUID(int=self.rng.getrandbits(128), version=4),
            number=number,
            channel=self.rng.choice([Channel.HOTLINE, Channel.WINDOW, Channel.STATION]),
            summary=told.summary,
            proposer=person,
            proposer_name=person.name,
            proposer_phone=home.phones[0],
            area=home.group,
            raised_at=self.raised_at,
            raised_by=operator,
        )
        suggestion.search = tokens(suggestion)
        self._step(Step.RAISE, operator)
        if told.decision:
            self._later()
            suggestion.decision, suggestion.judged_at = told.decision, self.at
            suggestion.stage = after_judging(told.decision)
            detail = str(Decision(told.decision).label)
            if suggestion.stage == Stage.TO_DO:
                officer = office.officer(home.group)
                suggestion.handling_area, suggestion.handling_role = home.group.parent, Role.OFFICER
                detail += f" → {home.group.parent} {officer}"
            self._step(Step.JUDGE, office.supervisor, told.reason, detail)
        if told.done:
            self._later()
            suggestion.stage, suggestion.done_at = Stage.TO_ANSWER, self.at
            self._step(Step.DO, office.officer(home.group), told.done)
        if told.answered:
            self._later()
            suggestion.stage, suggestion.answered_at = Stage.ANSWERED, self.at
            self._step(Step.ANSWER, operator, ANSWER)
        suggestion.version = len(self.entries)
        return suggestion

    def _later(self) -> None:
        self.at += self.pause

    def _step(self, step: Step, by: User, text: str = "", detail: str = "") -> None:
        message = self._message(step, by, text) if step in TOLD_AFTER else None
        entry = SuggestionEntry(
            suggestion=self.suggestion,
            at=self.at,
            by=by,
            step=step,
            text=text,
            detail=detail,
            message=message,
            version=len(self.entries) + 1,
        )
        self.entries.append(entry)

    def _message(self, step: Step, by: User, text: str) -> Message:
        suggestion = self.suggestion
        return Message(
            key=f"suggestion:{suggestion.uuid}:{len(self.entries) + 1}",
            purpose=Purpose.SUGGESTION,
            resident=suggestion.proposer,
            area=suggestion.area,
            name=suggestion.proposer_name,
            address=suggestion.proposer_phone,
            channel=Way.SMS,
            language=settings.LANGUAGE_CODE,
            text=words_told(suggestion, step, text),
            state=MessageState.DELIVERED,
            by=by,
            about=suggestion.number,
            sent_at=self.at,
            settled_at=self.at,
        )

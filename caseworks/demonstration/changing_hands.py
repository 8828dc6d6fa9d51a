"""What changes hands in the invented office, what was sorted and deliberated there, what hangs on its notice board."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db import transaction

from caseworks import handover, publications, shifts
from caseworks.demonstration.identities import Identities
from caseworks.demonstration.office import Office
from caseworks.models import Case, CaseKind, Deliberation, Solved
from caseworks.moves import for_the_record, write_down
from caseworks.states import Status, Verb
from outreach.models import Visit
from people import leave, network
from people.access import Role
from people.models import Area, Household, Leave, User

SORTED = {
    CaseKind.WISH: "政策没有这一项补助，已当面说明依据，另帮忙联系了慈善超市。",
    CaseKind.IMPROVEMENT: "社区与物业本周内到现场定方案，下周五前报街道排期。",
    CaseKind.SIDES: "",
}
MEETING = {
    "participants": "居民代表9人，物业经理1人，社区专职干部2人",
    "minutes": "先看现场，再逐条说明利弊。对施工时间和费用分摊商量了两轮，改了一次方案。",
    "decision": "按第二套方案先试行一个月，费用按受益户分摊，期满再议。",
}
NOTE = "打印机已报修，下午三点来人。预约接待的材料在左边抽屉。"
PROMISED = "答应下周带扶手补贴的申请表来。"
KEYS = "楼道总表间钥匙在联络站，听力不好的老人敲门要久一点。"


def make(office: Office, identities: Identities, now: datetime, rng: Random) -> None:
    """A leave now, a hand-over half signed, a shift, sorted cases, notices; as of *now*."""
    with transaction.atomic():
        _leave(office, now)
        _hand_over(office, identities, now, rng)
        _sort(office, now)
        _publish(office, rng)
        _shift(office, rng)


def _led(office: Office) -> list[tuple[Area, User]]:
    return [
        (group, office.holders[group.pk, Role.LEADER])
        for group in office.groups
        if (group.pk, Role.LEADER) in office.holders
    ]


def _leave(office: Office, now: datetime) -> None:
    """The leader of the second group is away since yesterday; the first one's, his neighbour, stands in."""
    (first, neighbour), *others = _led(office)
    if not others:
        return
    group, owner = others[0]
    stand_in = neighbour if group.parent_id == first.parent_id else office.officer(group)
    days = {"since": now.date() - timedelta(days=1), "until": now.date() + timedelta(days=8)}
    officer = office.officer(group)
    away = Leave.objects.create(user=owner, stand_in=stand_in, asked_by=owner, reason="年休假", **days)
    leave.put_in_force(away, officer)


def _hand_over(office: Office, identities: Identities, now: datetime, rng: Random) -> None:
    """Another leader, one with work in hand, moves away next week; he has signed, who comes after has not."""
    others = _led(office)[2:]
    if not others:
        return
    open_cases = Case.objects.filter(status=Status.IN_PROGRESS, handling_role=Role.LEADER)
    busy = set(open_cases.values_list("handling_area", flat=True))
    group, leaver = next((one for one in others if one[0].pk in busy), others[0])
    last = Visit.objects.filter(by=leaver, household__area=group).order_by("-at", "-pk")[:2]
    for visit, household_note in zip(last, (KEYS, ""), strict=False):
        Visit.objects.filter(pk=visit.pk).update(promised=PROMISED)
        if household_note:
            Household.objects.filter(pk=visit.household_id).update(note=household_note)
    successor, _added = network.find_or_add_staff(identities.name(), identities.phone())
    on, key = now.date() + timedelta(days=8), _key(rng)
    pack = handover.draw_up(leaver, successor, on=on, by=office.officer(group), key=key, note=KEYS)
    handover.sign(pack, by=leaver)


def _sort(office: Office, now: datetime) -> None:
    """Cases at work, each sorted by whoever has it; of the two with winners and losers one is decided.

    They are sorted as the filling runs, after *now*: some have been given more time a moment ago.
    """
    at_work = Case.objects.filter(status=Status.IN_PROGRESS).order_by("number")
    # Parking divides a community more than anything else.
    chosen = sorted(at_work, key=lambda case: "停车" not in case.summary)[:6]
    kinds = (CaseKind.SIDES, CaseKind.IMPROVEMENT, CaseKind.SIDES, CaseKind.WISH, *2 * [CaseKind.IMPROVEMENT])
    for number, (case, kind) in enumerate(zip(chosen, kinds, strict=False)):
        by = office.holder(case.handling_area, case.handling_role, case.unit)
        case.kind = kind
        write_down(case, Verb.SORT, ["kind"], by=by, text=SORTED[kind], detail=for_the_record(kind.label))
        if number == 0:
            held_on = now.date() - timedelta(days=2)
            Deliberation.objects.create(case=case, held_on=held_on, by=by, **MEETING)
            write_down(case, Verb.DELIBERATE, ["kind"], by=by, text=MEETING["decision"], detail=f"{held_on:%Y-%m-%d}")


def _publish(office: Office, rng: Random) -> None:
    """Three notices about the newest cases that were solved: two on the board, one to be looked at."""
    done = Case.objects.filter(
        status=Status.CLOSED, solved=Solved.YES, area__isnull=False, category__code="public-works"
    )
    for number, case in enumerate(done.order_by("-closed_at", "-pk")[:3]):
        notice = publications.compose(case)
        made = publications.write(
            case, title=notice.title.text, text=notice.text.text, by=office.operators[0], key=_key(rng)
        )
        if number:
            publications.approve(made, by=office.supervisor, version=made.version)


def _shift(office: Office, rng: Random) -> None:
    """The second operator left the desk to the first."""
    second = next(one for one in office.operators if one != office.operators[0])
    shifts.hand_over(by=second, to=office.operators[0], note=NOTE, key=_key(rng))


def _key(rng: Random) -> UUID:
    return UUID(int=rng.getrandbits(128), version=4)

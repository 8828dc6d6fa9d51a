"""At which level a case was resolved: stored when it is, forgotten when it is taken up again, filled for the old."""

from importlib import import_module

import pytest
from django.apps import apps

from caseworks import workflow
from caseworks.models import Case, Stay
from caseworks.moves import Act
from caseworks.routing import Route
from caseworks.states import Verb
from tests.cast import Cast
from tests.factories import make_case


def resolved(cast: Cast, **handled) -> Case:
    case = make_case(cast.operator, cast.group)
    Case.objects.filter(pk=case.pk).update(**handled)
    return workflow.resolve(case, Act(cast.supervisor), text="修好了", solved="yes")


def test_a_case_is_resolved_at_the_level_of_the_area_that_handles_it(cast: Cast):
    assert resolved(cast).resolved_level.code == "group"
    assert resolved(cast, handling_area=cast.east, handling_role="officer").resolved_level.code == "community"


def test_an_answer_at_the_desk_and_what_the_desk_sent_to_a_unit_are_resolved_at_the_town(cast: Cast):
    answered = make_case(cast.operator, None, answer="请带户口簿")
    assert answered.resolved_level.code == "town"
    case = make_case(cast.operator, None)
    case = workflow.dispatch(case, Act(cast.operator), to=Route("供水", unit=cast.water))
    assert workflow.resolve(case, Act(cast.department), text="修好了", solved="yes").resolved_level.code == "town"


def test_a_unit_counts_at_the_level_of_the_liaison_who_handed_it_the_case(cast: Cast):
    case = make_case(cast.operator, cast.group)
    Case.objects.filter(pk=case.pk).update(handling_area=None, handling_role="", unit=cast.water)
    case.path.all().delete()
    Stay.objects.create(case=case, area=cast.east, role="officer", came_by=Verb.REGISTER, until=case.registered_at)
    Stay.objects.create(case=case, unit=cast.water, came_by=Verb.TRANSFER)
    assert workflow.resolve(case, Act(cast.department), text="修好了", solved="yes").resolved_level.code == "community"


def test_a_case_taken_up_again_has_no_level_until_it_is_resolved_again(cast: Cast):
    case = resolved(cast)
    case = workflow.request_reopen(case, Act(cast.operator), text="又坏了")
    assert workflow.reopen(case, Act(cast.supervisor)).resolved_level is None


@pytest.mark.parametrize(
    ("handled", "level"),
    [
        (lambda cast: {}, "group"),
        (lambda cast: {"handling_area": cast.east}, "community"),
        (lambda cast: {"handling_area": None, "unit": cast.water}, "town"),
        (lambda cast: {"handling_area": None}, "town"),
    ],
)
def test_cases_resolved_before_levels_were_kept_get_theirs(cast: Cast, handled, level):
    case = resolved(cast)
    waiting = make_case(cast.operator, cast.group)
    Case.objects.filter(pk=case.pk).update(resolved_level=None, **handled(cast))
    import_module("caseworks.migrations.0003_fill_contact_and_level").resolved_level(apps, None)
    case.refresh_from_db()
    waiting.refresh_from_db()
    assert case.resolved_level.code == level
    assert waiting.resolved_level is None

"""Drafts: two pages keep two, nothing is overwritten unseen, nobody reads another's."""

from datetime import timedelta
from uuid import uuid4

import pytest

from caseworks import drafts
from caseworks.models import Draft
from tests.cast import Cast
from tests.factories import make_case


def test_a_page_writes_over_its_own_draft_as_often_as_it_likes(cast: Cast):
    uuid = uuid4()
    for words in ("水管", "水管爆裂", "水管爆裂了"):
        kept = drafts.save(cast.operator, uuid, {"summary": words}, page="one")
    assert kept.uuid == uuid
    assert Draft.objects.get().fields["summary"] == "水管爆裂了"


def test_what_was_pasted_with_a_nul_in_it_is_kept_without(cast: Cast):
    for words in ("水管\0", "水管\0爆裂"):
        drafts.save(cast.operator, uuid4(), {"summary": words}, page="one\0")
    assert {draft.fields["summary"] for draft in Draft.objects.all()} == {"水管", "水管爆裂"}


def test_two_pages_keep_two_drafts(cast: Cast):
    drafts.save(cast.operator, uuid4(), {"summary": "水管"}, page="one")
    drafts.save(cast.operator, uuid4(), {"summary": "路灯"}, page="two")
    assert [draft.fields["summary"] for draft in drafts.unsaved(cast.operator)] == ["路灯", "水管"]


def test_a_draft_open_on_two_pages_becomes_two_drafts_and_loses_no_word(cast: Cast):
    first = drafts.save(cast.operator, uuid4(), {"summary": "水管"}, page="one")
    taken_up = drafts.save(cast.operator, first.uuid, {"summary": "水管爆裂"}, page="two", opened=first.saved_at)
    assert taken_up.uuid == first.uuid
    aside = drafts.save(cast.operator, first.uuid, {"summary": "水管滴水"}, page="one")
    assert aside.uuid != first.uuid
    assert {draft.fields["summary"] for draft in Draft.objects.all()} == {"水管爆裂", "水管滴水"}


def test_a_page_that_opened_an_older_draft_does_not_overwrite_the_newer_words(cast: Cast):
    first = drafts.save(cast.operator, uuid4(), {"summary": "水管"}, page="one")
    drafts.save(cast.operator, first.uuid, {"summary": "水管爆裂，三楼"}, page="one")
    stale = drafts.save(
        cast.operator, first.uuid, {"summary": "水管？"}, page="two", opened=first.saved_at - timedelta(seconds=1)
    )
    assert stale.uuid != first.uuid
    assert Draft.objects.get(uuid=first.uuid).fields["summary"] == "水管爆裂，三楼"


def test_what_is_typed_on_after_the_form_became_a_case_is_a_draft_of_its_own(cast: Cast):
    case = make_case(cast.operator, cast.group)
    kept = drafts.save(cast.operator, case.uuid, {"summary": "还有一件事"}, page="one")
    assert kept.uuid != case.uuid


def test_nobody_touches_the_draft_of_a_colleague(cast: Cast):
    own = drafts.save(cast.operator, uuid4(), {"summary": "水管"}, page="one")
    other = drafts.save(cast.supervisor, own.uuid, {"summary": "别的"}, page="one", opened=own.saved_at)
    drafts.discard(cast.supervisor, own.uuid)
    assert other.uuid != own.uuid
    assert [draft.uuid for draft in drafts.unsaved(cast.operator)] == [own.uuid]


@pytest.mark.parametrize("times", [1, 2])
def test_discarding_twice_is_no_error(cast: Cast, times: int):
    draft = drafts.save(cast.operator, uuid4(), {"summary": "水管"}, page="one")
    for _ in range(times):
        drafts.discard(cast.operator, draft.uuid)
    assert not Draft.objects.exists()

"""Drafts at the desk: kept, offered, restored and gone; shown to nobody else."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from caseworks.models import Draft
from tests.caseworks.desk.form import sent
from tests.cast import Cast

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = pytest.mark.any_database


def save_draft(desk: Client, uuid: object, **fields: object) -> dict[str, str]:
    return desk.post(reverse("desk_draft", args=[uuid]), {"page": "one", "opened": "", **fields}).json()


def test_a_draft_is_kept_offered_restored_and_gone_once_it_is_a_case(desk: Client):
    uuid = uuid4()
    kept = save_draft(desk, uuid, summary="水管爆裂", caller="13800132468", csrfmiddlewaretoken="x", strange="y")
    assert kept["uuid"] == str(uuid)
    assert set(Draft.objects.get().fields) == {"summary", "caller", "page"}
    offered = desk.get(reverse("desk_new")).content.decode()
    assert "水管爆裂" in offered and f"?draft={uuid}" in offered
    page = desk.get(reverse("desk_new"), {"draft": str(uuid)})
    assert page.context["form"]["summary"].value() == "水管爆裂"
    assert page.context["form"]["uuid"].value() == str(uuid)
    assert page.context["drafts"] == []
    case = sent(desk, uuid=uuid)
    assert not Draft.objects.exists()
    back = desk.get(reverse("desk_new"), {"draft": str(uuid)})
    assert back["Location"] == reverse("desk_logged", args=[case.number])


def test_a_number_in_the_list_of_drafts_is_masked(desk: Client):
    save_draft(desk, uuid4(), caller="13800132468")
    page = desk.get(reverse("desk_drafts")).content.decode()
    assert "138****2468" in page and "13800132468" not in page


def test_a_draft_can_be_thrown_away(desk: Client):
    uuid = uuid4()
    save_draft(desk, uuid, summary="水管爆裂")
    response = desk.post(reverse("desk_draft_discard", args=[uuid]), {"from_list": "1"}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("desk_drafts")
    assert not Draft.objects.exists()


@pytest.mark.parametrize("value", ["nonsense", "7c9e6679-7425-40de-944b-e07fc1f90ae7"])
def test_a_draft_that_is_not_there_leads_to_an_empty_form(desk: Client, value: str):
    assert desk.get(reverse("desk_new"), {"draft": value})["Location"] == reverse("desk_new")


@pytest.mark.parametrize("opened", ["nonsense", "2026-02-31T00:00:00"])
def test_a_draft_is_kept_whenever_the_page_says_it_was_opened(desk: Client, opened: str):
    uuid = uuid4()
    assert save_draft(desk, uuid, summary="水管爆裂", opened=opened)["uuid"] == str(uuid)


def test_the_draft_of_a_colleague_cannot_be_opened(desk: Client, cast: Cast):
    draft = Draft.objects.create(owner=cast.supervisor, fields={"summary": "机密"})
    assert desk.get(reverse("desk_new"), {"draft": str(draft.uuid)})["Location"] == reverse("desk_new")

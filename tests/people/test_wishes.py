"""Wishes of a resident: dated, withdrawn and never deleted, written down once, the mailbox masked."""

import pytest
from django.urls import reverse

from outreach import correspondence
from outreach.models import MessageState
from people import wishes
from people.consent import Channel, Purpose
from people.models import AuditEvent, Consent, ContactPreference
from people.wishes import Wishes
from tests.factories import make_resident

MAIL = "wang@example.org"


@pytest.fixture
def resident(cast):
    return make_resident(cast.household, name="李明", phone="13800132468")


def record(cast, resident, **said):
    wishes.record(resident, Wishes(**said), given=Consent.Given.ORALLY, by=cast.leader)


def test_what_is_no_longer_agreed_to_is_withdrawn_with_its_day_and_kept(cast, resident):
    record(cast, resident, purposes={Purpose.GREETING, Purpose.EVENT})
    record(cast, resident, purposes={Purpose.EVENT}, channel=Channel.CALL)
    record(cast, resident, purposes={Purpose.EVENT}, channel=Channel.CALL)
    assert wishes.wishes_of(resident) == Wishes(purposes=frozenset({Purpose.EVENT}), channel=Channel.CALL)
    assert Consent.objects.get(purpose=Purpose.GREETING).withdrawn_on
    fields = [event.fields for event in AuditEvent.objects.filter(action="resident.wishes").order_by("seq")]
    assert fields == [["purposes"], ["channel", "purposes"]], "the same again leaves no row"


def test_peace_is_asked_for_with_a_reason_and_ends_with_a_day(cast, resident):
    record(cast, resident, peace="本人要求")
    refused = correspondence.write(Purpose.CASE, to=resident, text="已办结", by=None)
    assert refused.state == MessageState.REFUSED and "本人要求" in refused.reason
    record(cast, resident)
    assert correspondence.write(Purpose.CASE, to=resident, text="已办结", by=None).state == MessageState.WAITING
    assert resident.do_not_contact.get().until


def test_the_page_masks_the_mailbox_keeps_it_and_forgets_it_when_told(client, cast, resident):
    client.force_login(cast.leader)
    url = reverse("resident_wishes", args=[resident.uuid])
    assert client.post(url, {"given": "paper", "channel": "email"}).status_code == 422
    assert client.post(url, {"given": "paper", "leave_in_peace": "on"}).status_code == 422
    assert client.post(url, {"given": "paper", "channel": "email", "email": MAIL}).url.endswith(
        f"{cast.household.uuid}/"
    )
    page = client.get(url).content.decode()
    assert MAIL not in page and "w***@example.org" in page
    client.post(url, {"given": "paper", "channel": "email", "purposes": ["greeting"]})
    assert wishes.wishes_of(resident).email == MAIL
    client.post(url, {"given": "paper", "forget_email": "on"})
    assert ContactPreference.objects.get().email == ""
    assert Consent.objects.get().given == "paper" and Consent.objects.get().withdrawn_on

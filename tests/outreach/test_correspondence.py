"""The one door out: who may be written to, by which way, in which script; written once, never sent from here."""

from datetime import date

import pytest
from django.db.models import TextField
from django.db.models.functions import Cast

from outreach import correspondence
from outreach.models import Message, MessageState, MessageTemplate
from people.consent import Channel, Purpose
from people.models import AuditEvent, Consent, ContactPreference, DoNotContact, PhoneNumber
from people.vault import blind_index
from tests.factories import make_resident

MOBILE = "13800132468"


@pytest.fixture
def resident(cast):
    return make_resident(cast.household, name="王秀兰", phone=MOBILE)


def write(cast, to, purpose=Purpose.CASE, **more):
    more.setdefault("text", "您的诉求已办结。")
    return correspondence.write(purpose, to=to, by=cast.operator, **more)


def test_a_notice_goes_to_the_mobile_encrypted_scoped_and_audited(cast, resident):
    message = write(cast, resident, about="2611-0001")
    assert (message.state, message.channel, message.address) == (MessageState.WAITING, Channel.SMS, MOBILE)
    assert message.area == cast.group
    stored = Message.objects.annotate(stored=Cast("address", TextField())).get(address_index=blind_index(MOBILE)).stored
    assert stored and MOBILE not in stored
    event = AuditEvent.objects.get(action="message.write")
    assert (event.actor, event.subject_ref) == (cast.operator, str(resident.uuid))
    visible = Message.objects.visible_to
    assert [visible(user).count() for user in (cast.leader, cast.other_leader, cast.stranger)] == [1, 0, 0]


def test_the_same_key_writes_once(cast, resident):
    assert write(cast, resident, key="case 1 resolved").pk == write(cast, resident, key="case 1 resolved").pk
    assert AuditEvent.objects.filter(action="message.write").count() == 1


def test_a_greeting_needs_consent_by_phone_and_goes_by_letter_without(cast, resident):
    assert write(cast, resident, Purpose.GREETING).channel == Channel.LETTER
    consent = Consent.objects.create(resident=resident, purpose=Purpose.GREETING)
    assert write(cast, resident, Purpose.GREETING).channel == Channel.SMS
    consent.withdrawn_on = date(2026, 11, 1)
    consent.save(update_fields=["withdrawn_on"])
    refused = write(cast, resident, Purpose.GREETING, channel=Channel.SMS)
    assert refused.state == MessageState.REFUSED and refused.reason


def test_do_not_contact_refuses_with_its_reason_and_day(cast, resident):
    DoNotContact.objects.create(resident=resident, reason="本人要求", since=date(2026, 3, 5))
    refused = write(cast, resident)
    assert refused.state == MessageState.REFUSED
    assert "本人要求" in refused.reason and "2026" in refused.reason
    assert refused.address == ""


def test_an_opt_out_from_a_number_closes_that_channel_alone(cast, resident):
    DoNotContact.objects.create(address_index=blind_index(MOBILE), channel=Channel.SMS, reason="TD")
    assert write(cast, resident).channel == Channel.CALL
    assert write(cast, None, phone=MOBILE, channel=Channel.SMS).state == MessageState.REFUSED


def test_the_preferred_channel_is_taken_where_it_is_possible(cast, resident):
    preference = ContactPreference.objects.create(resident=resident, channel=Channel.EMAIL)
    resident.refresh_from_db()
    assert write(cast, resident).channel == Channel.SMS
    preference.email = "wang@example.org"
    preference.save()
    resident.refresh_from_db()
    about_a_case = write(cast, resident)
    assert about_a_case.address == "wang@example.org"
    assert "不想再收到" not in about_a_case.text


def test_an_e_mail_that_nobody_waits_for_says_how_to_hear_no_more(cast, resident):
    ContactPreference.objects.create(
        resident=resident, channel=Channel.EMAIL, email="wang@example.org", language="zh-hant"
    )
    Consent.objects.create(resident=resident, purpose=Purpose.EVENT)
    resident.refresh_from_db()
    invitation = write(cast, resident, Purpose.EVENT, text="週六聽戲")
    assert (invitation.state, invitation.channel) == (MessageState.WAITING, Channel.EMAIL)
    assert invitation.text == "週六聽戲\n\n不想再收到這類郵件，請告訴聯絡員或街道。"


def test_a_number_with_a_safety_note_is_called_by_a_person(cast, resident):
    PhoneNumber.objects.update(safe_note="下午5点前")
    assert write(cast, resident).channel == Channel.CALL


def test_nobody_writes_to_the_dead_or_to_nowhere(cast, resident):
    assert write(cast, None, phone="不详").state == MessageState.REFUSED
    resident.died_on = date(2026, 1, 1)
    resident.save(update_fields=["died_on"])
    assert write(cast, resident).state == MessageState.REFUSED


def test_a_template_speaks_the_persons_script_once_it_is_reviewed(cast, resident):
    ContactPreference.objects.create(resident=resident, language="zh-hant")
    MessageTemplate.objects.filter(purpose=Purpose.CASE).delete()
    values = {"name": "王女士"}
    assert write(cast, resident, text="", values=values).state == MessageState.REFUSED
    simplified = {"purpose": Purpose.CASE, "reviewed_on": date(2026, 1, 1)}
    MessageTemplate.objects.create(language="zh-hans", text="{name}，您好", **simplified)
    traditional = MessageTemplate.objects.create(purpose=Purpose.CASE, language="zh-hant", text="{name}，您好（繁體）")
    assert write(cast, resident, text="", values=values).text == "王女士，您好"
    traditional.reviewed_on = date(2026, 2, 1)
    traditional.save(update_fields=["reviewed_on"])
    message = write(cast, resident, text="", values=values)
    assert (message.language, message.text) == ("zh-hant", "王女士，您好（繁體）")


def test_a_purpose_nobody_knows_is_an_error(cast):
    with pytest.raises(ValueError, match="chat"):
        write(cast, None, "chat", phone=MOBILE)

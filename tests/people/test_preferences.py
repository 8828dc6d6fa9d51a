"""Language, font size and shortcuts, as chosen in the bar at the top of every page."""

import pytest
from django.test import Client
from django.urls import reverse

from people.language import page_language
from tests.cast import Cast

# How pages look and what they take; what they ask of the other database is asked by test_access.py there.
pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def choose(client, **posted):
    return client.post(reverse("set_preferences"), posted)


def language_of_login(client, **headers):
    return client.get(reverse("login"), headers=headers)["Content-Language"]


def test_the_language_of_the_browser_is_not_guessed_at(client: Client):
    assert language_of_login(client, accept_language="en") == "zh-hans"


def test_somebody_not_signed_in_chooses_for_this_device(client: Client):
    choose(client, language="en", font_size="large")
    page = client.get(reverse("login"))
    assert page["Content-Language"] == "en"
    assert '<html lang="en" class="text-large">' in page.content.decode()


def test_a_language_we_do_not_have_changes_nothing(client: Client):
    choose(client, language="fr")
    assert language_of_login(client) == "zh-hans"


def test_the_choice_of_a_user_follows_him_to_another_device(client: Client, cast: Cast):
    client.force_login(cast.operator)
    choose(client, language="zh-hant", font_size="largest", shortcuts="off")
    cast.operator.refresh_from_db()
    chosen = (cast.operator.language, cast.operator.font_size, cast.operator.shortcuts)
    assert chosen == ("zh-hant", "largest", False)

    elsewhere = Client()
    elsewhere.force_login(cast.operator)
    page = elsewhere.get(reverse("password_change")).content.decode()
    assert '<html lang="zh-Hant" class="text-largest">' in page
    assert 'data-shortcuts="off"' in page


def test_the_profile_counts_for_more_than_what_another_left_on_the_device(client: Client, cast: Cast):
    choose(client, language="en")
    cast.operator.language = "zh-hant"
    cast.operator.save(update_fields=["language"])
    client.force_login(cast.operator)
    assert client.get(reverse("password_change"))["Content-Language"] == "zh-hant"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_a_choice_never_leads_to_another_site(client: Client, target: str):
    assert choose(client, language="en", next=target)["Location"] == "/"


@pytest.mark.parametrize("target", ["7", "-1", "home\0"])
def test_an_address_made_up_for_the_way_back_breaks_nothing(client: Client, target: str):
    assert choose(client, language="en", next=target).status_code == 302


def test_a_choice_leads_back_to_its_page_with_the_filters(client: Client):
    assert choose(client, language="en", next="/cases/?late=1")["Location"] == "/cases/?late=1"


def test_a_choice_is_posted_not_linked(client: Client):
    assert client.get(reverse("set_preferences")).status_code == 405


@pytest.mark.parametrize(("code", "named"), [("zh-hans", "zh-Hans"), ("zh-hant", "zh-Hant"), ("en", "en")])
def test_the_page_names_its_language_as_fonts_know_it(code: str, named: str):
    assert page_language(code) == named

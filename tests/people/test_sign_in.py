"""Signing in: one door, few guesses, and the address a guess came from."""

import pytest
from axes.models import AccessAttempt
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.urls import reverse

from people.middleware import ProxyMiddleware
from people.models import AuditEvent

RIGHT = "a long enough password"


def guess(client, name, password, **where):
    return client.post(reverse("login"), {"username": name, "password": password}, **where)


def test_after_five_wrong_guesses_the_right_password_does_not_open_either(client, cast):
    answers = [guess(client, "operator", f"wrong {number}").status_code for number in range(5)]
    assert answers[:4] == [200] * 4
    assert guess(client, "operator", RIGHT).status_code == 429
    assert "_auth_user_id" not in client.session


def test_the_owner_of_the_account_signs_in_from_another_address(client, cast):
    for number in range(6):
        guess(client, "operator", f"wrong {number}", REMOTE_ADDR="203.0.113.9")
    assert guess(client, "operator", RIGHT, REMOTE_ADDR="203.0.113.10").status_code == 302


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(client, cast):
    known = guess(client, "operator", "wrong").content.decode()
    unknown = guess(client, "nobody", "wrong").content.decode()
    assert known.count("errorlist") == unknown.count("errorlist")
    assert "operator" not in known.replace('value="operator"', "")
    assert AccessAttempt.objects.count() == 2


@pytest.fixture
def seen(rf, settings):
    """The address a request is taken to come from, behind so many proxies."""

    def see(count, **headers):
        settings.PROXY_COUNT = count
        request = rf.get("/", REMOTE_ADDR="127.0.0.1", **headers)
        ProxyMiddleware(lambda request: HttpResponse())(request)
        return request.META["REMOTE_ADDR"]

    return see


def test_without_proxies_the_header_is_not_believed(settings):
    settings.PROXY_COUNT = 0
    with pytest.raises(MiddlewareNotUsed):
        ProxyMiddleware(lambda request: HttpResponse())


def test_what_the_client_wrote_into_the_header_is_not_believed(seen):
    forged = "198.51.100.1, 203.0.113.7"
    assert seen(1, HTTP_X_FORWARDED_FOR=forged) == "203.0.113.7"
    assert seen(2, HTTP_X_FORWARDED_FOR=f"{forged}, 10.0.0.2") == "203.0.113.7"


@pytest.mark.parametrize("header", ["", "unknown", "203.0.113.7:4711, <script>"])
def test_a_header_that_names_no_address_changes_nothing(seen, header):
    assert seen(1, HTTP_X_FORWARDED_FOR=header) == "127.0.0.1"


def test_the_audit_has_the_address_the_proxy_saw(client, cast, settings):
    settings.PROXY_COUNT = 1
    client.force_login(cast.leader)
    url = reverse("reveal_address", args=[cast.household.uuid])
    client.post(url, {"reason": "上门"}, HTTP_X_FORWARDED_FOR="203.0.113.7")
    assert AuditEvent.objects.get(action="reveal").ip == "203.0.113.7"

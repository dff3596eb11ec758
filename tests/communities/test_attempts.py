"""Twenty wrong passwords for an account in a day, twenty from an address in an hour; right ones without end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from communities.actions.accounts import change_password
from communities.actions.attempts import note_attempt
from communities.forms.accounts import network_address
from communities.models import SignInAttempt
from tests.factories.communities import PASSWORD, UserFactory

WRONG = "wrong"


def sign_in(client, email="builder@example.org", password=WRONG, address="192.0.2.1", **headers):
    return client.post("/sign-in/", {"username": email, "password": password}, REMOTE_ADDR=address, **headers)


def refused(response) -> bool:
    return response.status_code == 200 and "Too many passwords" in response.content.decode()


def test_the_twenty_first_password_of_a_day_is_not_looked_at(client, builder, clock):
    for number in range(20):
        assert not refused(sign_in(client, address=f"192.0.2.{number}"))
    assert refused(sign_in(client, password=PASSWORD, address="198.51.100.1"))
    assert refused(sign_in(client, email="BUILDER@example.org", password=PASSWORD, address="198.51.100.2"))
    clock.shift(timedelta(days=1, seconds=1))
    assert sign_in(client, password=PASSWORD).status_code == 302


def test_an_address_has_twenty_an_hour(client, builder, clock):
    for number in range(20):
        assert not refused(sign_in(client, email=f"nobody{number}@example.org"))
    assert refused(sign_in(client, password=PASSWORD))
    assert sign_in(client, password=PASSWORD, address="192.0.2.2").status_code == 302
    clock.shift(timedelta(hours=1, seconds=1))
    assert sign_in(client, password=PASSWORD).status_code == 302


def test_what_is_refused_does_not_make_the_wait_longer(client, builder, clock):
    for _number in range(20):
        sign_in(client)
    clock.shift(timedelta(minutes=59))
    for _number in range(30):
        assert refused(sign_in(client, email="else@example.org"))
    assert SignInAttempt.objects.count() == 40
    clock.shift(timedelta(minutes=2))
    assert not refused(sign_in(client, email="else@example.org"))


def test_people_who_know_their_passwords_never_meet_the_limit(client_for, client, builder):
    for _number in range(25):
        assert sign_in(client, password=PASSWORD).status_code == 302
        client.logout()
    assert not SignInAttempt.objects.exists()


def test_an_unknown_address_is_limited_in_the_same_words(client, db):
    answers = {refused(sign_in(client, email="nobody@example.org", address=f"192.0.2.{n}")) for n in range(20)}
    assert answers == {False}
    assert refused(sign_in(client, email="nobody@example.org", address="198.51.100.1"))


def test_a_new_password_opens_the_account_again(client, builder):
    for number in range(20):
        sign_in(client, address=f"192.0.2.{number}")
    change_password(user=builder, password="three herons on the weir")
    assert sign_in(client, password="three herons on the weir").status_code == 302


def test_an_invented_forwarded_address_changes_nothing(client, builder, settings):
    for behind, headers in ((False, "10.0.0.{}"), (True, "10.0.0.{}, 203.0.113.9")):
        settings.BEHIND_PROXY = behind
        SignInAttempt.objects.all().delete()
        for number in range(20):
            email = f"nobody{number}@example.org"
            assert not refused(sign_in(client, email=email, HTTP_X_FORWARDED_FOR=headers.format(number)))
        assert refused(sign_in(client, password=PASSWORD, HTTP_X_FORWARDED_FOR=headers.format(99)))


@pytest.mark.parametrize(
    ("behind", "forwarded", "expected"),
    [
        (False, "1.1.1.1", "192.0.2.1"),
        (True, "1.1.1.1", "1.1.1.1"),
        (True, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (True, "6.6.6.6,\t1.1.1.1 ", "1.1.1.1"),
        (True, "", "192.0.2.1"),
        (True, None, "192.0.2.1"),
    ],
)
def test_network_address_believes_the_proxy_only(settings, behind, forwarded, expected):
    settings.BEHIND_PROXY = behind
    meta = {"REMOTE_ADDR": "192.0.2.1", **({} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded})}
    assert network_address(meta) == expected


def test_the_table_holds_no_address_and_nothing_old(client, builder, clock):
    sign_in(client)
    assert all(len(key) == 64 for key in SignInAttempt.objects.values_list("key", flat=True))
    clock.shift(timedelta(days=1, seconds=1))
    sign_in(client, email="else@example.org", address="192.0.2.7")
    assert set(SignInAttempt.objects.values_list("at", flat=True)) == {timezone.now()}


@pytest.mark.postgresql
def test_tries_that_race_do_not_pass_the_limit(race):
    for round_number in range(5):
        email = f"raced{round_number}@example.org"
        tries = [lambda n=n, email=email: note_attempt(email=email, address=f"{email}{n}") for n in range(8)]
        passed = 0
        for _batch in range(5):
            results = race(*tries)
            assert not [result for result in results if isinstance(result, Exception)]
            passed += sum(result is not None for result in results)
        assert passed <= 20


def test_links_for_a_new_password_do_not_flood_a_letter_box(client, builder, mailoutbox):
    for _ in range(25):
        response = client.post("/password/reset/", {"email": builder.email})
        assert response.status_code == 302
    assert len(mailoutbox) == 20
    response = client.post("/sign-in/", {"username": builder.email, "password": PASSWORD})
    assert response["Location"] == "/"


def test_links_from_one_address_are_counted_over_all_accounts(db, client, mailoutbox):
    for number in range(25):
        client.post("/password/reset/", {"email": UserFactory(email=f"{number}@example.org").email})
    assert len(mailoutbox) == 20

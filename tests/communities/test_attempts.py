"""Limits on attempts to sign in and on requests for links: they slow down guessing, and never lock out the owner."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from communities.actions.accounts import change_password
from communities.actions.attempts import LINKS, PASSWORDS, record_attempt
from communities.browsers import MOST, network, network_address
from communities.models import AuditEntry, SignInAttempt, User
from tests.factories.communities import PASSWORD, UserFactory
from tests.hostile import HostileClient

WRONG = "wrong"
COOKIE = "kith-known"


def sign_in(client, email="builder@example.org", password=WRONG, address="192.0.2.1", **headers):
    return client.post("/sign-in/", {"username": email, "password": password}, REMOTE_ADDR=address, **headers)


def ask_for_link(client, email="builder@example.org", address="192.0.2.1"):
    return client.post("/password/reset/", {"email": email}, REMOTE_ADDR=address)


def refused(response) -> bool:
    return response.status_code == 200 and "Too many attempts" in response.content.decode()


def minutes_told(response) -> int:
    return int(re.search(r"(\d+) minutes?", response.content.decode())[1])


def known_to(user: User, address="192.0.2.200") -> HostileClient:
    """Return a signed-out browser in which somebody has signed in before."""
    browser = HostileClient()
    assert sign_in(browser, email=user.email, password=PASSWORD, address=address).status_code == 302
    browser.post("/sign-out/")
    return browser


def test_forty_requests_from_one_address_lock_nobody_out(client, builder, mailoutbox):
    attacker = HostileClient()
    for _number in range(20):
        sign_in(attacker)
    for _number in range(20):
        ask_for_link(attacker)
    before = len(mailoutbox)
    assert before <= 3
    assert ask_for_link(client, address="198.51.100.1").status_code == 302
    assert [mail.to for mail in mailoutbox[before:]] == [[builder.email]]
    assert sign_in(client, password=PASSWORD, address="198.51.100.1").status_code == 302


def test_one_address_can_try_ten_passwords_an_hour_for_one_account(client, builder, clock):
    for _number in range(PASSWORDS.pair.tries):
        assert not refused(sign_in(client))
    assert refused(sign_in(client, password=PASSWORD))
    assert sign_in(client, password=PASSWORD, address="192.0.2.2").status_code == 302


def test_an_address_has_twenty_an_hour(client, builder, clock):
    for number in range(PASSWORDS.source.tries):
        assert not refused(sign_in(client, email=f"nobody{number}@example.org"))
    assert refused(sign_in(client, password=PASSWORD))
    assert sign_in(client, password=PASSWORD, address="192.0.2.2").status_code == 302
    clock.shift(timedelta(hours=1, seconds=1))
    assert sign_in(client, password=PASSWORD).status_code == 302


def test_an_ipv6_network_is_one_address(client, builder, clock):
    for number in range(PASSWORDS.source.tries):
        sign_in(client, email=f"nobody{number}@example.org", address=f"2001:db8:1:2::{number:x}")
    assert refused(sign_in(client, email="else@example.org", address="2001:db8:1:2:ffff::1"))
    assert not refused(sign_in(client, email="else@example.org", address="2001:db8:1:3::1"))


def test_guessing_from_many_addresses_is_slowed(client, builder, clock):
    for number in range(PASSWORDS.account.tries):
        assert not refused(sign_in(client, address=f"192.0.2.{number}"))
    for number in range(5):
        assert refused(sign_in(client, password=PASSWORD, address=f"198.51.100.{number}"))
    assert refused(sign_in(client, email="BUILDER@example.org", password=PASSWORD, address="198.51.100.9"))
    reviewed_at = 0
    for number in range(240):
        clock.shift(timedelta(minutes=1))
        reviewed_at += not refused(sign_in(client, address=f"203.0.113.{number}"))
    assert reviewed_at == 240 / 15


def test_a_known_browser_is_never_slowed_down_by_others(builder, clock):
    mine, other = known_to(builder), HostileClient()
    for number in range(30):
        sign_in(other, address=f"192.0.2.{number}")
    assert refused(sign_in(other, password=PASSWORD, address="198.51.100.1"))
    # Not even from the same office.
    for number in range(30):
        sign_in(other, email=f"nobody{number}@example.org", address="198.51.100.1")
    assert sign_in(mine, password=PASSWORD, address="198.51.100.1").status_code == 302


def test_attempts_from_a_known_browser_count_too(builder, clock):
    mine = known_to(builder)
    for _number in range(PASSWORDS.pair.tries):
        assert not refused(sign_in(mine))
    assert refused(sign_in(mine, password=PASSWORD))
    assert refused(sign_in(mine, password=PASSWORD, address="198.51.100.1"))


def test_a_browser_is_known_only_for_accounts_that_signed_in_there(builder, manager, clock):
    browser = known_to(builder)
    for number in range(30):
        sign_in(HostileClient(), email=manager.email, address=f"192.0.2.{number}")
    assert refused(sign_in(browser, email=manager.email, password=PASSWORD, address="198.51.100.1"))


def test_the_cookie_is_long_lived_opaque_and_http_only(client, builder):
    assert COOKIE not in client.cookies
    sign_in(client)
    assert COOKIE not in client.cookies
    sign_in(client, password=PASSWORD)
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
    assert cookie["max-age"] == 400 * 24 * 60 * 60
    assert "builder" not in cookie.value


def test_a_forged_cookie_makes_no_browser_known(client, builder, clock):
    ours = known_to(builder).cookies[COOKIE].value
    for number in range(30):
        sign_in(client, address=f"192.0.2.{number}")
    for value in ("", "x", "WyJhIixbImIiXV0:1vABC:xxxx", ours[:-1]):
        client.cookies[COOKIE] = value
        assert refused(sign_in(client, password=PASSWORD, address="198.51.100.1"))


def test_a_shared_phone_is_known_for_the_last_ten_users(client, db):
    people = [UserFactory() for _number in range(MOST + 1)]
    for person in people:
        sign_in(client, email=person.email, password=PASSWORD, address="192.0.2.1")
        client.post("/sign-out/")
    size = len(client.cookies[COOKIE].value)
    sign_in(client, email=people[-1].email, password=PASSWORD)
    assert len(client.cookies[COOKIE].value) == size < 1000


@pytest.mark.parametrize("tries", [1, 13, 39])
def test_the_page_shows_how_many_minutes_are_left(client, builder, clock, tries):
    for number in range(tries):
        sign_in(client, address=f"192.0.2.{number}")
        clock.shift(timedelta(seconds=37))
    for _number in range(PASSWORDS.pair.tries):
        sign_in(client)
        clock.shift(timedelta(seconds=37))
    told = sign_in(client, password=PASSWORD)
    assert refused(told)
    clock.shift(timedelta(minutes=minutes_told(told) - 1))
    assert refused(sign_in(client, password=PASSWORD))
    clock.shift(timedelta(minutes=1))
    assert sign_in(client, password=PASSWORD).status_code == 302


def test_refused_attempts_do_not_extend_the_wait(client, builder, clock):
    for number in range(20):
        sign_in(client, email=f"nobody{number}@example.org")
    clock.shift(timedelta(minutes=59))
    for _number in range(30):
        assert refused(sign_in(client, email="else@example.org"))
    assert SignInAttempt.objects.count() == 20
    clock.shift(timedelta(minutes=2))
    assert not refused(sign_in(client, email="else@example.org"))


def test_correct_passwords_never_reach_the_limit(client, builder):
    for _number in range(25):
        assert sign_in(client, password=PASSWORD).status_code == 302
        client.logout()
    assert not SignInAttempt.objects.exists()


def test_an_unknown_address_gets_the_same_message(client, db):
    answers = {refused(sign_in(client, email="nobody@example.org", address=f"192.0.2.{n}")) for n in range(20)}
    assert answers == {False}
    assert refused(sign_in(client, email="nobody@example.org", address="198.51.100.1"))


def test_a_new_password_unlocks_the_account(client, builder):
    for number in range(20):
        sign_in(client, address=f"192.0.2.{number}")
    change_password(user=builder, password="three herons on the weir")
    assert sign_in(client, password="three herons on the weir").status_code == 302


def test_a_password_reset_lets_a_limited_browser_sign_in_at_once(client, builder, mailoutbox):
    for number in range(20):
        sign_in(client, email=f"nobody{number}@example.org")
    assert refused(sign_in(client, password=PASSWORD))
    ask_for_link(client)
    link = re.search(r"http://testserver(/\S+)", mailoutbox[-1].body)[1]
    path = client.get(link, follow=True).redirect_chain[-1][0]
    word = "three herons on the weir"
    client.post(path, {"new_password1": word, "new_password2": word})
    assert sign_in(client, password=word).status_code == 302


def test_a_forged_forwarded_address_is_ignored(client, builder, settings):
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
def test_network_address_trusts_the_proxy_only(settings, behind, forwarded, expected):
    settings.BEHIND_PROXY = behind
    meta = {"REMOTE_ADDR": "192.0.2.1", **({} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded})}
    assert network_address(meta) == expected


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:5123", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:5123", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_an_ipv6_network_is_that_of_one_household(address, place):
    assert network(address) == place


def test_the_table_has_no_addresses_and_no_old_rows(client, builder, clock):
    sign_in(client)
    keys = SignInAttempt.objects.values_list("account", "source").get()
    assert [len(key) for key in keys] == [64, 64]
    clock.shift(timedelta(days=1, seconds=1))
    sign_in(client, email="else@example.org", address="192.0.2.7")
    assert set(SignInAttempt.objects.values_list("at", flat=True)) == {timezone.now()}


@pytest.mark.postgresql
def test_concurrent_attempts_cannot_exceed_the_limit(race):
    for round_number in range(5):
        email = f"raced{round_number}@example.org"
        tries = [
            lambda n=n, email=email: record_attempt(limits=PASSWORDS, account=email, source=f"{email}{n}")
            for n in range(8)
        ]
        passed = 0
        for _batch in range(5):
            results = race(*tries)
            assert not [result for result in results if isinstance(result, Exception)]
            passed += sum(not result.is_refused for result in results)
        assert passed <= PASSWORDS.account.tries


def test_password_reset_links_cannot_flood_an_inbox(client, builder, mailoutbox, clock):
    for number in range(25):
        ask_for_link(client, address=f"192.0.2.{number}")
    assert len(mailoutbox) == LINKS.account.tries
    assert sign_in(client, password=PASSWORD)["Location"] == "/"


def test_too_many_reset_links_are_refused_with_the_remaining_time(client, builder, mailoutbox, clock):
    for _number in range(LINKS.pair.tries):
        assert ask_for_link(client).status_code == 302
        clock.shift(timedelta(minutes=7))
    told = ask_for_link(client)
    assert "You have already asked for several links" in told.content.decode()
    assert minutes_told(told) == 60 - 3 * 7
    assert len(mailoutbox) == 3
    clock.shift(timedelta(minutes=minutes_told(told)))
    assert ask_for_link(client).status_code == 302
    assert len(mailoutbox) == 4


def test_an_unknown_address_gets_the_same_refusal_of_reset_links(client, db, mailoutbox):
    for _number in range(LINKS.pair.tries):
        assert ask_for_link(client, email="nobody@example.org").status_code == 302
    assert (
        "You have already asked for several links" in ask_for_link(client, email="nobody@example.org").content.decode()
    )


def test_a_known_browser_gets_a_reset_link_whatever_others_asked_for(builder, mailoutbox):
    mine, other = known_to(builder), HostileClient()
    for number in range(30):
        ask_for_link(other, address=f"192.0.2.{number}")
        ask_for_link(other, email=f"nobody{number}@example.org", address="198.51.100.1")
    before = len(mailoutbox)
    assert ask_for_link(mine, address="198.51.100.1").status_code == 302
    assert len(mailoutbox) == before + 1


def test_reset_links_from_one_address_are_counted_across_accounts(db, client, mailoutbox):
    for number in range(25):
        ask_for_link(client, UserFactory(email=f"{number}@example.org").email)
    assert len(mailoutbox) == 20


def test_the_command_unlocks_an_account_and_the_addresses_that_tried_it(client, builder):
    for _number in range(30):
        sign_in(client)
        ask_for_link(client)
    for number in range(20):
        sign_in(client, email=f"nobody{number}@example.org")
    assert refused(sign_in(client, password=PASSWORD))
    out = StringIO()
    call_command("unlock_account", " Builder@example.org", stdout=out)
    assert "builder@example.org can sign in at once" in out.getvalue()
    assert AuditEntry.objects.filter(verb="unlock", object_id=str(builder.pk), actor=None).count() == 1
    assert sign_in(client, password=PASSWORD).status_code == 302


def test_the_command_reports_unknown_and_deactivated_accounts(db):
    with pytest.raises(CommandError, match="Nobody signs in with x@example.org"):
        call_command("unlock_account", "x@example.org")
    out = StringIO()
    call_command("unlock_account", UserFactory(is_active=False).email, stdout=out)
    assert "the account is closed" in out.getvalue()

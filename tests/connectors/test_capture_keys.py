"""Sealing keys: created once, rotated, valid for 90 days, and destroyed without losing stored items."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.mentions import mentions_of
from communities.models import AuditEntry
from connectors.capture import queries, sealing
from connectors.capture.actions.erasing import erase_in_waiting_items
from connectors.capture.actions.sealing_keys import current_key, destroy_old_keys, rotate_key
from connectors.models import Conversation, ItemState, SealingKey
from tests.factories.connectors import PersonFactory
from tests.factories.connectors_capture import Phone, SealingKeyFactory, key_pair, park

pytestmark = pytest.mark.django_db


def retire(key: SealingKey, *, days: int) -> None:
    """Set the day on which a key was replaced to some days ago."""
    key.retired_at = timezone.now() - timedelta(days=days)
    key.save()


def test_the_first_key_is_made_when_needed_and_reused() -> None:
    assert queries.key_in_use() is None
    first = current_key()
    assert current_key() == first
    assert queries.private_key(first.kid).key_size == 3072
    entry = AuditEntry.objects.get(model="connectors.sealingkey")
    assert (entry.verb, entry.field_names, entry.team_id) == ("create", ["public_spki"], None)


def test_only_one_key_can_be_in_use() -> None:
    SealingKeyFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        SealingKeyFactory(pair=1)


def test_changing_the_key_is_audited_and_the_old_one_still_works(builder, team) -> None:
    old = SealingKeyFactory()
    phone = Phone(builder, team)
    item = phone.write(people="Rose")
    new = rotate_key()
    old.refresh_from_db()
    assert old.retired_at is not None
    assert new.retired_at is None
    assert queries.key_in_use() == new
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["retire", "create"]
    assert phone.send(item).status_code == 201


@pytest.mark.parametrize(("days", "status"), [(89, 201), (91, 422)])
def test_an_old_key_works_for_90_days(builder, team, days, status) -> None:
    old = SealingKeyFactory()
    phone = Phone(builder, team)
    item = phone.write(people="Rose")
    retire(old, days=days)
    current_key()
    gone = destroy_old_keys()
    response = phone.send(item)
    assert response.status_code == status
    assert [key.pk for key in gone] == ([old.pk] if status == 422 else [])
    if status == 422:
        assert response.json()["reason"] == "key"
        assert "uuid" not in response.json()
        assert "sha256" not in response.json()
        old.refresh_from_db()
        assert old.private_locked == ""
        assert destroy_old_keys() == []
    assert Conversation.objects.count() == (status == 201)


def test_waiting_items_outlive_their_key(builder, team) -> None:
    item = park(builder, team, summary="A day to come")
    retire(SealingKey.objects.get(), days=91)
    digest = item.sha256
    destroy_old_keys()
    item.refresh_from_db()
    assert item.kid == queries.key_in_use().kid
    assert (item.sha256, item.state) == (digest, ItemState.PARKED)
    assert queries.form_data(queries.open_item(item))["summary"] == "A day to come"


def test_a_key_with_a_lost_secret_opens_nothing_and_blocks_nothing(builder, team, settings) -> None:
    item = park(builder, team)
    settings.SECRET_KEY = "another secret that is long enough for anybody to believe in"
    assert queries.private_key(item.kid) is None
    retire(SealingKey.objects.get(), days=91)
    destroy_old_keys()
    item.refresh_from_db()
    assert bytes(item.sealed).startswith(b"KITH1")


def lose_the_secret(settings) -> None:
    """Change the secret key of the site without keeping the old one."""
    settings.SECRET_KEY = "another secret that is long enough for anybody to believe in"


def test_no_phone_gets_a_key_that_cannot_be_opened(client_for, builder, team, settings, caplog) -> None:
    key = SealingKeyFactory()
    before = settings.SECRET_KEY
    lose_the_secret(settings)
    browser = client_for(builder)
    refused = browser.get("/capture/pass/", {"saved": "4"})
    assert (refused.status_code, refused.json()["reason"]) == (503, "shut")
    assert "Anything already saved stays" in refused.json()["words"]
    assert "token" not in refused.json()
    assert "KITH_SECRET_KEY_FALLBACKS" in caplog.text
    settings.SECRET_KEY_FALLBACKS = [before]
    given = browser.get("/capture/pass/", {"saved": "4"})
    assert (given.status_code, given.json()["key"]["kid"], given.json()["saved"]) == (200, key.kid, 4)


def test_a_new_key_works_when_the_secret_is_lost(client_for, builder, settings) -> None:
    old = SealingKeyFactory()
    lose_the_secret(settings)
    call_command("rotate_sealing_key", stdout=StringIO())
    said = client_for(builder).get("/capture/pass/").json()
    assert said["key"]["kid"] == queries.key_in_use().kid != old.kid


def test_items_are_never_resealed_with_an_unusable_key(builder, team, settings) -> None:
    item = park(builder, team, summary="A day to come")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    old = SealingKey.objects.get()
    retire(old, days=91)
    shut = sealing.lock_private(key_pair(1).private, secret="a secret that nobody has")
    SealingKeyFactory(pair=1, private_locked=shut)
    with pytest.raises(CommandError, match="locked with a secret that is not set"):
        call_command("rotate_sealing_key", "--only-destroy", stdout=StringIO())
    erase_in_waiting_items(people=[], by=builder, team=team, mentions=mentions_of(names=["nobody"]), name="Somebody")
    rose = PersonFactory(team=team, known_as="day to come")
    erase_in_waiting_items(
        people=[rose], by=builder, team=team, mentions=mentions_of(names=["day to come"]), name="Somebody"
    )
    item.refresh_from_db()
    assert queries.form_data(queries.open_item(item))["summary"] == "A Somebody"


def test_the_check_and_today_report_that_phones_get_no_key(client_for, administrator, builder, settings) -> None:
    def told() -> list[str]:
        return [
            found.id for found in run_checks(tags=[Tags.database], databases=["default"]) if found.id == "kith.W003"
        ]

    def notice(user) -> bool:
        return "Phones cannot save without signal" in browsers[user].get("/").content.decode()

    SealingKeyFactory()
    browsers = {builder: client_for(builder), administrator: client_for(administrator)}
    assert (told(), notice(administrator)) == ([], False)
    before = settings.SECRET_KEY
    lose_the_secret(settings)
    browsers = {builder: client_for(builder), administrator: client_for(administrator)}
    assert (told(), notice(administrator), notice(builder)) == (["kith.W003"], True, False)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert (told(), notice(administrator)) == ([], False)


def test_a_previous_secret_still_works(builder, team, settings) -> None:
    key = SealingKeyFactory()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret that is long enough for anybody to believe in"
    assert queries.private_key(key.kid).key_size == 3072


def test_the_command_changes_the_key_and_destroys_old_ones() -> None:
    retire(SealingKeyFactory(), days=91)
    in_use = SealingKeyFactory(pair=1)
    out = StringIO()
    call_command("rotate_sealing_key", stdout=out)
    in_use.refresh_from_db()
    assert in_use.retired_at is not None
    assert queries.key_in_use().kid in out.getvalue()
    assert SealingKey.objects.exclude(private_locked="").count() == 2
    assert "Destroyed key" in out.getvalue()


def test_the_command_can_destroy_keys_without_changing_the_current_one() -> None:
    key = SealingKeyFactory()
    call_command("rotate_sealing_key", "--only-destroy", stdout=StringIO())
    assert queries.key_in_use() == key


def test_the_command_lists_which_keys_can_be_used(settings) -> None:
    key, out = SealingKeyFactory(), StringIO()
    call_command("rotate_sealing_key", "--check", stdout=out)
    assert out.getvalue() == f"{key.kid}: opens\n"
    settings.SECRET_KEY = "another secret that is long enough for anybody to believe in"
    with pytest.raises(SystemExit):
        call_command("rotate_sealing_key", "--check", stdout=out)
    assert "LOCKED" in out.getvalue()

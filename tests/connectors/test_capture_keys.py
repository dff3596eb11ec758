"""Keys: made once, changed, honoured for 90 days, and destroyed without losing what is held."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from communities.models import AuditEntry
from connectors.actions.sealing_keys import current_key, destroy_old_keys, rotate_key
from connectors.models import Conversation, ItemState, SealingKey
from connectors.queries import capture as queries
from tests.factories.connectors_capture import Phone, SealingKeyFactory, park

pytestmark = pytest.mark.django_db


def retire(key: SealingKey, *, days: int) -> None:
    """Say that a key was replaced some days ago."""
    key.retired_at = timezone.now() - timedelta(days=days)
    key.save()


def test_the_first_key_is_made_on_first_need_and_then_kept() -> None:
    assert queries.key_in_use() is None
    first = current_key()
    assert current_key() == first
    assert queries.private_key(first.kid).key_size == 3072
    entry = AuditEntry.objects.get(model="connectors.sealingkey")
    assert (entry.verb, entry.field_names, entry.team_id) == ("made", ["public_spki"], None)


def test_only_one_key_can_be_in_use() -> None:
    SealingKeyFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        SealingKeyFactory(pair=1)


def test_a_changed_key_is_audited_and_the_old_one_still_opens(builder, team) -> None:
    old = SealingKeyFactory()
    phone = Phone(builder, team)
    item = phone.write(people="Rose")
    new = rotate_key()
    old.refresh_from_db()
    assert old.retired_at is not None
    assert new.retired_at is None
    assert queries.key_in_use() == new
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["retired", "made"]
    assert phone.send(item).status_code == 201


@pytest.mark.parametrize(("days", "status"), [(89, 201), (91, 422)])
def test_an_old_key_opens_for_90_days(builder, team, days, status) -> None:
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


def test_what_is_held_outlives_its_key(builder, team) -> None:
    item = park(builder, team, summary="A day to come")
    retire(SealingKey.objects.get(), days=91)
    digest = item.sha256
    destroy_old_keys()
    item.refresh_from_db()
    assert item.kid == queries.key_in_use().kid
    assert (item.sha256, item.state) == (digest, ItemState.PARKED)
    assert queries.form_data(queries.open_item(item))["summary"] == "A day to come"


def test_a_key_locked_with_a_secret_that_is_gone_opens_nothing_and_stops_nothing(builder, team, settings) -> None:
    item = park(builder, team)
    settings.SECRET_KEY = "another secret that is long enough for anybody to believe in"
    assert queries.private_key(item.kid) is None
    retire(SealingKey.objects.get(), days=91)
    destroy_old_keys()
    item.refresh_from_db()
    assert bytes(item.sealed).startswith(b"KITH1")


def test_a_secret_used_before_still_opens(builder, team, settings) -> None:
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


def test_the_command_can_only_destroy() -> None:
    key = SealingKeyFactory()
    call_command("rotate_sealing_key", "--only-destroy", stdout=StringIO())
    assert queries.key_in_use() == key


def test_the_command_says_which_keys_open(settings) -> None:
    key, out = SealingKeyFactory(), StringIO()
    call_command("rotate_sealing_key", "--check", stdout=out)
    assert out.getvalue() == f"{key.kid}: opens\n"
    settings.SECRET_KEY = "another secret that is long enough for anybody to believe in"
    with pytest.raises(SystemExit):
        call_command("rotate_sealing_key", "--check", stdout=out)
    assert "LOCKED" in out.getvalue()

"""Health checks: what a load balancer gets, and that a check costs little and reveals nothing."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from communities.models import AuditEntry

STRANGE = {"HTTP_HOST": "10.0.0.7:8000", "REMOTE_ADDR": "10.0.0.9"}


def test_alive_needs_no_database_session_or_known_host(settings) -> None:
    """This test has no database fixture, so a query would fail."""
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/health", **STRANGE)
    assert (answer.status_code, answer.json(), answer.cookies) == (200, {"status": "ok"}, {})
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_ready_lists_each_part(settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/ready", **STRANGE)
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "migrations": "ok",
        "database objects": "ok",
        "media": "ok",
    }
    assert (Session.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("address", ["/health", "/ready"])
def test_only_get_and_head_are_allowed(address: str) -> None:
    assert Client().post(address).status_code == 405


def not_ready(part: str) -> str:
    """Return the message of the one failing part, after checking the others."""
    answer = Client().get("/ready", **STRANGE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    said = answer.json()
    assert said.pop("status") == "not ready"
    assert {name for name, words in said.items() if words != "ok"} == {part}
    return said[part]


@pytest.mark.django_db
def test_a_migration_that_is_not_applied_is_named() -> None:
    MigrationRecorder.Migration.objects.filter(app="sparks").delete()
    assert not_ready("migrations") == "not all applied"


@pytest.mark.django_db
def test_a_trigger_that_is_missing_is_named() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER communities_auditentry_no_change ON communities_auditentry")
        else:
            cursor.execute("DROP TRIGGER communities_auditentry_no_update")
    assert not_ready("database objects") == "some are missing"


@pytest.mark.django_db
def test_a_read_only_photo_folder_is_named(tmp_path, settings) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    assert not_ready("media") == "cannot be written"


def test_an_unavailable_database_is_named_without_its_secrets(monkeypatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection to postgres://kith:secret@db failed")

    monkeypatch.setattr(connections["default"], "cursor", refuse)
    assert not_ready("database") == "does not answer"


@pytest.mark.django_db
def test_the_release_is_shown_on_this_machine_only() -> None:
    asked = {"REMOTE_ADDR": "127.0.0.1"}
    assert Client().get("/health", **asked).json()["release"] == settings.BASE_DIR.name
    assert "release" not in Client().get("/health", **asked, HTTP_X_FORWARDED_FOR="203.0.113.4").json()

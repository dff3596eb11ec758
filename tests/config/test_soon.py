"""Mail is sent after the response: no page waits for a mail server, and none takes longer for people with an account."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.tasks import TaskResultStatus, task
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities.models import AuditEntry, Invitation, Role, User
from config.settings import TASKS
from config.soon import SoonBackend
from tests.factories.communities import TeamFactory, UserFactory

ANSWERED = threading.Event()
THREADS: list[int] = []


class SlowServer(EmailBackend):
    """A mail server that blocks until the page has been answered."""

    def send_messages(self, messages: list[mail.EmailMessage]) -> int:
        """Wait for the response, and remember which thread sent the mail."""
        assert ANSWERED.wait(timeout=30), "the page waited for the mail server"
        THREADS.append(threading.get_ident())
        return super().send_messages(messages)


class BrokenServer(EmailBackend):
    """A mail server that closes the connection."""

    def send_messages(self, messages: list[mail.EmailMessage]) -> int:
        """Refuse the mail."""
        raise SMTPServerDisconnected("Connection unexpectedly closed")


@pytest.fixture
def soon(settings, monkeypatch, transactional_db) -> Iterator[ThreadPoolExecutor]:
    """Use Kith's real pool for deferred work, without the pause; the end of the pool is the end of all work."""
    settings.TASKS = {**settings.TASKS, "soon": {**TASKS["soon"], "OPTIONS": {"pause": 0}}}
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.SlowServer"}}
    ANSWERED.clear()
    THREADS.clear()
    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(SoonBackend, "pool", pool)
        yield pool
        ANSWERED.set()


def finish(pool: ThreadPoolExecutor) -> None:
    """Signal that the response was sent, and wait until all deferred work is done."""
    ANSWERED.set()
    pool.shutdown(wait=True)


def test_a_reset_link_is_sent_after_the_response_and_takes_the_same_queries_for_nobody(soon, client) -> None:
    UserFactory(email="bea@example.org")
    UserFactory(email="closed@example.org", is_active=False)
    queries = {}
    for email in ("bea@example.org", "nobody@example.org", "closed@example.org"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.post("/password/reset/", {"email": email}).status_code == 302
        queries[email] = [query["sql"].split(" ", 1)[0] for query in asked]
    assert mail.outbox == []
    assert queries["bea@example.org"] == queries["nobody@example.org"] == queries["closed@example.org"]
    assert queries["bea@example.org"].count("INSERT") == 1
    finish(soon)
    assert [message.to for message in mail.outbox] == [["bea@example.org"]]
    assert threading.get_ident() not in THREADS


def test_a_wrong_password_takes_the_same_queries_for_an_unknown_address(soon, client) -> None:
    UserFactory(email="bea@example.org")
    queries = []
    for email in ("bea@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as asked:
            assert client.post("/sign-in/", {"username": email, "password": "wrong"}).status_code == 200
        queries.append([query["sql"].split(" ", 1)[0] for query in asked])
    assert queries[0] == queries[1]
    finish(soon)
    assert AuditEntry.objects.get().verb == "sign_in_failed"


def test_an_invitation_is_sent_after_the_response_and_shows_when(soon, client_for) -> None:
    team = TeamFactory()
    manager = UserFactory(roles={team: [Role.MANAGER]})
    browser = client_for(manager)
    data = {"name": "Nell", "email": "nell@example.org", "roles": ["builder"]}
    page = browser.post("/team/invite/", data, follow=True).content.decode()
    assert "on its way to nell@example.org" in page
    assert "The email is on its way." in page
    assert mail.outbox == []
    # No lock is held meanwhile.
    assert browser.post("/team/invite/", {**data, "email": "tom@example.org"}).status_code == 302
    finish(soon)
    assert [message.to for message in mail.outbox] == [["nell@example.org"], ["tom@example.org"]]
    assert "http://testserver/join/" in mail.outbox[0].body
    assert Invitation.objects.filter(sent_at__isnull=False, send_failed_at=None).count() == 2
    assert "Email sent on " in browser.get("/team/").content.decode()


def test_an_invitation_that_the_mail_server_refused_says_so(client_for, manager, settings, caplog) -> None:
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.BrokenServer"}}
    browser = client_for(manager)
    browser.post("/team/invite/", {"name": "Nell", "email": "nell@example.org", "roles": ["builder"]})
    invitation = Invitation.objects.get()
    assert (invitation.sent_at, invitation.is_open) == (None, True)
    assert "could not be sent" in browser.get("/team/").content.decode()
    assert f"Invitation {invitation.pk} could not be sent." in caplog.text
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    browser.post(reverse("communities:invitation-send-again", args=[invitation.pk]))
    assert [message.to for message in mail.outbox] == [["nell@example.org"]]
    assert "could not be sent" not in browser.get("/team/").content.decode()


def test_a_link_that_the_mail_server_refused_is_logged_without_the_address(client, builder, settings, caplog) -> None:
    settings.MAILERS = {"default": {"BACKEND": f"{__name__}.BrokenServer"}}
    assert client.post("/password/reset/", {"email": builder.email}).status_code == 302
    assert f"could not be sent to user {builder.pk}." in caplog.text
    assert builder.email not in caplog.text


@task(backend="soon")
def add_somebody(name: str) -> None:
    """Add a user; an empty name is an error."""
    if not name:
        raise ValueError("no name")
    UserFactory(name=name)


def test_tasks_of_a_transaction_run_only_after_its_commit(soon) -> None:
    with transaction.atomic():
        result = add_somebody.enqueue("Nell")
        assert soon._work_queue.empty()
        assert result.status == TaskResultStatus.READY
    with transaction.atomic():
        add_somebody.enqueue("Tom")
        transaction.set_rollback(True)
    finish(soon)
    assert list(User.objects.values_list("name", flat=True)) == ["Nell"]


def test_a_failed_task_is_logged_and_the_next_ones_run(soon, caplog) -> None:
    add_somebody.enqueue("")
    add_somebody.enqueue("Nell")
    finish(soon)
    assert "ValueError: no name" in caplog.text
    assert User.objects.get().name == "Nell"

"""The database unavailable, locked or full: a page in plain English that returns what was typed, never a traceback."""

import sqlite3
from collections.abc import Iterator

import pytest
from django.db import InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from communities.outage import is_outage
from connectors.models import Conversation
from tests.connectors.test_conversation_pages import page
from tests.factories.connectors_capture import Phone, SealingKeyFactory
from tests.form_reader import forms_of

SAID = "Kith is not available at the moment"


class Outage:
    """A database that can be made unavailable."""

    def __init__(self, monkeypatch) -> None:
        self.monkeypatch = monkeypatch
        self.is_away = False
        ask = BaseDatabaseWrapper.cursor

        def cursor(connection: BaseDatabaseWrapper, *args: object) -> object:
            if self.is_away:
                raise OperationalError("connection to server at db.example.org failed: secret")
            return ask(connection, *args)

        monkeypatch.setattr(type(connections["default"]), "cursor", cursor)


@pytest.fixture
def outage(monkeypatch) -> Iterator[Outage]:
    """Return the switch, and make the database available again afterwards."""
    outage = Outage(monkeypatch)
    yield outage
    outage.is_away = False


@pytest.fixture
def visitor(builder) -> Client:
    """Return a builder's client that gets an error page instead of an exception."""
    visitor = Client(raise_request_exception=False)
    visitor.force_login(builder)
    return visitor


@pytest.mark.parametrize("path", ["/", "/people/", "/record/", "/admin/", "/nowhere/"])
def test_every_page_says_when_to_try_again(path: str, visitor, outage) -> None:
    outage.is_away = True
    answer = visitor.get(path)
    words = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "no-store" in answer.headers["Cache-Control"]
    assert SAID in words
    assert "load this page again" in words
    assert "secret" not in words
    assert "Traceback" not in words


def test_what_was_typed_is_shown_and_can_be_sent_again(visitor, outage) -> None:
    sent = page(people="Rose & Tom", summary='She said "bread".')
    outage.is_away = True
    answer = visitor.post("/record/?from=today", sent)
    assert answer.status_code == 503
    assert "It is still on this page" in answer.content.decode()
    (form,) = forms_of(answer)
    assert form.action == "/record/?from=today"
    outage.is_away = False
    assert visitor.post("/record/", form.data).status_code == 302
    assert Conversation.objects.get().summary == 'She said "bread".'


@pytest.mark.parametrize("path", ["/record/", "/nowhere/"])
def test_a_form_from_another_site_gets_no_button(path: str, builder, outage) -> None:
    """A form that another site posts while the database is unavailable must not become one of Kith's own."""
    visitor = Client(enforce_csrf_checks=True, raise_request_exception=False)
    visitor.force_login(builder)
    outage.is_away = True
    answer = visitor.post(path, {"summary": "Words of another site"}, headers={"origin": "https://elsewhere.example"})
    assert "Words of another site" not in answer.content.decode()
    assert "csrfmiddlewaretoken" not in answer.content.decode()


def test_the_page_contains_no_password(db, outage) -> None:
    outage.is_away = True
    answer = Client(raise_request_exception=False).post(
        "/sign-in/", {"username": "bea@example.org", "password": "walk by the brook"}
    )
    assert answer.status_code == 503
    assert "brook" not in answer.content.decode()
    assert "Choose a file again and type a password again" in answer.content.decode()


def test_a_program_gets_a_plain_text_message(visitor, outage) -> None:
    outage.is_away = True
    answer = visitor.get("/people/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert answer.content.decode() == f"{SAID}. Try again in half a minute."


def test_a_phone_keeps_its_queue_and_its_offline_page(visitor, builder, team, outage) -> None:
    SealingKeyFactory()
    phone = Phone(builder, team)
    item = phone.write(people="Rose")
    outage.is_away = True
    answers = [phone.send(item), visitor.get("/capture/pass/")]
    assert [(answer.status_code, answer.json()["reason"]) for answer in answers] == [(503, "busy")] * 2
    assert visitor.get("/service-worker.js").status_code == 200
    assert visitor.get("/manifest.webmanifest").status_code == 200
    outage.is_away = False
    assert phone.send(item).status_code == 201


def test_pages_work_again_as_soon_as_the_database_does(visitor, outage) -> None:
    outage.is_away = True
    assert visitor.get("/").status_code == 503
    outage.is_away = False
    assert visitor.get("/").status_code == 200


def test_other_database_errors_are_not_an_outage(visitor, monkeypatch) -> None:
    monkeypatch.setattr("config.views.gather", lambda request: 1 / 0)
    assert visitor.get("/").status_code == 500


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_BUSY, True),
        (sqlite3.SQLITE_CANTOPEN, True),
        (sqlite3.SQLITE_FULL, True),
        (sqlite3.SQLITE_ERROR, False),
    ],
)
def test_a_missing_table_is_not_an_outage(code: int, expected: bool) -> None:
    below = sqlite3.OperationalError("it failed")
    below.sqlite_errorcode = code
    error = OperationalError("it failed")
    error.__cause__ = below
    assert is_outage(error) is expected
    above = ValueError("it failed")
    above.__cause__ = error
    assert is_outage(above) is expected
    assert is_outage(InterfaceError("connection already closed"))
    assert not is_outage(None)

"""No log contains what residents said: neither Kith's own log nor the database server's."""

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.http import HttpRequest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.urls.converters import SlugConverter, StringConverter

from communities.links import invitation_token
from communities.models import Partner, Role, Team
from config.logs import SECRET_DOORS, AsJson, WithoutValues, format_error
from connectors.models import Conversation
from tests.conftest import ROOT
from tests.connectors.test_conversation_pages import page
from tests.factories.communities import InvitationFactory, TeamFactory, UserFactory

CANARY = "CANARYOFTHEBROOK"


@pytest.fixture
def kiths_log() -> Iterator[io.StringIO]:
    """Yield what Kith writes to its log, with the handler from the settings."""
    (handler,) = [each for each in logging.getLogger().handlers if each.name == "console"]
    before = handler.setStream(io.StringIO())
    yield handler.stream
    handler.setStream(before)


def server_log() -> Path:
    """Return the log file of the tests' own PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW unix_socket_directories")
        log = Path(cursor.fetchone()[0]) / "log"
    if not log.is_file():
        pytest.skip("the log of a PostgreSQL of one's own cannot be read; tests.postgres starts one whose log can")
    return log


def break_a_rule(team: Team) -> None:
    """Violate a database constraint with a row that contains the canary, on two lines."""
    with transaction.atomic():
        Partner.objects.create(team=team, name=f"{CANARY} said\nDETAIL: {CANARY}", kind="nobody knows")


@pytest.mark.postgresql
def test_saving_eight_times_at_once_logs_no_personal_data(race, kiths_log) -> None:
    log, team = server_log(), TeamFactory()
    before = log.stat().st_size
    builder = UserFactory(roles={team: [Role.BUILDER]})
    sent = page(people=CANARY, summary=f"{CANARY} would lend a drill.")
    clients = [Client(raise_request_exception=False) for _ in range(8)]
    for each in clients:
        each.force_login(builder)
    answers = race(*[lambda each=each: each.post(reverse("connectors:conversation-create"), sent) for each in clients])
    assert [answer.status_code for answer in answers] == [302] * 8
    assert Conversation.objects.count() == 1
    with log.open() as said:
        said.seek(before)
        words = said.read()
    assert "duplicate key value" in words, "the race did not happen, so that the test says nothing"
    assert (words.count(CANARY), kiths_log.getvalue().count(CANARY)) == (0, 0)


def test_an_error_from_the_database_is_logged_without_the_row(team, kiths_log) -> None:
    logger = logging.getLogger("communities.actions")
    try:
        try:
            break_a_rule(team)
        except IntegrityError as error:
            logger.error("It failed: %s", error)  # noqa: TRY400 - the message alone
            raise ValueError(f"Not kept: {error}") from error
    except ValueError:
        logger.exception("It failed.")
    words = kiths_log.getvalue()
    assert words.count("communities_partner_kind_known") >= 3
    assert "in break_a_rule" in words
    assert "The error above led to this one" in words
    assert CANARY not in words
    assert "Failing row" not in words


def test_an_error_while_another_is_handled_is_logged_without_the_row(team, kiths_log) -> None:
    try:
        try:
            break_a_rule(team)
        except IntegrityError:
            raise KeyError("something else")  # noqa: B904 - the context is what is tested
    except KeyError:
        logging.getLogger("assets").exception("It failed.")
    assert "KeyError: 'something else'" in kiths_log.getvalue()
    assert CANARY not in kiths_log.getvalue()


@pytest.mark.postgresql
def test_a_value_that_the_database_refuses_is_not_logged(team, kiths_log) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::integer", [CANARY])
    except DataError as error:
        logging.getLogger("assets").exception("It failed with %s.", error)
        logging.getLogger("assets").error(error)  # noqa: TRY400 - the message alone
    assert CANARY not in kiths_log.getvalue()
    assert kiths_log.getvalue().count("InvalidTextRepresentation (22P02)") >= 3


def test_a_page_that_fails_is_logged_without_the_row(client_for, builder, team, kiths_log, monkeypatch) -> None:
    monkeypatch.setattr("config.views.gather", lambda request: break_a_rule(team))
    browser = client_for(builder)
    browser.raise_request_exception = False
    assert browser.get("/").status_code == 500
    assert "Internal Server Error: /" in kiths_log.getvalue()
    assert "communities_partner_kind_known" in kiths_log.getvalue()
    assert CANARY not in kiths_log.getvalue()


def test_a_refused_action_is_logged_without_its_values(client_for, builder, kiths_log, monkeypatch) -> None:
    """The messages name residents and repeat what was typed."""

    def refuse(request: HttpRequest) -> None:
        raise ValidationError(
            [ValidationError(f"{CANARY} does not want to be contacted.", code="quiet"), ValidationError(CANARY)]
        )

    monkeypatch.setattr("communities.views.teams.get_object_or_404", lambda *args, **kwargs: refuse(None))
    browser = client_for(builder)
    answer = browser.post(reverse("communities:team-switch"), {"team": builder.memberships.get().team_id})
    assert answer.status_code == 409
    assert CANARY in answer.content.decode()
    assert "in refuse" in kiths_log.getvalue()
    assert "ValidationError: quiet" in kiths_log.getvalue()
    assert CANARY not in kiths_log.getvalue()


@pytest.mark.parametrize("as_json", [False, True])
def test_links_with_secrets_are_not_logged(client_for, builder, manager, team, kiths_log, as_json) -> None:
    """Nobody who reads the log must be able to join a team, choose a password or open a resident's sheet."""
    (handler,) = [each for each in logging.getLogger().handlers if each.name == "console"]
    before, handler.formatter = handler.formatter, AsJson() if as_json else handler.formatter
    token = invitation_token(InvitationFactory(team=team, invited_by=manager))
    try:
        assert client_for(builder).get(reverse("communities:invitation-accept", args=[token])).status_code == 403
        assert client_for(builder).get(reverse("connectors:sheet-open", args=["opensesame"])).status_code == 404
        assert client_for(builder).post(f"/join/{token}/nowhere/").status_code == 404
    finally:
        handler.formatter = before
    words = kiths_log.getvalue()
    assert "Forbidden: /join/…/" in words
    assert (token in words, "opensesame" in words) == (False, False)


#: Parameters in URLs that are words and give nobody access. Any other word is taken for a secret.
NO_SECRETS = {"file_format", "period", "name", "key", "page", "code", "step", "screen", "kind", "how"}


def secret_paths(patterns: list, start: str = "/") -> Iterator[str]:
    """Yield an example path of every URL with a secret in it, outside Django's admin."""
    for each in patterns:
        if getattr(each, "app_name", None) == "admin":
            continue
        converters = each.pattern.converters
        words = {name for name, kind in converters.items() if type(kind) in (StringConverter, SlugConverter)}
        path = start + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: found[1], str(each.pattern))
        if isinstance(each, URLResolver):
            yield from secret_paths(each.url_patterns, path)
        elif secrets := words - NO_SECRETS:
            yield path.replace(min(secrets), "opensesame")


def test_no_link_with_a_secret_reaches_the_log_or_the_log_of_the_proxy() -> None:
    paths = set(secret_paths(get_resolver().url_patterns))
    assert {f"/{path.split('/')[1]}/" for path in paths} == {f"/{door.split('/')[1]}/" for door in SECRET_DOORS}
    for path in paths:
        record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Not Found: %s", (path,), None)
        assert "opensesame" not in WithoutValues().format(record), path
    assert f"~^(?<door>{'|'.join(SECRET_DOORS)}). $door…;" in (ROOT / "docs/deployment.md").read_text()


def test_a_json_log_is_one_line_without_row_values(team) -> None:
    record = None
    try:
        break_a_rule(team)
    except IntegrityError as error:
        words, found = "It failed\nwith %s.", (type(error), error, error.__traceback__)
        record = logging.LogRecord("assets", logging.ERROR, "here.py", 1, words, (error,), found)
    record.status_code = 500
    line = AsJson().format(record)
    said = json.loads(line)
    assert "\n" not in line
    assert (said["level"], said["logger"], said["status"]) == ("ERROR", "assets", 500)
    assert "communities_partner_kind_known" in said["words"]
    assert "in break_a_rule" in said["words"]
    assert CANARY not in line


def test_an_error_that_is_its_own_cause_is_logged() -> None:
    one, two = ValueError("one"), ValueError("two")
    one.__cause__, two.__cause__ = two, one
    assert format_error(one).endswith("ValueError: one")


def test_a_command_that_fails_prints_no_values() -> None:
    half = len(CANARY) // 2
    words = (
        "import sys; sys.argv = ['manage.py', 'check'];"
        "import django.core.management as management, django.db;"
        "report = type('Report', (), {'sqlstate': '23514', 'message_primary': 'check failed'});"
        f"error = django.db.IntegrityError('check failed\\nDETAIL: {CANARY[:half]}' + '{CANARY[half:]}'); error.diag = report;"
        "management.execute_from_command_line = lambda argv: (_ for _ in ()).throw(error);"
        "import runpy; runpy.run_path('manage.py', run_name='__main__')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", words], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert "django.db.utils.IntegrityError: check failed (23514)" in answer.stderr
    assert CANARY not in answer.stderr


def database_warnings() -> dict[str, str]:
    """Return the warnings of `check --database default`, as hints by id."""
    return {found.id: found.hint for found in run_checks(tags=[Tags.database], databases=["default"])}


@pytest.mark.postgresql
def test_the_check_says_how_to_stop_postgresql_logging_values(db, monkeypatch) -> None:
    hint = database_warnings()["kith.W002"]
    assert "SET log_error_verbosity = 'terse'" in hint
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL log_error_verbosity = 'terse'")
    assert database_warnings() == {}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL log_parameter_max_length_on_error = 100")
    assert "SET log_parameter_max_length_on_error = '0'" in database_warnings()["kith.W002"]
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "server_side_binding", False)
    assert "server_side_binding=false" in database_warnings()["kith.W001"]


@pytest.mark.sqlite
def test_the_check_reports_nothing_for_sqlite(db) -> None:
    assert database_warnings() == {}


def test_django_has_no_other_log_handlers() -> None:
    assert logging.getLogger("django").handlers == []

"""The tests' own tools: the strict client, the races, the emptying of tables and the temporary PostgreSQL."""

import logging
import re
import signal
import tempfile
import threading
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_started
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from communities.models import AuditEntry, Role, Team
from evaluation.models import Outcome
from tests import postgres
from tests.conftest import ROOT, asks_for_a_database, only_reads, runs_again
from tests.factories.communities import AuditEntryFactory, NeighbourhoodFactory, TeamFactory, UserFactory
from tests.hostile import faults_of, judge
from tests.settings import READ_BY_TESTS
from tests.standing import as_built, standing


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<script>go()</script>", "an inline <script>"),
        ("<style>a{}</style>", "an inline <style>"),
        ('<p style="color:red">', "style= on <p>"),
        ('<b id=x onclick="go()">', "onclick= on <b id='x'>"),
        ('<a href="JavaScript:go()">', "javascript: in href of <a>"),
        ('<form method="post" action="/a/"></form>', "a form to '/a/' without a CSRF token"),
        ("<i id=a></i><i id=a></i>", "the id 'a' twice"),
        ("<p>{{ name }}</p>", "template syntax in the text: '{{ name }}'"),
        ('<a title="{% url %}">', "template syntax in title= of <a>: '{% url %}'"),
        (
            '<img src="//tiles.example.org/1.png">',
            "an unencrypted or foreign address '//tiles.example.org/1.png' in <img>",
        ),
        ("<p>Comfort\n , Farah</p>", "a space before punctuation, or in brackets, in 'Comfort , Farah'"),
        ("<p><a>Comfort </a>, Farah</p>", "a space before punctuation, or in brackets, in 'Comfort , Farah'"),
        ("<p><a>Comfort</a>\n.</p>", "a space before punctuation, or in brackets, in 'Comfort .'"),
        ("<p>here (<b>now </b>)</p>", "a space before punctuation, or in brackets, in 'here (now )'"),
        ("<p>here (\n now)</p>", "a space before punctuation, or in brackets, in 'here ( now)'"),
    ],
)
def test_the_strict_client_finds_faults(html: str, fault: str) -> None:
    assert faults_of(html) == [fault]


def test_the_strict_client_accepts_a_valid_page() -> None:
    page = """<script src="/a.js"></script><script type="application/json">{"a": {"b": "{{"}}</script>
    <form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x"></form><form action="/find/"></form>
    <a href="https://example.org">there</a>
    <p>typed , so</p><textarea>typed
    , so</textarea><p><b>a</b> (<b>b</b>) <b>.5</b></p><table><tr><td>a</td> <td>.</td></tr></table>"""
    assert faults_of(page) == []


@pytest.mark.parametrize("kept", ["", "max-age=60", "private"])
def test_the_strict_client_refuses_a_cacheable_signed_in_page(rf: RequestFactory, kept: str) -> None:
    response = HttpResponse("<p>Bea</p>", headers={"Cache-Control": kept})
    response.wsgi_request = rf.get("/people/")
    response.wsgi_request.user = UserFactory.build()
    with pytest.raises(AssertionError, match="not no-store"):
        judge(response)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_command_that_silences_loggers_silences_no_later_test(
    turn: int, transactional_db: None, caplog, settings
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    logging.getLogger("django.tasks").error("Heard.")
    assert "Heard." in caplog.text
    ending = signal.getsignal(signal.SIGTERM)
    assert getattr(ending, "__qualname__", "") != "Worker.shutdown"
    call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False, verbosity=0)
    logging.getLogger("django.tasks").propagate = False
    assert not logging.getLogger("django.tasks").isEnabledFor(logging.ERROR)


def test_each_test_user_has_one_role(team, other_team, builder, manager, evaluator, administrator, stranger) -> None:
    for person, role in ((builder, Role.BUILDER), (manager, Role.MANAGER), (evaluator, Role.EVALUATOR)):
        assert person.roles_by_team == {team.pk: frozenset({role})}
    assert administrator.is_superuser
    assert administrator.roles_by_team == {}
    assert stranger.roles_by_team == {other_team.pk: frozenset(Role)}


def test_the_test_clock_stands_still(clock) -> None:
    first = timezone.now()
    assert timezone.localtime(first).isoformat() == "2026-05-20T12:00:00+01:00"
    assert timezone.now() == first
    clock.shift(timedelta(days=1))
    assert timezone.now() == first + timedelta(days=1)


@pytest.mark.django_db
def test_an_outlined_neighbourhood_satisfies_the_databases_rules() -> None:
    assert NeighbourhoodFactory(outlined=True).boundary.startswith('{"type": "Polygon"')


def test_race_runs_functions_at_once_on_separate_connections(race) -> None:
    met = threading.Barrier(3, timeout=10)
    used: list[int] = []

    def meet() -> int:
        met.wait()
        used.append(id(connection.connection))
        return TeamFactory._meta.model.objects.count()

    def fall() -> None:
        met.wait()
        raise ValueError("lost")

    first, second, third = race(meet, meet, fall)
    assert (first, second) == (0, 0)
    assert isinstance(third, ValueError)
    assert len({*used, id(connection.connection)}) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", [1, 2])
def test_tables_are_emptied_after_a_test_including_the_audit(round_: int) -> None:
    assert (Team.objects.count(), AuditEntry.objects.count()) == (0, 0)
    assert Outcome.objects.exists(), "what Kith ships with was lost"
    AuditEntryFactory()
    for statement in ("DELETE FROM communities_auditentry", "UPDATE communities_auditentry SET verb = 'x'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db
def test_a_test_marked_once_may_only_read(client, team) -> None:
    request_started.connect(only_reads)
    try:
        assert client.get("/sign-in/").status_code == 200
        with pytest.raises(AssertionError, match="POST /sign-in/ in a test marked once"):
            client.post("/sign-in/", {})
    finally:
        request_started.disconnect(only_reads)


def test_a_test_runs_on_both_databases_unless_it_says_why_not(request: pytest.FixtureRequest) -> None:
    needs = SimpleNamespace(fixturenames=["team", "db"], get_closest_marker=lambda name: None)
    reads = SimpleNamespace(fixturenames=["db"], get_closest_marker=lambda name: name == "once" or None)
    without = SimpleNamespace(fixturenames=["tmp_path"], get_closest_marker=lambda name: None)
    assert [runs_again(item) for item in (needs, reads, without)] == [True, False, False]
    assert not runs_again(request.node)


def test_browser_tests_are_in_the_folder_of_journeys() -> None:
    """`tests.run` finds them by their folder."""
    marked = [
        path for path in ROOT.glob("tests/**/*.py") if "pytest.mark.browser\n" in path.read_text().replace("]", "\n")
    ]
    assert [path for path in marked if path.parent.name != "journeys"] == []


def test_a_missing_postgresql_is_reported(monkeypatch) -> None:
    monkeypatch.setattr(postgres, "from_wheel", lambda: None)
    monkeypatch.setattr(postgres, "from_machine", lambda: None)
    with pytest.raises(postgres.NoPostgresError, match="install PostgreSQL 15 or newer"):
        postgres.programs()


def test_a_postgresql_that_fails_to_start_leaves_no_files(monkeypatch, tmp_path) -> None:
    programs = tmp_path / "wheel" / "postgres" / "bin"
    programs.mkdir(parents=True)
    for name in ("initdb", "pg_ctl"):
        (programs / name).write_text("#!/bin/sh\necho no room; exit 1\n")
        (programs / name).chmod(0o700)
    monkeypatch.setattr(postgres, "from_wheel", lambda: programs)
    make, made = tempfile.mkdtemp, []
    monkeypatch.setattr(postgres.tempfile, "mkdtemp", lambda **options: made.append(make(**options)) or made[-1])
    with pytest.raises(postgres.NoPostgresError, match="initdb failed and said: no room"), postgres.running():
        pytest.fail("it cannot have started")
    assert len(made) == 1
    assert not Path(made[0]).exists()


@pytest.mark.parametrize(
    ("names", "marker", "expected"),
    [
        ({"tmp_path"}, None, False),
        ({"db", "team"}, None, True),
        ({"live_server"}, None, True),
        ({"tmp_path"}, pytest.mark.django_db, True),
    ],
)
def test_tests_without_a_database_are_recognised(names: set[str], marker: object, expected: bool) -> None:
    item = SimpleNamespace(fixturenames=names, get_closest_marker=lambda name: marker)
    assert asks_for_a_database(item) is expected


def test_each_test_starts_with_the_world_as_it_was_built(tmp_path: Path, db: None) -> None:
    with standing(lambda: SimpleNamespace(team=TeamFactory(name="Brookside")), tmp_path) as stands:
        with as_built(stands) as world:
            world.team.name = "Changed"
            assert tmp_path == settings.MEDIA_ROOT
        with as_built(stands) as world:
            assert world.team.name == "Brookside"
    assert not Team.objects.exists()


def test_the_settings_keep_what_the_tests_read():
    """A variable that a docstring offers and the settings remove changes nothing, and nobody sees it."""
    read = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        for name in re.findall(r"environ\.get\(\"(KITH_\w+)\"", path.read_text())
    }
    assert "KITH_RACE_ROUNDS" in read
    assert read <= READ_BY_TESTS

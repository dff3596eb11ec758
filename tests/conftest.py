"""Fixtures every test may use: the cast, their clients, a stopped clock, races, and tables emptied without loss."""

import importlib
import os
import pkgutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
import time_machine
from django.db import connection, connections
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

import tests.factories
from communities.models import Role, Team, User
from evaluation.actions import install_framework
from tests.factories.communities import TeamFactory, UserFactory
from tests.hostile import HostileClient

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
NOTHING_LEFT_OUT = os.environ.get("KITH_REQUIRE_ALL") == "1" or os.environ.get("CI") == "true"
IMMUTABLE = ("_no_update", "_no_delete")


def pytest_configure() -> None:
    """Load every factory module, so that a factory may name one of another app by its path, and tame the generator.

    A slow machine is no fault of the code, and where nothing may be left out a change must not fail by chance.
    """
    hypothesis_settings.register_profile(
        "kith", deadline=None, derandomize=NOTHING_LEFT_OUT, suppress_health_check=[HealthCheck.too_slow]
    )
    hypothesis_settings.load_profile("kith")
    for module in pkgutil.iter_modules(tests.factories.__path__):
        importlib.import_module(f"tests.factories.{module.name}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the other database: races, which SQLite's one writer would hide, and SQLite's own plans."""
    others = {"postgresql", "sqlite"} - {connection.vendor}
    left = [item for item in items if any(item.get_closest_marker(name) for name in others)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Empty the tables after a transactional test without losing what every Kith database has from its migrations."""
    flush = TransactionTestCase._fixture_teardown

    def flush_and_restore(self: TransactionTestCase) -> None:
        triggers = drop_immutability()
        flush(self)
        with connection.cursor() as cursor:
            for sql in triggers:
                cursor.execute(sql)
        # The outcomes and indicators that ship with Kith came by data migration, so the emptying took them too.
        install_framework()

    TransactionTestCase._fixture_teardown = flush_and_restore
    yield
    TransactionTestCase._fixture_teardown = flush
    with django_db_blocker.unblock():
        end_other_sessions()


def end_other_sessions() -> None:
    """Close what threads of browser tests and races may have left open: PostgreSQL drops no database that is in use."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def drop_immutability() -> list[str]:
    """Drop SQLite's triggers that forbid deleting rows and return what creates them again. PostgreSQL truncates."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = [(name, sql) for name, sql in cursor.fetchall() if name.endswith(IMMUTABLE)]
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    return [sql for _, sql in triggers]


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    """Give each test its own folder for uploaded files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def client() -> HostileClient:
    """Return an anonymous client that fails on unsafe pages."""
    return HostileClient()


@pytest.fixture
def client_for() -> Callable[..., HostileClient]:
    """Return a function that gives a client signed in as the person."""

    def sign_in(user: object) -> HostileClient:
        signed_in = HostileClient()
        signed_in.force_login(user)
        return signed_in

    return sign_in


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock at noon on 20 May 2026, a Wednesday; move it with `clock.move_to(...)` or `clock.shift(...)`."""
    with time_machine.travel("2026-05-20 12:00:00+01:00", tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real files that may lie beside the repository, or skip and say so."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real files are not beside the repository in ../shared/data")
    return SHARED_DATA


@pytest.fixture
def race(transactional_db: None) -> Callable[..., list[object]]:
    """Return `race(*callables)`: each runs in its own thread and connection, all released at once.

    It gives back a list in the order of the callables: what each returned, or the exception that it raised.
    """

    def run(*callables: Callable[[], object]) -> list[object]:
        barrier = threading.Barrier(len(callables), timeout=30)

        def one(act: Callable[[], object]) -> object:
            try:
                connection.ensure_connection()
                barrier.wait()
                return act()
            except Exception as error:  # noqa: BLE001 - the test judges it
                return error
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(callables)) as pool:
            futures: list[Future[object]] = [pool.submit(one, act) for act in callables]
            return [future.result(timeout=60) for future in futures]

    return run


@pytest.fixture
def team(db: None) -> Team:
    """Return the team that the cast works in."""
    return TeamFactory(name="Brookside", slug="brookside")


@pytest.fixture
def other_team(db: None) -> Team:
    """Return another team, whose rows must not exist for the cast."""
    return TeamFactory(name="Hillfoot", slug="hillfoot")


@pytest.fixture
def builder(team: Team) -> User:
    """Return a builder of the team."""
    return UserFactory(name="Bea Builder", email="builder@example.org", roles={team: [Role.BUILDER]})


@pytest.fixture
def manager(team: Team) -> User:
    """Return a manager of the team."""
    return UserFactory(name="Mo Manager", email="manager@example.org", roles={team: [Role.MANAGER]})


@pytest.fixture
def second_manager(team: Team) -> User:
    """Return another manager of the team, for what two people decide."""
    return UserFactory(name="Sal Second", email="second@example.org", roles={team: [Role.MANAGER]})


@pytest.fixture
def evaluator(team: Team) -> User:
    """Return an evaluator of the team."""
    return UserFactory(name="Eve Evaluator", email="evaluator@example.org", roles={team: [Role.EVALUATOR]})


@pytest.fixture
def administrator(db: None) -> User:
    """Return an administrator, who belongs to no team and may do everything."""
    return UserFactory(name="Ada Administrator", email="administrator@example.org", administrator=True)


@pytest.fixture
def stranger(other_team: Team) -> User:
    """Return a person with every role in the other team and none in the team."""
    return UserFactory(name="Sam Stranger", email="stranger@example.org", roles={other_team: list(Role)})

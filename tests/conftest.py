"""Fixtures for every test: users and their clients, a frozen clock, races, and fast emptying of tables."""

import gc
import importlib
import logging
import os
import pkgutil
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.signals import request_started
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

import tests.factories
from communities.models import Role, Team, User
from config.waiting import MENU
from tests.emptying import emptying
from tests.factories.communities import TeamFactory, UserFactory
from tests.hostile import HostileClient
from tests.standing import Standing, standing

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
NOTHING_LEFT_OUT = os.environ.get("KITH_REQUIRE_ALL") == "1" or os.environ.get("CI") == "true"
DATABASE_ONLY = os.environ.get("KITH_DATABASE_ONLY") == "1"
FOLDERS = count(1)
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_configure() -> None:
    """Load every factory module, so that factories can name those of other apps by path, and configure hypothesis.

    A slow machine is not the fault of the code, and where no test may be skipped a change must not fail by chance.
    """
    hypothesis_settings.register_profile(
        "kith", deadline=None, derandomize=NOTHING_LEFT_OUT, suppress_health_check=[HealthCheck.too_slow]
    )
    hypothesis_settings.load_profile("kith")
    # Imported modules stay; collecting them again and again takes a tenth of the tests' time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    for module in pkgutil.iter_modules(tests.factories.__path__):
        importlib.import_module(f"tests.factories.{module.name}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip tests for the other database: races, which SQLite's one writer would hide, and SQLite's own plans.

    If SQLite runs first (`tests.run` says so), tests without a database, and those that only read pages, do not run again.
    """
    others = {"postgresql", "sqlite"} - {connection.vendor}
    left = {
        item
        for item in items
        if any(item.get_closest_marker(name) for name in others) or (DATABASE_ONLY and not runs_again(item))
    }
    if left:
        config.hook.pytest_deselected(items=list(left))
    # The longest begin, so that no worker is left alone with one of them at the end. The random order of the rest stays.
    items[:] = sorted(
        (item for item in items if item not in left), key=lambda item: not item.get_closest_marker("long")
    )


def runs_again(item: pytest.Item) -> bool:
    """Return whether a test may end differently on another database."""
    return asks_for_a_database(item) and not item.get_closest_marker("once")


def asks_for_a_database(item: pytest.Item) -> bool:
    """Return whether a test uses the database, by its marker or through any of its fixtures."""
    return item.get_closest_marker("django_db") is not None or not DATABASE_FIXTURES.isdisjoint(item.fixturenames)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test that is marked `once` and sends more than a GET: what is written has to be tried on both databases."""
    if item.get_closest_marker("once"):
        request_started.connect(only_reads, dispatch_uid="once")
    try:
        return (yield)
    finally:
        request_started.disconnect(dispatch_uid="once")


def only_reads(environ: dict[str, object], **_about: object) -> None:
    """Raise for a request that may write."""
    assert environ["REQUEST_METHOD"] in {"GET", "HEAD"}, (
        f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} in a test marked once, which may only read"
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Empty the tables after a transactional test, but keep the rows that every migrated Kith database has.

    The tables are made from the models, and count as migrated.
    """
    with django_db_blocker.unblock():
        migrations = MigrationExecutor(connection)
        migrations.recorder.ensure_schema()
        for app, name in migrations.loader.disk_migrations:
            migrations.recorder.record_applied(app, name)
    with django_db_blocker.unblock(), emptying():
        with django_db_blocker.block():
            yield
        end_other_sessions()


def end_other_sessions() -> None:
    """Close connections that threads of browser tests and races left open: PostgreSQL does not drop a database in use."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def media(settings) -> Path:
    """Give each test its own folder for uploaded files, which is there once a file is. All are deleted with the process."""
    settings.MEDIA_ROOT = settings.MEDIA_ROOT / str(next(FOLDERS))
    return settings.MEDIA_ROOT


@pytest.fixture(autouse=True)
def nothing_cached() -> None:
    """Empty the cache: what one test kept of its rows is wrong of the next test's, which have the same primary keys.

    Within a test it works as in production, where the menu's counts are kept for half a minute. A test that writes rows behind
    the back of the pages and then reads the menu calls `cache.clear()`.
    """
    cache.clear()


LOGGER_STATE = ("level", "propagate", "disabled")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)


@pytest.fixture(autouse=True)
def process_left_as_it_was() -> Iterator[None]:
    """Restore loggers, signals and variables that the test changed; commands set them for the whole process."""
    loggers = {
        each: ([getattr(each, name) for name in LOGGER_STATE], list(each.handlers))
        for each in logging.root.manager.loggerDict.values()
        if isinstance(each, logging.Logger)
    }
    variables = dict(os.environ)
    disabled_below, handlers = logging.root.manager.disable, {each: signal.getsignal(each) for each in SIGNALS}
    yield
    if os.environ != variables:
        os.environ.clear()
        os.environ.update(variables)
    logging.disable(disabled_below)
    for each in list(logging.root.manager.loggerDict.values()):
        if isinstance(each, logging.Logger):
            (level, each.propagate, each.disabled), each.handlers[:] = loggers.get(
                each, ((logging.NOTSET, True, False), [])
            )
            if each.level != level:
                each.setLevel(level)
    for number, handler in handlers.items():
        if signal.getsignal(number) is not handler:
            signal.signal(number, handler)


def know_content_types() -> None:
    """Load Django's cache of content types, so that the number of queries does not depend on which test ran before.

    A flush clears it. When it is loaded, this costs no query.
    """
    ContentType.objects.get_for_models(*apps.get_models())


@pytest.fixture
def django_assert_num_queries() -> Callable[..., object]:
    """Return pytest-django's check without the one query of the menu, for which tests/config/test_waiting.py is.

    So a literal number is about the page itself.
    """

    @contextmanager
    def check(number: int) -> Iterator[CaptureQueriesContext]:
        with CaptureQueriesContext(connection) as context:
            yield context
        asked = [query["sql"] for query in context if not query["sql"].startswith(MENU)]
        if len(asked) != number:
            listed = "\n".join(f"{place}. {sql[:500]}" for place, sql in enumerate(asked, 1))
            pytest.fail(f"Expected to perform {number} queries but {len(asked)} were done:\n{listed}")

    return check


@pytest.fixture(autouse=True)
def nothing_cached_where_queries_are_counted(monkeypatch) -> None:
    """Empty the cache before queries are counted, so that the first page of a test and the tenth both ask for the menu."""
    begin = CaptureQueriesContext.__enter__

    def enter(counting: CaptureQueriesContext) -> CaptureQueriesContext:
        cache.clear()
        return begin(counting)

    monkeypatch.setattr(CaptureQueriesContext, "__enter__", enter)


@pytest.fixture
def client() -> HostileClient:
    """Return an anonymous client that fails on unsafe pages."""
    return HostileClient()


@pytest.fixture
def client_for() -> Callable[..., HostileClient]:
    """Return a function that returns a client signed in as a user."""

    def sign_in(user: object) -> HostileClient:
        know_content_types()
        signed_in = HostileClient()
        signed_in.force_login(user)
        return signed_in

    return sign_in


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Freeze the clock at noon on 20 May 2026, a Wednesday; move it with `clock.move_to(...)` or `clock.shift(...)`."""
    with time_machine.travel("2026-05-20 12:00:00+01:00", tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real files that may be beside the repository, or skip the test with a reason."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real files are not beside the repository in ../shared/data")
    return SHARED_DATA


@pytest.fixture
def race(transactional_db: None) -> Callable[..., list[object]]:
    """Return `race(*callables)`: each runs in its own thread and connection, all released at once.

    It returns a list in the order of the callables: what each returned, or the exception that it raised.
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


@pytest.fixture(scope="module")
def build_once(
    django_db_setup: None, django_db_blocker: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Callable[[], SimpleNamespace]], Standing]]:
    """Return `build_once(build)`: it builds a world that exists until the module's last test, for `as_built`."""
    with django_db_blocker.unblock(), ExitStack() as stack:
        yield lambda build: stack.enter_context(standing(build, tmp_path_factory.mktemp("media")))


@pytest.fixture
def team(db: None) -> Team:
    """Return the team of the users below."""
    return TeamFactory(name="Brookside", slug="brookside")


@pytest.fixture
def other_team(db: None) -> Team:
    """Return another team, whose rows must not exist for the users of the first."""
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
    """Return another manager of the team, for decisions that need two people."""
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
    """Return a user with every role in the other team and none in the team."""
    return UserFactory(name="Sam Stranger", email="stranger@example.org", roles={other_team: list(Role)})

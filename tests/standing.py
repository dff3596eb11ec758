"""A world that is built once for the tests of a module, and that each of them finds unchanged.

Tests that only visit pages would spend most of their time on creating the rows. Such a module builds its world in a
fixture with `scope="module"`, through `build_once` of conftest.py, and gives each test `as_built` of it in a fixture
that requests `db`: what a test writes is rolled back to a savepoint in the transaction that holds the world.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from communities.models import Role, Team, User
from config import waiting


@dataclass(frozen=True)
class Standing:
    """A world in the database, the folder of its files, and what the menu counts for its users, by its key in the cache."""

    world: SimpleNamespace
    media: Path
    counts: dict[str, dict[str, int]]


@contextmanager
def standing(build: Callable[[], SimpleNamespace], media: Path) -> Iterator[Standing]:
    """Build a world, with its files in the folder `media`, and roll it back in the end."""
    with override_settings(MEDIA_ROOT=media), transaction.atomic():
        world = build()
        users = [each for each in vars(world).values() if isinstance(each, User)]
        teams = [each for each in vars(world).values() if isinstance(each, Team)]
        pairs = [(user, team) for user in users for team in teams if user.has_role(team, *Role)]
        yield Standing(world, media, {waiting._key(*pair): waiting.counts(*pair) for pair in pairs})
        transaction.set_rollback(True)


@contextmanager
def as_built(stands: Standing) -> Iterator[SimpleNamespace]:
    """Yield a copy of a world as it was built, without changes to its rows.

    The menu counts nothing until somebody writes: counting takes a third of a small page, and would give the same each time.
    """
    cache.set_many(stands.counts, waiting.KEPT)
    with override_settings(MEDIA_ROOT=stands.media):
        yield deepcopy(stands.world)

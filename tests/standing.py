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

from django.db import transaction
from django.test import override_settings


@dataclass(frozen=True)
class Standing:
    """A world in the database, and the folder of its files."""

    world: SimpleNamespace
    media: Path


@contextmanager
def standing(build: Callable[[], SimpleNamespace], media: Path) -> Iterator[Standing]:
    """Build a world, with its files in the folder `media`, and roll it back in the end."""
    with override_settings(MEDIA_ROOT=media), transaction.atomic():
        yield Standing(build(), media)
        transaction.set_rollback(True)


@contextmanager
def as_built(stands: Standing) -> Iterator[SimpleNamespace]:
    """Yield a copy of a world as it was built, without changes to its rows."""
    with override_settings(MEDIA_ROOT=stands.media):
        yield deepcopy(stands.world)

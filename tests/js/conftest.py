"""Kith's scripts without a page."""

from collections.abc import Iterator

import pytest

from tests.node import Node


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """Return Node, ready to run functions of Kith's scripts."""
    process = Node()
    yield process
    process.close()

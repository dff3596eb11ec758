"""Fixtures shared by the tests of connectors."""

import pytest

from communities.models import Team, User
from tests.factories.connectors_capture import Phone, SealingKeyFactory


@pytest.fixture
def phone(builder: User, team: Team) -> Phone:
    """Return the builder's phone, with a sealing key."""
    SealingKeyFactory()
    return Phone(builder, team)

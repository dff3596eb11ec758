"""What the tests of applying share."""

import pytest

from tests.factories.sparks import ApplyPageFactory, RoundFactory


@pytest.fixture
def public(clock, team):
    """Return a public page that is switched on, of a round that is open."""
    return ApplyPageFactory(round=RoundFactory(team=team), code="brookside")

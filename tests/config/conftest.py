"""The demonstration, for the tests that look at it."""

import pytest
import time_machine
from django.db import transaction

from config.demo import build


@pytest.fixture(scope="class")
def built(django_db_setup, django_db_blocker):
    """Build the demonstration at noon on 20 May 2026, once for the tests of a class, each of which rolls back its
    changes.
    """
    with django_db_blocker.unblock(), time_machine.travel("2026-05-20 12:00:00+01:00", tick=False):
        outer = transaction.atomic()
        outer.__enter__()
        try:
            build.build()
            yield
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)

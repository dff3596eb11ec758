"""A row is validated with one query for all its checks, and what is wrong with it is said as Django says it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import CheckConstraint, Model, Q
from django.test.utils import CaptureQueriesContext

from communities.actions.saving import check_row
from tests.factories.assets import AssetFactory
from tests.factories.communities import MessageFactory
from tests.factories.connectors import IntroductionFactory, PersonFactory
from tests.factories.evaluation import StoryFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db

FACTORIES = [AssetFactory, IntroductionFactory, MessageFactory, PersonFactory, RoundFactory, SparkFactory, StoryFactory]
#: What a field may be by mistake: nothing, too little, the wrong day.
MISTAKES = (None, "", Decimal("-0.01"), datetime(1900, 1, 1, tzinfo=UTC))


def said(check, row: Model, **options) -> object:
    """Return what a check raises, as a dictionary by field; None for nothing."""
    try:
        check(row, **options)
    except ValidationError as error:
        return {name: sorted(messages) for name, messages in error.message_dict.items()}
    except (TypeError, ValueError, AttributeError) as error:
        return type(error)
    return None


@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory._meta.model.__name__)
def test_check_row_says_what_full_clean_says(factory):
    row = factory()
    found = set()
    checks = [each.condition for each in row._meta.constraints if isinstance(each, CheckConstraint)]
    names = {name for check in checks for name in Q(check).referenced_base_fields if name != "pk"}
    for field in (row._meta.get_field(name) for name in sorted(names)):
        before = getattr(row, field.attname)
        for mistake in MISTAKES:
            for exclude in ((), ("uuid", field.name)):
                setattr(row, field.attname, mistake)
                ours = said(check_row, row, exclude=exclude)
                setattr(row, field.attname, mistake)
                assert ours == said(row.full_clean.__func__, row, exclude=set(exclude)), (field.name, mistake, exclude)
                found.add(str(ours))
        setattr(row, field.attname, before)
    assert len(found) > 3, "no mistake was one"


def test_all_checks_take_one_query():
    row = SparkFactory()
    checks = [each for each in row._meta.constraints if isinstance(each, CheckConstraint)]
    with CaptureQueriesContext(connection) as ours:
        check_row(row)
    with CaptureQueriesContext(connection) as django_s:
        row.full_clean()
    # Django puts a savepoint round each check when it runs in a transaction: three statements each.
    assert len(django_s) - len(ours) == 3 * (len(checks) - 1) > 0

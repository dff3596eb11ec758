"""PostgreSQL reads the few rows that a query is about, and not every row of a team to find them."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from bench.build import fill
from bench.plan import plan
from communities.models import Team, User
from connectors.models import Introduction
from connectors.queries.consent import open_wishes
from connectors.queries.introductions import asked_by
from tests.bench.test_bench import Silent

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
SIZE = 2_000


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker):
    """Fill a small database and run ANALYZE once for this module; the rows are rolled back at the end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        fill(plan(SIZE), date.today(), bar=Silent)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield plan(SIZE).main
        transaction.set_rollback(True)


def steps(rows: QuerySet) -> str:
    """Return PostgreSQL's plan of a query."""
    return rows.all().explain()


def test_requests_are_read_before_the_residents_of_a_team(filled) -> None:
    team, builder = Team.objects.get(pk=filled.number), User.objects.get(pk=filled.first_user)
    found = steps(open_wishes(builder, team))
    assert found.count("connectors_person_pkey") == 2, "once for the team of the resident, and once for their name"
    assert "Hash" not in found


def test_introductions_are_found_by_who_asks(filled) -> None:
    on = timezone.localdate()
    Introduction.objects.update(ask_again_on=on)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE connectors_introduction")
    mine = Introduction.objects.filter(asked_by([filled.first_user]), team=filled.number, ask_again_on__lte=on)
    assert "Index Scan using connectors_intro_asker" in steps(mine.order_by("ask_again_on", "pk")[:5])

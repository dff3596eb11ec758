"""PostgreSQL reads the few rows that a query is about, and not every row of a team to find them."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from bench.build import fill
from bench.plan import plan
from communities.models import Team, User
from connectors.models import Introduction, Person, Theme
from connectors.queries.consent import open_wishes
from connectors.queries.introductions import asked_by
from connectors.queries.suggestions import _query_alike
from connectors.queries.vocabulary import _shared_gifts
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


def test_shared_gifts_read_no_residents_for_the_team_of_each_gift(filled) -> None:
    team, builder = Team.objects.get(pk=filled.number), User.objects.get(pk=filled.first_user)
    found = steps(_shared_gifts.__wrapped__(user=builder, team=team, people=20, most=200))
    assert found.count(" on connectors_person ") == 1, "the latest of the team"


def test_who_is_alike_reads_no_residents(filled) -> None:
    team, themes = Team.objects.get(pk=filled.number), list(Theme.objects.values_list("pk", flat=True)[:3])
    here = list(Person.objects.filter(team=team).values_list("pk", flat=True)[:20])
    sought = {"carers": themes, "givers": themes, "far_carers": themes, "far_givers": themes}
    rows = _query_alike(team=team, here=here, words=[], has_gifts=True, **sought)
    assert " on connectors_person " not in steps(rows)


def test_the_latest_of_a_theme_have_an_index(filled) -> None:
    """At a million conversations 117,000 rows of other themes stood before the 40 latest of one."""
    through, weather = Person.themes.through, Theme.objects.create(team_id=filled.number, name="Weather")
    through.objects.filter(pk=through.objects.order_by("pk").first().pk).update(theme=weather)
    latest = through.objects.filter(theme=weather).order_by("-pk")[:40]
    assert "connectors_person_themes_latest" in steps(latest)

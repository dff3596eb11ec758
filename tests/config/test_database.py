"""How Kith connects to its database."""

import pytest
from django.db import connection

from communities.models import Team


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_repeated_query_is_planned_once() -> None:
    name = "No team of this name"
    for _ in range(7):
        assert not Team.objects.filter(name=name).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        statements = [statement for (statement,) in cursor.fetchall()]
    prepared = [statement for statement in statements if '"communities_team"."name" = ' in statement]
    assert len(prepared) == 1, statements
    assert name not in prepared[0], "values are sent apart from the statement"

"""Rows by many primary keys: what `in` finds, sent as one value."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from communities.among import among
from connectors.models import Gift, Person
from tests.factories.connectors import GiftFactory, PersonFactory

pytestmark = pytest.mark.django_db


def test_it_finds_what_in_finds(team) -> None:
    """Also with other conditions, turned round, twice in a query, and for numbers of no row."""
    first, second, third = PersonFactory.create_batch(3, team=team, street="Mill Row")
    elsewhere = PersonFactory(team=team, street="Canal Side")
    for numbers in ([], [first.pk], [third.pk, first.pk, first.pk], {0, second.pk, 2**40}, [elsewhere.pk, -1]):
        plain, sent = Q(pk__in=numbers), among(numbers)
        for rows in (Person.objects.all(), Person.objects.filter(team=team).select_related("neighbourhood")):
            assert list(rows.filter(sent)) == list(rows.filter(plain))
            assert set(rows.exclude(sent)) == set(rows.exclude(plain))
            assert set(rows.filter(sent | Q(street="Canal Side"))) == set(rows.filter(plain | Q(street="Canal Side")))
            assert rows.filter(sent, among([first.pk])).count() == rows.filter(plain, pk=first.pk).count()
    gift = GiftFactory(person=second)
    assert list(Gift.objects.filter(person__in=Person.objects.filter(among([second.pk])))) == [gift]


def test_any_number_of_keys_is_one_parameter(team) -> None:
    person = PersonFactory(team=team)
    numbers = range(person.pk - 20_000, person.pk + 20_000)
    sent = []

    def note(execute, sql, params, many, context):
        sent.append(params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note), CaptureQueriesContext(connection) as asked:
        assert list(Person.objects.filter(among(numbers))) == [person]
    assert len(asked) == 1
    assert [len(params) for params in sent] == [1]

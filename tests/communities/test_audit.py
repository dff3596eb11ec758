"""Entries of the audit that an action writes with one query."""

import pytest

from communities import audit
from communities.models import AuditEntry
from communities.verbs import Verb
from connectors.models import Person
from tests.factories.connectors import PersonFactory, ThemeFactory


def test_entries_of_an_action_are_written_at_once_and_in_order(team, builder, django_assert_num_queries) -> None:
    people = [PersonFactory(team=team) for _ in range(2)]
    theme = ThemeFactory(team=team)
    with django_assert_num_queries(1), audit.at_once():
        audit.record(by=builder, verb=Verb.CREATE, obj=theme, fields=["name"])
        with audit.at_once():
            audit.record_many(by=builder, verb=Verb.CREATE, team=team, model=Person, ids=[each.pk for each in people])
    written = AuditEntry.objects.filter(team=team).order_by("pk").values_list("model", "object_id", "leads")
    assert list(written) == [
        ("connectors.theme", str(theme.pk), True),
        ("connectors.person", str(people[0].pk), True),
        ("connectors.person", str(people[1].pk), False),
    ]


def test_entries_of_an_action_that_fails_are_not_written(team, builder) -> None:
    @audit.at_once()
    def act() -> None:
        audit.record(by=builder, verb=Verb.CREATE, obj=team)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    audit.record(by=builder, verb=Verb.UPDATE, obj=team)
    assert [entry.verb for entry in AuditEntry.objects.filter(team=team)] == [Verb.UPDATE]


def test_entries_of_a_batch_have_one_that_leads_although_each_action_writes_its_own_at_once(team, builder) -> None:
    with audit.batch():
        for _turn in range(2):
            with audit.at_once():
                audit.record(by=builder, verb=Verb.UPDATE, obj=team)
    assert sorted(AuditEntry.objects.filter(team=team).values_list("leads", flat=True)) == [False, True]

"""Gifts can be imported from their own export, whatever happened to the residents who offered them."""

import pytest

from communities.resources.rehearsal import Fate, rehearse
from communities.spreadsheets import csv_lines
from connectors.actions.merges import merge_people
from connectors.models import Gift
from connectors.resources import GiftResource
from tests.factories.connectors import GiftFactory, PersonFactory

pytestmark = pytest.mark.django_db


def test_an_export_of_gifts_can_be_imported_after_a_merge(manager, team) -> None:
    """A gift that the kept record already has stays with the merged one; in the file it belongs to the kept record."""
    kept, absorbed = PersonFactory(team=team, known_as="Rose"), PersonFactory(team=team, known_as="Rosie")
    for person, name in ((kept, "singing"), (absorbed, "singing"), (absorbed, "baking")):
        GiftFactory(person=person, name=name)
    merge_people(kept=kept, absorbed=absorbed, by=manager)
    resource = GiftResource(user=manager)
    cells = list(resource.export())
    assert {row[resource.headings.index("person")] for row in cells} == {"Rose"}
    file = "".join(csv_lines(resource.headings, cells)).encode()
    assert {row.fate for row in rehearse(resource, file).rows} == {Fate.SAME}
    before = set(Gift.objects.values_list("pk", "person", "name"))
    stripped = "".join(csv_lines(resource.headings[1:], [row[1:] for row in cells])).encode()
    assert not rehearse(resource, stripped).to_write
    assert set(Gift.objects.values_list("pk", "person", "name")) == before

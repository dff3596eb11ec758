"""Bulk writes that are prepared before the lock is taken write the same as Django's own."""

from datetime import date

import pytest
from django.db import connection
from django.forms.models import model_to_dict

from assets.models import Asset, ImportRow
from communities.bulk_writes import prepare_insert, update_each
from communities.models import Team
from tests.factories.assets import AssetFactory, ImportBatchFactory, ImportRowFactory
from tests.factories.communities import NeighbourhoodFactory


def without_key(asset: Asset) -> dict[str, object]:
    """Return an asset's values, except those that differ from row to row."""
    return {name: value for name, value in model_to_dict(asset).items() if name not in ("id", "name", "created_at")}


def test_an_insert_writes_what_bulk_create_writes(team: Team) -> None:
    place = NeighbourhoodFactory(team=team)
    values = {
        "team": team,
        "neighbourhood": place,
        "kind": "story",
        "latitude": 51.86421234567,
        "longitude": -2.0,
        "formed_on": date(1851, 5, 1),
        "is_bumping_place": True,
        "description": "“£5”\n%s 100%",
    }
    Asset.objects.bulk_create([Asset(name="by Django", **values)])
    write = prepare_insert([Asset(name="prepared", **values), Asset(name="prepared too", **values)])
    assert Asset.objects.count() == 1
    write.run()
    by_django, *prepared = Asset.objects.order_by("pk")
    assert [asset.name for asset in prepared] == ["prepared", "prepared too"]
    assert [without_key(asset) for asset in prepared] == [without_key(by_django)] * 2
    assert prepared[0].created_at is not None


def test_json_is_written_as_json(team: Team) -> None:
    batch = ImportBatchFactory(team=team)
    prepare_insert([ImportRow(batch=batch, number=2, values={"a": "“x”"}, messages=["%s"], fate="add")]).run()
    assert batch.rows.get().values == {"a": "“x”"}
    update_each(ImportRow, [("same", ["b"], batch.pk, 2)], fields=("fate", "messages"), keys=("batch", "number"))
    kept = batch.rows.get()
    assert (kept.fate, kept.messages, kept.values) == ("same", ["b"], {"a": "“x”"})


def test_existing_rows_are_updated_in_the_named_fields_only(team: Team) -> None:
    asset = AssetFactory(team=team, name="Hall", phone="1")
    Asset.objects.filter(pk=asset.pk).update(email="meanwhile@example.org")
    asset.phone, asset.name = "2", "Not this"
    before = asset.updated_at
    prepare_insert([asset], update_fields=("phone", "updated_at")).run()
    kept = Asset.objects.get()
    assert (kept.pk, kept.name, kept.phone, kept.email) == (asset.pk, "Hall", "2", "meanwhile@example.org")
    assert kept.updated_at > before


def test_each_row_gets_its_own_values(team: Team) -> None:
    batch, other = ImportBatchFactory(team=team), ImportBatchFactory(team=team)
    for each in (batch, other):
        for number in (2, 3):
            ImportRowFactory(batch=each, number=number, fate="add")
    rows = [("same", batch.pk, 2), ("problem", batch.pk, 3), ("same", batch.pk, 4)]
    update_each(ImportRow, rows, fields=("fate",), keys=("batch", "number"))
    assert list(ImportRow.objects.order_by("pk").values_list("fate", flat=True)) == ["same", "problem", "add", "add"]


def test_many_rows_are_written_in_several_statements(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(connection.ops), "bulk_batch_size", lambda self, fields, objs: 2)
    write = prepare_insert([Asset(team=team, kind="place", name=f"Spot {number}") for number in range(5)])
    assert len(write.statements) == 3
    write.run()
    assert Asset.objects.count() == 5


def test_no_rows_need_no_statement(team: Team, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        prepare_insert([]).run()
        update_each(ImportRow, [], fields=("fate",), keys=("batch", "number"))

"""The list of sparks as a file: by name, as far as the reader may see, and as the page is filtered."""

import csv
import io
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from sparks import actions
from sparks.models import CostLine
from sparks.spark_exports import COLUMNS
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db


def read(client, query="") -> list[dict]:
    content = b"".join(client.get(f"{reverse('sparks:spark-export')}?format=csv{query}").streaming_content)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_everything_is_named(team, builder, manager, second_manager, evaluator, client_for):
    pot = RoundFactory(team=team, name="Winter", fund__name="Small sparks")
    spark = SparkFactory(round=pot, handed_in=True, title="=1+1", group_name="Street band", created_by=builder)
    SparkFactory(round=pot, title="Left out")
    spark.applicants.add(PersonFactory(team=team, known_as="Rosalind Grey", told_on=None))
    CostLine.objects.create(spark=spark, what="Gazebo", is_in_kind=True, in_kind_gbp=Decimal(40))
    actions.approve_spark(spark=spark, by=manager)
    actions.mark_ready(spark=type(spark).objects.get(pk=spark.pk), by=builder)
    actions.pay_award(spark=type(spark).objects.get(pk=spark.pk), by=second_manager, uuid=uuid4())
    (row,) = read(client_for(manager), "&status=paid")
    assert list(row) == list(COLUMNS)
    assert row | {
        "title": "'=1+1", "group": "Street band", "fund": "Small sparks", "round": "Winter", "people": "Rosalind Grey",
        "status": "Paid", "held_by": "A host organisation", "asked_gbp": "200.00", "awarded_gbp": "200.00",
        "paid_gbp": "200.00", "returned_gbp": "0.00", "in_kind_gbp": "40.00",
    } == row  # fmt: skip
    assert "Rosalind" not in read(client_for(builder), "&status=paid")[0]["people"]
    assert read(client_for(evaluator), "&status=paid")[0]["people"] == ""
    assert len(read(client_for(manager))) == 2


def test_another_teams_sparks_are_not_in_it(stranger, team, client_for):
    SparkFactory(round=RoundFactory(team=team))
    assert read(client_for(stranger)) == []

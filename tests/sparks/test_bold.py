"""A spark has one bold button in each card and form, in every status and for everybody."""

import pytest
from django.urls import reverse

from communities.models import Role
from sparks import workflow
from tests.factories.communities import TeamFactory, UserFactory
from tests.markup import several_bold
from tests.sparks.walks import people_of, spark_at

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.mark.parametrize("status", workflow.STATES)
def test_one_thing_is_bold_in_each_card_and_form_of_a_spark(client_for, status: str) -> None:
    team = TeamFactory(name="Brookside")
    people = people_of(team)
    people.payer = UserFactory(name="payer", roles={team: [Role.PAYER]})
    spark = spark_at(status, people, team)
    url = reverse("sparks:spark-detail", args=[spark.uuid])
    found = {who: several_bold(client_for(reader).get(url).content.decode()) for who, reader in vars(people).items()}
    assert {who: parts for who, parts in found.items() if parts} == {}

"""A row is written once per idempotency key, by whichever user, and simultaneous saves of the same row are detected."""

import uuid
from functools import partial

import pytest
from django.core.exceptions import ValidationError

from communities.actions.saving import locked
from communities.idempotency import USED
from communities.models import Team, User
from sparks import actions
from sparks.models import Fund
from tests.factories.sparks import FundFactory


def test_the_uuid_of_an_existing_row_is_recognised(team: Team, other_team: Team, manager: User) -> None:
    theirs = FundFactory(team=other_team)
    with pytest.raises(ValidationError, match="used before") as caught:
        actions.create_fund(team=team, by=manager, name="Sparks", uuid=theirs.uuid)
    assert caught.value.code == USED
    assert list(Fund.objects.all()) == [theirs]


def test_a_refused_row_does_not_use_up_its_key(team: Team, manager: User) -> None:
    key = uuid.uuid4()
    FundFactory(team=team, name="Sparks")
    with pytest.raises(ValidationError, match="already has a fund"):
        actions.create_fund(team=team, by=manager, name="SPARKS", uuid=key)
    assert actions.create_fund(team=team, by=manager, name="Seeds", uuid=key).uuid == key


def test_a_deleted_row_is_reported_as_deleted(team: Team) -> None:
    fund = FundFactory(team=team, given_gbp=0)
    Fund.objects.filter(pk=fund.pk).delete()
    with pytest.raises(ValidationError, match="Somebody has deleted this") as caught:
        locked(Fund.objects.all(), fund.pk)
    assert caught.value.code == "gone"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_rows_of_one_name_at_once_give_one_row_and_one_message(race, team: Team, manager: User) -> None:
    for number in range(10):
        add = partial(actions.create_fund, team=team, by=manager, name=f"Sparks {number}")
        results = race(add, partial(add, name=f"SPARKS {number}"))
        [refused] = [result for result in results if isinstance(result, Exception)]
        assert isinstance(refused, ValidationError), refused
        assert "already has a fund with this name" in str(refused)

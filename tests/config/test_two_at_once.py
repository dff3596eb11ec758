"""Two users change the same row: the second is told, keeps what they typed, and can save again to apply it."""

import pytest
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from communities.models import Membership, Role, Team, User
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory, PartnerFactory, UserFactory
from tests.factories.connectors import GiftFactory, PersonFactory
from tests.factories.evaluation import MeasurementFactory, StoryFactory
from tests.factories.sparks import FundFactory, RoundFactory, SparkFactory

TOLD = "Somebody changed this while you were writing"

#: (The row, its page, the field that both change.)
PAGES = {
    "asset": (lambda team: AssetFactory(team=team), lambda row: reverse("assets:asset-update", args=[row.pk]), "name"),
    "story": (
        lambda team: StoryFactory(team=team),
        lambda row: reverse("evaluation:story-update", args=[row.uuid]),
        "title",
    ),
    "spark": (
        lambda team: SparkFactory(round=RoundFactory(team=team)),
        lambda row: reverse("sparks:spark-update", args=[row.uuid]),
        "title",
    ),
    "partner": (
        lambda team: PartnerFactory(team=team),
        lambda row: reverse("communities:partner-update", args=[row.pk]),
        "name",
    ),
    "neighbourhood": (
        lambda team: NeighbourhoodFactory(team=team),
        lambda row: reverse("communities:neighbourhood-update", args=[row.pk]),
        "name",
    ),
    "resident": (
        lambda team: PersonFactory(team=team),
        lambda row: reverse("connectors:person-update", args=[row.uuid]),
        "known_as",
    ),
    "gift": (
        lambda team: GiftFactory(person__team=team),
        lambda row: reverse("connectors:gift-update", args=[row.pk]),
        "name",
    ),
    "round": (lambda team: RoundFactory(team=team), lambda row: reverse("sparks:round-update", args=[row.pk]), "name"),
    "fund": (lambda team: FundFactory(team=team), lambda row: reverse("sparks:fund-update", args=[row.pk]), "name"),
    "measurement": (
        lambda team: MeasurementFactory(team=team),
        lambda row: reverse("evaluation:measurement-update", args=[row.pk]),
        "note",
    ),
    "settings": (lambda team: team, lambda row: reverse("communities:team-update"), "name"),
}


@pytest.fixture
def colleague(team: Team) -> User:
    person = UserFactory()
    Membership.objects.create(user=person, team=team, role=Role.MANAGER, confirmed_at=timezone.now())
    return person


def sent(page) -> dict:
    """Return what a browser would post from a page's form without any change."""
    form = page.context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False or bound.name == "photo":
            continue
        rows = value if isinstance(value, list | tuple) or hasattr(value, "values_list") else [value]
        data[bound.html_name] = [getattr(each, "pk", each) for each in rows]
    return data


@pytest.mark.parametrize("kind", PAGES)
def test_the_second_of_two_users_sees_a_message_and_loses_nothing(kind, team, manager, colleague, client_for):
    make, address, field = PAGES[kind]
    row: Model = make(team)
    path = address(row)
    mine, theirs = client_for(manager), client_for(colleague)
    opened = sent(mine.get(path))
    assert theirs.post(path, {**sent(theirs.get(path)), field: "From Ada"}).status_code == 302
    refused = mine.post(path, {**opened, field: "From Rose"})
    page = refused.content.decode()
    row.refresh_from_db()
    assert (TOLD in page, "From Rose" in page, getattr(row, field)) == (True, True, "From Ada")
    assert mine.post(path, sent(refused)).status_code == 302
    row.refresh_from_db()
    assert getattr(row, field) == "From Rose"


@pytest.mark.parametrize("kind", PAGES)
def test_one_user_can_save_twice_without_a_message(kind, team, manager, client_for):
    make, address, field = PAGES[kind]
    path, client = address(make(team)), client_for(manager)
    for words in ("First words", "Second words"):
        assert client.post(path, {**sent(client.get(path)), field: words}).status_code == 302

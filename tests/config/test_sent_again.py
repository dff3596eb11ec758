"""Save, go back, change the text and send again: nothing typed is dropped, and nothing saved is overwritten."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from assets.models import Asset
from communities.models import Team, User
from connectors.models import Introduction, Person
from sparks.models import Spark
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import RoundFactory

SAID = "not saved yet"


@pytest.fixture
def browser(builder: User, client_for):
    return client_for(builder)


def three_times(browser, path: str, first: dict, second: dict) -> str:
    """Send a page, the same page with different text, and the page that came back; return that page."""
    browser.post(path, first)
    refused = browser.post(path, second)
    page = refused.content.decode()
    assert refused.status_code == 200
    assert SAID in page
    form = refused.context["form"]
    assert form["uuid"].value() != second["uuid"]
    browser.post(path, {**second, "uuid": form["uuid"].value()})
    return page


@pytest.mark.parametrize("repeats", [1, 2])
def test_a_resident_sent_twice_is_one(repeats, browser):
    path, key = reverse("connectors:person-create"), str(uuid.uuid4())
    for _ in range(repeats):
        assert browser.post(path, {"uuid": key, "known_as": "Rose"}).status_code == 302
    page = three_times(
        browser, path, {"uuid": key, "known_as": "Rose"}, {"uuid": key, "known_as": "Tom", "street": "Mill Row"}
    )
    assert 'value="Tom"' in page
    assert sorted(Person.objects.values_list("known_as", flat=True)) == ["Rose", "Tom"]


def test_an_asset_sent_twice_is_one(browser):
    path, key = reverse("assets:asset-create"), str(uuid.uuid4())
    bench = {"uuid": key, "name": "Bench", "kind": "place", "description": "Under the elm."}
    page = three_times(browser, path, bench, {**bench, "name": "Repair shed", "description": "Tuesdays."})
    assert 'value="Repair shed"' in page
    assert sorted(Asset.objects.values_list("name", flat=True)) == ["Bench", "Repair shed"]


def test_an_introduction_sent_twice_is_one(browser, team: Team):
    rose, tom, ada = (PersonFactory(team=team, known_as=name) for name in ("Rose", "Tom", "Ada"))
    path = reverse("connectors:introduction-create")
    both = {"uuid": str(uuid.uuid4()), "source": "builder", "introduced_on": "2026-01-05", "reason": "Bread"}
    both |= {"from_end": f"person:{rose.uuid}", "to_end": f"person:{tom.uuid}"}
    three_times(browser, path, both, {**both, "to_end": f"person:{ada.uuid}"})
    assert [each.to_person for each in Introduction.objects.order_by("pk")] == [tom, ada]


def test_a_spark_sent_twice_is_one(browser, team: Team):
    """A different title is a different idea; for the same title see tests/sparks/test_handing_in.py."""
    path = reverse("sparks:spark-create")
    draft = {
        "uuid": str(uuid.uuid4()), "title": "Fish suppers", "what": "A supper.", "amount_gbp": "50", "held_by": "host",
        "round": RoundFactory(team=team).pk, "keep": "1",
    }  # fmt: skip
    three_times(browser, path, draft, {**draft, "title": "Kite day", "amount_gbp": "90"})
    assert Spark.objects.count() == 2
    assert Spark.objects.earliest("pk").amount_gbp == Decimal(50)


def test_a_spark_without_money_sent_twice_is_one(browser, team: Team):
    draft = {
        "uuid": str(uuid.uuid4()),
        "title": "Walk",
        "amount_gbp": "40",
        "held_by": "none",
        "round": RoundFactory(team=team).pk,
    }
    for _ in range(2):
        assert browser.post(reverse("sparks:spark-create"), draft).status_code == 302
    assert Spark.objects.get().amount_gbp == 0

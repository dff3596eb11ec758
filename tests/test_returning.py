"""Back to a list as it was: filters, page and tab, for every list and every page of its records."""

import re
from types import SimpleNamespace

import pytest
from django.urls import reverse

from communities.returning import MOST, SESSION_KEY, record_of
from tests.factories.assets import AssetFactory
from tests.factories.communities import PartnerFactory
from tests.factories.connectors import PersonFactory
from tests.hostile import HostileClient
from tests.url_table import build_world, tables

pytestmark = pytest.mark.django_db

PAGES = tables()
LISTS = sorted(
    name for name, page in PAGES.items() if name.endswith("-list") and "GET" in page.methods and not page.kwargs
)
#: Lists that are worked through in place, and in no menu.
WITHOUT_PAGES = {"connectors:review-list", "evaluation:release-list"}
#: Pages of a row, with the list that their breadcrumb names.
CRUMB = re.compile(r'<ol class="crumbs">.*?</ol>', re.DOTALL)
HOST = "http://testserver"


def crumb_of(client: HostileClient, url: str, before: str = "") -> str:
    """Return the breadcrumb of a page, opened from another."""
    response = client.get(url, headers={"Referer": f"{HOST}{before}"} if before else {})
    if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
        return ""
    found = CRUMB.search(response.content.decode())
    return found[0] if found else ""


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """Return the users and their team's rows."""
    return build_world()


@pytest.mark.once
def test_every_page_below_a_list_leads_back_to_it_as_it_was(world, client_for) -> None:
    client = client_for(world.manager)
    urls = [
        reverse(name, kwargs=page.kwargs(world))
        for name, page in PAGES.items()
        if page.kwargs and page.visit and "GET" in page.methods and "manager" in page.who and page.status == 200
    ]
    crumbs = {url: crumb_of(client, url) for url in urls}
    below = {name: [url for url in urls if f'href="{reverse(name)}"' in crumbs[url]] for name in LISTS}
    assert sum(map(len, below.values())) > 40
    for name, found in below.items():
        listed = reverse(name)
        for url in found:
            was = f'href="{listed}?facets=1&amp;x=%C3%A9"'
            assert was in crumb_of(client, url, f"{listed}?facets=1&x=%C3%A9"), url
            # From the row's page to its form, and from the form back.
            assert was in crumb_of(client, url, "/some/form/"), url
            # Opened from the bare list, nothing is left of it.
            assert f'href="{listed}"' in crumb_of(client, url, listed), url


@pytest.mark.parametrize("name", [name for name in LISTS if name not in WITHOUT_PAGES])
def test_a_page_leads_back_to_any_list_from_which_it_was_opened(team, manager, client_for, name) -> None:
    """Champions, gifts, journeys and others list people, whose pages name the list of people by themselves."""
    client = client_for(manager)
    person = PersonFactory(team=team)
    page, form = (reverse(f"connectors:person-{each}", kwargs={"uuid": person.uuid}) for each in ("detail", "update"))
    was = f'href="{reverse(name)}?x=1"'
    assert was in crumb_of(client, page, f"{reverse(name)}?x=1")
    assert was in crumb_of(client, form, page)
    assert was in crumb_of(client, page, form)


def test_a_change_of_an_asset_leads_back_to_the_filtered_page(team, builder, client_for) -> None:
    asset, other = AssetFactory(team=team, name="Bench"), AssetFactory(team=team, name="Bench by the brook")
    client = client_for(builder)
    listed = reverse("assets:asset-list")
    detail, change = (reverse(f"assets:asset-{page}", kwargs={"pk": asset.pk}) for page in ("detail", "update"))
    client.get(detail, headers={"Referer": f"{HOST}{listed}?q=bench&kind=place"})
    # Another tab, with another filter and another row.
    there = reverse("assets:asset-detail", kwargs={"pk": other.pk})
    client.get(there, headers={"Referer": f"{HOST}{listed}?q=brook"})
    form = client.get(change, headers={"Referer": f"{HOST}{detail}"}).context["form"]
    values = {
        name: field.value() for name, field in ((each.html_name, each) for each in form) if field.value() is not None
    }
    saved = client.post(change, {**values, "name": "Bench of oak"}, headers={"Referer": f"{HOST}{change}"})
    assert saved.status_code == 302, saved.context["form"].errors
    assert f'href="{listed}?q=bench&amp;kind=place"' in crumb_of(client, detail, change)
    assert f'href="{listed}?q=brook"' in crumb_of(client, there, "")


def test_a_form_that_leads_to_its_list_leads_there_as_it_was(team, manager, client_for) -> None:
    partner = PartnerFactory(team=team)
    client = client_for(manager)
    listed = reverse("communities:partner-list")
    delete = reverse("communities:partner-delete", kwargs={"pk": partner.pk})
    client.get(delete, headers={"Referer": f"{HOST}{listed}?after=abc"})
    gone = client.post(delete, headers={"Referer": f"{HOST}{delete}"})
    assert gone["Location"] == f"{listed}?after=abc"


@pytest.mark.parametrize(
    "before",
    [
        "https://evil.example/assets/?q=x",
        "//evil.example/assets/",
        "http://testserver/team/?x=1",
        "nonsense",
        "http://testserver/nowhere/?q=1",
    ],
)
def test_only_kiths_own_lists_are_remembered(team, builder, client_for, before) -> None:
    asset = AssetFactory(team=team)
    client = client_for(builder)
    client.get(reverse("assets:asset-detail", kwargs={"pk": asset.pk}), headers={"Referer": before})
    assert SESSION_KEY not in client.session


def test_a_page_opened_from_elsewhere_costs_no_write_and_few_are_remembered(team, builder, client_for) -> None:
    client = client_for(builder)
    listed = reverse("assets:asset-list")
    for asset in [AssetFactory(team=team) for _ in range(MOST + 2)]:
        url = reverse("assets:asset-detail", kwargs={"pk": asset.pk})
        client.get(url, headers={"Referer": f"{HOST}{listed}?q=a"})
    assert len(client.session[SESSION_KEY]) == MOST


@pytest.mark.parametrize(
    ("path", "record"),
    [
        ("/assets/5/edit/", "/assets/5/"),
        ("/people/0b8c1d52-6a5e-4a1f-9a58-0d2b1c7f3e11/gifts/add/", "/people/0b8c1d52-6a5e-4a1f-9a58-0d2b1c7f3e11/"),
        ("/sparks/rounds/7/ledger.csv", "/sparks/rounds/7/"),
        ("/partners/add/", "/partners/add/"),
    ],
)
def test_the_pages_of_a_record_share_its_path(path, record) -> None:
    assert record_of(path) == record

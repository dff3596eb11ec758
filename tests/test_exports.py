"""Every file of a team's rows that is downloaded from a page is audited, with its number of rows."""

import ast
import csv
import inspect
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from xml.etree import ElementTree

import openpyxl
import pytest
from django.contrib import admin
from django.urls import get_resolver

from communities.admin import Downloads
from communities.models import AuditEntry
from communities.periods import quarters_in, year_of
from tests import checks
from tests.bringing import download
from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import GiftFactory, PersonFactory
from tests.factories.connectors_consent import ConsentFactory
from tests.factories.evaluation import ObservationFactory, release
from tests.strict_workbooks import faults_of
from tests.test_architecture import SOURCES
from tests.test_urls import PAGES, address_of, client_of, named
from tests.url_table import build_signed_in_world

DOOR = "communities/views/downloads.py"
#: Files that leave no audit entry, by the view that sends them, with the reason.
WITHOUT_ROWS_OF_A_TEAM = {
    ("evaluation.views.indicators", "data_dictionary"): "what the words mean, which is the same for every team",
}
#: Attachments that are sent in another way: (file, content) and the reason.
ATTACHMENTS = re.compile(r"\bas_attachment|attachment;|content_disposition_header|Content-Disposition", re.IGNORECASE)
NOT_BY_THE_DOOR = {
    "config/feeds.py": "the owner's own calendar, which a calendar program asks for every hour",
    "communities/photos.py": "photos are shown in their page, never sent as a file",
    "sparks/applying/sounds.py": "one voice note, which is played in its page",
    "evaluation/packs/views/reading.py": "a chart of a published pack, whose readers have no account that could be recorded",
    "sparks/attached.py": "one file that a colleague attached to a spark",
}

#: The admin's lists that can be exported.
LISTS = [model for model, registered in admin.site._registry.items() if isinstance(registered, Downloads)]


def csv_rows(data: bytes) -> int:
    """Return how many rows a CSV file has below its headings; it must start with a UTF-8 byte order mark."""
    assert data.startswith(b"\xef\xbb\xbf"), "without this mark Excel shows é as Ã©"
    return len(list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))) - 1


def xlsx_rows(data: bytes) -> int:
    """Return how many rows the first sheet of a workbook has below its headings."""
    return len(list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows())) - 1


def geojson_rows(data: bytes) -> int:
    """Return how many features a GeoJSON file has."""
    return len(json.loads(data)["features"])


def package_rows(data: bytes) -> int:
    """Return how many values a data package has."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return len(list(csv.reader(io.StringIO(archive.read("values.csv").decode())))) - 1


def svg_columns(data: bytes) -> int:
    """Return how many columns a picture has, without the hatching over those that still grow."""
    rects = ElementTree.fromstring(data).findall("{http://www.w3.org/2000/svg}rect")  # noqa: S314 - Kith wrote it
    return sum(rect.get("fill") != "url(#hatching)" for rect in rects)


#: Every export: the name of its URL, its query, the model in the audit entry, and how to count the rows of the file.
EXPORTS: list[tuple[str, str, str, Callable[[bytes], int]]] = [
    ("assets:asset-export", "format=csv", "assets.asset", csv_rows),
    ("assets:asset-export", "format=xlsx", "assets.asset", xlsx_rows),
    ("assets:asset-export", "format=geojson", "assets.asset", geojson_rows),
    ("communities:audit-export", "", "communities.auditentry", csv_rows),
    ("connectors:gift-export", "", "connectors.gift", csv_rows),
    ("connectors:champion-export", "", "connectors.person", csv_rows),
    ("connectors:past-people-file", "", "connectors.person", csv_rows),
    ("connectors:introduction-routes", "format=csv", "connectors.introduction", csv_rows),
    ("sparks:spark-export", "format=csv", "sparks.spark", csv_rows),
    ("sparks:spark-export", "format=xlsx", "sparks.spark", xlsx_rows),
    ("sparks:ledger-export", "", "sparks.round", csv_rows),
    ("sparks:fund-export", "format=csv", "sparks.fund", csv_rows),
    ("sparks:fund-export", "format=xlsx", "sparks.fund", xlsx_rows),
    ("evaluation:indicator-export", "", "evaluation.indicator", csv_rows),
    ("evaluation:indicator-picture", "", "evaluation.indicator", svg_columns),
    ("evaluation:indicator-picture", "places=1", "evaluation.indicator", svg_columns),
    ("evaluation:pack-picture", "", "evaluation.indicator", svg_columns),
    ("evaluation:learning-export", "format=csv", "evaluation.observation", csv_rows),
    ("evaluation:learning-export", "format=xlsx", "evaluation.observation", xlsx_rows),
    ("evaluation:profile-export", "format=csv", "evaluation.profile", csv_rows),
    ("evaluation:profile-export", "format=xlsx", "evaluation.profile", xlsx_rows),
    ("evaluation:value-export", "", "evaluation.valuemap", csv_rows),
    ("evaluation:value-picture", "", "evaluation.valuemap", svg_columns),
    ("evaluation:release-file", "", "evaluation.release", csv_rows),
    ("evaluation:release-package", "", "evaluation.release", package_rows),
]


def senders(function: str) -> Iterator[tuple[str, str]]:
    """Yield (module, function) of every view that calls one of the two ways to send a file."""
    for path, source in SOURCES.items():
        for node in checks.functions(ast.parse(source)):
            calls = (each for each in ast.walk(node) if isinstance(each, ast.Call))
            if path != DOOR and any(checks.called_name(call) == function for call in calls):
                yield path.removesuffix(".py").replace("/", "."), node.name


def addresses(module: str, function: str) -> set[str]:
    """Return the names of a view's URLs."""
    found = set()
    for name, pattern in named(get_resolver()):
        view = inspect.unwrap(pattern.callback)
        if (view.__module__, view.__name__) == (module, function):
            found.add(name)
    return found


def test_exports_are_made_by_one_function() -> None:
    found = {path for path, source in SOURCES.items() if ATTACHMENTS.search(source)} - {DOOR}
    assert found == set(NOT_BY_THE_DOOR), "send files with communities.views.downloads"
    assert set(senders("send_file")) == set(WITHOUT_ROWS_OF_A_TEAM)


def test_every_export_is_tested() -> None:
    views = set(senders("send_export"))
    assert all(addresses(*view) for view in views), "an export that no address answers"
    assert {name for view in views for name in addresses(*view)} == {name for name, *_ in EXPORTS}


def test_exports_of_the_admin_use_the_same_function() -> None:
    assert set(senders("send_list")) == {("communities.admin.transfer", "_sent")}


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """Return the users, with at least three rows of everything that can be downloaded."""
    world = build_signed_in_world()
    people = PersonFactory.create_batch(
        3, team=world.team, street="Mill Row", champion_since="2025-01-01", first_met_on="2024-01-01",
        contact_preference="in_person",
    )  # fmt: skip
    for person in people:
        ConsentFactory(person=person, is_given=True)
        GiftFactory(person=person, is_offered=True)
    AssetFactory.create_batch(3, team=world.team)
    return world


#: What is downloaded of a year only once that year is closed.
BY_YEAR = ("evaluation:profile-export",)


@pytest.mark.parametrize(("name", "query", "model", "count"), EXPORTS)
def test_a_file_is_recorded_with_the_rows_it_holds(name, query, model, count, world) -> None:
    if name in BY_YEAR:
        release(world.team, *quarters_in(year_of(date(2025, 6, 1))))
    address = f"{address_of(name, world).split('?')[0]}?{query}"
    response = client_of(world, "manager").get(address)
    entry = AuditEntry.objects.get(verb="export")
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert (entry.actor, entry.team, entry.model) == (world.manager, world.team, model)
    assert entry.field_names
    assert entry.rows == count(response.getvalue()) >= 1


#: What somebody types who wants to break a file, or does not know that it can.
TYPED = (
    "=1+1", "+44 113 496 0000", "-2", "@SUM(A1)", "\t=cmd", "'=1", "a_x0041_b", "_x0000_", "=HYPERLINK(\"x\")", "two\nlines", "🥁" * 30, "]]>",
    "&amp;",
)  # fmt: skip


#: Every workbook that can be downloaded: the name of its URL, of which the format can be a part, and its query.
WORKBOOKS = [(name, query) for name, query, _model, count in EXPORTS if count is xlsx_rows]
WORKBOOKS += [
    ("evaluation:indicator-export", ""),
    ("evaluation:indicator-export", "by=year"),
    ("evaluation:release-file", ""),
]


@pytest.mark.parametrize(("name", "query"), WORKBOOKS)
def test_excel_has_no_fault_to_find_in_a_workbook(name, query, world) -> None:
    """Excel is not on this machine. What it demands is in `tests.strict_workbooks`, and openpyxl reads each cell."""
    if name in BY_YEAR:
        release(world.team, *quarters_in(year_of(date(2025, 6, 1))))
    for number, text in enumerate(TYPED):
        NeighbourhoodFactory(team=world.team, name=f"{text} {number}"[:80])
        AssetFactory(team=world.team, name=text[:80], description=text * 3)
        ObservationFactory(team=world.team, text=text)
    client = client_of(world, "manager")
    address = address_of(name, world).split("?")[0].replace("/csv/", "/xlsx/")
    data = client.get(f"{address}?{query}").getvalue()
    assert faults_of(data) == []
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet for cell in row]
    assert len(cells) > 8
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    # A text that looks like a formula is a text, with the quote that keeps it one.
    assert not [cell.value for cell in cells if str(cell.value)[:1] in "=@" and cell.value != ""]


#: What no filter has, by the export that is asked for it.
WRONG = [
    ("assets:asset-export", "kind=nonsense"),
    ("communities:audit-export", "verb=nonsense"),
    ("connectors:gift-export", "kind=nonsense"),
    ("connectors:past-people-file", "reached=nonsense"),
    ("sparks:spark-export", "status=nonsense"),
    ("evaluation:indicator-export", "place=999999"),
    ("evaluation:indicator-export", "until=nonsense"),
    ("evaluation:indicator-export", "by=nonsense"),
    ("evaluation:profile-export", "year=nonsense"),
    ("evaluation:indicator-picture", "place=999999"),
    ("evaluation:indicator-picture", "places=1&by=nonsense"),
]


@pytest.mark.parametrize(("name", "query"), WRONG)
def test_a_file_with_a_wrong_filter_is_refused_in_a_sentence(name, query, world) -> None:
    """A file of everything would be taken for what was asked for."""
    response = client_of(world, "manager").get(f"{address_of(name, world).split('?')[0]}?{query}")
    assert response.status_code == 400
    assert "The file was not made" in response.content.decode()
    assert "is not in it." in response.content.decode()
    assert not AuditEntry.objects.filter(verb="export").exists()


def test_an_interrupted_download_is_recorded(world) -> None:
    """The entry is written before the first byte, so cancelling the download hides nothing."""
    response = client_of(world, "manager").get(address_of("connectors:gift-export", world))
    assert response.streaming
    assert AuditEntry.objects.get(verb="export").rows >= 3


def test_a_refused_export_is_not_recorded(world) -> None:
    for name in {name for name, *_ in EXPORTS}:
        for person in ("anonymous", "evaluator", "builder"):
            if not PAGES[name].serves(person, PAGES[name].who):
                client_of(world, person).get(address_of(name, world))
    assert not AuditEntry.objects.filter(verb="export").exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label)
def test_a_list_of_the_admin_is_recorded_with_the_rows_it_holds(model, kind, world) -> None:
    data = download(client_of(world, "manager"), model._meta.label_lower.replace(".", "/"), kind)
    entries = AuditEntry.objects.filter(verb="export")
    assert {(entry.actor, entry.team, entry.model) for entry in entries} <= {
        (world.manager, team, model._meta.label_lower) for team in (world.team, None)
    }
    count = csv_rows if kind == "csv" else xlsx_rows
    assert kind == "csv" or faults_of(data) == []
    assert sum(entry.rows for entry in entries) == count(data) >= 1

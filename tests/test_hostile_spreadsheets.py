"""Spreadsheets that are invalid in every way, uploaded for every model of the admin that imports: a message, no
traceback.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.contrib import admin

from assets.models import Asset
from communities.admin import Spreadsheets
from communities.models import Invitation
from communities.resources.columns import Choice
from connectors.models import ContactPreference, Person
from tests import bringing
from tests.standing import Standing, as_built
from tests.test_urls import build_signed_in_world, client_of

CASES = Path(__file__).resolve().parents[2] / "shared" / "cases"
IMPORTED = [model for model, each in admin.site._registry.items() if isinstance(each, Spreadsheets)]
# Django's own admin templates use undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
NASTY = (
    "", " ", "\u00a0", "'", '"', ",", ";", "\t", "a\nb", "\x01", "\u202e", "\ud7ff", "🦊" * 60, "=1+1", "@SUM(A1)", "<script>",
    "%s", "0", "-1", "1e999", "NaN", "Infinity", "9" * 400, "٣", "²", "Ⅷ", "1.5", "£1,000.005", "yes", "nope",
    "2026-13-45", "0000-00-00", "31/02/2026", "9999-12-31", "1 May", "not-a-uuid", "00000000-0000-0000-0000-000000000000",
    "x" * 30_000, "a@b", "http://[", "javascript:alert(1)", "SW1A 1AA", "builder,gang", '"unclosed', "None", "null",
)  # fmt: skip


@pytest.fixture(scope="module")
def standing_world(build_once) -> Standing:
    """Build the world for all tests here."""
    return build_once(build_signed_in_world)


@pytest.fixture
def world(standing_world, db: None) -> Iterator[SimpleNamespace]:
    """Return the world, as it was built."""
    with as_built(standing_world) as world:
        yield world


def path_of(model) -> str:
    """Return the URL of a page of a model's admin."""
    return f"{model._meta.app_label}/{model._meta.model_name}"


def heard(answer) -> bool:
    """Return whether a response tells the user something: imported, a preview, or what is wrong."""
    if answer.status_code == 302:
        return True
    context = answer.context
    nothing = context["rehearsal"] is not None and not context["refused"] and not context["changes"]
    said = context["form"].errors or context["refused"] or context["changes"] or nothing or list(context["messages"])
    return answer.status_code == 200 and bool(said)


def file_of(headings: list[str], *rows: list[str]) -> str:
    """Return a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue()


@pytest.mark.parametrize("model", IMPORTED, ids=path_of)
def test_any_cell_value_gets_a_response(model, world) -> None:
    client = client_of(world, "manager")
    exported = bringing.download(client, path_of(model)).decode("utf-8-sig")
    headings, *kept = list(csv.reader(io.StringIO(exported)))
    for index, heading in enumerate(headings):
        rows = [[*kept[0][:index], nasty, *kept[0][index + 1 :]] for nasty in NASTY] if kept else []
        assert heard(bringing.bring(client, path_of(model), file_of(headings, *rows, *kept[:1]))), heading
        alone = bringing.bring(client, path_of(model), file_of([heading], *([nasty] for nasty in NASTY)))
        assert heard(alone), heading


@pytest.mark.parametrize("model", IMPORTED, ids=path_of)
def test_any_headings_get_a_response(model, world) -> None:
    client = client_of(world, "manager")
    for headings in (["id", "id"], ["", ""], ["\ufeffid"], ["x" * 5_000], ["=id"], ["ID", "Id "], ["1", "2", "3"]):
        assert heard(bringing.preview(client, path_of(model), file_of(headings, ["1"] * len(headings)))), headings


@pytest.mark.parametrize(
    "data", [b"", b"\x00", b"\xff\xfe", b"PK\x03\x04", b"%PDF-1.7", b"id\n" + b"\x00" * 90, b"\n" * 90]
)
@pytest.mark.parametrize("model", IMPORTED, ids=path_of)
def test_any_file_gets_a_response(model, data, world) -> None:
    assert heard(bringing.preview(client_of(world, "manager"), path_of(model), data))


@pytest.mark.shared_data
@pytest.mark.parametrize("model", IMPORTED, ids=path_of)
def test_files_that_people_sent_get_a_response(model, world) -> None:
    client = client_of(world, "manager")
    before = model._base_manager.count()
    for path in sorted(each for each in CASES.rglob("*") if each.is_file()):
        assert heard(bringing.preview(client, path_of(model), path.read_bytes())), path.name
    assert model._base_manager.count() == before


# Messages of an import and of an export


def test_a_wrong_choice_lists_the_valid_ones(world) -> None:
    client = client_of(world, "manager")
    answer = bringing.preview(client, "communities/partner", "NAME,Kind\nBrook Trust,gang\n")
    assert "“gang” is not one of the choices. Choose council, health," in answer.content.decode()
    answer = bringing.preview(client, "communities/partner", "name,kind\nBrook Trust,\n")
    assert "This is empty. Choose council, health," in answer.content.decode()


@pytest.mark.parametrize("model", IMPORTED, ids=path_of)
def test_headings_in_capitals_and_labels_are_understood(model, world) -> None:
    resource = admin.site.get_model_admin(model).resource_class(user=world.manager)
    for column in resource.columns:
        for heading in (*column.headings, *(each.upper().replace("_", " ") for each in column.headings)):
            assert resource.understood([heading])[heading] in column.headings
        if column.label:
            assert resource.understood([str(column.label).upper()])


@pytest.mark.parametrize("heading", ["Email", "EMAIL", "e-mail", "E-mail", "E-Mail", "e_mail"])
@pytest.mark.parametrize("model", [Asset, Invitation, Person], ids=path_of)
def test_a_heading_may_spell_email_with_a_hyphen(model, heading, world) -> None:
    resource = admin.site.get_model_admin(model).resource_class(user=world.manager)
    assert resource.understood([heading]) == {heading: "email"}


@pytest.mark.parametrize("cell", ["email", "Email", "e-mail", "E-mail"])
def test_a_choice_may_spell_email_with_a_hyphen(cell) -> None:
    column = Choice("contact_preference", choices=ContactPreference.choices)
    assert column.read([cell], books=None, team=None) == "email"


RESOURCES = [
    each.resource_class for each in admin.site._registry.values() if getattr(each, "resource_class", None) is not None
]


@pytest.mark.parametrize("kind", RESOURCES, ids=lambda kind: kind.__name__)
def test_exports_have_names_instead_of_primary_keys(kind, world) -> None:
    resource = kind(user=world.manager)
    relations = {field.name: field for field in kind.model._meta.get_fields() if field.is_relation and field.concrete}
    rows = list(resource.export())
    assert rows
    for number, heading in enumerate(resource.headings):
        if heading in relations:
            said = {str(row[number]) for row in rows}
            pks = {str(pk) for pk in relations[heading].related_model._base_manager.values_list("pk", flat=True)}
            assert not said & pks, heading
            assert not any("object (" in each for each in said), heading

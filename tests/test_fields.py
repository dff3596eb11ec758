"""A field is in every place that CONTRIBUTING's list "A new field" names, or a table here says why not.

A new field of an asset or a resident fails in the first test until somebody decides who sets it, and then in each place that does
not know it yet.
"""

from pathlib import Path

import pytest
from django.contrib import admin
from django.db.models import Model

from assets.exports import COLUMNS
from assets.forms import AssetForm
from assets.importing.cleaning import Cleaner
from assets.importing.columns import ALIASES, FIELDS
from assets.models import Asset, Kind
from assets.resources import AssetResource
from assets.rules import EDITABLE
from communities.audit_log.subjects import subjects
from connectors.actions.people import PERSON_FIELDS
from connectors.forms.people import PersonForm
from connectors.models import Person
from connectors.resources import PersonResource
from connectors.rules.merges import CHOSEN_FIELDS

ROOT = Path(__file__).resolve().parent.parent

#: Fields that Kith sets, not a person: an action of their own, or what is worked out.
SET_BY_KITH = {
    Asset: {
        "id": "the primary key",
        "uuid": "given by the page or the file when the asset is added",
        "team": "never changes",
        "created_by": "the user who added it",
        "created_at": "when it was added",
        "updated_at": "when it was saved",
        "import_batch": "the import that added it",
        "is_neighbourhood_chosen": "follows from the neighbourhood given",
        "quadkey": "follows from the position",
        "status": "set by retire_asset and restore_asset",
        "retired_reason": "set by retire_asset",
        "retired_at": "set by retire_asset",
        "retired_by": "set by retire_asset",
    },
    Person: {
        "id": "the primary key",
        "uuid": "given by the page or the phone when the resident is added",
        "team": "never changes",
        "created_by": "the user who added them",
        "keeper": "set by handing over what a builder looks after",
        "created_at": "when they were added",
        "updated_at": "when the record was saved",
        "name_key": "follows from the names",
        "other_name_key": "follows from the names",
        "phone_key": "follows from the phone number",
        "merged_into": "set by merge_people, and by undoing a merge",
        "erased_on": "set by erase_person",
        "told_notice": "set by the actions of consent, with told_on",
    },
}
#: Fields that a person sets, but not in the form of the page.
NOT_IN_THE_FORM = {
    Asset: {
        "last_confirmed_on": "the page has a button of its own",
        "visibility": "managers set it in the admin",
    },
    Person: {
        "connector_since": "the page has a button of its own",
        "champion_since": "the page has a button of its own",
        "told_on": "the page has a button of its own",
        "first_met_on": "follows from the first conversation; managers correct it in the admin",
    },
}
#: Fields that a person sets, but not in the admin and its spreadsheets.
NOT_IN_THE_ADMIN = {
    Asset: {},
    Person: {"champion_since": "street champions are imported from a file of their own"},
}
EDITED = {Asset: set(EDITABLE), Person: set(PERSON_FIELDS)}
#: What a form, the admin or a spreadsheet has beside the fields of the model that a person sets.
BESIDE = {"as_shown", "uuid", "themes", "team"}
BOTH = pytest.mark.parametrize("model", [Asset, Person])


def named(model: type[Model]) -> set[str]:
    """Return the names of a model's own columns."""
    return {field.name for field in model._meta.concrete_fields}


def in_the_admin(model: type[Model]) -> set[str]:
    """Return the fields that a model's page in the admin lets people change."""
    page = admin.site._registry[model]
    groups = [options["fields"] for _name, options in page.fieldsets] if page.fieldsets else [page.fields]
    return {name for group in groups for name in group} - set(page.readonly_fields)


@BOTH
def test_each_field_is_set_by_a_person_or_by_kith(model: type[Model]) -> None:
    assert not EDITED[model] & set(SET_BY_KITH[model])
    assert named(model) == EDITED[model] | set(SET_BY_KITH[model])


@BOTH
def test_each_exception_is_about_a_field_that_people_set(model: type[Model]) -> None:
    assert set(NOT_IN_THE_FORM[model]) | set(NOT_IN_THE_ADMIN[model]) <= EDITED[model]


@pytest.mark.parametrize(("model", "form"), [(Asset, AssetForm), (Person, PersonForm)])
def test_the_form_has_each_field(model: type[Model], form: type) -> None:
    assert set(form.base_fields) - BESIDE == EDITED[model] - set(NOT_IN_THE_FORM[model])


def test_the_page_of_an_asset_shows_each_field_of_the_form() -> None:
    """The page lays the fields out by hand; that of a resident goes through all of them."""
    page = (ROOT / "templates/assets/asset_form.html").read_text()
    shown = [name for name, field in AssetForm.base_fields.items() if not field.widget.is_hidden]
    assert [name for name in shown if f"form.{name}.as_field_group" not in page] == []


@BOTH
def test_the_admin_has_each_field(model: type[Model]) -> None:
    assert in_the_admin(model) - BESIDE == EDITED[model] - set(NOT_IN_THE_ADMIN[model])


@pytest.mark.parametrize(("model", "resource"), [(Asset, AssetResource), (Person, PersonResource)])
def test_the_spreadsheet_of_the_admin_has_each_field(model: type[Model], resource: type) -> None:
    assert set(resource.fields) - BESIDE == EDITED[model] - set(NOT_IN_THE_ADMIN[model])


@BOTH
def test_the_audit_names_each_field(model: type[Model]) -> None:
    known = subjects()[model._meta.label_lower].named_fields()
    assert sorted(EDITED[model] - set(known)) == []


def test_an_import_of_assets_reads_each_field() -> None:
    assert set(FIELDS) == EDITED[Asset] | {"uuid"}
    assert set(ALIASES) == set(FIELDS)


@pytest.mark.parametrize("field", FIELDS)
def test_an_import_of_assets_cleans_each_field(field: str) -> None:
    """A field without a cleaner of its own raises KeyError, instead of being read as text."""
    columns = {"name": "Name", "latitude": "Lat", "longitude": "Long", field: field.title()}
    assert Cleaner(columns, Kind.PLACE)


def test_a_field_without_a_cleaner_is_found() -> None:
    with pytest.raises(KeyError, match="colour"):
        Cleaner({"name": "Name", "colour": "Colour"}, Kind.PLACE)


def test_an_export_of_assets_has_each_field() -> None:
    assert set(COLUMNS) == set(FIELDS) | {"status"}


def test_a_merge_of_residents_lets_people_choose_each_field() -> None:
    assert set(CHOSEN_FIELDS) == EDITED[Person]

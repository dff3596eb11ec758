"""Every page of the admin as every user, from the literal tables of tests/url_table."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.db import models
from django.urls import NoReverseMatch, reverse

from tests.hostile import HostileClient
from tests.standing import Standing, as_built
from tests.test_urls import client_of, is_sign_in
from tests.url_table import AdminRow, admin_tables, build_signed_in_world

# Django's own admin templates use undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
ROWS = admin_tables()
REGISTERED = {model._meta.label: model for model in admin.site._registry}
VERBS = {"read": "changelist", "add": "add", "change": "change", "delete": "delete"}


@pytest.fixture(scope="module")
def standing_world(build_once) -> Standing:
    """Build the users and their team's rows for all tests here."""
    return build_once(build_signed_in_world)


@pytest.fixture
def world(standing_world, db: None) -> Iterator[SimpleNamespace]:
    """Return the users and their team's rows."""
    with as_built(standing_world) as world:
        yield world


def test_the_tables_list_exactly_the_models_of_the_admin() -> None:
    assert sorted(set(REGISTERED) - set(ROWS)) == [], "models in no ADMIN table of tests/url_table"
    assert sorted(set(ROWS) - set(REGISTERED)) == [], "lines for models that are not in the admin"


def address(model: type[models.Model], page: str, *arguments: object) -> str:
    """Return the URL of one page of a model's admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def row_of(model: type[models.Model]) -> models.Model:
    """Return the world's first row of a model."""
    row = model._base_manager.order_by("pk").first()
    assert row is not None, f"build(world) in tests/url_table/{model._meta.app_label}.py makes no {model.__name__}"
    return row


def addresses(model: type[models.Model]) -> dict[str, str]:
    """Return the URLs of a model's admin by permission."""
    pk = row_of(model).pk
    named = {
        verb: address(model, page, *([pk] if verb in {"change", "delete"} else [])) for verb, page in VERBS.items()
    }
    for page in ("export", "import"):
        try:
            named[page] = address(model, page)
        except NoReverseMatch:
            continue
    return named


def expected(verbs: str, page: str) -> int:
    """Return the status of a page for users with these permissions; with read alone, a row opens without being
    editable.
    """
    held = set(verbs.split())
    if page == "import" and "import" in held:
        return 200
    needed = {"change": {"read"}, "export": {"read"}, "import": {"add", "change"}}.get(page, {page})
    return 200 if needed <= held else 403


@pytest.mark.parametrize("label", sorted(set(ROWS) & set(REGISTERED)))
def test_each_page_opens_for_the_users_in_the_table(label: str, world: SimpleNamespace) -> None:
    row, pages = ROWS[label], addresses(REGISTERED[label])
    for person, verbs in (
        ("administrator", row.administrators),
        ("manager", row.managers),
        ("builder", ""),
        ("evaluator", ""),
    ):
        client = client_of(world, person)
        got = {page: client.get(path).status_code for page, path in pages.items()}
        assert got == {page: expected(verbs, page) for page in pages}, person
    for path in pages.values():
        assert is_sign_in(follow_once(HostileClient(), path))


def follow_once(client: HostileClient, path: str):
    """Return the response to an anonymous user, past the admin's own sign-in page, which redirects to Kith's."""
    response = client.get(path)
    if response.status_code == 302 and response.headers["Location"].startswith(reverse("admin:login")):
        response = client.get(response.headers["Location"])
    return response


@pytest.mark.parametrize("label", sorted(label for label in set(ROWS) & set(REGISTERED) if not ROWS[label].shared))
def test_another_teams_manager_gets_404(label: str, world: SimpleNamespace) -> None:
    model, row = REGISTERED[label], row_of(REGISTERED[label])
    client = client_of(world, "stranger")
    listed = client.get(address(model, "changelist"))
    if "read" in ROWS[label].managers.split():
        assert listed.status_code == 200
        assert row.pk not in {shown.pk for shown in listed.context["cl"].result_list}
    else:
        assert listed.status_code == 403
    for page in ("change", "delete"):
        for answer in (
            client.get(address(model, page, row.pk)),
            client.post(address(model, page, row.pk), {"post": "yes"}),
        ):
            # For a row that does not exist, Django's admin redirects to its first page.
            gone = answer.status_code == 302 and answer.headers["Location"] == reverse("admin:index")
            assert gone or answer.status_code in {403, 404}, f"{page}: {answer.status_code}"
    assert model._base_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("label", sorted(set(ROWS) & set(REGISTERED)))
def test_read_only_users_cannot_write(label: str, world: SimpleNamespace) -> None:
    row, pages = ROWS[label], addresses(REGISTERED[label])
    before = REGISTERED[label]._base_manager.count()
    for person, verbs in (
        ("administrator", row.administrators),
        ("manager", row.managers),
        ("builder", ""),
        ("evaluator", ""),
    ):
        client = client_of(world, person)
        for verb in {"add", "change", "delete"} - set(verbs.split()):
            assert client.post(pages[verb], {"post": "yes"}).status_code == 403, (person, verb)
    assert REGISTERED[label]._base_manager.count() == before


@pytest.mark.parametrize("label", sorted(set(ROWS) & set(REGISTERED)))
def test_searching_works(label: str, world: SimpleNamespace) -> None:
    model_admin = admin.site._registry[REGISTERED[label]]
    assert model_admin.search_fields, f"{label} cannot be searched"
    response = client_of(world, "administrator").get(address(REGISTERED[label], "changelist"), {"q": "brook"})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("verbs", "page", "status"),
    [
        ("read", "read", 200),
        ("read", "change", 200),
        ("read", "add", 403),
        ("read add change", "import", 200),
        ("read add", "import", 403),
        ("", "export", 403),
        ("read import", "import", 200),
    ],
)
def test_the_table_is_parsed_correctly(verbs: str, page: str, status: int) -> None:
    assert expected(verbs, page) == status


def test_a_line_of_the_table_is_parsed_correctly() -> None:
    assert AdminRow() == AdminRow(
        managers="read add change delete", administrators="read add change delete", shared=False
    )

"""The admin as its users see it: its first page, and the links from a row to its page and back."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.urls import reverse

from config.admin import FIRST
from connectors.models import Gift, Person
from sparks.models import Spark
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import GiftFactory, PersonFactory
from tests.test_urls import client_of
from tests.url_table import build_world

# Django's own admin templates use undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
WITH_PAGES = [model for model, each in admin.site._registry.items() if getattr(each, "page", None)]
THROUGH = [model for model, each in admin.site._registry.items() if getattr(each, "page_through", "")]


def address(model, page: str, *arguments: object) -> str:
    """Return the URL of one page of a model's admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


@pytest.fixture
def world():
    """Return the users and their team's rows."""
    return build_world()


#: Words of the schema that say nothing to whoever reads the admin.
RAW = re.compile(
    r"\b(uuid|spki|sha256|stamp|pk|object id|field names|model|^is [a-z]+|[a-z]+_[a-z_]+)\b", re.IGNORECASE
)


def labels_of(model, request) -> list[list[str]]:
    """Return the labels of a row's page, and of the list."""
    each = admin.site.get_model_admin(model)
    row = model._base_manager.order_by("pk").first()
    readonly = each.get_readonly_fields(request, row)
    fields = [
        name for name in flatten_fieldsets(each.get_fieldsets(request, row)) if name not in {"as_shown", "uuid_shown"}
    ]
    form = {} if not each.has_change_permission(request, row) else each.get_form(request, row)().fields
    named = [
        str(form[name].label) if name in form and name not in readonly else label_for_field(name, model, each)
        for name in fields
    ]
    return [
        [str(label) for label in named],
        [str(label_for_field(name, model, each)) for name in each.get_list_display(request)],
    ]


def test_labels_are_words_and_differ_from_each_other(world, rf) -> None:
    request = rf.get("/admin/")
    request.user = world.administrator
    faults = []
    for model in admin.site._registry:
        for labels in labels_of(model, request):
            lowered = [each.lower() for each in labels]
            faults += [
                (model._meta.label, each) for each in labels if RAW.search(each) or lowered.count(each.lower()) > 1
            ]
    assert faults == []


# The first page


def test_the_first_page_begins_with_what_people_need(world) -> None:
    page = client_of(world, "manager").get("/admin/")
    groups = page.context["groups"]
    names = [group["name"] for group in groups]
    assert names == [
        "People and conversations", "Asset map", "Sparks and money", "Stories and indicators", "Teams and places",
    ]  # fmt: skip
    first = [each["model"]._meta.label for group in groups for each in group["first"]]
    assert first == [label for label in FIRST if label != "communities.User"]
    assert len(first) == 12


@pytest.mark.parametrize("app", ["communities", "assets", "connectors", "sparks", "evaluation"])
def test_the_page_of_an_app_lists_its_models(app, world) -> None:
    """The breadcrumb of each of its pages leads there."""
    client = client_of(world, "manager")
    models = [model for model in admin.site._registry if model._meta.app_label == app]
    whole, own = (
        {model for model in models if f'href="{address(model, "changelist")}"' in client.get(path).content.decode()}
        for path in ("/admin/", reverse("admin:app_list", args=[app]))
    )
    assert own == whole != set()


def test_everything_else_is_under_more(world) -> None:
    page = client_of(world, "administrator").get("/admin/")
    shown = [each["model"] for group in page.context["groups"] for each in (*group["first"], *group["rest"])]
    assert sorted(map(str, shown)) == sorted(map(str, admin.site._registry))
    more = page.content.decode().split("<summary>More</summary>")
    assert len(more) == 2
    assert address(Gift, "changelist") in more[0]
    assert "/admin/connectors/theme/" in more[1]


def test_the_first_page_counts_rows_of_own_teams(world) -> None:
    PersonFactory(team=world.team)
    page = client_of(world, "manager").get("/admin/")
    counts = {each["model"]: each["count"] for group in page.context["groups"] for each in group["first"]}
    assert counts[Person] == {"number": Person.objects.filter(team=world.team).remembered().count(), "is_capped": False}
    assert f">{counts[Person]['number']}<" in re.sub(r"\s", "", page.content.decode())


def test_counting_stops_at_a_limit(world, monkeypatch) -> None:
    monkeypatch.setattr("config.admin.COUNT_CAP", 2)
    monkeypatch.setattr("config.admin.capped_count", lambda rows: rows.order_by()[:3].count())
    PersonFactory.create_batch(3, team=world.team)
    assert "more than 2" in client_of(world, "manager").get("/admin/").content.decode()


# From a row to its page


@pytest.mark.parametrize("model", [*WITH_PAGES, *THROUGH], ids=lambda model: model._meta.label)
def test_each_row_and_form_links_to_its_page(model, world) -> None:
    client, row = client_of(world, "manager"), model._base_manager.order_by("pk").first()
    page = admin.site.get_model_admin(model).page_of(row)
    assert client.get(page).status_code == 200
    assert f'href="{page}">Open</a>' in client.get(address(model, "changelist")).content.decode()
    assert f'href="{page}">Open in Kith</a>' in client.get(address(model, "change", row.pk)).content.decode()


def test_the_links_of_a_list_take_no_more_queries(world, django_assert_num_queries) -> None:
    client = client_of(world, "manager")
    Gift.objects.exclude(pk=GiftFactory(person=world.person).pk).delete()
    for _more in (1, 3):
        with django_assert_num_queries(9):
            assert "Open</a>" in client.get(address(Gift, "changelist")).content.decode()
        GiftFactory.create_batch(2, person=PersonFactory(team=world.team))


# And back


@pytest.mark.parametrize("model", WITH_PAGES, ids=lambda model: model._meta.label)
def test_each_page_links_back_to_the_row_for_permitted_users(model, world) -> None:
    row = model._base_manager.order_by("pk").first()
    page, back = admin.site.get_model_admin(model).page_of(row), address(model, "change", row.pk)
    assert f'href="{back}"' in client_of(world, "manager").get(page).content.decode()
    for person in ("builder", "evaluator"):
        answer = client_of(world, person).get(page)
        assert "/admin/" not in answer.content.decode()


def test_a_list_page_links_to_no_admin_row(world) -> None:
    page = client_of(world, "manager").get(reverse("connectors:person-list")).content.decode()
    assert "Open in the admin" not in page


def test_a_manager_of_another_team_gets_no_links_to_admin_rows(world) -> None:
    from communities.models import Membership

    Membership.objects.filter(user=world.manager, team=world.team).update(role="builder")
    other = NeighbourhoodFactory().team
    Membership.objects.create(user=world.manager, team=other, role="manager")
    spark = Spark.objects.filter(team=world.team).first()
    answer = client_of(world, "manager").get(reverse("sparks:spark-detail", args=[spark.uuid]))
    assert "Open in the admin" not in answer.content.decode()


# Light and dark, and a strict policy


@pytest.mark.parametrize("path", ["/admin/", "/admin/connectors/person/", "/admin/communities/partner/import/"])
def test_pages_have_kiths_colours_and_nothing_inline(path, world) -> None:
    page = client_of(world, "manager").get(path).content.decode()
    sheets = [page.index(name) for name in ("admin/css/base", "admin/css/responsive", "css/admin.", "css/admin_lists")]
    assert sheets == sorted(sheets)
    assert "theme.js" not in page
    assert "theme-toggle" not in page
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)(?![^>]*application/json)| style=| on\w+=", page)


def test_the_list_of_roles_links_to_the_import_of_invitations(world) -> None:
    page = client_of(world, "manager").get("/admin/communities/membership/").content.decode()
    assert 'href="/admin/communities/invitation/import/">Import</a>' in page

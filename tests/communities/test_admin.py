"""The admin shows managers the rows of their own teams and nothing else, on every page."""

import io
import re

import openpyxl
import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core import signing
from django.urls import reverse

from communities.admin.transfer import SALT, packed
from communities.models import AuditEntry, Membership, Neighbourhood, Partner, Role, Team, User
from tests.bringing import bring, download, may_go_on, preview
from tests.factories.communities import AuditEntryFactory, NeighbourhoodFactory, PartnerFactory
from tests.factories.connectors import ThemeFactory

PARTNERS = "/admin/communities/partner/"
# Django's own password widget uses undefined variables.
pytestmark = pytest.mark.ignore_template_errors


@pytest.fixture
def ours(team):
    return PartnerFactory(team=team, name="Ours")


@pytest.fixture
def theirs(other_team):
    return PartnerFactory(team=other_team, name="Theirs")


#: The values that the page and the admin pass to the action.
PARTNER_FIELDS = (
    "name", "kind", "website", "email", "is_host", "is_funder", "is_introducer", "is_fiscal_host", "is_steering_member", "signatories",
)  # fmt: skip


def upload(client, rows: str | bytes, *, confirm: bool = True):
    """Upload a file and confirm the import, or only upload it."""
    return (bring if confirm else preview)(client, "communities/partner", rows)


def export(client, kind: str) -> bytes:
    return download(client, "communities/partner", kind)


# Access


@pytest.mark.parametrize("path", ["/admin/", PARTNERS, f"{PARTNERS}add/", f"{PARTNERS}import/", f"{PARTNERS}export/"])
@pytest.mark.parametrize(
    ("person", "status"), [("builder", 403), ("evaluator", 403), ("manager", 200), ("administrator", 200)]
)
def test_only_managers_and_administrators_can_open_the_admin(client_for, request, person, status, path):
    assert client_for(request.getfixturevalue(person)).get(path).status_code == status


def test_anonymous_visitors_are_sent_to_kiths_sign_in_page(client, db):
    response = client.get(PARTNERS, follow=True)
    assert response.redirect_chain[-1] == (f"{reverse('communities:sign-in')}?next={PARTNERS}", 302)
    assert client.get("/admin/login/?next=https://evil.example/").status_code == 302


def test_a_deactivated_manager_loses_access_at_once(client_for, manager):
    client = client_for(manager)
    assert client.get("/admin/").status_code == 200
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_an_administrator_sets_a_password_on_a_page_with_both_fields(client_for, administrator, builder):
    client, url = client_for(administrator), f"/admin/communities/user/{builder.pk}/password/"
    page = client.get(url).content.decode()
    assert re.findall(r'<input type="password" name="(\w+)"', page) == ["new_password1", "new_password2"]
    assert "unset-password" not in page
    words = "four kettles and a hob"
    refused = client.post(url, {"new_password1": words, "new_password2": "another"}).content.decode()
    assert "Nothing was saved" in refused
    assert client.post(url, {"new_password1": words, "new_password2": words}).status_code == 302
    builder.refresh_from_db()
    assert builder.check_password(words)


def test_managers_cannot_open_the_list_of_users(client_for, manager, builder):
    client = client_for(manager)
    assert "communities/user/" not in client.get("/admin/").content.decode()
    for path in ("", "add/", f"{builder.pk}/change/", f"{builder.pk}/password/"):
        assert client.get(f"/admin/communities/user/{path}").status_code in (302, 403)
    response = client.post("/admin/communities/user/add/", {"email": "x@example.org", "is_superuser": "on"})
    assert response.status_code == 403
    assert not User.objects.filter(email="x@example.org").exists()


# Rows of other teams


def test_lists_searches_and_filters_contain_own_rows_only(client_for, manager, ours, theirs):
    client = client_for(manager)
    for query in ("", "?q=Theirs", f"?team__id__exact={theirs.team_id}", "?all="):
        page = client.get(PARTNERS + query, follow=True).content.decode()
        assert f"/partner/{theirs.pk}/" not in page
        assert "Hillfoot" not in page
    assert f"/partner/{ours.pk}/" in client.get(PARTNERS).content.decode()


def test_a_manager_of_two_teams_filters_by_own_teams_only(client_for, manager, other_team, db):
    third = Team.objects.create(name="Thirdfield", slug="thirdfield")
    Membership.objects.create(user=manager, team=other_team, role=Role.MANAGER)
    Membership.objects.create(user=manager, team=third, role=Role.BUILDER)
    PartnerFactory(team=other_team)
    PartnerFactory(team=third, name="Not managed")
    page = client_for(manager).get(PARTNERS).content.decode()
    assert "Hillfoot" in page
    assert "Thirdfield" not in page
    assert "Not managed" not in page


def test_a_filter_says_whose_it_is_if_two_teams_have_one_name(client_for, administrator, team, other_team):
    for each in (team, other_team):
        ThemeFactory(team=each, name="Growing food")
    ThemeFactory(team=team, name="Singing")
    page = client_for(administrator).get("/admin/connectors/person/").content.decode()
    assert f"Growing food ({team.name})" in page
    assert f"Growing food ({other_team.name})" in page
    assert f"Singing ({team.name})" not in page


@pytest.mark.parametrize("verb", ["change", "delete", "history"])
def test_other_teams_rows_cannot_be_opened(client_for, manager, theirs, verb):
    response = client_for(manager).get(f"{PARTNERS}{theirs.pk}/{verb}/")
    assert response.status_code == 302
    assert "Theirs" not in response.content.decode()


def test_other_teams_rows_cannot_be_changed_or_deleted(client_for, manager, theirs):
    client = client_for(manager)
    client.post(f"{PARTNERS}{theirs.pk}/change/", {"name": "Mine now", "kind": "other", "team": manager.team_ids()[0]})
    client.post(f"{PARTNERS}{theirs.pk}/delete/", {"post": "yes"})
    client.post(PARTNERS, {"action": "delete_selected", "_selected_action": [theirs.pk], "post": "yes"})
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"
    assert not AuditEntry.objects.exists()


def test_a_row_cannot_be_moved_to_another_team(client_for, manager, ours, other_team):
    data = {"name": "Ours", "kind": "other", "team": other_team.pk}
    client_for(manager).post(f"{PARTNERS}{ours.pk}/change/", data)
    ours.refresh_from_db()
    assert ours.team_id != other_team.pk
    response = client_for(manager).post(f"{PARTNERS}add/", {**data, "name": "New"})
    assert response.status_code == 200
    assert not Partner.objects.filter(name="New").exists()


def test_choices_and_autocomplete_offer_own_rows_only(client_for, manager, builder, stranger, ours, other_team):
    client = client_for(manager)
    page = client.get(f"{PARTNERS}{ours.pk}/change/").content.decode()
    assert "Bea Builder" in page
    assert "Sam Stranger" not in page
    query = {"app_label": "communities", "model_name": "partner", "field_name": "team"}
    found = client.get("/admin/autocomplete/", {**query, "term": ""}).json()["results"]
    assert [row["text"] for row in found] == ["Brookside"]
    assert client.get("/admin/autocomplete/", {**query, "field_name": "signatories"}).status_code == 403


def test_a_user_of_another_team_cannot_be_chosen_by_primary_key(client_for, manager, ours, stranger):
    data = {"name": "Ours", "kind": "other", "team": ours.team_id, "signatories": [stranger.pk]}
    response = client_for(manager).post(f"{PARTNERS}{ours.pk}/change/", data)
    assert "signatories" in response.context["adminform"].form.errors
    assert not ours.signatories.exists()


def test_signatories_cannot_remove_themselves(client_for, manager, second_manager, builder, ours):
    ours.signatories.add(manager)
    path, data = f"{PARTNERS}{ours.pk}/change/", {"name": "Ours", "kind": "other", "team": ours.team_id}
    response = client_for(manager).post(path, {**data, "signatories": [builder.pk]})
    assert "Ask a colleague" in response.context["adminform"].form.errors["signatories"][0]
    assert list(ours.signatories.all()) == [manager]
    assert client_for(manager).post(path, {**data, "signatories": [builder.pk, manager.pk]}).status_code == 302
    assert client_for(second_manager).post(path, {**data, "signatories": [builder.pk]}).status_code == 302
    assert list(ours.signatories.all()) == [builder]


def test_signatories_cannot_remove_themselves_by_import(client_for, manager, second_manager, builder, ours):
    ours.signatories.add(manager)
    rows = f"id,name,kind,signatories\n{ours.pk},Renamed,other,{builder.email}\n"
    response = upload(client_for(manager), rows)
    assert not may_go_on(response)
    assert "Ask a colleague" in response.content.decode()
    ours.refresh_from_db()
    assert (ours.name, list(ours.signatories.all())) == ("Ours", [manager])
    assert upload(client_for(manager), f"id,name,kind\n{ours.pk},Renamed,other\n").status_code == 302
    assert upload(client_for(second_manager), rows.replace("Renamed", "Again")).status_code == 302
    assert list(ours.signatories.all()) == [builder]


def test_even_an_administrator_cannot_link_rows_of_two_teams(client_for, administrator, ours, stranger):
    data = {"name": "Ours", "kind": "other", "team": ours.team_id, "signatories": [stranger.pk]}
    response = client_for(administrator).post(f"{PARTNERS}{ours.pk}/change/", data)
    assert response.context["adminform"].form.errors["signatories"] == ["This belongs to another team."]


# Every write is audited


def test_every_write_is_audited_by_field_name_and_djangos_log_stays_empty(client_for, manager, team):
    client = client_for(manager)
    data = {"name": "Secret Society", "kind": "other", "team": team.pk}
    client.post(f"{PARTNERS}add/", data)
    partner = Partner.objects.get()
    client.post(f"{PARTNERS}{partner.pk}/change/", {**data, "name": "Secret Club", "is_host": "on"})
    client.post(f"{PARTNERS}{partner.pk}/delete/", {"post": "yes"})
    entries = AuditEntry.objects.order_by("pk").values_list("actor", "team", "verb", "object_id", "field_names")
    assert list(entries) == [
        # An address is only named if one was given: whoever gave it neither decides on what goes there nor pays it.
        (manager.pk, team.pk, "create", str(partner.pk), sorted(set(PARTNER_FIELDS) - {"email"})),
        (manager.pk, team.pk, "update", str(partner.pk), ["is_host", "name"]),
        (manager.pk, team.pk, "delete", str(partner.pk), []),
    ]
    assert not LogEntry.objects.exists()


def test_deleting_several_rows_audits_each(client_for, manager, team):
    pks = [PartnerFactory(team=team).pk for _each in range(3)]
    client_for(manager).post(PARTNERS, {"action": "delete_selected", "_selected_action": pks, "post": "yes"})
    assert not Partner.objects.exists()
    assert set(AuditEntry.objects.values_list("verb", "object_id")) == {("delete", str(pk)) for pk in pks}


def test_history_links_to_the_audit_of_the_row(client_for, manager, ours):
    AuditEntryFactory(team=ours.team, model="communities.partner", object_id=str(ours.pk), verb="retire")
    response = client_for(manager).get(f"{PARTNERS}{ours.pk}/history/", follow=True)
    assert response.redirect_chain[0][0] == f"/audit/?model=communities.partner&object_id={ours.pk}"
    assert "retired" in response.content.decode()


@pytest.mark.parametrize("model", ["auditentry", "invitation"])
def test_append_only_rows_are_read_only(client_for, administrator, model):
    entry = AuditEntryFactory()
    client = client_for(administrator)
    assert client.get(f"/admin/communities/{model}/").status_code == 200
    assert client.get(f"/admin/communities/{model}/add/").status_code == 403
    if model == "auditentry":
        assert client.get(f"/admin/communities/{model}/{entry.pk}/change/").status_code == 200
        assert client.post(f"/admin/communities/{model}/{entry.pk}/change/", {"verb": "x"}).status_code == 403
        assert client.post(f"/admin/communities/{model}/{entry.pk}/delete/", {"post": "yes"}).status_code == 403


def test_managers_read_roles_here_and_change_them_on_the_team_page(client_for, manager, builder):
    membership = Membership.objects.get(user=builder)
    client = client_for(manager)
    path = f"/admin/communities/membership/{membership.pk}/change/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"role": "manager"}).status_code == 403
    assert client.post(path.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_a_manager_changes_their_team_but_not_its_address_or_limit(client_for, manager, team, other_team):
    client = client_for(manager)
    data = {
        "name": "Brookside East",
        "slug": "stolen",
        "language": "en-gb",
        "approval_limit_gbp": "100",
        "small_number_threshold": "5",
    }
    client.post(f"/admin/communities/team/{team.pk}/change/", data)
    client.post(f"/admin/communities/team/{other_team.pk}/change/", data)
    team.refresh_from_db()
    other_team.refresh_from_db()
    assert (team.name, team.slug, other_team.name) == ("Brookside East", "brookside", "Hillfoot")
    assert team.approval_limit_gbp == 250
    assert client.get("/admin/communities/team/add/").status_code == 403


def test_an_administrator_sets_the_limit_of_a_team(client_for, administrator, team):
    data = {"name": "Brookside", "slug": "brookside", "language": "en-gb", "small_number_threshold": "5"}
    path = f"/admin/communities/team/{team.pk}/change/"
    assert client_for(administrator).post(path, {**data, "approval_limit_gbp": "100"}).status_code == 302
    team.refresh_from_db()
    assert team.approval_limit_gbp == 100


def test_an_administrator_adds_a_user_and_deactivates_an_account(client_for, administrator):
    client = client_for(administrator)
    word = "three herons on the weir"
    data = {
        "email": "Nell@Example.org",
        "name": "Nell",
        "password1": word,
        "password2": word,
    }
    inline = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    response = client.post("/admin/communities/user/add/", {**data, **inline})
    user = User.objects.get(email="nell@example.org")
    assert response.status_code == 302
    assert user.check_password(word)
    path = f"/admin/communities/user/{user.pk}/"
    client.post(f"{path}change/", {"email": user.email, "name": "Nell", **inline})
    user.refresh_from_db()
    assert user.is_active is False
    assert client.get(f"{path}delete/").status_code == 403
    client.post(f"{path}password/", {"new_password1": word + "!", "new_password2": word + "!"})
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", "field_names")) == [
        ("create", ["email", "name", "password"]),
        ("close_account", ["is_active"]),
        ("change_password", ["password"]),
    ]


# Export


def test_an_export_has_own_rows_only(client_for, manager, ours, theirs):
    client = client_for(manager)
    for query in ({}, {"team__id__exact": theirs.team_id}, {"q": "Theirs"}):
        words = download(client, "communities/partner", **query).decode("utf-8-sig")
        assert "Theirs" not in words
        assert "hillfoot" not in words
    assert b"Ours" in export(client, "csv")


def test_exports_have_no_formulas_in_either_format(client_for, manager, team):
    PartnerFactory(team=team, name='=HYPERLINK("http://evil.example","x")')
    PartnerFactory(team=team, name="+1+cmd|' /C calc'!A0")
    client = client_for(manager)
    assert "\"'=HYPERLINK" in export(client, "csv").decode("utf-8-sig")
    sheet = openpyxl.load_workbook(io.BytesIO(export(client, "xlsx"))).active
    assert {cell.data_type for row in sheet.iter_rows(max_col=4) for cell in row} <= {"s", "n"}
    assert {row[2].value[:2] for row in sheet.iter_rows(min_row=2)} == {"'=", "'+"}


# Import


def test_importing_an_export_changes_nothing(client_for, manager, ours, builder):
    ours.name = "=Ours & co"
    ours.save()
    ours.signatories.add(builder)
    for kind in ("csv", "xlsx"):
        response = upload(client_for(manager), export(client_for(manager), kind), confirm=False)
        assert [row.fate for row in response.context["rehearsal"].rows] == ["same"]


@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_a_manager_of_one_team_can_leave_the_team_column_out(client_for, manager, team, bom):
    response = upload(client_for(manager), f"{bom}name,kind\r\nTrust,voluntary\r\nCafé,business\r\n")
    assert response.status_code == 302
    assert set(Partner.objects.values_list("name", "team__slug")) == {("Trust", "brookside"), ("Café", "brookside")}
    assert (
        list(AuditEntry.objects.values_list("verb", "actor", "field_names"))
        == [("create", manager.pk, ["kind", "name", "signatories"])] * 2
    )
    assert not LogEntry.objects.exists()


def test_an_import_changes_own_rows_by_id(client_for, manager, ours):
    upload(client_for(manager), f"id,name,kind\n{ours.pk},Renamed,voluntary\n")
    ours.refresh_from_db()
    assert ours.name == "Renamed"
    assert AuditEntry.objects.get().verb == "update"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("name,kind,team\nStolen,other,hillfoot\n", "None of your teams has a team"),
        ("name,kind,team\nStolen,other,nowhere\n", "None of your teams has a team"),
        ("id,name,kind\n{theirs},Stolen,other\n", "None of your teams has a partner with this id"),
        ("id,name,kind\n999999,Stolen,other\n", "None of your teams has a partner with this id"),
        ("id,name,kind\n-1,Stolen,other\n", "None of your teams has a partner with this id"),
        ("id,name,kind,team\n{ours},Stolen,other,hillfoot\n", "None of your teams has a team"),
        ("name,kind,signatories\nStolen,other,stranger@example.org\n", "stranger@example.org"),
        ("name,kind\nStolen,gang\n", "gang"),
        ("name,kind\nours,other\n", "There is already a partner with this name"),
        ("name,kind,is_superuser\nStolen,other,1\n", "Unknown headings: is_superuser"),
        ("name,kind\nFine,other\nStolen,gang\n", "gang"),
        ("name,kind,is_host\nStolen,other,perhaps\n", "neither yes nor no"),
    ],
)
def test_an_invalid_import_or_one_for_another_team_writes_nothing(
    client_for, manager, ours, theirs, stranger, rows, words
):
    response = upload(client_for(manager), rows.format(ours=ours.pk, theirs=theirs.pk))
    assert response.status_code == 200
    page = re.sub(r"\s+", " ", response.content.decode())
    assert words in page
    assert not may_go_on(response)
    assert set(Partner.objects.values_list("name", flat=True)) == {"Ours", "Theirs"}
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        ("name,kind\nCaf\x81,other".encode("latin-1"), "UTF-8"),
        ("name,kind\nTrust,other".encode("utf-16"), "UTF-16"),
        (b"name,kind\n" + b"Trust,other\n" * 5001, "5,000 rows"),
        (b"name\n" + b"x" * (5 * 1024 * 1024), "5 MB"),
        (b"PK\x03\x04nothing", "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(client_for, manager, data, words):
    response = upload(client_for(manager), data)
    assert words in " ".join(response.context["form"].errors["file"])
    assert not Partner.objects.exists()


def test_confirming_accepts_only_a_signed_preview(client_for, manager, clock):
    client = client_for(manager)
    token = packed(b"name,kind\nTrust,other\n")
    for forged in ("/etc/passwd", "x", token + "x", signing.dumps("eA==", salt="other")):
        response = client.post(f"{PARTNERS}import/confirm/", {"token": forged})
        assert response.status_code == 302
    clock.shift(3601)
    assert client.post(f"{PARTNERS}import/confirm/", {"token": token}).status_code == 302
    assert not Partner.objects.exists()
    assert SALT == "kith.import"


def test_changes_since_the_preview_are_shown_before_anything_is_written(client_for, manager, team):
    client = client_for(manager)
    first = upload(client, "name,kind\nFirst,other\nTrust,other\n", confirm=False)
    PartnerFactory(team=team, name="Trust", kind="faith")
    page = client.post(f"{PARTNERS}import/confirm/", {"token": first.context["token"]})
    assert "Something has changed since the preview" in page.content.decode()
    assert "There is already a partner with this name" in page.content.decode()
    assert list(Partner.objects.values_list("name", flat=True)) == ["Trust"]
    assert not AuditEntry.objects.exists()


def test_a_preview_writes_nothing(client_for, manager):
    response = upload(client_for(manager), "name,kind\nTrust,other\n", confirm=False)
    assert "Import these rows" in response.content.decode()
    assert not Partner.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("many", "not a number"),
        ("nan", "not a number"),
        ("1e99", "not a number"),
        ("12.5", "not a whole number"),
        ("-3", "greater than or equal to 0"),
    ],
)
def test_an_import_says_which_number_is_invalid(client_for, manager, team, typed, words):
    response = bring(client_for(manager), "communities/neighbourhood", f"name,population\nBrook Lane,{typed}\n")
    assert words in response.content.decode()
    assert not Neighbourhood.objects.exists()


def test_importing_neighbourhoods_keeps_their_outlines(client_for, manager, team):
    place = NeighbourhoodFactory(team=team, outlined=True, name="Brook Lane")
    rows = f"id,name,population\n{place.pk},Brook Lane,1200\n"
    assert bring(client_for(manager), "communities/neighbourhood", rows).status_code == 302
    before = place.boundary
    place.refresh_from_db()
    assert (place.population, place.boundary) == (1200, before)
    assert Neighbourhood.objects.count() == 1


# Everything registered


def test_every_list_of_every_app_opens_for_an_administrator(client_for, administrator):
    client = client_for(administrator)
    for model in admin.site._registry:
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert client.get(path).status_code == 200, path


def test_every_admin_of_team_rows_is_limited_to_the_team():
    from communities.admin import TeamScopedAdmin
    from evaluation.admin import CatalogueAdmin

    loose = [
        model._meta.label
        for model, registered in admin.site._registry.items()
        if hasattr(model._default_manager.all(), "team_path")
        and not isinstance(registered, TeamScopedAdmin | CatalogueAdmin)
    ]
    assert loose == []

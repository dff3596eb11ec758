"""The admin in a real browser under Kith's content security policy; `console_is_clean` fails on any violation."""

from pathlib import Path

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Page, expect

from communities.models import Partner
from tests.browser import assert_accessible, assert_axe_is_content, assert_fits, assert_readable_in_the_dark
from tests.url_table import build_world

PARTNERS = "/admin/communities/partner/"
# Templates of Django and import-export use undefined variables.
pytestmark = pytest.mark.ignore_template_errors


def test_every_list_and_form_of_the_admin_obeys_the_policy(page: Page, signed_in, administrator, transactional_db):
    signed_in(administrator)
    for model in admin.site._registry:
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        page.goto(path)
        add = page.locator(".object-tools a.addlink")
        if add.count():
            page.goto(f"{path}add/")
            expect(page.locator("input[name=_save]")).to_be_visible()


def test_a_manager_searches_a_team_and_saves(page: Page, signed_in, manager, team):
    signed_in(manager)
    page.goto(f"{PARTNERS}add/")
    page.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").fill("Brookside")
    page.locator(".select2-results__option", has_text="Brookside").click()
    page.fill("input[name=name]", "Brook Trust")
    page.select_option("select[name=kind]", "voluntary")
    page.click("input[name=_continue]")
    expect(page.locator(".messagelist")).to_contain_text("was added successfully")
    page.fill("input[name=name]", "Brook Trust and friends")
    page.click("input[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert Partner.objects.get(team=team).name == "Brook Trust and friends"


def test_a_file_is_imported_after_its_errors_were_corrected(page: Page, signed_in, manager, team, tmp_path: Path):
    file = tmp_path / "partners.csv"
    signed_in(manager)
    for kind, place in (("gang", ".import-refused"), ("voluntary", ".import-preview")):
        file.write_text(f"name,kind\nTrust,{kind}\n")
        page.goto(f"{PARTNERS}import/")
        page.set_input_files("input[type=file]", file)
        page.get_by_role("button", name="Preview").click()
        expect(page.locator(place)).to_contain_text("gang" if kind == "gang" else "Trust")
    page.get_by_role("button", name="Import these rows").click()
    expect(page.locator(".messagelist")).to_contain_text("1 row was added")
    assert Partner.objects.get().name == "Trust"
    with page.expect_download() as download:
        page.goto(f"{PARTNERS}export/")
        page.get_by_role("button", name="Download").click()
    assert '"Trust"' in Path(download.value.path()).read_text()


#: The rules of axe that ask whether a control has a name.
NAMES = ["aria-input-field-name", "button-name", "label", "link-name", "select-name"]
LOOKED_AT = (
    "/admin/", "/admin/connectors/person/", "/admin/assets/asset/", "/admin/sparks/spark/", "/admin/sparks/ledgerentry/",
    "/admin/communities/membership/", f"{PARTNERS}import/", f"{PARTNERS}export/",
)  # fmt: skip


@pytest.mark.parametrize("width", [360, 1280])
def test_the_admin_is_readable_on_a_phone_and_at_a_desk_light_and_dark(page: Page, signed_in, width, transactional_db):
    world = build_world()
    signed_in(world.manager)
    page.set_viewport_size({"width": width, "height": 800})
    forms = (f"/admin/connectors/person/{world.person.pk}/change/", f"/admin/assets/asset/{world.asset.pk}/change/")
    for path in (*LOOKED_AT, *forms, "/admin/connectors/person/add/", f"{PARTNERS}add/"):
        page.goto(path)
        assert_fits(page)
        assert_readable_in_the_dark(page)
        assert_accessible(page)


def test_a_list_fits_a_desk(page: Page, signed_in, transactional_db):
    world = build_world()
    signed_in(world.administrator)
    page.set_viewport_size({"width": 1280, "height": 800})
    for path in ("/admin/assets/asset/", "/admin/communities/auditentry/", PARTNERS):
        page.goto(path)
        wide, room = page.locator(".results").evaluate("box => [box.scrollWidth, box.clientWidth]")
        assert wide <= room, path


def test_added_rows_and_opened_choices_have_accessible_names(page: Page, signed_in, transactional_db):
    world = build_world()
    signed_in(world.manager)
    page.goto(f"/admin/connectors/person/{world.person.pk}/change/")
    expect(page.get_by_role("checkbox", name=f"Delete {world.gift}")).to_be_visible()
    page.locator(".add-row a").click()
    page.locator(".dynamic-gifts .select2-selection").last.click()
    expect(page.get_by_role("searchbox", name="goes with")).to_be_focused()
    # An open list lies over whatever is beneath it, so sizes are measured once it is closed.
    assert_axe_is_content(page, {"type": "rule", "values": NAMES})
    page.keyboard.press("Escape")
    assert_accessible(page)


def test_keyboard_focus_is_visible(page: Page, signed_in, manager, transactional_db):
    signed_in(manager)
    page.goto("/admin/connectors/person/")
    for _step in range(12):
        page.keyboard.press("Tab")
        width = page.evaluate("() => getComputedStyle(document.activeElement).outlineWidth")
        assert width == "3px", page.evaluate("() => document.activeElement.outerHTML")


def test_filters_can_be_reached_from_the_top_on_a_phone(page: Page, signed_in, transactional_db):
    signed_in(build_world().manager)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/admin/connectors/person/")
    page.locator(".kith-to-filters a").click()
    expect(page.locator("#changelist-filter summary").first).to_be_in_viewport()


def test_headings_of_a_list_stand_over_their_columns(page: Page, signed_in, transactional_db):
    world = build_world()
    signed_in(world.administrator)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(reverse("admin:assets_asset_changelist"))
    heading, cell = (
        page.locator(f"#result_list {part}.{name} {inner}").first.evaluate(
            "each => { const range = document.createRange(); range.selectNodeContents(each); return range.getBoundingClientRect().left; }"
        )
        for part, name, inner in (("th", "column-name", ".text a"), ("th", "field-name", "a"))
    )
    assert abs(heading - cell) < 1
    expect(page.locator("#changelist-filter").get_by_role("link", name="None", exact=True)).to_have_count(1)

"""The admin in a real browser under Kith's content security policy; `console_is_clean` fails on any violation."""

from pathlib import Path

import pytest
from django.contrib import admin
from django.urls import reverse
from playwright.sync_api import Page, expect

from communities.models import Partner
from tests.factories.communities import PartnerFactory

PARTNERS = "/admin/communities/partner/"
# Templates of Django and import-export name variables that are not there.
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
    partner = PartnerFactory(team=team, name="Brook Trust")
    signed_in(manager)
    page.goto(f"{PARTNERS}{partner.pk}/change/")
    page.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").fill("Brookside")
    page.locator(".select2-results__option", has_text="Brookside").click()
    page.fill("input[name=name]", "Brook Trust and friends")
    page.click("input[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    partner.refresh_from_db()
    assert partner.name == "Brook Trust and friends"


def test_a_file_goes_in_after_its_errors_were_shown(page: Page, signed_in, manager, team, tmp_path: Path):
    file = tmp_path / "partners.csv"
    signed_in(manager)
    for rows, words in (("Trust,gang", "gang"), ("Trust,voluntary", "Confirm import")):
        file.write_text(f"name,kind\n{rows}\n")
        page.goto(f"{PARTNERS}import/")
        page.set_input_files("input[type=file]", file)
        page.click("input[type=submit]")
        if words == "gang":
            expect(page.locator(".validation-error-container")).to_contain_text("gang")
    page.click("input[name=confirm]")
    expect(page.locator(".messagelist")).to_contain_text("1 new")
    assert Partner.objects.get().name == "Trust"
    with page.expect_download() as download:
        page.goto(f"{PARTNERS}export/")
        page.select_option("select[name=format]", "0")
        page.click("input[type=submit]")
    assert '"Trust"' in Path(download.value.path()).read_text()

"""Somebody is invited, joins from the link and signs in again, on a phone."""

import re

from playwright.sync_api import Page, expect

from tests.factories.communities import PASSWORD

WORD = "three herons on the weir"


def test_a_manager_invites_a_builder_who_joins(phone: Page, live_server, manager, mailoutbox):
    page = phone
    page.goto("/sign-in/")
    page.get_by_label("Email address").fill(manager.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto("/team/")
    page.get_by_role("link", name="Invite somebody").click()
    page.get_by_label("Name").fill("Nell Weaver")
    page.get_by_label("Email address").fill("nell@example.org")
    page.get_by_label("Builder", exact=True).check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("An invitation is on its way to nell@example.org.")).to_be_visible()
    page.goto("/more/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.goto(re.search(r"http://[^/]+(/join/\S+)", mailoutbox[0].body)[1])
    page.get_by_label("Password", exact=True).fill(WORD)
    page.get_by_label("Password confirmation").fill(WORD)
    page.get_by_role("button", name="Join the team").click()
    expect(page.get_by_text("Welcome to Brookside.")).to_be_visible()
    page.goto("/team/")
    expect(page.get_by_role("row", name="Nell Weaver")).to_be_visible()

"""Undo stands in the message for 30 seconds, longer for whoever is on it, and for good without scripts."""

from playwright.sync_api import Page, expect

from tests.factories.sparks import RoundFactory, SparkFactory


def test_undo_leaves_after_thirty_seconds_but_not_from_under_a_finger(page: Page, signed_in, builder, team) -> None:
    spark = SparkFactory(round=RoundFactory(team=team), created_by=builder)
    signed_in(builder)
    page.clock.install()
    page.goto(f"/sparks/{spark.uuid}/")
    page.get_by_role("button", name="Delete this draft").click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    page.clock.run_for(29_000)
    expect(undo).to_be_visible()
    undo.focus()
    page.clock.run_for(5_000)
    expect(undo).to_be_visible()
    undo.blur()
    page.clock.run_for(2_000)
    expect(undo).to_have_count(0)
    expect(page.get_by_text("The draft has been deleted.")).to_be_visible()

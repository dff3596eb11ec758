"""On the page that logs, a phone offers the places where one stands; the server hears of about two kilometres."""

import re

from playwright.sync_api import expect

from tests.factories.assets import AssetFactory
from tests.factories.communities import NeighbourhoodFactory


def test_the_places_where_one_stands_are_offered_nearest_first(
    page, context, transactional_db, signed_in, builder, team
):
    NeighbourhoodFactory(team=team, name="Brook", outlined=True)
    for name, north in (("Bench", 0.0001), ("Library", 0.0009), ("Far hall", 0.004)):
        AssetFactory(team=team, name=name, latitude=51.865 + north, longitude=-2.235)
    signed_in(builder)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/assets/near/" in request.url else None)
    page.goto("/record/")
    near = page.get_by_role("group", name="Places near you")
    expect(near).to_be_hidden()
    assert asked == []
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 51.865, "longitude": -2.235, "accuracy": 20})
    page.locator(".where__change > summary").click()
    page.get_by_role("button", name="Use my location").click()
    expect(near.get_by_role("button")).to_have_text(["Bench (10 m)", "Library (100 m)"])
    edges = [float(edge) for edge in re.search(r"bbox=([-\d.,]+)", asked[-1])[1].split(",")]
    assert all(abs(edge * 100 - round(edge * 100)) < 1e-6 for edge in edges), "whole hundredths of a degree only"
    assert edges[0] < -2.235 < edges[2]
    assert edges[1] < 51.865 < edges[3]
    near.get_by_role("button", name="Bench").click()
    expect(page.get_by_label(re.compile("^Where were you"))).to_have_value("Bench")
    expect(near).to_be_hidden()

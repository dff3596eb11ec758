"""What a phone stores of Kith: the worker, the manifest, the offline page, and a cached page without personal data."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from connectors.capture.views import service_worker
from tests.factories.assets import AssetFactory
from tests.factories.communities import DraftFactory, NeighbourhoodFactory
from tests.factories.connectors import ConversationFactory

pytestmark = pytest.mark.django_db
CSS = Path(finders.find("css/tokens.css"))


def test_the_worker_controls_every_page_and_is_not_cached(client):
    answer = client.get("/service-worker.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert (answer["Service-Worker-Allowed"], answer["Cache-Control"]) == ("/", "no-cache, no-store")
    first, _rest = answer.content.decode().split("\n", 1)
    said = json.loads(first.removeprefix("self.KITH = ").removesuffix(";"))
    assert said["version"] == service_worker.version()
    assert (said["pages"], said["capture"]) == (["/record/", "/passing/"], "/capture/")
    assert said["offline"] == ["/record/no-signal/", "/record/no-signal/?bare=1"]


def test_a_deployment_changes_the_worker(monkeypatch):
    before = service_worker.version()
    monkeypatch.setattr(service_worker, "static", lambda name: f"/static/{name}?2")
    assert service_worker.version() != before
    monkeypatch.undo()
    monkeypatch.setattr(service_worker.staticfiles_storage, "manifest_hash", "other", raising=False)
    assert service_worker.version() != before


def test_the_manifest_opens_the_capture_page(client):
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    said = answer.json()
    assert (said["start_url"], said["scope"], said["display"]) == ("/record/", "/", "standalone")
    for icon in said["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon["src"]
    assert {(icon["sizes"], icon["purpose"]) for icon in said["icons"]} == {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }


def test_the_manifest_has_the_background_colours(client):
    tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS.read_text()))
    assert client.get("/manifest.webmanifest").json()["background_color"] == tokens["paper-100"] == service_worker.PAPER
    page = client.get("/sign-in/").content.decode()
    assert f'media="(prefers-color-scheme: light)" content="{tokens["paper-100"]}"' in page
    assert f'media="(prefers-color-scheme: dark)" content="{tokens["night-0"]}"' in page


def test_without_signal_the_cached_page_opens_if_there_is_one(client):
    assert 'href="/record/"' in client.get("/record/no-signal/").content.decode()
    bare = client.get("/record/no-signal/?bare=1").content.decode()
    assert 'href="/record/"' not in bare
    assert "Sign in once while there is signal" in bare


def test_the_offline_copy_names_nobody(client_for, team, builder):
    hood = NeighbourhoodFactory(team=team, name="Brook Street")
    place = AssetFactory(team=team, name="Ottoline’s kitchen")
    ConversationFactory(team=team, builder=builder, neighbourhood=hood, place=place, summary="Ottoline bakes.")
    client = client_for(builder)
    assert "Ottoline’s kitchen" in client.get("/record/").content.decode()
    copy = client.get("/record/?copy=1").content.decode()
    for known in ("Ottoline", builder.name, builder.email, str(place.uuid)):
        assert known not in copy
    assert "data-copy" in copy
    assert "selected" not in copy.split('name="neighbourhood"')[1].split("</select>")[0].replace(
        '<option value="" selected>', ""
    )


def test_the_offline_copy_for_light_touches_names_nobody(client_for, team, builder):
    hood = NeighbourhoodFactory(team=team, name="Brook Street")
    ConversationFactory(team=team, builder=builder, neighbourhood=hood)
    client = client_for(builder)
    assert f'value="{hood.pk}" selected' in client.get("/passing/").content.decode()
    client.post("/passing/", {"gave": "hand", "held_on": "2026-05-20"})
    copy = client.get("/passing/?copy=1").content.decode()
    for known in (
        builder.name,
        builder.email,
        "Small words build trust.</p>",
        "So far, the whole team",
        f'"{hood.pk}" selected',
    ):
        assert known not in copy
    assert "data-copy" in copy


@pytest.mark.parametrize("page", ["/record/", "/passing/"])
def test_the_offline_copy_has_no_draft(client_for, team, builder, page):
    DraftFactory(team=team, user=builder, address=page, page=page, fields=[["summary", "Ottoline bakes."]])
    builder.refresh_from_db()
    client = client_for(builder)
    shown, copy = client.get(page).text, client.get(f"{page}?copy=1").text
    for known in ("Ottoline", 'name="draft"', "Bea Builder"):
        assert known in shown
        assert known not in copy
    assert 'name="for_team"' in copy


def test_a_page_with_a_draft_is_not_an_offline_copy(client_for, builder):
    assert "data-copy" not in client_for(builder).get("/record/?draft=1").content.decode()


def test_an_offline_copy_does_not_consume_messages(client_for, team, builder):
    client = client_for(builder)
    client.post("/record/", {"summary": "Rose bakes.", "held_on": "2026-05-20", **ROWS})
    assert "Saved." not in client.get("/record/?copy=1").content.decode()
    assert "Saved." in client.get("/").content.decode()


ROWS = {"gifts-TOTAL_FORMS": "0", "gifts-INITIAL_FORMS": "0"}


def test_only_builders_and_managers_get_a_pass(client_for, builder, evaluator):
    assert "data-pass=" in client_for(builder).get("/").content.decode()
    page = client_for(evaluator).get("/").content.decode()
    assert "data-queue" in page
    assert "data-pass=" not in page

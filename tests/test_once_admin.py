"""One request, one row, in the admin: every add page carries an idempotency key, and what it adds is saved once."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.urls import reverse

from communities.models import AuditEntry
from evaluation.models import Indicator
from tests.action_list import WORD, build, state
from tests.factories.assets import AssetFactory
from tests.factories.connectors import ThemeFactory
from tests.form_reader import form_with
from tests.hostile import HostileClient
from tests.test_once import rows
from tests.url_table import admin_tables

# Django's own admin templates use undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
WALK = "a long walk to the mill"
ADDING = {
    label: row for label, row in admin_tables().items() if "add" in f"{row.managers} {row.administrators}".split()
}


class Form(SimpleNamespace):
    """An add form: the `typed` data, and the `other` data sent with the same key.

    beside: whether the other data may create a second row; back: whether what was typed is shown again.
    """

    def __init__(
        self, typed: Callable[[SimpleNamespace], dict], other: dict, *, beside: bool = True, back: bool = True
    ):
        super().__init__(typed=typed, other=other, beside=beside, back=back)


def _measured(world: SimpleNamespace) -> dict[str, object]:
    return {
        "indicator": Indicator.objects.get(key="strategies-changed").pk, "period_start": "2026-04-01", "period_end": "2026-06-30",
        "value": "2", "note": "Read in the minutes.",
    }  # fmt: skip


def _introduced(world: SimpleNamespace) -> dict[str, object]:
    return {
        "from_person": world.resident().pk, "to_person": world.resident().pk, "introduced_by": world.manager.pk,
        "source": "builder", "introduced_on": "2026-05-19", "outcome": "waiting", "reason": "Bread",
    }  # fmt: skip


#: The data for each model. A model with an add page in the admin that is not here fails.
FORMS = {
    "assets.Asset": Form(lambda w: {"name": "Bench", "kind": "place", "visibility": "team"}, {"name": "Repair shed"}),
    "communities.Membership": Form(
        lambda w: {"user": w.colleague.pk, "role": "builder"}, {"role": "evaluator"}, back=False
    ),
    "communities.Neighbourhood": Form(lambda w: {"name": "Brook Street"}, {"name": "Mill Row"}),
    "communities.Partner": Form(lambda w: {"name": "Choir", "kind": "voluntary"}, {"name": "Band"}),
    "communities.Team": Form(lambda w: {"name": "Millside", "slug": "millside"}, {"name": "Hillside", "slug": "hillside"}),
    "communities.User": Form(
        lambda w: {"email": "nell@example.org", "name": "Nell", "password1": WALK, "password2": WALK},
        {"email": "tom@example.org", "name": "Tom"},
    ),
    "connectors.NextStep": Form(
        lambda w: {"words": "Ring Rose", "owner": w.manager.pk}, {"words": "Ring the hall"}
    ),
    "connectors.TeamWord": Form(lambda w: dict(WORD), {"phrase": "saucepan"}),
    "connectors.PromptSet": Form(lambda w: {"name": "Spring", "prompts": "What grows?"}, {"name": "Autumn"}),
    "connectors.Theme": Form(lambda w: {"name": "Bread"}, {"name": "Football"}),
    "connectors.Conversation": Form(
        lambda w: {"builder": w.manager.pk, "held_on": "2026-05-19", "summary": "Tea."}, {"summary": "Other words."}
    ),
    "connectors.Person": Form(lambda w: {"known_as": "Rose"}, {"known_as": "Tom", "street": "Mill Row"}),
    "connectors.Gift": Form(
        lambda w: {"person": w.resident().pk, "name": "Kites", "kind": "hands"}, {"name": "Bread"}
    ),
    "connectors.Introduction": Form(_introduced, {"reason": "Football"}),
    "connectors.Ask": Form(
        lambda w: {"person": w.resident().pk, "words": "a bench", "theme": ThemeFactory(team=w.team).pk, "asked_on": "2026-05-19"},
        {"words": "a tree"},
    ),
    "evaluation.Measurement": Form(_measured, {"note": "Counted twice."}, beside=False),
    "sparks.Fund": Form(lambda w: {"name": "Sparks"}, {"name": "Seeds"}),
}  # fmt: skip
#: The second step of a door with more than one action, and rows of another model: different data there.
MORE = {
    "a resident's gift": ("connectors.Person", {"gifts-TOTAL_FORMS": "1", "gifts-0-name": "Kites", "gifts-0-kind": "hands"}, {"gifts-0-name": "Bread"}),
    "a gift more": ("connectors.Person", {}, {"gifts-TOTAL_FORMS": "1", "gifts-0-name": "Kites", "gifts-0-kind": "hands"}),
    "a gift less": ("connectors.Person", {"gifts-TOTAL_FORMS": "1", "gifts-0-name": "Kites", "gifts-0-kind": "hands"}, {"gifts-TOTAL_FORMS": "0"}),
    "what came of it": ("connectors.Introduction", {"outcome": "met", "outcome_on": "2026-05-20"}, {"outcome_note": "They bake."}),
    "what came later": ("connectors.Introduction", {}, {"outcome": "met", "outcome_on": "2026-05-20"}),
    "who met it": ("connectors.Ask", {"met_by": "neighbour", "met_on": "2026-05-20"}, {"met_on": "2026-05-21"}),
    "met later": ("connectors.Ask", {}, {"met_by": "neighbour", "met_on": "2026-05-21"}),
    "a shipped word": ("connectors.TeamWord", {"phrase": "vulnerable", "is_silent": "on"}, {"phrase": "service user"}),
    "left alone or not": ("connectors.TeamWord", {"phrase": "vulnerable", "is_silent": "on"}, {"is_silent": ""}),
}  # fmt: skip


def opened(label: str, **more: object) -> tuple[HostileClient, str, dict[str, object]]:
    """Return a client on the add page of a model, its URL, and the data of the form with what is typed."""
    world, client = build(), HostileClient()
    client.force_login(world.manager if "add" in ADDING[label].managers.split() else world.administrator)
    address = reverse(f"admin:{label.replace('.', '_').lower()}_add")
    form = form_with(client.get(address), "uuid")
    assert form.data["uuid"] != [""], "the page carries no key"
    team = {"team": world.team.pk} if "team" in form.data or label == "communities.Membership" else {}
    return client, address, {**form.data, **team, **FORMS[label].typed(world), **more}


def refused(client: HostileClient, address: str, data: dict[str, object]) -> dict[str, object]:
    """Post data that is refused; return the data of the form that comes back."""
    kept, entries = state(), AuditEntry.objects.count()
    answer = client.post(address, data)
    assert answer.status_code == 200
    assert "Save again to add it as a second entry" in answer.content.decode()
    assert (state(), AuditEntry.objects.count()) == (kept, entries)
    form = form_with(answer, "uuid")
    assert form.data["uuid"] not in ([data["uuid"]], data["uuid"], [""])
    return form.data


def test_every_model_that_the_admin_adds_is_in_the_table():
    assert sorted(FORMS) == sorted(ADDING)


@pytest.mark.parametrize("label", FORMS)
def test_an_add_form_sent_twice_adds_once_and_leads_to_the_same_page(label):
    client, address, data = opened(label)
    before = rows()
    first = client.post(address, data)
    assert first.status_code == 302, first.context["adminform"].form.errors
    kept, entries = state(), AuditEntry.objects.count()
    assert rows()[label] == before[label] + 1
    again = client.post(address, data)
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert (state(), AuditEntry.objects.count()) == (kept, entries)


@pytest.mark.parametrize("label", FORMS)
def test_different_text_from_the_same_add_form_is_shown_and_can_be_added(label):
    form = FORMS[label]
    client, address, data = opened(label)
    client.post(address, data)
    data |= form.other
    shown = refused(client, address, data)
    assert all(shown[name] == [str(words)] for name, words in form.other.items()), "what was typed is gone"
    if not form.beside:
        return
    before = rows()
    kept = client.post(address, {**data, "uuid": shown["uuid"]})
    assert kept.status_code == 302, kept.context["adminform"].form.errors
    assert rows()[label] == before[label] + 1


@pytest.mark.parametrize("what", MORE)
def test_inline_rows_sent_twice_are_added_once(what):
    label, more, other = MORE[what]
    client, address, data = opened(label, **more)
    first = client.post(address, data)
    assert first.status_code == 302, first.context["adminform"].form.errors
    kept, entries = state(), AuditEntry.objects.count()
    assert client.post(address, data).status_code == 302
    assert (state(), AuditEntry.objects.count()) == (kept, entries)
    shown = refused(client, address, data | other)
    assert all(shown.get(name, [""]) == [words] for name, words in other.items()), "what was typed is gone"


def test_save_and_add_another_gets_a_new_key():
    client, address, data = opened("communities.Partner", _addanother="1")
    answer = client.post(address, data, follow=True)
    [(there, _status)] = answer.redirect_chain
    form = form_with(answer, "uuid")
    assert (there, form.data["uuid"] in ([""], data["uuid"])) == (address, False)
    before = rows()
    assert client.post(address, {**data, "name": "Band", "uuid": form.data["uuid"]}).status_code == 302
    assert rows()["communities.Partner"] == before["communities.Partner"] + 1


def test_change_forms_have_no_key_and_no_save_as_new():
    client, address, data = opened("communities.Partner", _continue="1")
    page = client.post(address, data, follow=True)
    assert page.status_code == 200
    assert 'name="uuid"' not in page.content.decode()
    assert [label for label in ADDING if admin.site.get_model_admin(_model(label)).save_as] == []


def _model(label: str) -> type:
    return next(model for model in admin.site._registry if model._meta.label == label)


def test_an_invalid_key_is_reported_and_nothing_is_saved():
    client, address, data = opened("communities.Partner")
    before = rows()
    answer = client.post(address, data | {"uuid": "not a key"})
    assert answer.status_code == 200
    assert rows() == before


def test_a_row_deleted_since_is_not_silently_added_again():
    client, address, data = opened("assets.Asset")
    client.post(address, data)
    before = rows()
    AssetFactory._meta.model.objects.all().delete()
    answer = client.post(address, data)
    assert "deleted since" in answer.content.decode()
    assert rows()["assets.Asset"] == before["assets.Asset"] - 1
    assert client.post(address, data | {"uuid": form_with(answer, "uuid").data["uuid"]}).status_code == 302

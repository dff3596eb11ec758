"""One table of refusals, each tried through every door; see `tests.refusals`."""

import ast
import importlib
import inspect
from pathlib import Path

import pytest
from django.contrib import admin

from communities.admin import ActionAdmin, ReadOnlyTeamAdmin
from communities.models import AuditEntry
from communities.resources import Resource
from connectors.models import Person
from tests import checks
from tests.refusals import ERASED_MEANWHILE, ONLY_WHO_MAY, TABLE, build, desk, file, said, send
from tests.stored import every_row
from tests.test_architecture import ROOT

pytestmark = pytest.mark.ignore_template_errors
CASES = [(refusal, door) for refusal in TABLE for door in refusal.doors]


@pytest.fixture
def world(team, other_team, manager, administrator, stranger, clock, media, tmp_path):
    made = build(team, other_team, manager, administrator, stranger)
    made.folder = tmp_path
    return made


@pytest.mark.parametrize(("refusal", "door"), CASES, ids=[f"{refusal.name} ({door})" for refusal, door in CASES])
def test_a_refusal_is_shown_and_nothing_is_written(refusal, door, world):
    before = every_row()
    answer = refusal.doors[door](world)
    assert refusal.sentence in answer
    after = every_row()
    assert {label: rows for label, rows in after.items() if rows != before[label]} == {}


# Which actions have a door


def doors() -> dict[str, Path]:
    """Return the modules that contain doors."""
    found = {}
    for app in checks.APPS:
        for path in [ROOT / app / "doors.py", *sorted((ROOT / app / "doors").glob("*.py"))]:
            if path.exists() and path.name not in ("__init__.py", "base.py"):
                found[".".join(path.relative_to(ROOT).with_suffix("").parts)] = path
    return found


def actions_with_a_door() -> set[str]:
    """Return the dotted names of all actions that a door calls."""
    found = set()
    for name in doors():
        for each in vars(importlib.import_module(name)).values():
            if inspect.isfunction(each) and checks.kind_in(tuple(each.__module__.split("."))) == "actions":
                found.add(f"{each.__module__}.{each.__name__}")
    return found


def test_every_action_of_a_door_is_in_the_table():
    lines = {action for refusal in TABLE for action in refusal.actions} | set(ONLY_WHO_MAY)
    assert sorted(actions_with_a_door() - lines) == []


def test_every_line_names_an_existing_action():
    for name in {action for refusal in TABLE for action in refusal.actions} | set(ONLY_WHO_MAY):
        module, _dot, function = name.rpartition(".")
        assert inspect.isfunction(getattr(importlib.import_module(module), function)), name


def test_every_writing_admin_is_an_action_admin():
    own = ("save_model", "save_related", "save_formset", "delete_model", "delete_queryset")
    wrong = []
    for model, registered in admin.site._registry.items():
        writes = ActionAdmin if isinstance(registered, ActionAdmin) else None
        if writes is None and not isinstance(registered, ReadOnlyTeamAdmin) and model._meta.app_label in checks.APPS:
            kind = type(registered)
            if any(getattr(kind, f"has_{verb}_permission")(registered, None) for verb in ("add", "change", "delete")):
                wrong.append(f"{model._meta.label} writes by itself")
        if writes:
            wrong += [
                f"{model._meta.label}.{name}"
                for name in own
                if getattr(type(registered), name) is not getattr(ActionAdmin, name)
            ]
            wrong += [] if registered.door.model is model else [f"{model._meta.label} has another model's door"]
    assert wrong == []


def test_every_inline_that_writes_has_a_door():
    wrong = []
    for model, registered in admin.site._registry.items():
        for inline in registered.inlines:
            closed = "has_change_permission" in vars(inline) and "has_add_permission" in vars(inline)
            if not hasattr(inline, "door") and not closed:
                wrong.append(f"{model._meta.label}: {inline.__name__}")
    assert wrong == []


def test_every_importable_spreadsheet_has_a_door_of_its_model():
    def below(kind: type) -> list[type]:
        return [each for child in kind.__subclasses__() for each in (child, *below(child))]

    assert [each.__name__ for each in below(Resource) if each.door and each.door.model is not each.model] == []


def test_doors_only_call_actions():
    stray = [
        f"{name}:{node.lineno}"
        for name, path in doors().items()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and checks.is_write(node)
    ]
    assert stray == []


# Promises to residents


def test_an_erased_resident_is_not_listed_and_cannot_be_opened(world):
    listed = said(world.client.get("/admin/connectors/person/"))
    assert f"/person/{world.rose.pk}/" in listed
    assert f"/person/{world.gone.pk}/" not in listed
    assert world.client.get(f"/admin/connectors/person/{world.gone.pk}/change/").status_code == 302
    world.client.post(f"/admin/connectors/person/{world.gone.pk}/change/", {"known_as": "Back", "phone": "0117"})
    answer = file("connectors/person", "id,known_as\n{gone.pk},Back\n")(world)
    assert "None of your teams has a resident with this id." in answer
    kept = Person.everyone.get(pk=world.gone.pk)
    assert (kept.known_as, kept.phone, kept.erased_on is None) == ("Forgotten", "", False)


def test_a_resident_erased_while_the_form_was_open_stays_erased(world):
    path = f"/admin/connectors/person/{world.rose.pk}/change/"
    page = world.client.get(path)
    Person.objects.filter(pk=world.rose.pk).update(erased_on="2026-05-01")
    from connectors.doors import PersonDoor

    with pytest.raises(Exception, match=ERASED_MEANWHILE):
        PersonDoor().update(row=world.rose, by=world.manager, values={"phone": "0117 496 0123"})
    assert page.status_code == 200
    assert world.client.get(path).status_code == 302


def test_residents_cannot_be_deleted_and_the_page_offers_erasing(world):
    page = said(world.client.get(f"/admin/connectors/person/{world.rose.pk}/change/"))
    assert f"/people/{world.rose.uuid}/erase/" in page
    assert world.client.post(f"/admin/connectors/person/{world.rose.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [world.rose.pk], "post": "yes"}
    world.client.post("/admin/connectors/person/", chosen)
    assert Person.objects.filter(pk=world.rose.pk).exists()


def test_the_word_counts_of_a_conversation_stay_correct(world):
    TWO = "The hard-to-reach and the vulnerable came to tea."
    desk("connectors/conversation", "talk", summary=TWO)(world)
    world.talk.refresh_from_db()
    assert (world.talk.summary, world.talk.words_noticed) == (TWO, 2)


def test_a_refusal_keeps_what_was_typed(world):
    page = send(
        world.client, f"/admin/connectors/person/{world.silent.pk}/change/", phone="0117 496 0123", street="Mill Row 7"
    )
    assert 'value="0117 496 0123"' in page
    assert 'value="Mill Row 7"' in page
    assert not AuditEntry.objects.exists()

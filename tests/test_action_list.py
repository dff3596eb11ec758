"""The list of all actions, each tried twice; see `tests.action_list`."""

import ast
import inspect
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from tests import checks
from tests.action_list import (
    EACH_TIME,
    NATURAL,
    PARTS,
    UNAUDITED,
    VALUES,
    arguments,
    as_read,
    build,
    everything,
    table,
    try_twice,
)
from tests.test_action_roles import OTHERWISE, actions
from tests.test_architecture import ROOT

pytestmark = pytest.mark.django_db
ACTIONS = everything()
#: Functions that only read, or that a page may call too because they check whether there is anything to do.
FOR_OTHERS = {"give_rows", "withdraw_with_its_maker", "refuse_removing_self", "refuse_builder", "fresh", "join_photo"}


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_every_action_asks_a_rule_is_audited_and_idempotent(name):
    act = ACTIONS[name]
    line = try_twice(name, act, build())
    assert line.rule, "it asks no rule, and tests/test_action_roles.py gives no reason"
    assert bool(line.verbs) != (name in UNAUDITED), line
    returned = inspect.signature(act).return_annotation
    makes = isinstance(returned, type) and issubclass(returned, Model) and returned._meta.label in line.made
    if makes or name in NATURAL:
        assert makes, "it makes nothing, and may leave the list of exceptions"
        assert ("uuid" in inspect.signature(act).parameters and name not in NATURAL) != (name in NATURAL)
    if name in EACH_TIME:
        assert line.again == "does it again" or line.entries_again, "it may leave the list of exceptions"
        return
    assert line.again != "does it again"
    assert line.entries_again == 0, "what is done once is in the audit once"


#: What people have to say in words, by the names of arguments.
SAID = {
    "reason",
    "words",
    "question",
    "answer",
    "who",
    "title",
    "name",
    "known_as",
    "what_happened",
    "reference",
    "payee",
}


def test_a_text_that_nobody_sees_says_nothing():
    """What is refused when it is empty is refused when it is a zero-width space, by every action."""
    world, asked, taken = build(), set(), []
    for name, act in sorted(ACTIONS.items()):
        with transaction.atomic():
            given = arguments(name, act, world)
            for said in sorted(SAID & set(given)):
                if isinstance(given[said], str) and is_refused(act, given | {said: ""}):
                    asked.add(said)
                    taken += [] if is_refused(act, given | {said: "\u200b \u2060\u2800"}) else [f"{name}: {said}"]
            transaction.set_rollback(True)
    assert taken == []
    assert {"reason", "words", "question", "title", "name"} <= asked


def is_refused(act, given) -> bool:
    """Return whether an action refuses arguments; nothing is saved."""
    try:
        with transaction.atomic():
            act(**as_read(given))
            transaction.set_rollback(True)
    except ValidationError:
        return True
    return False


def test_rows_are_validated_in_the_one_way():
    elsewhere = [
        path.as_posix()
        for app in checks.APPS
        for path in (ROOT / app).rglob("*.py")
        if {".full_clean(", ".clean_fields("} & set(re.findall(r"\.\w+\(", path.read_text()))
        and checks.kind_of(path.relative_to(ROOT).as_posix()) == "actions"
        and path.name not in ("saving.py", "undo.py")
    ]
    assert elsewhere == [], "check_row counts a text of invisible characters as none"


def test_every_exception_is_about_an_existing_action():
    there = {name for name, _act in actions(checks.APPS)}
    assert sorted({*EACH_TIME, *NATURAL, *UNAUDITED, *VALUES} - set(ACTIONS)) == []
    assert sorted({*PARTS, *OTHERWISE} - there) == []


def test_parts_of_actions_are_called_by_actions_only():
    parts = {(act.__module__, act.__name__) for name, act in actions(checks.APPS) if name in PARTS}
    outside = []
    for path, tree in (
        (path, ast.parse(path.read_text())) for app in checks.APPS for path in (ROOT / app).rglob("*.py")
    ):
        if checks.kind_of(path.relative_to(ROOT).as_posix()) == "actions":
            continue
        found = {
            (node.module, each.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for each in node.names
        }
        outside += [f"{path.relative_to(ROOT)}: {name}" for module, name in found & parts if name not in FOR_OTHERS]
    assert sorted(outside) == []


def test_the_list_can_be_printed():
    line = try_twice("connectors.themes.create_theme", ACTIONS["connectors.themes.create_theme"], build())
    printed = table([line]).splitlines()
    assert printed[0].split() == ["action", "asks", "audits", "done", "twice"]
    assert printed[1].split() == [
        "connectors.themes.create_theme",
        "can_name_theme",
        "create",
        *["the", "same", "row,", "by", "its", "key"],
    ]

"""The bridge itself: scripts that return, throw or lack a function."""

import pytest

from tests.node import Node, ScriptError


def test_values_are_passed_in_both_directions(node: Node) -> None:
    given = {"words": "Élan “quoted”\n\u2028", "list": [1, None, True]}
    assert node.run("folding names", "(given) => given", given) == given
    assert node.run("folding names", "() => undefined") is None


def test_an_error_in_a_script_is_reported_with_its_position(node: Node) -> None:
    with pytest.raises(ScriptError, match=r"TypeError[\s\S]*names\.js:\d+"):
        node.run("folding names", "kithNames.split", 7)
    assert node.run("folding names", "kithNames.split", "Rose") == ["Rose"]


@pytest.mark.parametrize("scripts", ["folding names", "sealing matching noticing geometry"])
def test_a_set_of_scripts_has_a_context_of_its_own(node: Node, scripts: str) -> None:
    kith = node.run(scripts, "() => Object.keys(self).filter((name) => name.startsWith('kith')).sort()")
    assert kith == sorted(f"kith{name.capitalize()}" for name in scripts.split())


def test_scripts_run_without_a_document(node: Node) -> None:
    assert node.run("folding names", "() => [typeof document, typeof fetch, typeof process]") == ["undefined"] * 3

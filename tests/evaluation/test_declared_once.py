"""Everything about an indicator is in its declaration: no other module refers to one by its key."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from evaluation.framework import BY_KEY, COUNTINGS, INDICATORS, OUTCOME_BY_KEY, IndicatorSpec, listed
from evaluation.models import Form

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("assets", "bench", "communities", "config", "connectors", "evaluation", "sparks")
DECLARATIONS = "evaluation/framework/"
#: "connectors" is an indicator and an app: outside evaluation it means the app, or residents.
KEYS = frozenset(BY_KEY) | frozenset(OUTCOME_BY_KEY)
APPS = frozenset(config.label for config in apps.get_app_configs())


def literal_keys(path: str, source: str) -> list[str]:
    """Return where a module contains the key of an indicator or an outcome as a literal."""
    keys = KEYS if path.startswith("evaluation/") else KEYS - APPS
    return [
        f"{path}:{node.lineno} says {node.value!r}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in keys
    ]


def test_no_other_module_spells_out_a_key() -> None:
    found = [
        breach
        for folder in PRODUCT
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not path.relative_to(ROOT).as_posix().startswith(DECLARATIONS) and "migrations" not in path.parts
        for breach in literal_keys(path.relative_to(ROOT).as_posix(), path.read_text())
    ]
    assert found == []


def test_a_planted_key_is_found() -> None:
    planted = 'if spec.key in ("gifts-heard", "other"): pass'
    assert literal_keys("sparks/queries.py", planted) == ["sparks/queries.py:1 says 'gifts-heard'"]
    assert literal_keys("evaluation/rules.py", 'x = "connectors"') == ["evaluation/rules.py:1 says 'connectors'"]
    assert literal_keys("config/admin.py", 'x = "connectors"') == []
    assert literal_keys("config/admin.py", 'x = "good-friends"') == ["config/admin.py:1 says 'good-friends'"]


@pytest.mark.parametrize("spec", INDICATORS, ids=lambda spec: spec.key)
def test_forms_and_counting_agree(spec: IndicatorSpec) -> None:
    counting = spec.counting
    assert (spec.form == Form.SHARE) == (counting is not None and counting.of is not None)
    assert (spec.form == Form.POUNDS) == (counting is not None and bool(counting.amount))
    assert spec.unit == {Form.SHARE: "per cent", Form.POUNDS: "pounds", Form.PEOPLE: "residents"}.get(
        spec.form, spec.unit
    )
    if counting is not None and counting.whom:
        assert spec.counts_people


@pytest.mark.parametrize("key", COUNTINGS)
def test_rows_have_the_declared_fields(key: str) -> None:
    counting = COUNTINGS[key]
    source = listed(counting)
    model = last = source.rows(None).model
    *through, day = (counting.row_day or source.day).split("__")
    for name in through:
        last = last._meta.get_field(name).related_model
    assert last._meta.get_field(day).get_internal_type() in {"DateField", "DateTimeField"}
    assert model.objects.select_related(*source.wording.related).query

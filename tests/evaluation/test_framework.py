"""The catalogue, in code and in the database."""

import pytest

from evaluation.actions import install_framework
from evaluation.framework import BY_KEY, INDICATORS, OUTCOME_BY_KEY, OUTCOMES, SHIPPED
from evaluation.models import Indicator, IndicatorKind, Outcome


def test_the_leeds_framework_is_complete() -> None:
    assert [str(outcome.name) for outcome in OUTCOMES] == [
        "Individuals and communities are better connected",
        "Communities identify and work to bring about the changes they want to see",
        "People have good friends",
    ]
    leeds = [spec.key for spec in INDICATORS if "Leeds" in str(spec.source) and "spirit" not in str(spec.source)]
    assert leeds == [
        "connector-knowledge",
        "groups-formed",
        "groups-formed-by-residents",
        "changes-by-residents",
        "strategies-changed",
    ]


def test_there_are_enough_indicators_with_unique_keys() -> None:
    assert len(BY_KEY) == len(INDICATORS) == 31
    assert sum(spec.is_computed for spec in INDICATORS) == 28


@pytest.mark.parametrize("spec", INDICATORS, ids=lambda spec: spec.key)
def test_every_indicator_has_a_definition(spec) -> None:
    assert str(spec.question).endswith("?")
    assert str(spec.definition).endswith(".")
    assert str(spec.unit)
    assert spec.version >= 1
    assert set(spec.outcomes) <= set(OUTCOME_BY_KEY)
    assert spec.outcomes


def test_small_counts_of_people_are_hidden_except_connectors() -> None:
    people = [spec for spec in INDICATORS if spec.is_in_people]
    shown = [spec for spec in people if not spec.counts_people]
    assert [spec.key for spec in shown] == ["connectors", "new-connectors", "connector-knowledge"]
    assert all("a public role that they chose, so small numbers are shown" in str(spec.definition) for spec in shown)
    assert [spec.key for spec in people if spec.counts_people] == [
        "residents-met",
        "residents-met-first",
        "residents-leaning",
        "residents-behind-sparks",
    ]


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.key)
def test_every_outcome_has_indicators(outcome) -> None:
    assert SHIPPED.under(outcome.key)


@pytest.mark.django_db
def test_migrate_installs_the_catalogue() -> None:
    assert list(Outcome.objects.values_list("key", flat=True)) == [spec.key for spec in OUTCOMES]
    assert list(Indicator.objects.values_list("key", "version", "counts_people")) == [
        (spec.key, spec.version, spec.counts_people) for spec in INDICATORS
    ]
    groups = Indicator.objects.get(key="groups-formed")
    assert groups.kind == IndicatorKind.COMPUTED
    assert {outcome.key for outcome in groups.outcomes.all()} == {"better-connected", "changes-they-want"}


@pytest.mark.django_db
def test_installing_again_repairs_and_adds_nothing() -> None:
    Indicator.objects.filter(key="connectors").update(name="Old words", version=7)
    Outcome.objects.filter(key="good-friends").update(name="Old words")
    Indicator.objects.get(key="connectors").outcomes.clear()
    ids = set(Indicator.objects.values_list("pk", flat=True))
    assert install_framework() == 34
    connectors = Indicator.objects.get(key="connectors")
    assert (connectors.name, connectors.version) == ("Connectors", BY_KEY["connectors"].version)
    assert connectors.outcomes.count() == 2
    assert Outcome.objects.get(key="good-friends").name == "People have good friends"
    assert set(Indicator.objects.values_list("pk", flat=True)) == ids

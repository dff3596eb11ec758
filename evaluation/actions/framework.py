"""Write the declared outcomes and indicators to the database."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import translation

from evaluation.framework import INDICATORS, OUTCOMES
from evaluation.models import Indicator, Outcome


@dataclass(frozen=True)
class Catalogue:
    """The outcomes and indicators that ship with Kith: what `migrate` installs for this app."""

    table: str = Indicator._meta.db_table

    def __str__(self) -> str:
        return "the outcomes and indicators of this release"

    def is_installed(self, connection: BaseDatabaseWrapper) -> bool:
        """Return whether the database says what the catalogue says."""
        return (
            _stored(Outcome, _outcomes()) == _outcomes()
            and _stored(Indicator, _indicators()) == _indicators()
            and set(
                Indicator.objects.filter(key__in=_indicators(), outcomes__isnull=False).values_list(
                    "key", "outcomes__key"
                )
            )
            == _links()
        )

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Write the catalogue."""
        install_framework()


@transaction.atomic
def install_framework() -> int:
    """Write every outcome and indicator of the catalogue, and return how many rows there are.

    Safe to repeat: rows are found by key and brought up to date, versions included. Nothing is removed, because
    measurements and stories may refer to it. Texts are written in English, their source. Not audited: the rows ship with
    Kith and belong to no team.
    """
    outcomes = {
        key: Outcome.objects.update_or_create(key=key, defaults=values)[0] for key, values in _outcomes().items()
    }
    values_by_key = _indicators()
    for spec in INDICATORS:
        row, _made = Indicator.objects.update_or_create(key=spec.key, defaults=values_by_key[spec.key])
        row.outcomes.set([outcomes[key] for key in spec.outcomes])
    return len(OUTCOMES) + len(INDICATORS)


def _outcomes() -> dict[str, dict[str, Any]]:
    """Return each outcome's fields by its key."""
    with translation.override(None):
        return {
            spec.key: {
                "framework": spec.framework,
                "name": str(spec.name),
                "description": str(spec.description),
                "position": position,
            }
            for position, spec in enumerate(OUTCOMES)
        }


def _indicators() -> dict[str, dict[str, Any]]:
    """Return each indicator's fields by its key."""
    with translation.override(None):
        return {
            spec.key: {
                "name": str(spec.name),
                "question": str(spec.question),
                "definition": str(spec.definition),
                "unit": str(spec.unit),
                "source": str(spec.source),
                "kind": spec.kind.value,
                "form": spec.form.value,
                "version": spec.version,
                "counts_people": spec.counts_people,
                "position": position,
            }
            for position, spec in enumerate(INDICATORS)
        }


def _links() -> set[tuple[str, str]]:
    """Return (indicator, outcome) for each outcome that an indicator speaks for."""
    return {(spec.key, outcome) for spec in INDICATORS for outcome in spec.outcomes}


def _stored(model: type[Outcome] | type[Indicator], declared: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the fields of the rows that the catalogue declares, as the database has them, by key."""
    names = next(iter(declared.values())).keys()
    rows = model.objects.filter(key__in=declared).values("key", *names)
    return {row.pop("key"): row for row in rows}

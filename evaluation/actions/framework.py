"""Write the catalogue of outcomes and indicators to the database."""

from django.db import models, transaction
from django.utils import translation

from evaluation.framework import INDICATORS, OUTCOMES
from evaluation.models import Indicator, Outcome


@transaction.atomic
def install_framework(
    *, outcome_model: type[models.Model] = Outcome, indicator_model: type[models.Model] = Indicator
) -> int:
    """Write every outcome and indicator of the catalogue, and return how many rows there are.

    Safe to repeat: rows are found by key and brought up to date, versions included; nothing is removed, because
    measurements and stories may hang on it. The words are written in English, their source. A migration hands in the
    models of its own time. No audit: the rows belong to no team, and come with the program.
    """
    with translation.override(None):
        outcomes = {}
        for position, spec in enumerate(OUTCOMES):
            outcomes[spec.key], _made = outcome_model.objects.update_or_create(
                key=spec.key,
                defaults={
                    "framework": spec.framework,
                    "name": str(spec.name),
                    "description": str(spec.description),
                    "position": position,
                },
            )
        for position, spec in enumerate(INDICATORS):
            row, _made = indicator_model.objects.update_or_create(
                key=spec.key,
                defaults={
                    "name": str(spec.name),
                    "question": str(spec.question),
                    "definition": str(spec.definition),
                    "unit": str(spec.unit),
                    "source": str(spec.source),
                    "kind": spec.kind,
                    "version": spec.version,
                    "counts_people": spec.counts_people,
                    "position": position,
                },
            )
            row.outcomes.set([outcomes[key] for key in spec.outcomes])
    return len(OUTCOMES) + len(INDICATORS)

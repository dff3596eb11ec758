"""Find every text that people write into Kith by introspecting the models, and where it names a resident.

New models and fields are included automatically: a text belongs to a team by the shortest chain of foreign keys.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import batched
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.db import models

from communities.mentions import Mentions, texts_in
from communities.models import Team

APPS = ("communities", "assets", "connectors", "sparks", "evaluation")
#: Rows fetched per batch.
CHUNK = 500
_ANYWHERE: Mapping[str, Collection[int]] = MappingProxyType({})
_TEXTS = (models.CharField, models.TextField, models.JSONField)


@dataclass(frozen=True)
class Found:
    """A row whose text may name a resident. Holds references, never the text.

    is_likely: it very likely does; otherwise it contains only part of a name in lower case. is_certain: it contains a
    whole name, a phone number, an email address or a street address.
    """

    model: str
    pk: int
    fields: tuple[str, ...]
    is_likely: bool
    is_certain: bool = False


def text_fields(model: type[models.Model]) -> list[models.Field]:
    """Return the fields of a model with text that somebody wrote: not choices, digests or file names."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, _TEXTS) and not isinstance(field, models.FileField) and not field.choices
    ]


@cache
def team_path(model: type[models.Model]) -> str | None:
    """Return the shortest lookup from a row of a model to its team's primary key; None without a team.

    A chain of foreign keys that every row has comes before a shorter one over a key that may be empty: that one would miss rows.
    """
    if model is Team:
        return "pk"
    return _way_to_team(model, over_empty=False) or _way_to_team(model, over_empty=True)


def _way_to_team(model: type[models.Model], *, over_empty: bool) -> str | None:
    ways: list[tuple[type[models.Model], str]] = [(model, "")]
    seen = {model}
    while ways:
        further = []
        for each, path in ways:
            for field in each._meta.concrete_fields:
                related = field.related_model
                if related is None or related in seen or (field.null and not over_empty):
                    continue
                if related is Team:
                    return f"{path}{field.name}"
                seen.add(related)
                further.append((related, f"{path}{field.name}__"))
        ways = further
    return None


def models_with_text() -> Iterator[type[models.Model]]:
    """Yield the models of Kith that have text and belong to a team, the lowest app first."""
    for label in APPS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if text_fields(model) and team_path(model):
                yield model


def mentioned(
    *,
    team_id: int,
    mentions: Mentions,
    apart_from: Collection[str] = (),
    by_whole_name: Collection[str] = (),
    among: Mapping[str, Collection[int]] = _ANYWHERE,
) -> Iterator[Found]:
    """Yield every row of a team whose text may name a resident, by model and primary key.

    apart_from: labels of models ("app.model") or fields ("app.model.field") without people's text; by_whole_name: labels
    of models about other people, where only a whole name, a phone number or an address counts. among: by label the primary
    keys of the only rows to read of a model.
    """
    for model in models_with_text():
        label = model._meta.label_lower
        names = [field.name for field in text_fields(model) if f"{label}.{field.name}" not in apart_from]
        team = team_path(model)
        if team is None or label in apart_from or not names:
            continue
        asks = mentions.identifies if label in by_whole_name else mentions.might_name
        rows = model._base_manager.filter(**{team: team_id}).order_by("pk").values_list("pk", *names)
        for pk, *values in _each_of(rows, among.get(label)):
            told = {
                name: texts
                for name, value in zip(names, values, strict=True)
                if value and (texts := [text for text in texts_in(value) if asks(text)])
            }
            if told:
                texts = [text for each in told.values() for text in each]
                likely, certain = any(map(mentions.names_them, texts)), any(map(mentions.identifies, texts))
                yield Found(label, pk, tuple(told), likely, certain)


def _each_of(rows: models.QuerySet, among: Collection[int] | None) -> Iterator[tuple[Any, ...]]:
    """Yield some rows, in batches: all of them, or those with these primary keys."""
    if among is None:
        yield from rows.iterator(chunk_size=CHUNK)
        return
    for some in batched(sorted(among), CHUNK):
        yield from rows.filter(pk__in=some)

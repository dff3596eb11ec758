"""Erase a resident from the admin's own log: the names of rows, and what changed in them."""

import json
from collections.abc import Iterable

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models

from communities.free_text import CHUNK, team_path
from communities.mentions import Mentions, texts_in


def erase_in_admin_log(*, rows: Iterable[tuple[type[models.Model], int]], team_id: int, mentions: Mentions) -> None:
    """Empty the admin's log entries about these rows, and those of the team or of deleted rows that name somebody."""
    by_model: dict[type[models.Model], list[str]] = {}
    for model, pk in rows:
        by_model.setdefault(model, []).append(str(pk))
    for model, pks in by_model.items():
        kind = ContentType.objects.get_for_model(model)
        LogEntry.objects.filter(content_type=kind, object_id__in=pks).update(object_repr="", change_message="")
    named = [
        entry.pk
        for entry in LogEntry.objects.exclude(object_repr="", change_message="").iterator(chunk_size=CHUNK)
        if any(map(mentions.might_name, (entry.object_repr, *_said(entry)))) and not _is_elsewhere(entry, team_id)
    ]
    LogEntry.objects.filter(pk__in=named).update(object_repr="", change_message="")


def _said(entry: LogEntry) -> list[str]:
    try:
        return list(texts_in(json.loads(entry.change_message)))
    except ValueError:
        return [entry.change_message]


def _is_elsewhere(entry: LogEntry, team_id: int) -> bool:
    """Return whether a log entry is about a row of another team, or of no team."""
    kind = ContentType.objects.get_for_id(entry.content_type_id) if entry.content_type_id else None
    model = kind.model_class() if kind else None
    if model is None:
        return False
    path = team_path(model)
    if path is None:
        return True
    teams = list(model._base_manager.filter(pk=entry.object_id).values_list(path, flat=True))
    return bool(teams) and team_id not in teams

"""The one door to the append-only audit: actor, verb, object and the names of fields, never their values."""

from collections.abc import Iterable

from django.db import models

from communities.models import AuditEntry, Team, User


def record(
    *, by: User | None, verb: str, obj: models.Model, fields: Iterable[str] = (), team: Team | int | None = None
) -> AuditEntry:
    """Add one audit row in the caller's transaction.

    The team is the object's own (`obj.team_id`, or the object itself when it is a team) unless one is given.
    """
    return AuditEntry.objects.create(
        team_id=_team_id(obj, team),
        actor=by,
        verb=verb,
        model=obj._meta.label_lower,
        object_id=str(obj.pk or ""),
        field_names=sorted(set(fields)),
    )


def record_many(
    *,
    by: User | None,
    verb: str,
    team: Team | int | None,
    model: type[models.Model],
    ids: Iterable[object],
    fields: Iterable[str] = (),
) -> int:
    """Add one audit row for each object of a bulk write; return how many."""
    names = sorted(set(fields))
    team_id = team if isinstance(team, int) or team is None else team.pk
    entries = (
        AuditEntry(
            team_id=team_id, actor=by, verb=verb, model=model._meta.label_lower, object_id=str(pk), field_names=names
        )
        for pk in ids
    )
    return len(AuditEntry.objects.bulk_create(entries, batch_size=2000))


def _team_id(obj: models.Model, team: Team | int | None) -> int | None:
    if team is not None:
        return team if isinstance(team, int) else team.pk
    if isinstance(obj, Team):
        return obj.pk
    return getattr(obj, "team_id", None)


def changed_fields(form_or_fields: object) -> list[str]:
    """Return the names of the fields that a form says were changed."""
    return list(getattr(form_or_fields, "changed_data", ()))

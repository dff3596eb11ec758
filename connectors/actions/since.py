"""What a resident is since a date: a connector, a street champion."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone

from communities import audit
from communities.models import User
from communities.undo import Undo
from communities.verbs import Verb
from connectors.models import ConnectorTerm, Person
from connectors.rules.records import TO_COME


def begin(person: Person, field: str, *, since: date | None, by: User, verb: Verb) -> Person:
    """Set the date since when a locked resident is something, today by default, and audit it; an earlier date stays.

    Raises: ValidationError keyed `since` for a date in the future.
    """
    since = since or timezone.localdate()
    if since > timezone.localdate():
        raise ValidationError({"since": TO_COME})
    return person if getattr(person, field) is not None else _write(person, field, since, by, verb)


def end(person: Person, field: str, *, by: User, verb: Verb) -> Person:
    """Clear the date since when a locked resident was something, and audit it; a connector's time until today is kept."""
    if (since := getattr(person, field)) is None:
        return person
    term = ConnectorTerm(person=person, since=since, until=timezone.localdate())
    is_kept = field == "connector_since" and term.until > term.since
    return _write(person, field, None, by, verb, term if is_kept else None)


def _write(
    person: Person, field: str, since: date | None, by: User, verb: Verb, term: ConnectorTerm | None = None
) -> Person:
    before = getattr(person, field)
    setattr(person, field, since)
    person.save(update_fields=[field, "updated_at"])
    audit.record(by=by, verb=verb, obj=person, fields=[field])
    undo = Undo(person, by=by, verb=verb)
    undo.changed(person, {field: before})
    if term is not None:
        term.save()
        undo.added(ConnectorTerm, [term.pk])
    undo.keep()
    return person

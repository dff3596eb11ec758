"""A census of what is left of a resident: reads every column of every table, every file, the log and the mail.

Nothing here lists the tables: the models say what can be filled, and the database says what there is to read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import connection, models

from communities.free_text import APPS
from communities.full_text import full_texts
from connectors.capture import sealing
from connectors.capture.queries import private_key
from connectors.models import Person, SealedItem

NAME, FIRST, NICK, EMAIL, PHONE = (
    "Zyxwina Quibblethwaite", "Zyxwina", "Qwibsy", "zyxwina@example.org", "0117 496 0999",
)  # fmt: skip
STREET = "4 Zyxwinas Row"
#: What she said herself, in text that contains no name.
SONG = "whistlepigsong"
#: If any of these is found, in upper or lower case, something of hers is left.
CANARIES = ("zyxwina", "quibblethwaite", "qwibsy", "117 496 0999", "174960999", SONG)
_TEXTS = (models.CharField, models.TextField, models.JSONField)


@dataclass(frozen=True)
class Hit:
    """A place where something of hers was found: the table or the kind of place, the column, and the row."""

    table: str
    column: str
    pk: object = None


def text_like(model: type[models.Model]) -> list[models.Field]:
    """Return the fields of a model that can hold text, the name of a file or bytes."""
    kinds = (*_TEXTS, models.BinaryField, models.FileField)
    return [field for field in model._meta.concrete_fields if isinstance(field, kinds) and not field.choices]


def models_of_kith() -> Iterator[type[models.Model]]:
    """Yield every model of Kith, and the admin's own notes."""
    for label in APPS:
        yield from apps.get_app_config(label).get_models(include_auto_created=True)
    yield LogEntry


def leads_to_person(model: type[models.Model]) -> bool:
    """Return whether a row has a relation of its own to a resident."""
    fields = (*model._meta.concrete_fields, *model._meta.many_to_many)
    return any(field.is_relation and field.related_model is Person for field in fields)


def words_for(field: models.Field, *, own: bool) -> object:
    """Return the value for a field: her name, or her contact details; own: with text that she said herself."""
    if isinstance(field, models.EmailField):
        return EMAIL
    if isinstance(field, models.URLField):
        return f"https://example.org/{FIRST}"
    if field.name == "phone":
        return PHONE
    words = f"{NAME} {SONG}" if own else NAME
    if isinstance(field, models.JSONField):
        return [NAME] if field.get_default() == [] else {"note": words}
    longest = field.max_length or 10_000
    return next(each for each in (words, NAME, FIRST) if len(each) <= longest)


def filled(model: type[models.Model], *, apart_from: Mapping[str, str], own: bool = False) -> dict[str, object]:
    """Return a value for every field of a model that can hold text, except fields that never hold anything about
    people.
    """
    label = model._meta.label_lower
    fields = [field for field in text_like(model) if not isinstance(field, models.FileField | models.BinaryField)]
    return {
        field.name: words_for(field, own=own)
        for field in fields
        if label not in apart_from and f"{label}.{field.name}" not in apart_from
    }


def holds(value: object) -> bool:
    """Return whether a value of a column contains something of hers."""
    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
    text = raw.decode(errors="replace").lower()
    return any(canary in text for canary in CANARIES)


def in_database() -> Iterator[Hit]:
    """Yield every column of every row of every table that contains something of hers, search tables included.

    A full-text index of SQLite cannot be read as a table; the table beside it gives its words.
    """
    indexes = {index.index for index in full_texts()}
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        assert connection.vendor != "sqlite" or {f"{index}_words" for index in indexes} <= tables
        for table in sorted(tables - indexes):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of our own
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                pk = dict(zip(names, row, strict=True)).get("id")
                yield from (Hit(table, name, pk) for name, value in zip(names, row, strict=True) if holds(value))


def in_sealed_items() -> Iterator[Hit]:
    """Yield every sealed item whose decrypted content contains something of hers."""
    for item in SealedItem.objects.exclude(sealed=None):
        try:
            text = sealing.reveal(bytes(item.sealed), kind=item.kind, uuid=item.uuid, find_key=private_key)
        except sealing.SealError:
            continue
        if holds(text):
            yield Hit("connectors_sealeditem", "sealed, opened", item.pk)


def in_files(folder: Path) -> Iterator[Hit]:
    """Yield every file whose content or name contains something of hers."""
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        if path.is_file() and (holds(path.name) or holds(path.read_bytes())):
            yield Hit("files", path.parent.relative_to(folder).parts[0], path.name)


def in_mail_and_log(log: str) -> Iterator[Hit]:
    """Yield what the log and the sent mail contain of hers."""
    for number, line in enumerate(log.splitlines()):
        if holds(line):
            yield Hit("log", "line", number)
    for number, message in enumerate(getattr(mail, "outbox", ())):
        if holds(message.message().as_bytes()):
            yield Hit("mail", "message", number)


def take(folder: Path, log: str) -> list[Hit]:
    """Return everything that is left of her, anywhere."""
    return [*in_database(), *in_sealed_items(), *in_files(folder), *in_mail_and_log(log)]


def told(hits: list[Hit], reasons: Mapping[str, str]) -> str:
    """Return the census as lines: the place, the count, and why it may be there."""
    places: dict[tuple[str, str], Counter[str]] = {}
    for hit in hits:
        why = reasons.get(f"{hit.table}.{hit.column}", "NOT EXPECTED")
        places.setdefault((hit.table, why), Counter())[hit.column] += 1
    lines = [
        f"{table}: {', '.join(f'{column} {count}' for column, count in sorted(columns.items()))} ({why})"
        for (table, why), columns in sorted(places.items())
    ]
    return "\n".join(lines or ["nothing"])

"""Idempotency: what a page or a phone submits twice is saved once, and different values are never dropped silently.

A page that creates a row carries a UUID, the idempotency key. A double click, a second tab, Back, a retry after a
lost response or two concurrent requests all send the same key. The first request claims the key in the same
transaction that writes the row; on PostgreSQL a second one waits for it. The values are then compared by digest: the
same values return the existing row, and different values are refused, so that the person can save them again.

    @idempotent(Round)
    @transaction.atomic
    def create_round(*, fund: Fund, by: User, uuid: UUID | None = None, **values) -> Round:

The key stores the primary key of the row. A model with a `uuid` field stores the key there too, so that its URL is known
before it is saved. Without a key, the action simply runs.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from functools import cache, wraps
from typing import Any
from uuid import UUID, uuid5

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.compiled import compiled_once
from communities.models import IdempotencyKey, User

#: The error code of the refusal; a form that gets it takes a new key (`communities.forms.errors`).
USED = "used_page"
_USED_BEFORE = gettext_lazy("This form has been used before, so nothing is saved yet. Save again.")


def idempotent[**P, Made: Model](
    model: type[Made], *, same: Callable[[Made, Mapping[str, Any]], bool] | None = None
) -> Callable[[Callable[P, Made]], Callable[P, Made]]:
    """Make an action that returns a new row of `model` idempotent by `uuid`.

    The action takes only keyword arguments, including `by` and `uuid`, and sets the row's `uuid` if the model has one. Put
    the decorator outside `transaction.atomic`. `same` compares an existing row with the values if their digests differ:
    for actions that take the name of a related row before it exists, and the row afterwards.
    Raises: ValidationError with the code USED if the key belongs to other values, to somebody else's row, or to a row
    that has been deleted.
    """

    def decorate(act: Callable[P, Made]) -> Callable[P, Made]:
        @wraps(act)
        def act_once(*args: P.args, **values: P.kwargs) -> Made:
            given: Mapping[str, Any] = values
            key = given.get("uuid")
            if key is None:
                return act(*args, **values)
            digest = digest_of(act.__qualname__, given)
            with transaction.atomic():
                if claim := _claim(key, by=given.get("by"), digest=digest):
                    row = _taken(model, given, same) or act(*args, **values)
                    claim.made = row.pk
                    claim.save(update_fields=["made"])
                    return row
            return _kept(model, given, same, digest=digest)

        act_once.__dict__["idempotent_model"] = model
        return act_once

    return decorate


def is_claimed(key: UUID) -> bool:
    """Return whether the key has been used; only the action decides whether the values are the same."""
    return IdempotencyKey.objects.filter(uuid=key).exists()


def part_of(key: UUID | None, name: str) -> UUID | None:
    """Return a key for a further step of the same submission; None if `key` is None."""
    return uuid5(key, name) if key else None


def _claim(key: UUID, *, by: User | None, digest: str) -> IdempotencyKey | None:
    """Return the claim if this request is the first with the key."""
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(uuid=key, by=by, digest=digest)
    except IntegrityError:
        return None


def _taken[Made: Model](model: type[Made], values: Mapping[str, Any], same: Callable[..., bool] | None) -> Made | None:
    """Return the row whose `uuid` is the key but that has no claim, if its values are the same; None if none exists.

    Raises: ValidationError with the code USED, which does not reveal whose row it is.
    """
    if not any(field.name == "uuid" for field in model._meta.concrete_fields):
        return None
    row = next(iter(_by_uuid(model)(uuid=values["uuid"])), None)
    if row is not None and not (same and same(row, values)):
        raise ValidationError(_USED_BEFORE, code=USED)
    return row


@cache
def _by_uuid(model: type[Model]) -> Callable[..., list[Any]]:
    """Return what reads the row of a model with a UUID; its query is compiled once, because every save asks it."""

    def rows(*, uuid: UUID) -> QuerySet[Any, Any]:
        return model._base_manager.filter(uuid=uuid).order_by()

    return compiled_once(rows)


def _kept[Made: Model](
    model: type[Made], values: Mapping[str, Any], same: Callable[..., bool] | None, *, digest: str
) -> Made:
    """Return the row written under the key. Raises: ValidationError with the code USED."""
    claim, by = IdempotencyKey.objects.get(uuid=values["uuid"]), values.get("by")
    if claim.by_id != (by.pk if by else None):
        raise ValidationError(_USED_BEFORE, code=USED)
    row = model._base_manager.filter(pk=claim.made).first()
    if claim.digest != digest and not (row is not None and same and same(row, values)):
        raise ValidationError(
            _(
                "This page was already saved with different text. What you see below is not saved yet. Save again to add "
                "it as a second entry."
            ),
            code=USED,
        )
    if row is None:
        raise ValidationError(
            _("What you added on this page has been deleted since. To add it again, save again."), code=USED
        )
    return row


def digest_of(name: str, values: Mapping[str, Any]) -> str:
    """Return a keyed digest of an action's name and values, as 64 hexadecimal digits.

    Keyed, because short texts could be guessed from a plain digest. A password goes through
    the password hasher first, so that guessing it from here is as hard as from the user table.
    """
    if values.get("password"):
        values = {**values, "password": make_password(str(values["password"]), salt=str(values["uuid"].hex))}
    said = repr((name, sorted((key, _plain(value)) for key, value in values.items() if key != "uuid")))
    return salted_hmac("communities.idempotency", said, algorithm="sha256").hexdigest()


def _plain(value: Any) -> object:  # noqa: ANN401 - whatever an action takes
    """Return a value in a form whose `repr` is complete and stable."""
    match value:
        case None | bool() | int() | str() if not isinstance(value, Enum):
            return value
        case Enum():
            return _plain(value.value)
        case Model():
            return (value._meta.label, value.pk)
        case Decimal():
            return ("number", str(value.normalize()))
        case date() | time() | UUID():
            return (type(value).__name__, str(value))
        case File():
            return ("file", _digest_of_file(value))
        case Mapping():
            return sorted((str(key), _plain(each)) for key, each in value.items())
        case QuerySet() | list() | tuple() | set() | frozenset():
            plain = [_plain(each) for each in value]
            return sorted(plain, key=repr) if isinstance(value, QuerySet | set | frozenset) else plain
        case float():
            return value
    if hasattr(value, "__dataclass_fields__"):
        return [(name, _plain(getattr(value, name))) for name in value.__dataclass_fields__]
    raise TypeError(f"An idempotency key cannot be compared by {type(value).__name__}.")


def _digest_of_file(file: File) -> str:
    """Return a file's digest and rewind the file."""
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()

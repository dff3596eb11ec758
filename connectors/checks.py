"""The message of `manage.py check --database default` about sealing keys."""

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import connections

from connectors.capture.actions.sealing_keys import SHUT
from connectors.capture.queries import is_key_unusable
from connectors.models import SealingKey


def check_sealing_key(*, databases: Iterable[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Warn when the key in use is encrypted with a secret that is not set: phones get no key then."""
    for alias in databases or ():
        # The tables do not exist before the first `migrate`.
        if SealingKey._meta.db_table not in connections[alias].introspection.table_names():
            continue
        if is_key_unusable():
            return [Warning("Phones get no key to seal with.", hint=SHUT, id="kith.W003")]
    return []

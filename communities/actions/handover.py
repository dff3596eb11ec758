"""Write into rows who looks after them now: a part of handing over."""

from collections.abc import Iterable
from typing import Any

from communities import audit
from communities.models import User
from communities.verbs import Verb

#: Rows written in one statement.
BATCH = 500


def give_rows(*, rows: Iterable[Any], to: User, by: User | None, field: str) -> None:
    """Set who looks after some rows of one team and model, and audit them in one go; the caller asks the rule."""
    rows = list(rows)
    model, ids = type(rows[0]), [row.pk for row in rows]
    for at in range(0, len(ids), BATCH):
        model._base_manager.filter(pk__in=ids[at : at + BATCH]).update(**{field: to})
    audit.record_many(by=by, verb=Verb.UPDATE, team=rows[0].team_id, model=model, ids=ids, fields=[field])

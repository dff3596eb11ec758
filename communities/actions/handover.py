"""Hand on what somebody looks after: the parts of `hand_over`, which asks and locks."""

import copy
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from communities import audit
from communities.folding import readable
from communities.handover import Choices, Held, OwnedKind, all_kinds, choose_for, held_listed, refusal
from communities.models import Team, User
from communities.undo import Undo
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


def hand_over_rows(
    *, team: Team, user: User, by: User | None, choices: Choices, undo: Undo
) -> dict[str, dict[str, int]]:
    """Hand on everything that somebody looks after, in the caller's transaction; return {kind: {name: how many}}.

    The caller holds the membership of the user and of everybody chosen. A closed row counts under "". undo: notes what was
    given to whom.
    Raises: ValidationError for rows that go to nobody and are not closed, or to somebody who may not take them on.
    """
    went: dict[str, dict[str, int]] = {}
    left: list[Held] = []
    refused: list[str] = []
    with undo.gathering():
        for kind in all_kinds():
            to: dict[User, list[Model]] = {}
            nobodys: list[Model] = []
            for row in kind.rows(team, user):
                owner = choices.of(kind, row)
                (nobodys if owner is None else to.setdefault(owner, [])).append(row)
            reason = readable(choices.reasons.get(kind.key, ""))
            if nobodys and reason and kind.close and by is not None:
                kind.close(nobodys, by, reason)
                went.setdefault(kind.key, {})[""] = len(nobodys)
            elif nobodys:
                left.append(Held(kind, len(nobodys), nobodys))
            able = set(kind.takers(team).values_list("pk", flat=True)) if to and kind.only else None
            for owner, rows in to.items():
                if able is not None and owner.pk not in able:
                    refused.append(refusal(kind, owner))
                    continue
                _give(kind, rows, owner, by, undo)
                went.setdefault(kind.key, {})[str(owner)] = len(rows)
    if left or refused:
        raise ValidationError([*([choose_for(held_listed(left))] if left else []), *refused])
    return went


def end_without_role(*, team: Team, user: User, held: set[str], wanted: set[str], by: User | None, undo: Undo) -> None:
    """End what a role that somebody loses allowed them to have, in the caller's transaction, which asks and locks.

    Whoever takes the role away is asked to replace it, if they can; otherwise it is closed.
    """
    for kind in all_kinds():
        if not kind.roles or held.isdisjoint(kind.roles) or not wanted.isdisjoint(kind.roles):
            continue
        rows = list(kind.rows(team, user))
        if rows and by is not None and kind.takers(team).filter(pk=by.pk).exists():
            with undo.gathering():
                _give(kind, rows, by, by, undo)
        elif rows and kind.close:
            kind.close(rows, by, "")


def _give(kind: OwnedKind, rows: list[Model], owner: User, by: User | None, undo: Undo) -> None:
    before = {row.pk: copy.copy(row) for row in rows}
    added = kind.give(rows, owner, by)
    for row in added:
        undo.added(type(row), [row.pk])
    if not added:
        undo.changed_since(before, unless=kind.settled)

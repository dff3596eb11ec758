"""What a team awarded and refused within a year, and the names of the groups and payees: taken apart once for many questions."""

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from communities.compiled import compiled_once
from communities.json_rows import in_one_text, text_of
from communities.models import Team
from sparks.likeness import Names, Payees
from sparks.models import ZERO, Spark
from sparks.signs import HOLDING, REFUSED


class Awards:
    """The awards and refusals of a team: each spark by its primary key. Nothing of it is changed after it is made."""

    def __init__(self, rows: Iterable[tuple[int, str, str, str | None, str]]) -> None:
        """Take rows apart. rows: primary key, name of the group, payee, pounds as text or None, status."""
        #: The pounds of each award, as text or None.
        self.pounds: dict[int, str | None] = {}
        self.refused: set[int] = set()
        self._of_name: dict[str, list[int]] = {}
        self._of_payee: dict[str, list[int]] = {}
        for pk, name, payee, pounds, status in rows:
            if status in REFUSED:
                self.refused.add(pk)
            else:
                self.pounds[pk] = pounds
            self._of_name.setdefault(name, []).append(pk)
            if payee:
                self._of_payee.setdefault(payee, []).append(pk)
        self._names, self._payees = Names(self._of_name), Payees(self._of_payee)

    def among(self, sparks: set[int]) -> set[int]:
        """Return those of some sparks that are among the awards and refusals."""
        return sparks & self.pounds.keys() | sparks & self.refused

    def sum_of(self, sparks: Iterable[int]) -> Decimal:
        """Return the pounds awarded to these sparks together."""
        return sum((Decimal(pounds) for pk in sparks if (pounds := self.pounds.get(pk))), ZERO)

    def to_groups(self, name: str) -> tuple[set[int], set[int]]:
        """Return the sparks of groups of the same name, and those of groups of one that is nearly the same."""
        same: set[int] = set()
        alike: set[int] = set()
        for other in self._names.alike(name):
            (same if other.strip().casefold() == name.casefold() else alike).update(self._of_name[other])
        return same, alike

    def to_payees(self, names: Iterable[str]) -> dict[int, str]:
        """Return the sparks that were to be paid to one of these names, however it is typed, or nearly; and to whom."""
        return {pk: payee for payee in self._payees.same_as(set(names)) for pk in self._of_payee[payee]}


def awards_since(team: Team, since: datetime) -> Awards:
    """Return what a team awarded and refused since a moment, as the database says now.

    It is read anew each time, as one text. Only taking that text apart is remembered, for as long as it is the same.
    """
    return _taken_apart(text_of(_rows(team=team, since=since)))


@lru_cache(maxsize=4)
def _taken_apart(rows: str) -> Awards:
    return Awards(json.loads(rows))


@compiled_once
def _rows(*, team: Team, since: datetime) -> QuerySet[Spark, str | None]:
    # Read from an index alone, in one go: thousands of awards cost less than several queries about some of them. Pounds are
    # text, so that only those that count are made into decimals.
    rows = Spark.objects.filter(team=team, status__in=(*HOLDING, *REFUSED), decided_at__gte=since)
    return in_one_text(rows, "pk", "group_name", "payee", Cast("award_gbp", CharField()), "status")

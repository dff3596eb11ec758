"""Look up the rows that a file refers to, within the user's teams, in few queries for a whole file."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Model, QuerySet

from communities.models import Team, User
from communities.queries.scope import rows_managed_by, team_id_of
from communities.row_keys import uuid_of

#: The most values in one query; SQLite has a limit.
CHUNK = 500


class Books:
    """A cache of the rows that a file refers to, limited to what the user may see."""

    def __init__(self, user: User):
        self.user = user
        self._named: dict[tuple, dict[str, list[Model]]] = {}
        self._marked: dict[type[Model], dict[UUID, Model]] = defaultdict(dict)
        self._called: dict[type[Model], dict[str, list[Model]]] = defaultdict(lambda: defaultdict(list))
        self._members: dict[int, set[int]] = {}

    def teams(self) -> list[Team]:
        """Return the teams that the user manages."""
        return [rows[0] for rows in self._table(Team, ("slug",)).values()]

    def named(self, model: type[Model], by: Sequence[str], text: str, team: Team | None) -> list[Model]:
        """Return the rows of a small table with this name, in the team if the model has one."""
        found = self._table(model, tuple(by)).get(text.casefold(), [])
        if issubclass(model, Team | User) or team is None:
            return found
        return [row for row in found if team_id_of(row) in (None, team.pk)]

    def _table(self, model: type[Model], by: tuple[str, ...]) -> dict[str, list[Model]]:
        if (model, by) not in self._named:
            table: dict[str, list[Model]] = defaultdict(list)
            for row in mine(model._default_manager.all(), self.user):
                for text in {str(getattr(row, name)).casefold() for name in by}:
                    table[text].append(row)
            self._named[model, by] = dict(table)
        return self._named[model, by]

    def fetch(self, model: type[Model], by: str, names: Iterable[str], uuids: Iterable[str]) -> None:
        """Fetch rows of a large table by name and by UUID."""
        rows = mine(self._all(model), self.user)
        for chunk in _chunks(sorted(filter(None, names))):
            for row in rows.filter(**{f"{by}__in": chunk}):
                standing = self._standing(row)
                if standing is not None and standing not in self._called[model][getattr(row, by).casefold()]:
                    self._called[model][getattr(row, by).casefold()].append(standing)
        known = [found for text in uuids if text and (found := uuid_of(text))]
        for chunk in _chunks(sorted(known)):
            for row in rows.filter(uuid__in=chunk):
                standing = self._standing(row)
                if standing is not None:
                    self._marked[model][row.uuid] = standing

    def _all(self, model: type[Model]) -> QuerySet:
        """Return all rows of a model, including merged ones, because a file can still contain their UUIDs."""
        return getattr(model, "everyone", model._default_manager).all()

    def _standing(self, row: Model) -> Model | None:
        """Return the row that a row was merged into, or itself; None if it was erased."""
        while getattr(row, "merged_into_id", None):
            row = row.merged_into
        return None if getattr(row, "erased_on", None) else row

    def by_name(self, model: type[Model], name: str, team: Team | None) -> list[Model]:
        """Return the fetched rows with a name in a team."""
        found = self._called[model].get(name.casefold(), [])
        return [row for row in found if team is None or team_id_of(row) in (None, team.pk)]

    def by_uuid(self, model: type[Model], uuid: UUID) -> Model | None:
        """Return the fetched row with a UUID."""
        return self._marked[model].get(uuid)

    def is_member(self, user: User, team_id: int) -> bool:
        """Return whether a user belongs to a team, or is an administrator."""
        if user.is_superuser:
            return True
        if team_id not in self._members:
            self._members[team_id] = set(Team.objects.get(pk=team_id).memberships.values_list("user_id", flat=True))
        return user.pk in self._members[team_id]


def mine(rows: QuerySet, user: User | None) -> QuerySet:
    """Return the rows of the teams that a user manages; none without a user."""
    return rows_managed_by(rows, user) if user is not None else rows.none()


def _chunks(values: list) -> Iterable[list]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))

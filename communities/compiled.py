"""Queries that are compiled once: for pages that ask the same few queries at every look.

Django builds a query anew each time: filters, joins, columns and SQL take ten to thirty times as long as the database takes to
answer a short one (`docs/performance.md`). A function decorated with `compiled_once` is called once with stand-ins for its
values. The SQL is kept for the life of the process, and each call only sends the values (ADR 31).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from itertools import count, islice
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet, ImproperlyConfigured
from django.db import connections, models
from django.utils.dateparse import parse_date, parse_datetime

#: The first primary key of a stand-in: higher than that of any row, and than any number in a query.
FIRST_STAND_IN = 4_611_686_018_427_000_001
#: The places of parameters in SQL, those of a list together, and the signs that only look like the start of one.
_PLACES = re.compile(r"IN \(%s(?:, %s)+\)|%%|%s")
#: A text that can stand in SQL as it is.
_PLAIN = re.compile(r"[a-zA-Z0-9_]*")
#: The day before those of stand-ins.
FIRST_DAY = datetime(1, 1, 1, tzinfo=UTC)


class _Query[Row: models.Model]:
    """A query that was compiled with stand-ins: its rows are made as Django makes them, with new values."""

    def __init__(
        self, rows: models.QuerySet[Row, Any], asked: list[tuple[str, ...]], names: Mapping[object, str]
    ) -> None:
        self.rows, self.asked = rows, asked
        self.compiler = rows.query.get_compiler(using=rows.db)
        self.sql, params = self.compiler.as_sql()
        #: The converters of the columns, and the connection that they belong to.
        self.converters: tuple[Any, Any] = (None, None)
        sent = {_sent(each, connections[rows.db]): name for each, name in names.items()}
        #: For each parameter the name of its value, the names of a list, or "" for one that stays, and the parameter itself.
        self.params: list[tuple[str | tuple[str, ...], Any]] = []
        found = [(sent.get(each, ""), each) for each in params]
        for name, value in found:
            if not name and _is_day(value):
                raise ImproperlyConfigured(f"The day {value} would be kept with a compiled query: pass it as a value.")
            if (
                not name
                and isinstance(value, str)
                and any(isinstance(each, str | int) and str(each) in value for each in names)
            ):
                raise ImproperlyConfigured(
                    f"A compiled query sends a value as it is given, and not as a part: {value}."
                )
        self._write_in(found)

    def _write_in(self, params: list[tuple[str, Any]]) -> None:
        """Write plain parameters that stay into the SQL, such as the key of a choice; PostgreSQL gets a list as one array.

        PostgreSQL keeps one plan for all values of a parameter. With the key as a parameter it estimated that nobody may be
        contacted, and read all residents to find twenty. Its driver takes some microseconds for each parameter.
        """
        given, has_arrays = iter(params), connections[self.rows.db].vendor == "postgresql"

        def written(part: re.Match[str]) -> str:
            here, texts = list(islice(given, part[0].count("%s"))), part[0].split("%s")
            lists = {name.partition(".")[0] if "." in name else "" for name, _value in here}
            if has_arrays and len(here) > 1 and len(lists) == 1 and "" not in lists:
                self.params.append((tuple(name for name, _value in here), None))
                return "= ANY(%s)"
            return texts[0] + "".join(self._place_of(*each) + text for each, text in zip(here, texts[1:], strict=True))

        self.sql = _PLACES.sub(written, self.sql)

    def _place_of(self, name: str, value: Any) -> str:
        """Return what stands in the SQL for a parameter, which is sent unless it is part of the SQL."""
        if not name and isinstance(value, int) and not isinstance(value, bool):
            return str(int(value))
        if not name and isinstance(value, str) and _PLAIN.fullmatch(value):
            return f"'{value!s}'"
        self.params.append((name, value))
        return "%s"

    def run(self, values: Mapping[str, object]) -> list[Any]:
        """Return the rows for these values, with what the query prefetches."""
        connection = connections[self.rows.db]
        params = tuple(
            [_sent(values[each], connection) for each in name]
            if isinstance(name, tuple)
            else _sent(values[name], connection)
            if name
            else kept
            for name, kept in self.params
        )
        compiler = copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (self.sql, params)
        compiler.get_converters = lambda expressions: self._converters_for(compiler, expressions)
        query = object.__new__(type(self.rows.query))
        query.__dict__.update(self.rows.query.__dict__, get_compiler=lambda *args, **kwargs: compiler)
        rows = object.__new__(type(self.rows))
        rows.__dict__.update(self.rows.__dict__, _query=query)
        return list(rows)

    def _converters_for(self, compiler: Any, expressions: Iterable[Any]) -> Any:
        """Return what makes Python's values of the columns: of one query always the same, for each connection."""
        connection, converters = self.converters
        if connection is not compiler.connection:
            converters = type(compiler).get_converters(compiler, expressions)
            self.converters = compiler.connection, converters
        return converters


def compiled_once[Row: models.Model](build: Callable[..., models.QuerySet[Row, Any]]) -> Callable[..., list[Any]]:
    """Return a function of the same keywords that returns the rows of a query as a list, compiling the query only once.

    A query with `visible_to` takes `user` and `team`, and returns nothing to users without one of the roles in the team that
    `visible_to` asks for. Days, texts, UUIDs, models, and lists of models or of primary keys are values, which differ between calls.
    For another number or flag, and another length of a list, a query of its own is compiled. `build` gets stand-ins, so it
    cannot look at a value, and must not read the clock.
    Raises, at the first call: ImproperlyConfigured for a query that holds a day, depends on a role or changes a value, as a
    search for a part of a text does; DoesNotExist for one that reads a column of a stand-in. TypeError for a value of another kind.
    """
    compiled: dict[tuple[object, ...], _Query[Row] | None] = {}

    @wraps(build)
    def rows(**given: Any) -> list[Any]:
        shape = tuple((name, _shape(value)) for name, value in given.items())
        if shape not in compiled:
            places, names = _stand_ins(given)
            asked = _note_roles(places["user"], places.get("team")) if "user" in given else []
            try:
                compiled[shape] = _Query(build(**places), asked, names)
            except EmptyResultSet:
                # Such as for an empty list.
                compiled[shape] = None
        found = compiled[shape]
        if found is None:
            return []
        if found.asked and not _may_read(given["user"], given["team"], found.asked):
            return []
        return found.run(dict(_values(given)))

    return rows


def padded[Key](keys: Iterable[Key]) -> list[Key]:
    """Return primary keys, or texts, for a compiled query, the last repeated up to the next twenty, so that few lengths are compiled.

    One alone stays one: whoever decides on sparks usually has one account. Twenty times in each condition, it made 184 parameters
    instead of 32, and the driver for PostgreSQL takes such a query apart anew at every look (a manager's Today: 51,200 calls of
    functions instead of 44,500).
    """
    keys = list(keys)
    return keys if len(keys) == 1 else keys + keys[-1:] * (-len(keys) % 20)


def _shape(value: object) -> object:
    """Return what must be equal for a compiled query to be used again."""
    if isinstance(value, list | tuple | set | frozenset):
        return "list", len(value)
    if isinstance(value, models.Model):
        # A query may name the model, as one of what is about a row does.
        return value.__class__
    if isinstance(value, str | date | UUID):
        return ""
    if value is None or isinstance(value, int):
        return "is", value
    raise TypeError(
        f"{value!r} cannot be a value of a compiled query: use days, texts, UUIDs, models, lists, numbers or flags."
    )


def _values(given: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield the values by name, those of a list as "name.0" and so on."""
    for name, value in given.items():
        if isinstance(value, list | tuple | set | frozenset):
            yield from ((f"{name}.{n}", each) for n, each in enumerate(value))
        elif isinstance(value, str | date | UUID | models.Model):
            yield name, value


def _stand_ins(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[object, str]]:
    """Return what a query is compiled with, and the name of each value by its stand-in."""
    numbers, places, names = count(), dict(given), {}
    for name, value in _values(given):
        number = next(numbers)
        stand_in: Any = FIRST_STAND_IN + number
        if isinstance(value, date):
            stand_in = FIRST_DAY + timedelta(days=number + 1)
            stand_in = stand_in if isinstance(value, datetime) else stand_in.date()
        elif isinstance(value, str):
            stand_in = f"a stand-in, {stand_in}"
        elif isinstance(value, UUID):
            stand_in = UUID(int=stand_in)
        names[stand_in] = name
        listed, _dot, place = name.partition(".")
        if place:
            places[listed] = [*(places[listed] if place != "0" else ()), stand_in]
        else:
            places[name] = stand_in if isinstance(value, str | date | UUID) else _row(value, stand_in)
    return places, names


def _row(value: Any, stand_in: int) -> models.Model:
    """Return a row of the same model with nothing but a primary key: reading another column raises DoesNotExist."""
    # The user and the team of a request are fetched lazily; their type is another.
    model: type[models.Model] = value.__class__
    return model.from_db(None, [model._meta.pk.attname], [stand_in])


def _note_roles(user: Any, team: Any) -> list[tuple[str, ...]]:
    """Let the stand-in of a user read the one team; return a list that fills with the roles that `visible_to` asks for.

    Raises: ImproperlyConfigured, later, if the query depends on a role in another way.
    """
    asked: list[tuple[str, ...]] = []

    def team_ids(*roles: str) -> list[int]:
        if team is None:
            raise ImproperlyConfigured("A compiled query of what a user may read is of one team: pass it.")
        asked.append(roles)
        return [team.pk]

    def has_role(*_args: object) -> bool:
        raise ImproperlyConfigured("A compiled query cannot depend on a role: pass a flag.")

    user.is_active, user.is_superuser = True, False
    user.team_ids, user.has_role = team_ids, has_role
    return asked


def _may_read(user: Any, team: Any, asked: list[tuple[str, ...]]) -> bool:
    """Return whether `visible_to` would find rows of the team, for the roles that it asked for."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_superuser or all(team.pk in user.team_ids(*roles) for roles in asked)


def _sent(value: Any, connection: Any) -> Any:
    """Return what the database gets for a value."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else getattr(value, "pk", value)


def _is_day(value: object) -> bool:
    """Return whether a parameter is a day or a moment, which SQLite gets as text."""
    if isinstance(value, date):
        return True
    try:
        return isinstance(value, str) and bool(parse_date(value) or parse_datetime(value))
    except ValueError:
        return False

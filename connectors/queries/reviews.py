"""What erasing a resident would reach, and what must be reviewed afterwards."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from communities.compiled import compiled_once
from communities.free_text import Found, mentioned, models_with_text
from communities.freshness import counted_tables, stamp_of
from communities.holdings import Held, all_holdings, page_of
from communities.mentions import Mentions, mentions_of
from communities.models import Team, User
from connectors.models import Person, ReviewItem
from connectors.queries.duplicates import numbers_of

#: How many places the page before erasing shows; it says when there are more.
MOST_SHOWN = 200


@dataclass(frozen=True)
class Place:
    """A row that might name somebody, as a page shows it. item: the row to be reviewed, after erasing."""

    kind: str
    title: str
    fields: str
    found: Found
    url: str = ""
    edit_url: str = ""
    why_kept: str = ""
    item: ReviewItem | None = None

    @property
    def value(self) -> str:
        """Return the row's value in a form."""
        return f"{self.found.model}:{self.found.pk}"


@dataclass(frozen=True)
class Searched:
    """A search of a team's texts that was made before the transaction of an erasure: what for, in which state, and where it found it.

    stamp: of the team, read before the search (`communities.freshness`). rows: the primary keys of what was found, by label.
    """

    mentions: Mentions
    stamp: str
    rows: Mapping[str, Collection[int]]


@dataclass(frozen=True)
class Reach:
    """What erasing somebody would reach: their rows, with the fate of each, and rows that might name them."""

    held: list[Held]
    places: list[Place]
    more: int
    searched: Searched


def mentions_of_people(people: Iterable[Person]) -> Mentions:
    """Return what names a resident, from all their records."""
    people = list(people)
    return mentions_of(
        names=[name for each in people for name in (each.known_as, each.also_known_as)],
        phones=[each.phone for each in people],
        emails=[each.email for each in people],
        streets=[each.street for each in people],
    )


def places_naming(
    *, team_id: int, mentions: Mentions, among: Mapping[str, Collection[int]] | None = None
) -> Iterator[Found]:
    """Yield the rows of a team, over all apps, whose text might name somebody. among: as `still_searched` returns it."""
    holdings = all_holdings()
    return mentioned(
        team_id=team_id,
        mentions=mentions,
        apart_from={label for each in holdings for label in each.apart_from},
        by_whole_name={label for each in holdings for label in each.by_whole_name},
        among=among or {},
    )


def still_searched(searched: Searched | None, *, team: Team, mentions: Mentions) -> Mapping[str, Collection[int]]:
    """Return by label the only rows that can name somebody, of the models of which nothing was written since they were searched.

    Ask at the beginning of a transaction that writes, before its own writes. On SQLite nobody else writes from then on, so that reading every
    text of the team once more would only make them wait. On PostgreSQL nobody waits, others go on writing, and everything is searched.
    """
    if searched is None or connection.vendor != "sqlite" or _all_of(searched.mentions) != _all_of(mentions):
        return {}
    if searched.stamp != stamp_of(team):
        return {}
    marked = counted_tables()
    labels = [model._meta.label_lower for model in models_with_text() if model._meta.db_table in marked]
    return {label: searched.rows.get(label, ()) for label in labels}


def _all_of(mentions: Mentions) -> set[str]:
    """Return what names somebody, in whatever order their records were read."""
    return {*mentions.names, *mentions.phones, *mentions.emails, *mentions.streets}


def reach_of(person: Person) -> Reach:
    """Return what erasing a resident would reach, over all apps."""
    people = list(Person.everyone.filter(pk__in=numbers_of(person.pk)))
    mentions, records = mentions_of_people(people), tuple(each.pk for each in people)
    held = [
        row
        for each in all_holdings()
        for row in each.held(records=records, team_id=person.team_id, mentions=mentions)
        if row.count
    ]
    stamp, rows = stamp_of(person.team), defaultdict[str, list[int]](list)
    every = list(places_naming(team_id=person.team_id, mentions=mentions))
    for each in every:
        rows[each.model].append(each.pk)
    own = {("connectors.person", pk) for pk in records}
    named = [each for each in every if (each.model, each.pk) not in own]
    reached = _reached(named, records)
    found = [each for each in named if (each.model, each.pk) not in reached]
    found.sort(key=lambda each: (not each.is_certain, not each.is_likely))
    searched = Searched(mentions, stamp, dict(rows))
    return Reach(held, list(_shown(found[:MOST_SHOWN])), max(0, len(found) - MOST_SHOWN), searched)


def _reached(found: Iterable[Found], records: Collection[int]) -> set[tuple[str, int]]:
    """Return the rows from which erasing removes their name: their own, and those of models that are emptied."""
    models = {each.model for each in found}
    emptied = {label for each in all_holdings() for label in each.emptied}
    theirs = {(each.model, each.pk) for each in found if each.model in emptied and each.is_likely}
    for holdings in all_holdings():
        for label in models & set(holdings.own):
            rows = apps.get_model(label)._base_manager
            for path in holdings.own[label]:
                own = rows.filter(**{f"{path}__in": list(records)}).order_by()
                theirs |= {(label, pk) for pk in own.values_list("pk", flat=True)}
    return theirs


def open_items(user: User, team: Team) -> QuerySet[ReviewItem]:
    """Return what must still be reviewed in a team, in the order in which it was found."""
    rows = ReviewItem.objects.visible_to(user).filter(team=team, reviewed_at__isnull=True)
    return rows.select_related("person").order_by("pk")


def are_items_open(user: User, team: Team) -> bool:
    """Return whether anything must still be reviewed in a team; one query, compiled once."""
    return bool(_an_open_item(user=user, team=team))


@compiled_once
def _an_open_item(*, user: User, team: Team) -> QuerySet[ReviewItem, Any]:
    return open_items(user, team).order_by().values_list("pk", flat=True)[:1]


def places_of(items: Iterable[ReviewItem]) -> list[Place]:
    """Return items to review as a page shows them; rows deleted since have no URL."""
    return list(
        _shown([Found(each.model, each.object_id, tuple(each.field_names), each.is_likely) for each in items], items)
    )


def _shown(found: Collection[Found], items: Iterable[ReviewItem] = ()) -> Iterator[Place]:
    rows = _rows(found)
    kept = {label: str(why) for each in all_holdings() for label, why in each.kept.items()}
    by_place = {(each.model, each.object_id): each for each in items}
    for each in found:
        model, row = apps.get_model(each.model), rows.get((each.model, each.pk))
        kind, item = str(model._meta.verbose_name).capitalize(), by_place.get((each.model, each.pk))
        if row is None:
            yield Place(kind, _("Deleted since"), "", each, item=item)
            continue
        names = ", ".join(str(model._meta.get_field(name).verbose_name) for name in each.fields)
        url, edit_url = page_of(row)
        yield Place(kind, str(row), names, each, url, edit_url, kept.get(each.model, ""), item)


def _rows(found: Iterable[Found]) -> dict[tuple[str, int], Model]:
    by_model: dict[str, list[int]] = {}
    for each in found:
        by_model.setdefault(each.model, []).append(each.pk)
    return {
        (label, pk): row
        for label, pks in by_model.items()
        for pk, row in apps.get_model(label)._base_manager.in_bulk(pks).items()
    }

"""Find the two ends of an introduction, and introductions whose outcome should be asked about."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import In
from django.utils import timezone

from assets.finders import ASSETS
from assets.models import Asset
from communities.compiled import compiled_once, padded
from communities.finders import PARTNERS
from communities.folding import begins_words, folded
from communities.full_text import MOST_FOUND, FullText
from communities.models import Partner, Team, User
from communities.row_keys import pk_of, uuid_of
from connectors.models import Ask, Introduction, Person
from connectors.queries.names import people_like
from connectors.queries.people import ENDS, NAMES_OF_ENDS

#: How many of each kind of end are offered.
OFFERED = 6
#: The kinds of ends, as their keys start.
KINDS = ("person", "asset", "partner")
#: Columns shown of an introduction whose outcome should be asked about.
ASKING = ("uuid", "introduced_on", "outcome", "reason", "ask_again_on")


def end_key(end: Person | Asset | Partner) -> str:
    """Return the form value of an end: "person:<uuid>", "asset:<id>" or "partner:<id>"."""
    if isinstance(end, Person):
        return f"person:{end.uuid}"
    return f"{'asset' if isinstance(end, Asset) else 'partner'}:{end.pk}"


def find_end(key: str, *, user: User, team: Team) -> Person | Asset | Partner | None:
    """Return the team's end with this form value, or None."""
    kind, _sep, named = key.partition(":")
    if kind == "person":
        return Person.objects.visible_to(user).filter(team=team, uuid=uuid_of(named)).remembered().first()
    models: dict[str, type[Asset] | type[Partner]] = {"asset": Asset, "partner": Partner}
    model, number = models.get(kind), pk_of(named)
    if model is None or number is None:
        return None
    return model.objects.visible_to(user).filter(team=team, pk=number).first()


def ends_like(typed: str, *, user: User, team: Team, kinds: Collection[str] = KINDS) -> list[Person | Asset | Partner]:
    """Return residents, assets and partners with a name of which each typed word begins a word, six of each at most.

    Accents and capitals make no difference: "cafe" finds Café Kiln, and "gra" Grace and not Photographs.
    """
    typed = " ".join(typed.split())[:80]
    if not typed or "\0" in typed:
        return []
    found: list[Person | Asset | Partner] = []
    if "person" in kinds:
        found += people_like(user=user, team=team, typed=typed)[:OFFERED]
    if "asset" in kinds:
        assets = Asset.objects.visible_to(user).filter(team=team).listed()
        found += _named(assets, ASSETS, typed, team)
    if "partner" in kinds:
        found += _named(Partner.objects.visible_to(user).filter(team=team), PARTNERS, typed, team)
    return found


def _named(rows: QuerySet, index: FullText, typed: str, team: Team) -> list:
    """Return up to six rows by name, of those that an index finds; it has other columns too, which do not count."""
    wanted = folded(typed).split()
    numbers = index.latest(typed, team_id=team.pk, most=MOST_FOUND)
    found = rows.filter(pk__in=numbers).order_by("name", "pk") if numbers else ()
    named = [row for row in found if begins_words(wanted, row.name)]
    return named[:OFFERED]


def asked_by(owners: Collection[int]) -> Q:
    """Return the condition that one of these users asks what came of an introduction."""
    return Q(In(Coalesce("asker", "introduced_by"), list(owners)))


def introductions_to_ask_about(
    user: User, team: Team, *, limit: int | None = 5, everybodys: bool = False, owners: Collection[int] = ()
) -> QuerySet[Introduction]:
    """Return introductions whose outcome should be asked about, longest overdue first, with both ends' names.

    The user's own, those of `owners` if given, or with `everybodys` the team's; `limit` None for all of them. When to ask: `rules.introductions`.
    """
    rows = _to_ask_about(user=user, team=team, on=timezone.localdate())
    if not everybodys:
        rows = rows.filter(asked_by(owners or [user.pk]))
    return rows if limit is None else rows[:limit]


def first_to_ask_about(*, user: User, team: Team, on: date, owners: Collection[int], limit: int) -> list[Introduction]:
    """Return the first of `introductions_to_ask_about`, for Today; one query, a second only if there are any.

    With the names of both ends, which are in three tables, it takes PostgreSQL longer to plan the query than to find out that nothing
    is to be asked today.
    """
    keys = _first_keys(user=user, team=team, on=on, owners=owners, limit=limit)
    return _with_ends(user=user, team=team, keys=padded(keys)) if keys else []


@compiled_once
def _first_keys(
    *, user: User, team: Team, on: date, owners: Collection[int], limit: int
) -> QuerySet[Introduction, int]:
    rows = Introduction.objects.visible_to(user).filter(asked_by(owners), team=team, ask_again_on__lte=on)
    return rows.order_by("ask_again_on", "pk").values_list("pk", flat=True)[:limit]


@compiled_once
def _with_ends(*, user: User, team: Team, keys: Collection[int]) -> QuerySet[Introduction]:
    return _shown(Introduction.objects.visible_to(user).filter(team=team, pk__in=keys))


def _to_ask_about(*, user: User, team: Team, on: date) -> QuerySet[Introduction]:
    return _shown(Introduction.objects.visible_to(user).filter(team=team, ask_again_on__lte=on))


def _shown(rows: QuerySet[Introduction]) -> QuerySet[Introduction]:
    """Return introductions with what is shown of them, longest overdue first."""
    return rows.select_related(*ENDS).only(*ASKING, *NAMES_OF_ENDS).order_by("ask_again_on", "pk")


def open_asks_of(introduction: Introduction, user: User) -> list[Ask]:
    """Return the open asks of the residents in an introduction, oldest first, ten at most."""
    ids = [pk for pk in (introduction.from_person_id, introduction.to_person_id) if pk]
    rows = Ask.objects.visible_to(user).filter(person__in=ids, met_on__isnull=True, closed_on__isnull=True)
    return list(rows.select_related("person").order_by("asked_on", "pk")[:10])

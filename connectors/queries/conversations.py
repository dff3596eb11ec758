"""Queries for the pages about conversations, and for Today."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.files import File
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from assets.models import Asset, Status
from communities.compiled import compiled_once
from communities.folding import folded
from communities.models import Neighbourhood, Team, User
from connectors.models import Conversation, Gift, NextStep, Person, Theme
from connectors.rules.shown_names import name_for

#: Columns that a list shows of a conversation, without people and themes.
LISTED = ("pk", "uuid", "held_on", "place_name", "summary", "waits")
LISTED += ("place__name", "neighbourhood__name", "builder__name")
#: Stands in a URL for a conversation's own UUID.
_ANY = UUID(int=0)
#: How many of the latest conversations say what people care about now.
LATELY = 300
#: How long after it was saved a next step counts as changed: both times are set in the same save.
MOVED_AFTER = timedelta(seconds=1)


@compiled_once
def recent_conversations(*, user: User, team: Team, limit: int = 5) -> QuerySet[Conversation]:
    """Return the team's latest conversations, most recent first: date, place and summary, without people."""
    rows = Conversation.objects.visible_to(user).filter(team=team).select_related("place")
    rows = rows.only("uuid", "held_on", "summary", "place_name", "place__name")
    return rows.order_by("-held_on", "-pk")[:limit]


@dataclass(frozen=True, slots=True)
class DayOfWeek:
    """A day of this week: how many conversations the team held, how many of them the user did, and heights in percent."""

    day: date
    count: int
    own: int
    height: int
    own_height: int
    is_today: bool

    @property
    def rest(self) -> int:
        """Return how far from the top the column of all begins."""
        return 100 - self.height

    @property
    def own_rest(self) -> int:
        """Return how far from the top the column of the user's own begins."""
        return 100 - self.own_height


def week_of(*, user: User, team: Team) -> list[DayOfWeek]:
    """Return the conversations of each day of this week, Monday first; one query."""
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    counted = _by_day(user=user, team=team, first=days[0], last=days[-1])
    found = {row["held_on"]: (row["count"], row["own"]) for row in counted}
    most = max((count for count, _own in found.values()), default=0) or 1
    return [
        DayOfWeek(
            day=day,
            count=found.get(day, (0, 0))[0],
            own=found.get(day, (0, 0))[1],
            height=100 * found.get(day, (0, 0))[0] // most,
            own_height=100 * found.get(day, (0, 0))[1] // most,
            is_today=day == today,
        )
        for day in days
    ]


@compiled_once
def _by_day(*, user: User, team: Team, first: date, last: date) -> QuerySet[Conversation, Any]:
    rows = Conversation.objects.visible_to(user).filter(team=team, held_on__gte=first, held_on__lte=last).order_by()
    return rows.values("held_on").annotate(count=Count("pk"), own=Count("pk", filter=Q(builder=user)))


@dataclass(frozen=True, slots=True)
class ListedTalk:
    """A conversation as a list shows it, in plain values.

    25 model instances with their relations would cost as much as the page around them. `names` are joined as pages show
    them, initials until somebody was told; empty without names.
    """

    url: str
    held_on: date
    place: str
    neighbourhood: str
    names: str
    summary: str
    themes: list[str]
    waits: bool
    builder: str


def listed_conversations(*, user: User, team: Team) -> QuerySet[Conversation]:
    """Return the team's conversations, most recent first, for filters to narrow."""
    return Conversation.objects.visible_to(user).filter(team=team).order_by("-held_on", "-pk")


def shown_of(talks: QuerySet[Conversation]) -> QuerySet[Conversation, Any]:
    """Return conversations as named tuples of `LISTED`, for `as_listed`."""
    waits = Exists(NextStep.objects.open().filter(conversation=OuterRef("pk")))
    return talks.annotate(waits=waits).values_list(*LISTED, named=True)


@compiled_once
def _people_of(*, talks: list[int]) -> QuerySet[Person]:
    rows = Person.objects.filter(conversations__in=talks).only("known_as", "told_on", "created_by", "keeper", "team")
    return rows.annotate(talk=F("conversations")).order_by("known_as", "pk")


@compiled_once
def _themes_of(*, talks: list[int]) -> QuerySet[Theme, Any]:
    return Theme.objects.filter(conversations__in=talks).order_by("name", "pk").values_list("conversations", "name")


def as_listed(rows: Iterable[Any], *, user: User) -> list[ListedTalk]:
    """Return rows of `shown_of` with their people and themes; two queries, none without rows."""
    rows = list(rows)
    numbers = [row.pk for row in rows]
    names, themes = defaultdict(list), defaultdict(list)
    if rows:
        for person in _people_of(talks=numbers):
            names[person.talk].append(name_for(user, person))
        for number, name in _themes_of(talks=numbers):
            themes[number].append(name)
    address = reverse("connectors:conversation-detail", kwargs={"uuid": _ANY})
    return [
        ListedTalk(
            url=address.replace(str(_ANY), str(row.uuid)),
            held_on=row.held_on,
            place=row.place__name or row.place_name,
            neighbourhood=row.neighbourhood__name or "",
            names=", ".join(names[row.pk]),
            summary=row.summary,
            themes=themes[row.pk],
            waits=row.waits,
            builder=row.builder__name,
        )
        for row in rows
    ]


def names_in_text(conversation: Conversation, people: Iterable[Person]) -> list[str]:
    """Return the names of those not told yet that the text of a conversation says to every builder of the team."""
    words = set(folded(f"{conversation.summary} {conversation.idea}").split())
    untold = (each for each in people if each.told_on is None)
    return [each.known_as for each in untold if (first := folded(each.known_as).split()[:1]) and first[0] in words]


def said_by(conversation: Conversation) -> dict[int, list[int]]:
    """Return, by the primary key of each theme, who said in a conversation that they care about it; one query."""
    found: dict[int, list[int]] = defaultdict(list)
    for theme, person in conversation.heard_themes.order_by("pk").values_list("theme_id", "person_id"):
        found[theme].append(person)
    return found


def most_frequent_themes(*, user: User, team: Team, limit: int = 8) -> list[int]:
    """Return the primary keys of the most frequent themes of the team's latest 300 conversations; one query."""
    return _frequent_themes(user=user, team=team, limit=limit)


@compiled_once
def _frequent_themes(*, user: User, team: Team, limit: int) -> QuerySet[Any, Any]:
    lately = Conversation.objects.visible_to(user).filter(team=team).order_by("-held_on", "-pk").values("pk")[:LATELY]
    uses = Conversation.themes.through.objects.filter(conversation__in=lately)
    counted = uses.values("theme").annotate(uses=Count("pk")).order_by("-uses", "theme")
    return counted.values_list("theme", flat=True)[:limit]


def held_by(user: User, team: Team) -> QuerySet[Conversation]:
    """Return the conversations that a user held for a team in which they are allowed to read them."""
    return Conversation.objects.visible_to(user).filter(team=team, builder=user)


def last_place_used(*, user: User, team: Team) -> tuple[Neighbourhood | None, Asset | None]:
    """Return the neighbourhood and place of this builder's last conversation in the team; two queries at most.

    Without one, the team's only neighbourhood. The place only while it is on the map, never one that was only typed.
    """
    for last in _last_placed(user=user, team=team):
        place = last.place
        return last.neighbourhood, place if place and place.status == Status.LISTED else None
    only = list(Neighbourhood.objects.visible_to(user).filter(team=team).only("name")[:2])
    return (only[0] if len(only) == 1 else None), None


@compiled_once
def _last_placed(*, user: User, team: Team) -> QuerySet[Conversation]:
    rows = held_by(user, team).filter(neighbourhood__isnull=False).select_related("neighbourhood", "place")
    rows = rows.only("neighbourhood__name", "place__name", "place__uuid", "place__status", "held_on")
    return rows.order_by("-held_on", "-pk")[:1]


def last_neighbourhood(*, user: User, team: Team) -> Neighbourhood | None:
    """Return the neighbourhood of `last_place_used`."""
    return last_place_used(user=user, team=team)[0]


def places_like(*, user: User, team: Team, typed: str, limit: int = 8) -> QuerySet[Asset]:
    """Return up to `limit` assets on the team's map whose name contains the typed text, by name."""
    typed = typed.strip()
    if not typed or "\0" in typed:
        return Asset.objects.none()
    return (
        Asset.objects.visible_to(user).filter(team=team, name__icontains=typed).listed().order_by("name", "pk")[:limit]
    )


def place_named(*, user: User, team: Team, name: str) -> Asset | None:
    """Return the one asset on the map with exactly this name, ignoring case; None for no match or several."""
    found = list(Asset.objects.visible_to(user).filter(team=team, name__iexact=name.strip()).listed()[:2])
    return found[0] if len(found) == 1 else None


def _name_of(each: Person | Theme | str) -> str:
    # The whole name: pages show initials of somebody who was not told yet.
    return each.known_as if isinstance(each, Person) else str(each)


def says_the_same(conversation: Conversation, draft: Mapping[str, Any]) -> bool:
    """Return whether a saved conversation equals a repeated request; a draft is the keywords of `log_conversation`.

    A name stands for the resident or theme that was created from it. Without a photo, the saved one stays, with its
    description.
    """
    if (conversation.team, conversation.builder) != (draft["team"], draft.get("builder") or draft["by"]):
        return False
    words = ("held_on", "summary", "idea", "place_name", "neighbourhood", "place")
    if any(name in draft and getattr(conversation, name) != draft[name] for name in words):
        return False
    if (said := draft.get("next_step")) and not _has_step(conversation, said, draft.get("next_step_on")):
        return False
    if draft.get("photo_alt") not in (None, "", conversation.photo_alt):
        return False
    if draft.get("told") and _new_in(conversation).filter(told_on__isnull=True).exists():
        return False
    if draft.get("photo") and not _is_same_photo(conversation, draft["photo"]):
        return False
    kept = {
        "people": {person.known_as.lower() for person in conversation.people.all()},
        "themes": {theme.name.lower() for theme in conversation.themes.all()},
    }
    if any({_name_of(each).lower() for each in draft.get(name, ())} != names for name, names in kept.items()):
        return False
    if (cares := draft.get("cares")) is not None and len(kept["people"]) > 1:
        pairs = conversation.heard_themes.values_list("person__known_as", "theme__name")
        if {(_name_of(who).lower(), _name_of(what).lower()) for who, what in cares} != {
            (who.lower(), what.lower()) for who, what in pairs
        }:
            return False
    of_them, said = Gift.objects.filter(person__conversations=conversation), list(draft.get("gifts", ()))
    gifts, heard = (
        {name.lower() for name in rows.values_list("name", flat=True)}
        for rows in (of_them, of_them.filter(heard_in=conversation))
    )
    return heard <= {gift.name.lower() for gift in said} <= gifts


def _has_step(conversation: Conversation, words: str, due_on: date | None) -> bool:
    """Return whether a step with these words was saved; its day may have moved since, unless it was never changed."""
    steps = list(conversation.steps.filter(words=" ".join(words.split())))
    return any(step.due_on == due_on or step.updated_at > step.created_at + MOVED_AFTER for step in steps)


def _new_in(conversation: Conversation) -> QuerySet[Person]:
    """Return the residents who were first met in a conversation."""
    return conversation.people.filter(first_met_on=conversation.held_on, created_by=conversation.builder)


def _is_same_photo(conversation: Conversation, photo: File) -> bool:
    if not conversation.photo:
        return False
    photo.seek(0)
    with conversation.photo.open() as kept:
        same = kept.read() == photo.read()
    photo.seek(0)
    return same

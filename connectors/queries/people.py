"""A resident's page, and their timeline."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from communities.addresses import path_of
from communities.compiled import compiled_once
from communities.models import Team, User
from connectors.models import Conversation, Gift, Introduction, Person, Theme
from connectors.rules.shown_names import between

#: How many of each kind of event a page shows.
TIMELINE = 50
#: Columns of a conversation in the timeline.
TOLD = ("uuid", "held_on", "summary", "idea", "place_name", "place__name", "builder__name", "builder__email")


def timeline(person: Person, user: User, *, met: Iterable[Introduction], gifts: Iterable[Gift]) -> list[dict[str, Any]]:
    """Return a resident's timeline, newest first: day, title, words, url, kind, who.

    At most `TIMELINE` conversations, and the given introductions and gifts; one query.
    """
    talks = _talks_with(user=user, team=person.team, person=person)
    items = [
        *({"day": talk.held_on, "title": talk.where or _("A conversation"), "words": Truncator(talk.summary or talk.idea).words(40),
           "url": path_of("connectors:conversation-detail", talk.uuid), "kind": "", "who": str(talk.builder)} for talk in talks),
        *({"day": each.introduced_on, "title": between(user, each), "words": each.reason,
           "url": path_of("connectors:introduction-detail", each.uuid), "kind": "spark",
           "who": each.get_outcome_display()} for each in met),
        *({"day": gift.heard_on, "title": _("A gift: %(name)s") % {"name": gift.name}, "words": "", "url": "", "kind": "growth", "who": ""}
          for gift in gifts),
    ]  # fmt: skip
    if person.connector_since:
        items.append(_item(person.connector_since, _("Became a connector")))
    return sorted(items, key=lambda item: item["day"], reverse=True)


def _item(day: date, title: str) -> dict[str, Any]:
    return {"day": day, "title": title, "words": "", "url": "", "kind": "growth", "who": ""}


@compiled_once
def _talks_with(*, user: User, team: Team, person: Person) -> QuerySet[Conversation]:
    theirs = Conversation.people.through.objects.filter(person=person).values("conversation")
    mine = Conversation.objects.visible_to(user).filter(pk__in=theirs).select_related("place", "builder")
    return mine.only(*TOLD).order_by("-held_on", "-pk")[:TIMELINE]


@compiled_once
def introductions_of(*, user: User, team: Team, person: Person) -> QuerySet[Introduction]:
    """Return a resident's introductions in both directions, at most `TIMELINE`, newest first, with outcomes and both ends' names."""
    rows = Introduction.objects.visible_to(user).filter(Q(from_person=person) | Q(to_person=person))
    rows = rows.select_related(*ENDS).only("uuid", "introduced_on", "reason", "outcome", *NAMES_OF_ENDS)
    return rows.order_by("-introduced_on", "-pk")[:TIMELINE]


@compiled_once
def gifts_of(*, user: User, team: Team, person: Person) -> QuerySet[Gift]:
    """Return a resident's gifts with their themes, those that they offer first."""
    rows = Gift.objects.visible_to(user).filter(person=person).select_related("theme")
    return rows.order_by("-is_offered", "name", "pk")


@compiled_once
def themes_of(*, person: Person) -> QuerySet[Theme]:
    """Return what a resident cares about."""
    return Theme.objects.filter(people=person)


#: The columns from which the name that a reader is shown follows.
NAMED = ("known_as", "told_on", "created_by", "keeper", "team")
#: The relations of an introduction's two ends, and the columns of their names.
ENDS = ("from_person", "from_asset", "from_partner", "to_person", "to_asset", "to_partner")
NAMES_OF_ENDS = tuple(f"{end}__{name}" for end in ENDS for name in (NAMED if "person" in end else ("name",)))

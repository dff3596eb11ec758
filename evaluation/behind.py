"""Rows behind a figure in words: everything to those who may read them; to those who may only count, residents by alias
alone and everything else by day and place alone.

An alias never stands beside a day or a place: a list of residents with theirs would tell, by counting its lines, the small
numbers that the figures hide, and a second list with the same aliases would tell where those of the first live.
Connectors are counted in the open, place by place; their lists have aliases of their own, which are found in no other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.models import Asset
from communities.models import Partner, Team, User
from connectors.models import Ask, Conversation, Gift, Introduction, Journey, LightTouch, Person
from evaluation.models import Story
from sparks.models import Application

#: What each kind of row needs beside itself, so that a page of rows is one query.
RELATED: dict[type[Model], tuple[str, ...]] = {
    Conversation: ("neighbourhood", "place"),
    Person: ("neighbourhood",),
    Gift: ("person__neighbourhood",),
    Introduction: (
        "neighbourhood",
        "from_person",
        "from_asset",
        "from_partner",
        "to_person",
        "to_asset",
        "to_partner",
    ),
    LightTouch: ("neighbourhood",),
    Journey: ("person__neighbourhood",),
    Ask: ("neighbourhood",),
    Asset: ("neighbourhood",),
    Application: ("neighbourhood",),
    Story: ("neighbourhood",),
}


#: Numbers whose rows are connectors.
OF_CONNECTORS = ("connectors", "new-connectors")


@dataclass(frozen=True)
class Row:
    """One row behind a figure."""

    words: str
    url: str
    day: date | None
    place: str
    note: str = ""


def may_read(user: User, team: Team, rows: QuerySet) -> bool:
    """Return whether a person may read the names and words in these rows, not only count them."""
    return user.has_role(team, *rows.reading_roles)


def with_related(rows: QuerySet) -> QuerySet:
    """Return the rows with what `describe` needs."""
    return rows.select_related(*RELATED[rows.model])


def describe(row: Model, key: str, *, readable: bool) -> Row:
    """Return a row in words; without names, notes and links when it is not readable."""
    return _DESCRIBE[type(row)](row, key, readable)


def _place(row: Model) -> str:
    return row.neighbourhood.name if row.neighbourhood else ""


def _conversation(talk: Conversation, key: str, readable: bool) -> Row:
    words = (talk.where or _("A conversation")) if readable else _("A conversation")
    note = (talk.idea if key == "ideas-heard" else talk.summary) if readable else ""
    url = reverse("connectors:conversation-detail", args=[talk.uuid]) if readable else ""
    return Row(words, url, talk.held_on, _place(talk), note)


def _person(person: Person, key: str, readable: bool) -> Row:
    if not readable:
        alias = (
            _("Connector %(code)s") % {"code": person.uuid.hex[-4:].upper()} if key in OF_CONNECTORS else person.alias
        )
        return Row(alias, "", None, "")
    day = person.connector_since if key in OF_CONNECTORS else person.first_met_on
    return Row(person.shown_as, reverse("connectors:person-detail", args=[person.uuid]), day, _place(person))


def _gift(gift: Gift, key: str, readable: bool) -> Row:
    owner = gift.person.shown_as if readable else ""
    url = reverse("connectors:person-detail", args=[gift.person.uuid]) if readable else ""
    words = gift.name if readable else _("A gift")
    return Row(words, url, gift.heard_on, _place(gift.person), owner)


def _introduction(introduction: Introduction, key: str, readable: bool) -> Row:
    ends = [_end(end, readable) for end in (introduction.from_end, introduction.to_end)]
    words = _("%(one)s and %(other)s") % {"one": ends[0], "other": ends[1]}
    url = reverse("connectors:introduction-detail", args=[introduction.uuid]) if readable else ""
    # What came of each would tell the percentage that is hidden because it is out of so few.
    note = introduction.get_outcome_display() if readable else ""
    return Row(words, url, introduction.introduced_on, _place(introduction), note)


def _end(end: Person | Asset | Partner, readable: bool) -> str:
    return _("a resident") if isinstance(end, Person) and not readable else str(end)


def _light_touch(touch: LightTouch, key: str, readable: bool) -> Row:
    # What each said would tell the percentage that is hidden because it is out of so few.
    words = touch.get_gave_display() if readable else _("A word in passing")
    return Row(words, "", touch.held_on, _place(touch))


def _journey(journey: Journey, key: str, readable: bool) -> Row:
    if not readable:
        return Row(_("A journey"), "", None, "")
    url = reverse("connectors:journey-detail", args=[journey.uuid])
    return Row(journey.person.shown_as, url, journey.began_on, _place(journey.person))


def _ask(ask: Ask, key: str, readable: bool) -> Row:
    words = ask.words if readable else _("An ask")
    url = reverse("connectors:ask-detail", args=[ask.uuid]) if readable else ""
    # Who met each would tell the percentage that is hidden because it is out of so few.
    return Row(words, url, ask.met_on, _place(ask), ask.get_met_by_display() if readable else "")


def _asset(asset: Asset, key: str, readable: bool) -> Row:
    day = {"groups-formed": asset.formed_on, "groups-formed-by-residents": asset.formed_on}.get(
        key, asset.last_confirmed_on if key == "assets-confirmed" else timezone.localdate(asset.created_at)
    )
    return Row(
        asset.name, reverse("assets:asset-detail", args=[asset.pk]), day, _place(asset), asset.get_kind_display()
    )


def _spark(spark: Application, key: str, readable: bool) -> Row:
    moment = spark.submitted_at if key == "sparks-applied" else spark.decided_at
    note = f"£{spark.award_gbp or Decimal(0):,.2f}" if key == "money-awarded" else spark.get_status_display()
    url = reverse("sparks:spark-detail", args=[spark.uuid])
    return Row(spark.title, url, timezone.localdate(moment) if moment else None, _place(spark), note)


def _story(story: Story, key: str, readable: bool) -> Row:
    return Row(story.title, reverse("evaluation:story-detail", args=[story.uuid]), story.happened_on, _place(story))


_DESCRIBE: dict[type[Model], Callable[[Model, str, bool], Row]] = {
    Conversation: _conversation,
    Person: _person,
    Gift: _gift,
    Introduction: _introduction,
    LightTouch: _light_touch,
    Journey: _journey,
    Ask: _ask,
    Asset: _asset,
    Application: _spark,
    Story: _story,
}

"""Who cares about what: the ticks of a page, each a theme and one of the people, as text."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import User
from connectors.forms.fields import Named, split_names, split_themes
from connectors.models import Conversation, Person, Theme
from connectors.rules.heard_themes import said_in_one_sentence
from connectors.rules.names import Resolution
from connectors.rules.shown_names import name_for

#: The most ticks that one page accepts: as many people and themes as fit in a conversation.
MOST = 2_000
MOST_LENGTH = 400


@dataclass(frozen=True)
class Tick:
    """One tick: a theme (its primary key, or the name of a new one) and a person (a UUID, or the name of a new one)."""

    theme: str
    who: str

    @property
    def value(self) -> str:
        """Return the text by which a page sends the tick."""
        return json.dumps([self.theme, self.who], ensure_ascii=False, separators=(",", ":"))


def read_tick(text: str) -> Tick | None:
    """Return the tick that a page sent, or None for anything else."""
    try:
        said = json.loads(text) if len(text) <= MOST_LENGTH else None
    except ValueError:
        return None
    if not (isinstance(said, list) and len(said) == 2 and all(isinstance(each, str) for each in said)):
        return None
    return Tick(*said)


class Ticks(forms.MultipleHiddenInput):
    """The ticks, which the page draws itself: `connectors/conversation_cares.html` and `static/js/cares.js`."""


class TicksField(forms.Field):
    """Who cares about what: a list of `Tick`. Ticks of themes or people that are not there mean nothing."""

    widget = Ticks

    def __init__(self, **kwargs: object) -> None:
        super().__init__(required=False, label=_("Who cares about what?"), **kwargs)

    def to_python(self, value: Sequence[str] | None) -> list[Tick]:
        """Return the ticks that can be read, each once."""
        return list(dict.fromkeys(tick for text in (value or ())[:MOST] if (tick := read_tick(text))))

    def has_changed(self, initial: Iterable[str] | None, data: Iterable[str] | None) -> bool:
        """Return whether other ticks are set than at first."""
        return set(initial or ()) != set(data or ())


@dataclass(frozen=True)
class Offer:
    """A theme and everybody who was there, to be ticked. people: (value of the tick, name, whether it is ticked)."""

    theme: str
    people: tuple[tuple[str, str, bool], ...]


class CaresMixin:
    """The part of a conversation's form that says who cares about what.

    Pages that do not ask, such as those that phones saved before there was the question, leave `cares-shown` out: then
    nothing is given, and what was given before stays.
    """

    user: User
    conversation: Conversation | None
    resolution: Resolution

    @property
    def cares(self) -> list[tuple[Person | str, Theme | str]] | None:
        """Return (who, what) of each tick that is clear, for the actions; None if the page did not ask."""
        if self.is_bound and "cares-shown" not in self.data:
            return None
        themes = {str(theme.pk): theme for theme in self.cleaned_data["themes"]}
        themes |= {name.lower(): name for name in self.cleaned_data["new_themes"]}
        found = []
        for tick in self.cleaned_data["cares"]:
            who, what = self.resolution.owners(tick.who) if tick.who else [], themes.get(tick.theme.lower())
            if len(who) == 1 and what is not None:
                found.append((who[0], what))
        return found

    @property
    def cares_offered(self) -> list[Offer]:
        """Return what the page asks without scripts: every chosen theme with everybody there; nothing for one person."""
        named = self["people"].value() or Named()
        people = [(str(each.uuid), name_for(self.user, each)) for each in self.find_people(named.known)]
        people += [(name, name) for name in (*named.new, *split_names(named.typed))]
        if len(people) < 2:
            return []
        chosen = {str(pk) for pk in self["themes"].value() or ()}
        themes = [(str(pk), name) for pk, name in self.known_themes if str(pk) in chosen]
        themes += [(name, name) for name in split_themes(self["new_themes"].value() or "")]
        ticked = set(self["cares"].value() or ())
        return [
            Offer(label, tuple((value := Tick(key, who).value, name, value in ticked) for who, name in people))
            for key, label in themes
        ]


def initial_ticks(talk: Conversation) -> list[str]:
    """Return the ticks of a saved conversation, as text."""
    rows = talk.heard_themes.order_by("pk").values_list("theme_id", "person__uuid")
    return [Tick(str(theme), str(who)).value for theme, who in rows]


def offers_about(
    talk: Conversation, *, people: Collection[Person], themes: Collection[Theme], user: User
) -> tuple[list[Offer], set[str]]:
    """Return what the page of a saved conversation asks, and the ticks that its words propose; no ticks for one person."""
    if len(people) < 2:
        return [], set()
    ticked = set(initial_ticks(talk))
    text = f"{talk.summary}\n{talk.idea}"
    names, labels = [each.known_as for each in people], [each.name for each in themes]
    said = set(said_in_one_sentence(text, names=names, themes=labels))
    offers, heard = [], set()
    for theme in themes:
        row = []
        for person in people:
            value = Tick(str(theme.pk), str(person.uuid)).value
            row.append((value, name_for(user, person), value in ticked))
            if (person.known_as, theme.name) in said and value not in ticked:
                heard.add(value)
        offers.append(Offer(theme.name, tuple(sorted(row, key=lambda each: each[0] not in heard))))
    return offers, heard


def cares_in(values: Iterable[str], *, people: Iterable[Person], themes: Iterable[Theme]) -> list[tuple[Person, Theme]]:
    """Return the (resident, theme) of the ticks that a page sent about a saved conversation; others are left out."""
    who, what = {str(each.uuid): each for each in people}, {str(each.pk): each for each in themes}
    ticks = [tick for text in list(values)[:MOST] if (tick := read_tick(text))]
    return [(who[tick.who], what[tick.theme]) for tick in ticks if tick.who in who and tick.theme in what]

"""What tells apart the rows that somebody looks after, where they are handed on one by one: the day, the people, the first words.

Each function takes rows of one kind and team and whoever reads them, and returns a sentence for each row, in the same order.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from communities.models import User
from connectors.models import Ask, Conversation, Introduction, Journey, NextStep, Person, SealedItem
from connectors.queries.names import tell_apart
from connectors.queries.next_steps import attach_linked
from connectors.rules.shown_names import name_for

#: How many words of a text and names of residents are enough to know a row by.
WORDS, NAMES = 12, 4


def in_one_line(*parts: object) -> str:
    """Return what there is of some parts, with commas between them."""
    return ", ".join(str(part) for part in parts if part)


def day(value: date | datetime | None) -> str:
    """Return a day as pages write it, of a moment with the time; "" for none."""
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y, H:i")
    return date_format(value, "j F Y") if value else ""


def opening(text: str) -> str:
    """Return the first words of a text in quotation marks; "" for none."""
    return f"“{Truncator(text).words(WORDS, truncate='…')}”" if text else ""


def step_facts(steps: Sequence[NextStep], reader: User) -> list[str]:
    """Return whom or what each next step is about, and when it is due."""
    prefetch_related_objects(steps, "person", "asset", "conversation__place", "conversation__people")
    if steps:
        attach_linked(steps, user=reader, team=steps[0].team)
    return [in_one_line(_about(step, reader), _due(step)) for step in steps]


def _about(step: NextStep, reader: User) -> str:
    if (conversation := step.conversation) is not None:
        return in_one_line(_names(step.people, reader), conversation.where, day(conversation.held_on))
    return name_for(reader, person) if (person := step.person) is not None else str(step.about or "")


def _due(step: NextStep) -> str:
    return _("due %(day)s") % {"day": day(step.due_on)} if step.due_on else _("no day")


def _names(people: Iterable[Person], reader: User) -> str:
    names = [name_for(reader, person) for person in people]
    return ", ".join([*names[:NAMES], *(["…"] if len(names) > NAMES else [])])


def introduction_facts(introductions: Sequence[Introduction], reader: User) -> list[str]:
    """Return when each introduction was made, and why these two."""
    return [in_one_line(day(each.introduced_on), opening(each.reason)) for each in introductions]


def resident_facts(people: Sequence[Person], reader: User) -> list[str]:
    """Return where each resident lives, when they were last met and a gift, as where two have one name."""
    prefetch_related_objects(people, "neighbourhood")
    tell_apart(people)
    return [person.told_apart for person in people]


def journey_facts(journeys: Sequence[Journey], reader: User) -> list[str]:
    """Return when each journey began, and what tells apart the residents."""
    since = [_("since %(day)s") % {"day": day(journey.began_on)} for journey in journeys]
    about = resident_facts([journey.person for journey in journeys], reader)
    return [in_one_line(*each) for each in zip(since, about, strict=True)]


def ask_facts(asks: Sequence[Ask], reader: User) -> list[str]:
    """Return who asked, where and when."""
    prefetch_related_objects(asks, "person", "neighbourhood")
    return [
        in_one_line(ask.person and name_for(reader, ask.person), ask.neighbourhood, day(ask.asked_on)) for ask in asks
    ]


def conversation_facts(talks: Sequence[Conversation], reader: User) -> list[str]:
    """Return the names to match, who else was there, and the first words."""
    prefetch_related_objects(talks, "people")
    return [
        in_one_line(", ".join(talk.unsorted_names), _names(talk.people.all(), reader), opening(talk.summary))
        for talk in talks
    ]


def item_facts(items: Sequence[SealedItem], reader: User) -> list[str]:
    """Return when each was saved on the phone, and its number there: nobody can read more before it is opened."""
    number = [_("number %(n)s of that phone") % {"n": item.sequence} if item.sequence else "" for item in items]
    return [in_one_line(day(item.recorded_at or item.received_at), n) for item, n in zip(items, number, strict=True)]

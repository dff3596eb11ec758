"""What the search on every page finds of people, gifts, conversations and asks, for those who may read about residents."""

from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from communities.searching import COUNTED, Finder, Found, Hit, Search, found_in
from connectors.models import Ask, Conversation, Gift, NextStep, Person
from connectors.queries.asks import ALL
from connectors.queries.gifts import offered_gifts
from connectors.queries.names import names_starting, people_like
from connectors.queries.search import ASKS, CONVERSATIONS, GIFTS, STEPS
from connectors.rules.conversations import can_log_conversation
from connectors.rules.name_keys import name_key
from connectors.rules.shown_names import name_for

#: The columns from which the name that a reader is shown follows.
NAMED = ("uuid", "known_as", "told_on", "created_by", "keeper", "team")
#: Of how many residents with a name their gifts, asks, sparks and stories are found too.
NAMESAKES = 20
#: How many words of a conversation a result shows.
WORDS = 16


def reads_about_people(search: Search) -> bool:
    """Return whether somebody may read about residents, and so search what is written about them."""
    return can_log_conversation(search.user, search.team)


def people_named(search: Search) -> list[int]:
    """Return the primary keys of residents with the name, at most COUNTED and one; one query for all finders.

    None for readers who may not read about residents. Of a single letter only residents with exactly that name.
    """
    if "named" not in search.known:
        search.known["named"] = _people_named(search) if reads_about_people(search) else []
    return search.known["named"]


def _people_named(search: Search) -> list[int]:
    key = name_key(search.text)
    if not key:
        return []
    if len(key) == 1 and key.lower() != key.upper():
        people = people_like(user=search.user, team=search.team, typed=search.text)
        return [person.pk for person in people]
    names = names_starting(user=search.user, team=search.team, typed=search.text)
    # Two parts of somebody's name can begin in the same way.
    return list(dict.fromkeys(names.values_list("person", flat=True)[: 2 * COUNTED]))[: COUNTED + 1]


def of_people_named(search: Search) -> Q | None:
    """Return a filter for the rows that belong to a `person` with the name; None if there are none."""
    theirs = people_named(search)[:NAMESAKES]
    return Q(person__in=theirs) if theirs else None


def find_people(search: Search) -> Found:
    """Return the residents of whose name each word begins a part; two queries."""
    numbers = people_named(search)
    if not numbers:
        return Found()
    people = Person.objects.visible_to(search.user).remembered().filter(pk__in=numbers).select_related("neighbourhood")
    rows = people.only(*NAMED, "also_known_as", "neighbourhood__name").order_by("known_as", "pk")
    return Found(list(rows), _names_of, partial(_person, search), is_cut=len(numbers) > COUNTED)


def _names_of(person: Person) -> str:
    return f"{person.known_as} {person.also_known_as}".strip()


def _person(search: Search, person: Person) -> Hit:
    url = reverse("connectors:person-detail", kwargs={"uuid": person.uuid})
    return Hit(name_for(search.user, person), url, person.neighbourhood.name if person.neighbourhood else "")


def find_gifts(search: Search) -> Found:
    """Return the gifts offered to neighbours with the words, and those of residents with the name; two queries."""
    if not reads_about_people(search):
        return Found()
    rows = offered_gifts(user=search.user, team=search.team).select_related("person")
    rows = rows.only("name", *(f"person__{name}" for name in NAMED))
    return found_in(
        GIFTS, search, rows, hit=partial(_gift, search), compared=_gift_and_giver, also=of_people_named(search)
    )


def _gift(search: Search, gift: Gift) -> Hit:
    return Hit(
        gift.name,
        reverse("connectors:person-detail", kwargs={"uuid": gift.person.uuid}),
        name_for(search.user, gift.person),
    )


def _gift_and_giver(gift: Gift) -> str:
    return f"{gift.name} {gift.person.known_as}"


def find_conversations(search: Search) -> Found:
    """Return the conversations with the words, or one of whose next steps has them; four queries at most."""
    if not reads_about_people(search):
        return Found()
    rows = Conversation.objects.visible_to(search.user).filter(team=search.team).select_related("place")
    rows = rows.only("uuid", "held_on", "summary", "idea", "place_name", "place__name")
    return found_in(CONVERSATIONS, search, rows, hit=_conversation, compared=_said, also=_promised(search))


def _promised(search: Search) -> Q | None:
    """Return a filter for the conversations whose next steps have the words; None if there are none."""
    steps = STEPS.latest(search.text, team_id=search.team.pk, most=COUNTED + 1)
    if not steps:
        return None
    promised = NextStep.objects.filter(pk__in=steps, conversation__isnull=False)
    return Q(pk__in=list(promised.values_list("conversation", flat=True)))


def _said(talk: Conversation) -> str:
    return talk.summary or talk.idea


def _conversation(talk: Conversation) -> Hit:
    where = (date_format(talk.held_on, "j F Y"), talk.where)
    return Hit(
        Truncator(_said(talk)).words(WORDS) or str(_("A conversation")),
        reverse("connectors:conversation-detail", kwargs={"uuid": talk.uuid}),
        ", ".join(filter(None, where)),
    )


def find_asks(search: Search) -> Found:
    """Return the asks with the words, and those of residents with the name; two queries."""
    if not reads_about_people(search):
        return Found()
    rows = Ask.objects.visible_to(search.user).filter(team=search.team)
    rows = rows.only("uuid", "words", "asked_on")
    return found_in(ASKS, search, rows, hit=_ask, compared=_asked, also=of_people_named(search))


def _asked(ask: Ask) -> str:
    return ask.words


def _ask(ask: Ask) -> Hit:
    url = reverse("connectors:ask-detail", kwargs={"uuid": ask.uuid})
    return Hit(ask.words, url, date_format(ask.asked_on, "j F Y"))


FINDERS = (
    Finder(
        kind="people",
        label=_("People"),
        icon="people",
        order=10,
        find=find_people,
        address=lambda: reverse("connectors:person-list"),
    ),
    Finder(
        kind="gifts",
        label=_("Gifts"),
        icon="gift",
        order=20,
        find=find_gifts,
        address=lambda: reverse("connectors:gift-list"),
    ),
    Finder(
        kind="conversations",
        label=_("Conversations"),
        icon="conversation",
        order=30,
        find=find_conversations,
        address=lambda: reverse("connectors:conversation-list"),
    ),
    Finder(
        kind="asks",
        label=_("Asks"),
        icon="ask",
        order=40,
        find=find_asks,
        address=lambda: f"{reverse('connectors:ask-list')}?state={ALL}",
    ),
)

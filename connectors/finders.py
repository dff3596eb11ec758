"""What the search on every page finds of people, gifts, conversations, asks and introductions, for those who may read about residents."""

from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from assets.finders import ASSETS
from assets.models import Asset
from communities.addresses import path_of
from communities.finders import PARTNERS, in_neighbourhood
from communities.full_text import MOST_FOUND
from communities.models import Partner
from communities.searching import COUNTED, Finder, Found, Hit, Naming, Search, found_in, named_row
from connectors.models import Ask, Conversation, Gift, Introduction, NextStep, Person
from connectors.queries.asks import ALL
from connectors.queries.gifts import offered_gifts
from connectors.queries.named import (
    NAMESAKES,
    of_people_named,
    of_resident,
    on_theme,
    on_themes,
    people_joined,
    people_named,
    reads_about_people,
    with_residents,
)
from connectors.queries.people import ENDS, NAMES_OF_ENDS
from connectors.queries.search import ASKS, CONVERSATIONS, GIFTS, INTRODUCTIONS, STEPS
from connectors.rules.shown_names import end_for, name_for

#: The columns from which the name that a reader is shown follows.
NAMED = ("uuid", "known_as", "told_on", "created_by", "keeper", "team")
#: How many words of a text a result shows.
WORDS = 16


def find_people(search: Search) -> Found:
    """Return the residents of whose name each word begins a part, or some do and the others say what they can or care about.

    Two queries for a single word.
    """
    numbers = list(dict.fromkeys([*people_named(search), *people_joined(search)]))[: COUNTED + 1]
    if not numbers:
        return Found()
    people = Person.objects.visible_to(search.user).remembered().filter(pk__in=numbers).select_related("neighbourhood")
    rows = people.only(*NAMED, "also_known_as", "neighbourhood__name").order_by("known_as", "pk")
    return Found(list(rows), partial(_names_of, search), partial(_person, search), is_cut=len(numbers) > COUNTED)


def _names_of(search: Search, person: Person) -> str:
    return f"{name_for(search.user, person)} {person.also_known_as}".strip()


def _person(search: Search, person: Person) -> Hit:
    url = path_of("connectors:person-detail", person.uuid)
    return Hit(name_for(search.user, person), url, person.neighbourhood.name if person.neighbourhood else "")


def find_gifts(search: Search) -> Found:
    """Return the gifts offered to neighbours with the words, their giver's name among them; two queries for one word."""
    if not reads_about_people(search):
        return Found()
    rows = offered_gifts(user=search.user, team=search.team).select_related("person")
    rows = rows.only("name", *(f"person__{name}" for name in NAMED))
    return found_in(
        GIFTS,
        search,
        rows,
        hit=partial(_gift, search),
        compared=partial(_gift_and_giver, search),
        also=of_people_named(search),
        parts=PARTS_OF_GIFTS,
    )


def _gift(search: Search, gift: Gift) -> Hit:
    return Hit(
        gift.name,
        path_of("connectors:person-detail", gift.person.uuid),
        name_for(search.user, gift.person),
    )


def _gift_and_giver(search: Search, gift: Gift) -> str:
    return f"{gift.name} {name_for(search.user, gift.person)}"


def find_conversations(search: Search) -> Found:
    """Return the conversations with the words, or one of whose next steps has them; four queries at most for one word."""
    if not reads_about_people(search):
        return Found()
    rows = Conversation.objects.visible_to(search.user).filter(team=search.team).select_related("place")
    rows = rows.only("uuid", "held_on", "summary", "idea", "place_name", "place__name")
    return found_in(
        CONVERSATIONS, search, rows, hit=_conversation, compared=_said, also=_promised(search), parts=PARTS_OF_TALKS
    )


def _promised(search: Search) -> Q | None:
    """Return a filter for the conversations whose next steps have the keywords; None without a match."""
    found = promising(search, search.text)
    return found.where if found else None


def promising(search: Search, words: str) -> Naming | None:
    """Return the conversations one of whose next steps has the words."""
    steps = search.latest(STEPS, words, most=COUNTED + 1)
    if not steps:
        return None
    promised = NextStep.objects.filter(pk__in=steps, conversation__isnull=False)
    numbers = list(promised.values_list("conversation", flat=True))
    return Naming(Q(pk__in=numbers), is_rare=True) if numbers else None


def _said(talk: Conversation) -> str:
    return talk.summary or talk.idea


def _conversation(talk: Conversation) -> Hit:
    where = (date_format(talk.held_on, "j F Y"), talk.where)
    return Hit(
        Truncator(_said(talk)).words(WORDS) or str(_("A conversation")),
        path_of("connectors:conversation-detail", talk.uuid),
        ", ".join(filter(None, where)),
    )


def find_asks(search: Search) -> Found:
    """Return the asks with the words, the name of whoever asked among them; two queries for one word."""
    if not reads_about_people(search):
        return Found()
    rows = Ask.objects.visible_to(search.user).filter(team=search.team)
    rows = rows.only("uuid", "words", "asked_on")
    return found_in(ASKS, search, rows, hit=_ask, compared=_asked, also=of_people_named(search), parts=PARTS_OF_ASKS)


def _asked(ask: Ask) -> str:
    return ask.words


def _ask(ask: Ask) -> Hit:
    url = path_of("connectors:ask-detail", ask.uuid)
    return Hit(ask.words, url, date_format(ask.asked_on, "j F Y"))


def find_introductions(search: Search) -> Found:
    """Return the introductions with the words, in their reason, their outcome or the names of both ends.

    Six queries for one word.
    """
    if not reads_about_people(search):
        return Found()
    rows = Introduction.objects.visible_to(search.user).filter(team=search.team).select_related(*ENDS)
    rows = rows.only("uuid", "introduced_on", "outcome", "reason", *NAMES_OF_ENDS)
    return found_in(
        INTRODUCTIONS,
        search,
        rows,
        hit=partial(_introduction, search),
        compared=partial(_who_and_why, search),
        also=of_ends_named(search),
        parts=PARTS_OF_INTRODUCTIONS,
    )


def of_ends_named(search: Search) -> Q | None:
    """Return a filter for the latest introductions with the name at one of their ends; None without a match.

    One more query, a union of index look-ups: of one condition for all ends PostgreSQL reads every introduction.
    """
    people = people_named(search)[:NAMESAKES]
    ways = [Q(from_person__in=people), Q(to_person__in=people)] if people else []
    ways += [naming.where for part in NAMED_ENDS if (naming := part(search, search.folded))]
    if not ways:
        return None
    rows = Introduction.objects.visible_to(search.user).filter(team=search.team).order_by()
    first, *others = (rows.filter(way).values_list("pk", flat=True) for way in ways)
    found = first.union(*others) if others else first
    numbers = list(found.order_by("-pk")[: 10 * MOST_FOUND])
    return Q(pk__in=numbers) if numbers else None


def _who_and_why(search: Search, introduction: Introduction) -> str:
    return f"{_ends(search, introduction)} {introduction.reason}"


def _ends(search: Search, introduction: Introduction) -> str:
    ends = (end_for(search.user, end) for end in (introduction.from_end, introduction.to_end))
    return " → ".join(ends)


def _introduction(search: Search, introduction: Introduction) -> Hit:
    about = (date_format(introduction.introduced_on, "j F Y"), str(introduction.get_outcome_display()))
    return Hit(
        _ends(search, introduction),
        path_of("connectors:introduction-detail", introduction.uuid),
        " · ".join((*about, Truncator(introduction.reason).words(WORDS))).removesuffix(" · "),
    )


#: What else words can name of each kind of record.
NAMED_ENDS = (
    named_row(Asset, ASSETS, "from_asset", "to_asset"),
    named_row(Partner, PARTNERS, "from_partner", "to_partner"),
)
PARTS_OF_GIFTS = (of_resident(), on_theme, in_neighbourhood("person__neighbourhood"))
PARTS_OF_ASKS = (of_resident(), on_theme, in_neighbourhood())
PARTS_OF_TALKS = (
    with_residents(Conversation.people.through, "conversation"),
    on_themes(Conversation.themes.through, "conversation"),
    promising,
    named_row(Asset, ASSETS, "place"),
    in_neighbourhood(),
)
PARTS_OF_INTRODUCTIONS = (of_resident("from_person", "to_person"), *NAMED_ENDS, in_neighbourhood())

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
    Finder(
        kind="introductions",
        label=_("Introductions"),
        icon="introduction",
        order=45,
        find=find_introductions,
        address=lambda: reverse("connectors:introduction-list"),
    ),
)

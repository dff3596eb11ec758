"""What the search on every page finds of people, gifts, conversations, asks and introductions, for those who may read about residents."""

from functools import partial

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from assets.finders import ASSETS
from assets.models import Asset
from communities.addresses import path_of
from communities.compiled import compiled_once, padded
from communities.finders import PARTNERS, in_neighbourhood
from communities.full_text import MOST_FOUND
from communities.models import Partner, Team, User
from communities.searching import COUNTED, Finder, Found, Hit, Naming, Part, Search, found_in, named_row, rows_named
from connectors.models import Ask, Conversation, Gift, Introduction, NextStep, Person
from connectors.queries.asks import ALL
from connectors.queries.gifts import offered_gifts
from connectors.queries.named import (
    NAMESAKES,
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
    rows = _people(user=search.user, team=search.team, numbers=padded(numbers))
    return Found(rows, partial(_names_of, search), partial(_person, search), is_cut=len(numbers) > COUNTED)


@compiled_once
def _people(*, user: User, team: Team, numbers: list[int]) -> QuerySet[Person]:
    people = Person.objects.visible_to(user).filter(team=team).remembered().filter(pk__in=numbers)
    people = people.select_related("neighbourhood")
    return people.only(*NAMED, "also_known_as", "neighbourhood__name").order_by("known_as", "pk")


def _names_of(search: Search, person: Person) -> str:
    return f"{name_for(search.user, person)} {person.also_known_as}".strip()


def _person(search: Search, person: Person) -> Hit:
    url = path_of("connectors:person-detail", person.uuid)
    return Hit(name_for(search.user, person), url, person.neighbourhood.name if person.neighbourhood else "")


def find_gifts(search: Search) -> Found:
    """Return the gifts offered to neighbours with the words, their giver's name among them; two queries for one word."""
    if not reads_about_people(search):
        return Found()
    return found_in(
        GIFTS,
        search,
        _gifts,
        hit=partial(_gift, search),
        compared=partial(_gift_and_giver, search),
        also={"person": people_named(search)[:NAMESAKES]},
        parts=PARTS_OF_GIFTS,
    )


def _gifts(*, user: User, team: Team) -> QuerySet[Gift]:
    rows = offered_gifts(user=user, team=team).select_related("person")
    return rows.only("name", *(f"person__{name}" for name in NAMED))


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
    return found_in(
        CONVERSATIONS,
        search,
        _conversations,
        hit=_conversation,
        compared=_said,
        also={"pk": _promised(search, search.text)},
        parts=PARTS_OF_TALKS,
    )


def _conversations(*, user: User, team: Team) -> QuerySet[Conversation]:
    rows = Conversation.objects.visible_to(user).filter(team=team).select_related("place")
    return rows.only("uuid", "held_on", "summary", "idea", "place_name", "place__name")


def _promised(search: Search, words: str) -> list[int]:
    """Return the primary keys of the conversations whose next steps have the keywords."""
    steps = search.latest(STEPS, words, most=COUNTED + 1)
    return _talks_of(steps=padded(steps)) if steps else []


@compiled_once
def _talks_of(*, steps: list[int]) -> QuerySet:
    promised = NextStep.objects.filter(pk__in=steps, conversation__isnull=False)
    return promised.order_by().values_list("conversation", flat=True)


def _promising(search: Search, words: str) -> Naming | None:
    """Return the conversations of which a next step has the keywords."""
    numbers = _promised(search, words)
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
    theirs = {"person": people_named(search)[:NAMESAKES]}
    return found_in(ASKS, search, _asks, hit=_ask, compared=_asked, also=theirs, parts=PARTS_OF_ASKS)


def _asks(*, user: User, team: Team) -> QuerySet[Ask]:
    return Ask.objects.visible_to(user).filter(team=team).only("uuid", "words", "asked_on")


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
    return found_in(
        INTRODUCTIONS,
        search,
        _introductions,
        hit=partial(_introduction, search),
        compared=partial(_who_and_why, search),
        also={"pk": _with_ends_named(search, most=COUNTED + 1)},
        parts=PARTS_OF_INTRODUCTIONS,
    )


def _introductions(*, user: User, team: Team) -> QuerySet[Introduction]:
    rows = Introduction.objects.visible_to(user).filter(team=team).select_related(*ENDS)
    return rows.only("uuid", "introduced_on", "outcome", "reason", *NAMES_OF_ENDS)


def of_ends_named(search: Search) -> Q | None:
    """Return a filter for the introductions with the name at one of their ends, the latest; None without a match."""
    numbers = _with_ends_named(search, most=10 * MOST_FOUND)
    return Q(pk__in=numbers) if numbers else None


def _with_ends_named(search: Search, *, most: int) -> list[int]:
    """Return the primary keys of the `most` latest introductions one of whose ends has the name."""
    words = search.folded
    people = people_named(search)[:NAMESAKES]
    assets, partners = rows_named(Asset, ASSETS, search, words), rows_named(Partner, PARTNERS, search, words)
    named = {"person": people, "asset": assets, "partner": partners}
    ends = {f"{side}_{kind}": padded(numbers) for kind, numbers in named.items() if numbers for side in ("from", "to")}
    return _between_ends(user=search.user, team=search.team, most=most, **ends) if ends else []


@compiled_once
def _between_ends(*, user: User, team: Team, most: int, **ends: list[int]) -> QuerySet:
    """Return a union of index look-ups: of one condition for all ends PostgreSQL reads every introduction."""
    rows = Introduction.objects.visible_to(user).filter(team=team).order_by()
    first, *others = (
        rows.filter(**{f"{end}__in": numbers}).values_list("pk", flat=True) for end, numbers in ends.items()
    )
    return first.union(*others).order_by("-pk")[:most]


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
PARTS_OF_GIFTS = (of_resident(), on_theme(), in_neighbourhood("person__neighbourhood"))
PARTS_OF_ASKS = (of_resident(), on_theme(), in_neighbourhood())
PARTS_OF_TALKS = (
    with_residents(Conversation.people.through, "conversation"),
    on_themes(Conversation.themes.through, "conversation"),
    Part(_promising, STEPS),
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
        indexes=(GIFTS,),
        parts=PARTS_OF_GIFTS,
        address=lambda: reverse("connectors:gift-list"),
    ),
    Finder(
        kind="conversations",
        label=_("Conversations"),
        icon="conversation",
        order=30,
        find=find_conversations,
        indexes=(CONVERSATIONS, STEPS),
        parts=PARTS_OF_TALKS,
        address=lambda: reverse("connectors:conversation-list"),
    ),
    Finder(
        kind="asks",
        label=_("Asks"),
        icon="ask",
        order=40,
        find=find_asks,
        indexes=(ASKS,),
        parts=PARTS_OF_ASKS,
        address=lambda: f"{reverse('connectors:ask-list')}?state={ALL}",
    ),
    Finder(
        kind="introductions",
        label=_("Introductions"),
        icon="introduction",
        order=45,
        find=find_introductions,
        indexes=(INTRODUCTIONS, ASSETS, PARTNERS),
        parts=PARTS_OF_INTRODUCTIONS,
        address=lambda: reverse("connectors:introduction-list"),
    ),
)

"""What the search on every page finds of communities: neighbourhoods and partners."""

from functools import partial

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.addresses import path_of
from communities.compiled import compiled_once
from communities.folding import begins_words
from communities.full_text import FullText
from communities.models import Neighbourhood, Partner, Team, User
from communities.searching import Finder, Found, Hit, Naming, Part, Search, found_in

NEIGHBOURHOODS = FullText("communities_neighbourhood", ("name", "code"))
PARTNERS = FullText("communities_partner", ("name",))
#: Of how many neighbourhoods of a team a search reads the names, to see whether one of its words names any.
MOST_PLACES = 1_000


def in_neighbourhood(field: str = "neighbourhood") -> Part:
    """Return the part of a record that is the neighbourhood it belongs to; one query for a whole search."""
    return Part(partial(_in_neighbourhood, field))


def _in_neighbourhood(field: str, search: Search, word: str) -> Naming | None:
    if "places" not in search.known:
        search.known["places"] = _names_of_places(user=search.user, team=search.team)
    named = search.known.setdefault("places named", {})
    if word not in named:
        named[word] = [number for number, name in search.known["places"] if begins_words([word], name)]
    return Naming(Q(**{f"{field}__in": named[word]})) if named[word] else None


@compiled_once
def _names_of_places(*, user: User, team: Team) -> QuerySet:
    places = Neighbourhood.objects.visible_to(user).filter(team=team).order_by("pk")
    return places.values_list("pk", "name")[:MOST_PLACES]


def find_neighbourhoods(search: Search) -> Found:
    """Return the team's neighbourhoods whose name or official code has the words; two queries."""
    return found_in(NEIGHBOURHOODS, search, _neighbourhoods, hit=_neighbourhood)


def _neighbourhoods(*, user: User, team: Team) -> QuerySet[Neighbourhood]:
    return Neighbourhood.objects.visible_to(user).filter(team=team).only("name")


def _neighbourhood(place: Neighbourhood) -> Hit:
    return Hit(place.name, path_of("communities:neighbourhood-detail", place.pk))


def find_partners(search: Search) -> Found:
    """Return the team's partners whose name has the words; two queries."""
    return found_in(PARTNERS, search, _partners, hit=_partner)


def _partners(*, user: User, team: Team) -> QuerySet[Partner]:
    return Partner.objects.visible_to(user).filter(team=team).only("name", "kind")


def _partner(partner: Partner) -> Hit:
    # Only managers may open a partner's own page, and the list is short.
    return Hit(partner.name, f"{reverse('communities:partner-list')}#partner-{partner.pk}", partner.get_kind_display())


FINDERS = (
    Finder(
        kind="neighbourhoods",
        label=_("Neighbourhoods"),
        icon="neighbourhood",
        order=80,
        find=find_neighbourhoods,
        indexes=(NEIGHBOURHOODS,),
        address=lambda: reverse("communities:neighbourhood-list"),
        is_narrowed=False,
    ),
    Finder(
        kind="partners",
        label=_("Partners"),
        icon="partner",
        order=90,
        find=find_partners,
        indexes=(PARTNERS,),
        address=lambda: reverse("communities:partner-list"),
        is_narrowed=False,
    ),
)

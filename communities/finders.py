"""What the search on every page finds of communities: neighbourhoods and partners."""

from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.addresses import path_of
from communities.folding import begins_words
from communities.full_text import FullText
from communities.models import Neighbourhood, Partner
from communities.searching import Finder, Found, Hit, Naming, Part, Search, found_in

NEIGHBOURHOODS = FullText("communities_neighbourhood", ("name", "code"))
PARTNERS = FullText("communities_partner", ("name",))
#: Of how many neighbourhoods of a team a search reads the names, to see whether one of its words names any.
MOST_PLACES = 1_000


def in_neighbourhood(field: str = "neighbourhood") -> Part:
    """Return the part of a record that is the neighbourhood it belongs to; one query for a whole search."""
    return partial(_in_neighbourhood, field)


def _in_neighbourhood(field: str, search: Search, word: str) -> Naming | None:
    if "places" not in search.known:
        places = Neighbourhood.objects.visible_to(search.user).filter(team=search.team).order_by("pk")
        search.known["places"] = list(places.values_list("pk", "name")[:MOST_PLACES])
    named = [number for number, name in search.known["places"] if begins_words([word], name)]
    return Naming(Q(**{f"{field}__in": named})) if named else None


def find_neighbourhoods(search: Search) -> Found:
    """Return the team's neighbourhoods whose name or official code has the words; two queries."""
    rows = Neighbourhood.objects.visible_to(search.user).filter(team=search.team).only("name")
    return found_in(NEIGHBOURHOODS, search, rows, hit=_neighbourhood)


def _neighbourhood(place: Neighbourhood) -> Hit:
    return Hit(place.name, path_of("communities:neighbourhood-detail", place.pk))


def find_partners(search: Search) -> Found:
    """Return the team's partners whose name has the words; two queries."""
    rows = Partner.objects.visible_to(search.user).filter(team=search.team).only("name", "kind")
    return found_in(PARTNERS, search, rows, hit=_partner)


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
        address=lambda: reverse("communities:neighbourhood-list"),
        is_narrowed=False,
    ),
    Finder(
        kind="partners",
        label=_("Partners"),
        icon="partner",
        order=90,
        find=find_partners,
        address=lambda: reverse("communities:partner-list"),
        is_narrowed=False,
    ),
)

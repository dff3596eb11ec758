"""What the search on every page finds of communities: neighbourhoods and partners."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.full_text import FullText
from communities.models import Neighbourhood, Partner
from communities.searching import Finder, Found, Hit, Search, found_in

NEIGHBOURHOODS = FullText("communities_neighbourhood", ("name", "code"))
PARTNERS = FullText("communities_partner", ("name",))


def find_neighbourhoods(search: Search) -> Found:
    """Return the team's neighbourhoods whose name or official code has the words; two queries."""
    rows = Neighbourhood.objects.visible_to(search.user).filter(team=search.team).only("name")
    return found_in(NEIGHBOURHOODS, search, rows, hit=_neighbourhood)


def _neighbourhood(place: Neighbourhood) -> Hit:
    return Hit(place.name, reverse("communities:neighbourhood-detail", kwargs={"pk": place.pk}))


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

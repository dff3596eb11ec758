"""What the search on every page finds of assets."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from communities.addresses import path_of
from communities.finders import in_neighbourhood
from communities.full_text import FullText
from communities.models import Team, User
from communities.searching import Finder, Found, Hit, Search, found_in

ASSETS = FullText("assets_asset", ("name", "description", "address", "postcode"))
#: What else words can name: "hall eastmere".
PARTS = (in_neighbourhood(),)


def find_assets(search: Search) -> Found:
    """Return the assets on the team's map with the words in their name, description, address or neighbourhood.

    Two queries for one word.
    """
    return found_in(ASSETS, search, _assets, hit=_asset, parts=PARTS)


def _assets(*, user: User, team: Team) -> QuerySet[Asset]:
    rows = Asset.objects.visible_to(user).filter(team=team).listed().select_related("neighbourhood")
    return rows.only("name", "kind", "neighbourhood__name")


def _asset(asset: Asset) -> Hit:
    about = [asset.get_kind_display(), asset.neighbourhood.name if asset.neighbourhood else ""]
    return Hit(asset.name, path_of("assets:asset-detail", asset.pk), " · ".join(filter(None, about)))


FINDERS = (
    Finder(
        kind="assets",
        label=_("Assets"),
        icon="map",
        order=70,
        find=find_assets,
        indexes=(ASSETS,),
        address=lambda: reverse("assets:asset-list"),
    ),
)

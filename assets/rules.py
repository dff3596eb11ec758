"""Permissions for assets, and checks of positions."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assets.models import Asset, Status
from communities.geometry import GeometryError, check_point, looks_swapped_in_uk
from communities.models import Role, Team, User

_EDITABLE = (
    "kind name description address postcode latitude longitude phone email website opening access is_bumping_place "
    "is_touch_point formed_on led_by last_confirmed_on visibility neighbourhood"
)
#: The fields that a person sets; Kith works out the others.
EDITABLE = frozenset(_EDITABLE.split())
_PAIR = re.compile(r"\(?\s*(-?\d{1,3}\.\d+)°?\s*,\s*(-?\d{1,3}\.\d+)°?\s*\)?")


def can_write_asset(user: User, team: Team | int | None) -> bool:
    """Return whether the person adds and changes the team's assets: its builders and managers do, evaluators read."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_retire_asset(user: User, asset: Asset) -> bool:
    """Return whether the person may retire the asset."""
    return asset.status != Status.RETIRED and can_write_asset(user, asset.team_id)


def can_restore_asset(user: User, asset: Asset) -> bool:
    """Return whether the person may put the asset back on the map."""
    return asset.status == Status.RETIRED and can_write_asset(user, asset.team_id)


def split_position(text: str) -> tuple[str, str] | None:
    """Return the latitude and longitude in a text copied from a map, "51.8642, -2.2382"; None for other texts."""
    pair = _PAIR.fullmatch(text.strip().replace("\u2212", "-"))
    return (pair[1], pair[2]) if pair else None


def check_position(latitude: float | None, longitude: float | None) -> None:
    """Refuse an incomplete or impossible position, saying what the coordinates look like instead.

    Raises: ValidationError keyed by `latitude` or `longitude`.
    """
    if latitude is None and longitude is None:
        return
    if latitude is None or longitude is None:
        missing = "latitude" if latitude is None else "longitude"
        raise ValidationError(
            {missing: _("A position needs a latitude and a longitude. Add this one, or clear the other.")}
        )
    _refuse_metres(latitude, longitude)
    try:
        check_point(latitude, longitude)
    except GeometryError as error:
        beside = "latitude" if not -90 <= latitude <= 90 else "longitude"
        raise ValidationError({beside: error.translated(_)}) from error
    if looks_swapped_in_uk(latitude, longitude):
        raise ValidationError(
            {
                "latitude": _(
                    "These two look swapped. In the United Kingdom the latitude is about 50 to 60 and the longitude "
                    "about -8 to 2: try %(latitude)s here and %(longitude)s below."
                )
                % {"latitude": f"{longitude:g}", "longitude": f"{latitude:g}"}
            }
        )


def _refuse_metres(latitude: float, longitude: float) -> None:
    """Refuse eastings and northings, in either order: they are metres, far larger than any degree."""
    if latitude > 1000 and longitude > 1000:
        raise ValidationError(
            {
                "latitude": _(
                    "%(first)s and %(second)s look like eastings and northings. Kith needs latitude and longitude: "
                    "press the map, or copy the two numbers from an online map."
                )
                % {"first": f"{latitude:.0f}", "second": f"{longitude:.0f}"}
            }
        )

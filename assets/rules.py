"""Who may do what with assets, and which pairs of numbers are a position."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assets.models import Asset, Status
from communities.geometry import GeometryError, check_point, looks_swapped_in_uk
from communities.models import Role, Team, User


def can_write_asset(user: User, team: Team | int | None) -> bool:
    """Return whether the person adds and changes the team's assets: its builders and managers do, evaluators read."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def can_retire_asset(user: User, asset: Asset) -> bool:
    """Return whether the person may say that the asset is no longer there."""
    return asset.status != Status.RETIRED and can_write_asset(user, asset.team_id)


def can_restore_asset(user: User, asset: Asset) -> bool:
    """Return whether the person may put the asset back on the map."""
    return asset.status == Status.RETIRED and can_write_asset(user, asset.team_id)


def check_position(latitude: float | None, longitude: float | None) -> None:
    """Refuse half a position, and numbers that cannot be a place, saying what they look like instead.

    Raises: ValidationError keyed by `latitude` or `longitude`.
    """
    if latitude is None and longitude is None:
        return
    if latitude is None or longitude is None:
        missing = "latitude" if latitude is None else "longitude"
        raise ValidationError({missing: _("A position has two numbers. Add this one, or clear the other.")})
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
    """Explain eastings and northings, whichever was typed first; a grid reference is metres, so far above any degree."""
    if latitude > 1000 and longitude > 1000:
        raise ValidationError(
            {
                "latitude": _(
                    "%(first)s and %(second)s look like eastings and northings. Kith needs latitude and longitude: "
                    "press the map, or copy the two numbers from a map on the web."
                )
                % {"first": f"{latitude:.0f}", "second": f"{longitude:.0f}"}
            }
        )

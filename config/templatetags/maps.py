"""Template tags for the map component: its tiles, and the signs of the kinds of asset."""

from functools import cache
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assets.models import Kind
from assets.printed import Mark

register = template.Library()

#: The shape of each kind in a box of 32 by 32: told apart without colour, and by people who cannot read the letter.
SHAPES = {
    Kind.ASSOCIATION: '<circle cx="16" cy="16" r="13.5"/>',
    Kind.INSTITUTION: '<path d="M3 4h26v25H3z"/>',
    Kind.PLACE: '<path d="M3 3h26v15L16 31 3 18z"/>',
    Kind.EXCHANGE: '<path d="M16 1l15 15-15 15L1 16z"/>',
    Kind.STORY: '<path d="M2 4h28v19H16l-7 7v-7H2z"/>',
}
#: Where the letter's baseline is, if not at the usual height.
_BASELINES = {Kind.PLACE: 20, Kind.STORY: 19}


@register.simple_tag
def map_tiles() -> dict[str, str]:
    """Return the URL and attribution of the background tiles; both "" by default."""
    return {"url": settings.MAP_TILE_URL, "attribution": settings.MAP_TILE_ATTRIBUTION}


@register.simple_tag
def kind_sign(kind: str) -> SafeString:
    """Return the sign of a kind of asset: its shape and the first letter of its name; screen readers ignore it."""
    return _kind_sign(kind, get_language())


@cache
def _kind_sign(kind: str, language: str) -> SafeString:
    """Return `kind_sign`, kept because a list repeats five of them; `language` is that of the page."""
    known = Kind(kind)
    return format_html(
        '<svg class="sign sign--{}" data-sign="{}" viewBox="0 0 32 32" aria-hidden="true" focusable="false">{}'
        '<text x="16" y="{}" text-anchor="middle">{}</text></svg>',
        known.value,
        known.value,
        mark_safe(SHAPES[known]),  # noqa: S308 - our own constants only
        _BASELINES.get(known, 22),
        str(known.label)[:1],
    )


@register.simple_tag
def paper_mark(mark: Mark) -> SafeString:
    """Return a mark of the printed map: its number in the shape of its kind, or several numbers in a plate."""
    if mark.kind:
        shape = format_html(
            '<g transform="translate({} {}) scale(1.45)">{}</g>',
            mark.x - 23,
            mark.y - 23,
            mark_safe(SHAPES[Kind(mark.kind)]),  # noqa: S308 - our own constants only
        )
    else:
        corner = (mark.x - mark.half, mark.y - 17, 2 * mark.half)
        shape = format_html('<rect x="{}" y="{}" width="{}" height="34" rx="17"/>', *corner)
    text = format_html('<text x="{}" y="{}">{}</text>', mark.x, mark.y + 7, mark.label)
    return format_html('<g class="paper-map__mark">{}{}</g>', shape, text)


@register.simple_tag
def asset_kinds() -> list[tuple[str, str]]:
    """Return (value, label) of each kind of asset, in the order of the key."""
    return [(str(value), str(label)) for value, label in Kind.choices]


@register.simple_tag
def directions(latitude: float, longitude: float) -> dict[str, str]:
    """Return how to get to a position: `web` and `geo`, URLs with five decimals (a metre), and `words` to read out.

    The geo URL is RFC 5870; phones open it in whatever app shows maps.
    """
    pair = f"{latitude:.5f},{longitude:.5f}"
    north = _("%(degrees)s° north") if latitude >= 0 else _("%(degrees)s° south")
    east = _("%(degrees)s° east") if longitude >= 0 else _("%(degrees)s° west")
    words = [say % {"degrees": f"{abs(degrees):.5f}"} for say, degrees in ((north, latitude), (east, longitude))]
    return {
        "geo": f"geo:{pair}",
        "web": "https://www.openstreetmap.org/directions?" + urlencode({"to": pair}),
        "words": ", ".join(words),
    }

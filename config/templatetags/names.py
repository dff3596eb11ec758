"""Names of residents as the reader of a page is shown them. In every template, without loading (settings: builtins)."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from communities.models import User
from config.templatetags.kith import initials
from connectors.models import Introduction, Person
from connectors.models.signs import DRAWN
from connectors.queries.champions import called
from connectors.rules.duplicates import house_number
from connectors.rules.shown_names import (
    between,
    can_see_name,
    end_for,
    name_for,
    sees_untold_name,
    whole_name_typed,
)

register = template.Library()
#: The tints of the avatar of a resident, one for each neighbourhood of most teams: static/css/components/people.css.
TONES = 10


def _reader(context: template.RequestContext) -> object:
    return getattr(getattr(context, "request", None), "user", None)


@register.simple_tag(takes_context=True)
def name_of(context: template.RequestContext, end: object) -> str:
    """Return the name of a resident, or of another end of an introduction, that the reader of the page is shown.

    Reads the request itself, so it works inside an `include` with `only`.
    """
    return end_for(_reader(context), end)


@register.simple_tag(takes_context=True)
def name_with_badge(context: template.RequestContext, end: object) -> SafeString:
    """Return the same name, with a badge beside it if the reader sees the full name of somebody not told yet."""
    reader = _reader(context)
    if not (isinstance(end, Person) and sees_untold_name(reader, end)):
        return conditional_escape(end_for(reader, end))
    return format_html('{} <span class="badge badge--care">{}</span>', name_for(reader, end), _("Not told yet"))


@register.simple_tag(takes_context=True)
def as_typed(context: template.RequestContext, person: Person, typed: str, by: int | None = None) -> str:
    """Return a typed name to show beside a resident's initials, if it is their whole name; see `whole_name_typed`.

    by: the primary key of whoever typed it, if that may be somebody else than the reader of the page, who is told nothing then.
    """
    reader = _reader(context)
    return whole_name_typed(reader, person, typed) if by in (None, getattr(reader, "pk", None)) else ""


@register.simple_tag(takes_context=True)
def face_of(context: template.RequestContext, person: Person, size: str = "") -> SafeString:
    """Return what a resident is recognised by. size: "large" on their own page."""
    return _face(_reader(context), person, size)


def _face(reader: object, person: Person, size: str = "") -> SafeString:
    """Return the sign they chose, or their initials, in the colour of their neighbourhood.

    The name stands beside it, so screen readers skip it.
    """
    tone = f" avatar--{person.neighbourhood_id % TONES + 1}" if person.neighbourhood_id else ""
    large = f" avatar--{size}" if size else ""
    sign = DRAWN.get(person.sign)
    mark = conditional_escape(sign or initials(name_for(reader, person)))
    kind = " avatar--sign" if sign else ""
    return mark_safe(  # noqa: S308 - escaped here, but for our own constants
        f'<span class="avatar{large}{tone}{kind}" aria-hidden="true">{mark}</span>'
    )


@register.filter
def face_for(person: Person, reader: object) -> SafeString:
    """Return the same for a user, in a template without the request."""
    return _face(reader, person)


@register.filter
def named_for(person: Person, reader: object) -> str:
    """Return the name of a resident that a user is shown, where a template needs it as a value."""
    return name_for(reader, person)


@register.filter
def called_by(person: Person, reader: User) -> str:
    """Return the name of a street champion that a user who may call on them is shown."""
    return called(person, reader)


@register.filter
def door(street: str) -> str:
    """Return the house number of a street as it was typed, "12b" of "12b Mill Row"; empty without one."""
    return house_number(street)


@register.filter
def ends_for(introduction: Introduction, reader: object) -> str:
    """Return both ends of an introduction, as a user is shown them."""
    return between(reader, introduction)


@register.filter
def is_named_to(person: Person, reader: object) -> bool:
    """Return whether a user is shown the full name of a resident."""
    return can_see_name(reader, person)


@register.filter
def is_untold_to(person: Person, reader: object) -> bool:
    """Return whether a user sees the full name of a resident who was not told yet, which a badge says."""
    return sees_untold_name(reader, person)

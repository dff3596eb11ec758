"""The template tag that finds the help on a page."""

from django import template
from django.urls import reverse

from config.help import slug_of

register = template.Library()


@register.simple_tag(takes_context=True)
def help_address(context: template.RequestContext) -> str:
    """Return the URL of the help on the current page; "" for a page without help."""
    match = getattr(getattr(context, "request", None), "resolver_match", None)
    slug = slug_of(match.view_name) if match else ""
    return reverse("help", args=[slug]) if slug else ""

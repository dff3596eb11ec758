"""`{% url %}`, which does not search all of Kith's URLs again for every row. In every template, without loading (settings: builtins)."""

from django import template
from django.template import defaulttags
from django.template.base import Parser, Token
from django.urls import NoReverseMatch

from communities.addresses import STAND_INS, path_of

register = template.Library()


def _is_known(name: str, value: object, *, is_given: bool) -> bool:
    """Return whether the path can be put together; the admin's depend on the site that shows the page."""
    if type(value) not in STAND_INS or is_given is (value is None):
        return False
    return not name.startswith("admin:") and not (isinstance(value, int) and value < 0)


class AddressNode(defaulttags.URLNode):
    """A path by its name, with a primary key, a UUID or nothing; Django looks up any other."""

    def render(self, context: template.Context) -> str:
        """Return the path, or set the variable after `as`."""
        name = self.view_name.resolve(context)
        value = self.args[0].resolve(context) if self.args else None
        if self.kwargs or len(self.args) > 1 or not _is_known(name, value, is_given=bool(self.args)):
            return super().render(context)
        try:
            path = path_of(name, value)
        except NoReverseMatch:
            return super().render(context)
        if self.asvar:
            context[self.asvar] = path
            return ""
        return path


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    """Return the path of a name: `{% url 'connectors:person-detail' person.uuid %}`, as Django's tag of the same name."""
    node = defaulttags.url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)

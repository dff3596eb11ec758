"""`{% url %}`, which does not search all of Kith's URLs again for every row. In every template, without loading (settings: builtins).

Django's own searches two hundred patterns and checks the result against a regular expression, whenever it writes a link. The
path of a name differs only in the primary key or UUID, so each is searched for once.
"""

from functools import cache
from types import NoneType
from uuid import UUID

from django import template
from django.template import defaulttags
from django.template.base import Parser, Token
from django.urls import NoReverseMatch, get_script_prefix, reverse

register = template.Library()
#: What a path is searched for with, by the type of its argument.
STAND_INS: dict[type, tuple[object, ...]] = {
    NoneType: (),
    int: (4_611_686_018_427_000_001,),
    UUID: (UUID("5f0c5c39-5b2e-4d0b-9b1c-6d7f0a8e2c41"),),
}


@cache
def _around(name: str, kind: type, prefix: str) -> tuple[str, str]:
    """Return the path of a name before and after its argument; `prefix` is where Kith is mounted, on which it depends.

    Raises: NoReverseMatch.
    """
    path, stand_in = reverse(name, args=STAND_INS[kind]), "".join(map(str, STAND_INS[kind]))
    before, _stand_in, after = path.partition(stand_in) if stand_in else (path, "", "")
    return before, after


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
            before, after = _around(name, type(value), get_script_prefix())
        except NoReverseMatch:
            return super().render(context)
        path = f"{before}{'' if value is None else value}{after}"
        if self.asvar:
            context[self.asvar] = path
            return ""
        return path


@register.tag
def url(parser: Parser, token: Token) -> AddressNode:
    """Return the path of a name: `{% url 'connectors:person-detail' person.uuid %}`, as Django's tag of the same name."""
    node = defaulttags.url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)

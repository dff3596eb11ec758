"""The messages of geometry errors, as translatable templates.

The package must import without Django, so a message is a template with parameters, and the code that shows it to a
person passes a translating function. `gettext_noop` only marks the template for `makemessages`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def gettext_noop(template: str) -> str:
    """Mark a sentence for translation and return it unchanged."""
    return template


@dataclass(frozen=True)
class Message:
    """A message: an English template with %(named)s placeholders, and their values.

    A value can itself be a Message (a reason inside a sentence); it is translated too.
    """

    template: str
    params: Mapping[str, object] = field(default_factory=dict)

    def translated(self, translate: Callable[[str], str]) -> str:
        """Return the translated sentence; `translate` is, for example, `django.utils.translation.gettext`."""
        params = {
            name: value.translated(translate) if isinstance(value, Message) else value
            for name, value in self.params.items()
        }
        return translate(self.template) % params

    def __str__(self) -> str:
        return self.translated(gettext_noop)


class GeometryError(ValueError):
    """Raised, with a plain message, if a file, a shape or a point cannot be used.

    `message` is a Message, so that a form can translate it; `str()` gives it in English.
    """

    def __init__(self, template: str, **params: object) -> None:
        self.message = Message(template, params)
        super().__init__(str(self.message))

    def translated(self, translate: Callable[[str], str]) -> str:
        """Return the translated message."""
        return self.message.translated(translate)

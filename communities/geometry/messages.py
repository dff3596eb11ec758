"""Sentences that geometry says to people, kept apart from the words of any one language.

The package must import without Django, so a sentence travels as a template and its parameters; whoever shows it to a
person passes a translating function. `gettext_noop` only marks the template for `makemessages`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def gettext_noop(template: str) -> str:
    """Mark a sentence for translation and return it unchanged."""
    return template


@dataclass(frozen=True)
class Message:
    """Hold one sentence: an English template with %(named)s places, and what goes into them.

    A parameter may be a Message itself (a reason inside a sentence); it is translated with the rest.
    """

    template: str
    params: Mapping[str, object] = field(default_factory=dict)

    def translated(self, translate: Callable[[str], str]) -> str:
        """Return the sentence in the language that `translate` knows, for example `django.utils.translation.gettext`."""
        params = {
            name: value.translated(translate) if isinstance(value, Message) else value
            for name, value in self.params.items()
        }
        return translate(self.template) % params

    def __str__(self) -> str:
        return self.translated(gettext_noop)


class GeometryError(ValueError):
    """Say in plain words why a file, a shape or a point cannot be used.

    `message` is a Message, so that a form can translate it; `str()` gives it in English.
    """

    def __init__(self, template: str, **params: object) -> None:
        self.message = Message(template, params)
        super().__init__(str(self.message))

    def translated(self, translate: Callable[[str], str]) -> str:
        """Return the sentence in the language that `translate` knows."""
        return self.message.translated(translate)

"""The kinds of messages. Every app declares its own in `KithConfig.message_kinds()`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from communities.models import Message


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of message.

    name: stored in `Message.kind`. label: what pages call it. subject: with `%(…)s` for values of the context. template: the
    text, a plain text template. when: one sentence for the list of what is sent. can_unsubscribe: whether emails carry a
    link that stops them. fill: the dotted path of a function that takes the message and returns what stands in place of
    marks in its text as it is sent, by mark: what only the recipient may read, such as a private link, is stored nowhere.
    mark, show: a mark in its text for which a letter needs something that whoever prints it reads too, and the dotted path
    of an action that takes the message and `by`, writes down that they could read it, and returns it.
    """

    name: str
    label: str | Promise
    subject: str | Promise
    template: str
    when: str | Promise
    can_unsubscribe: bool = False
    fill: str = ""
    mark: str = ""
    show: str = ""


@cache
def kinds() -> Mapping[str, Kind]:
    """Return the kinds of all apps by name. Raises: ValueError if two have the same name."""
    found: dict[str, Kind] = {}
    for config in apps.get_app_configs():
        for kind in getattr(config, "message_kinds", tuple)():
            if kind.name in found:
                raise ValueError(f"Two kinds of messages are called {kind.name}.")
            found[kind.name] = kind
    return found


def text_to_send(message: Message) -> str:
    """Return the text of a message with what only its recipient may read."""
    kind, text = kinds().get(message.kind), message.body
    if kind is not None and kind.fill:
        fill: Callable[[Message], Mapping[str, str]] = import_string(kind.fill)
        for mark, words in fill(message).items():
            text = text.replace(mark, words)
    return text


def has_private_link(message: Message) -> bool:
    """Return whether a letter of this message contains a private link, which the person who prints it sees too."""
    kind = kinds().get(message.kind)
    return kind is not None and bool(kind.mark) and kind.mark in message.body


def with_link(message: Message, link: str) -> str:
    """Return the text of a letter with its private link, which is stored nowhere."""
    kind = kinds().get(message.kind)
    return message.body.replace(kind.mark, link) if kind and kind.mark else message.body


def label_of(name: str) -> str:
    """Return what pages call a kind; the name itself for a kind that no app declares any more."""
    kind = kinds().get(name)
    return str(kind.label) if kind else name

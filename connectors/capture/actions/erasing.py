"""Erase a resident from items that phones sent and nobody has reviewed yet."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from communities import audit
from communities.mentions import Mentions
from communities.models import Team, User
from communities.rules import require
from communities.verbs import Verb
from connectors.capture import sealing
from connectors.capture.actions.sealing_keys import usable_key
from connectors.capture.queries import private_key
from connectors.models import ItemKind, Person, SealedItem, SealingKey
from connectors.rules.people import can_write_person

#: Controls that name people: there a name is removed, regardless of case, instead of becoming "Somebody".
_NAMING = re.compile(r"people(-.*)?|.*-whose")


def erase_in_waiting_items(
    *, people: Iterable[Person], by: User, team: Team | int, mentions: Mentions, name: str
) -> tuple[list[int], list[int]]:
    """Remove residents from the sealed items that mention them, seal the rest again and audit it.

    An item mentions them if they were chosen on the page, or if it contains a whole name, phone number or email
    address of theirs; every part of their names in it becomes `name`. Returns the primary keys of the changed items,
    and of those that somebody must review: they contain only a part of a name, or nobody can open them any more.
    Raises: PermissionDenied.
    """
    require(can_write_person, by, team)
    chosen, changed, to_read = {str(each.uuid) for each in people}, [], []
    # One at a time: a photo is large.
    held = SealedItem.objects.filter(team=team, sealed__isnull=False).order_by("pk")
    for pk in list(held.values_list("pk", flat=True)):
        item = SealedItem.objects.select_for_update(of=("self",)).get(pk=pk)
        try:
            text = sealing.reveal(bytes(item.sealed or b""), kind=item.kind, uuid=item.uuid, find_key=private_key)
        except sealing.SealError:
            to_read.append(pk)
            continue
        texts, without = _without(text, item.kind, chosen, mentions, name)
        if without is None:
            to_read += [pk] if any(map(mentions.might_name, texts)) else []
            continue
        # The digest stays that of the item the phone sent, so that sending it again gets the same answer.
        seal_again(item, without)
        item.save(update_fields=["sealed", "kid"])
        changed.append(pk)
    audit.record_many(by=by, verb=Verb.ERASE_NAME, team=team, model=SealedItem, ids=changed, fields=["sealed"])
    return changed, to_read


def seal_again(item: SealedItem, text: bytes) -> None:
    """Set an item's sealed contents to another text, sealed with the key in use; the caller saves it."""
    key = _key_for(item)
    item.sealed = sealing.seal(text, kind=item.kind, uuid=item.uuid, kid=key.kid, spki=key.public_spki)
    item.kid = key.kid


def _key_for(item: SealedItem) -> SealingKey:
    """Return the key in use, or the item's own, which has just opened it, if the one in use cannot be decrypted."""
    try:
        return usable_key()
    except sealing.SealError:
        return SealingKey.objects.get(kid=item.kid)


def _without(text: bytes, kind: str, chosen: set[str], mentions: Mentions, name: str) -> tuple[list[str], bytes | None]:
    """Return the texts of an item, and the item without the people, or None if it does not mention them."""
    head, line, body = text.partition(b"\n") if kind == ItemKind.PHOTO else (text, b"", b"")
    try:
        words = json.loads(head)
        texts = texts_of(words)
    except (ValueError, AttributeError, TypeError):
        return [], None
    if not any(value in chosen or mentions.identifies(value) for value in texts):
        return texts, None
    return texts, json.dumps(words_without(words, mentions, name, chosen)).encode() + line + body


def texts_of(words: Mapping[str, Any]) -> list[str]:
    """Return the texts of an opened item. Raises: ValueError or TypeError if its fields are not pairs."""
    fields = [(str(control), str(value)) for control, value in words.get("fields") or ()]
    return [*(value for _control, value in fields), *(words[key] for key in _beside(words))]


def words_without(
    words: Mapping[str, Any], mentions: Mentions, name: str, chosen: Collection[str] = ()
) -> dict[str, Any]:
    """Return an opened item without the people who are mentioned, or chosen by their UUID."""
    left = dict(words)
    if "fields" in words:
        fields = [(str(control), str(value)) for control, value in words["fields"] or ()]
        left["fields"] = [each for pair in fields if (each := _control_without(*pair, chosen, mentions, name))]
    return left | {key: mentions.remove_name(words[key], name) for key in _beside(words)}


def names_typed(words: Mapping[str, Any]) -> list[str]:
    """Return what stands in the controls that name people."""
    return [str(value) for control, value in words.get("fields") or () if _NAMING.fullmatch(str(control))]


def _beside(words: Mapping[str, Any]) -> list[str]:
    return [key for key in ("alt", "name", "title") if isinstance(words.get(key), str)]


def _control_without(
    control: str, value: str, chosen: Collection[str], mentions: Mentions, name: str
) -> list[str] | None:
    """Return a control without the people, or None if nothing of it is left."""
    if not _NAMING.fullmatch(control):
        return [control, "" if value in chosen else mentions.remove_name(value, name)]
    left = "" if value in chosen else mentions.without(value)
    if left == value:
        return [control, value]
    is_line = control == "people" or control.endswith("-whose")
    return [control, left] if is_line or left.removeprefix("new:").strip() else None

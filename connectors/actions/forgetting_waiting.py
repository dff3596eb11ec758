"""Forgetting a resident in what phones sent and nobody has looked at yet."""

import json
import re
from collections.abc import Iterable

from communities import audit
from communities.models import Team, User
from connectors import sealing
from connectors.actions.sealing_keys import current_key
from connectors.models import ItemKind, Person, SealedItem
from connectors.queries.capture import private_key

#: Controls that name people: there a name is taken out, whatever its capitals, instead of becoming "Somebody".
_NAMING = re.compile(r"people(-.*)?|.*-whose")


def forget_in_waiting(
    *, people: Iterable[Person], by: User, team: Team | int, pattern: re.Pattern[str], name: str
) -> list[int]:
    """Take residents out of the sealed items that speak of them, seal the rest anew, audit it, and return their numbers.

    An item speaks of them when it chose them on the page, or has a whole name, telephone or e-mail of theirs. pattern:
    what finds every part of their names; it becomes `name`. What nobody can open any more is left as it is.
    """
    people = list(people)
    whole = {text for each in people for text in (each.known_as, each.also_known_as, each.phone, each.email) if text}
    telling = re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in sorted(whole)), re.IGNORECASE)
    chosen, changed = {str(each.uuid) for each in people}, []
    # One at a time: a photo is large.
    held = SealedItem.objects.filter(team=team, sealed__isnull=False).order_by("pk")
    for pk in list(held.values_list("pk", flat=True)):
        item = SealedItem.objects.select_for_update(of=("self",)).get(pk=pk)
        try:
            text = sealing.reveal(bytes(item.sealed or b""), kind=item.kind, uuid=item.uuid, find_key=private_key)
        except sealing.SealError:
            continue
        without = _without(text, item.kind, chosen, telling, pattern, name)
        if without is None:
            continue
        # The digest stays that of what the phone sent, so that the phone is told the same when it sends it again.
        key = current_key()
        item.sealed = sealing.seal(without, kind=item.kind, uuid=item.uuid, kid=key.kid, spki=key.public_spki)
        item.kid = key.kid
        item.save(update_fields=["sealed", "kid"])
        changed.append(pk)
    audit.record_many(by=by, verb="forget_in", team=team, model=SealedItem, ids=changed, fields=["sealed"])
    return changed


def _without(
    text: bytes, kind: str, chosen: set[str], telling: re.Pattern[str], pattern: re.Pattern[str], name: str
) -> bytes | None:
    """Return the text of an item without them, or None when it does not speak of them."""
    head, line, body = text.partition(b"\n") if kind == ItemKind.PHOTO else (text, b"", b"")
    try:
        words = json.loads(head)
        fields = [(str(control), str(value)) for control, value in words.get("fields") or ()]
    except (ValueError, AttributeError, TypeError):
        return None
    beside = [key for key in ("alt", "name") if isinstance(words.get(key), str)]
    texts = [*(value for _control, value in fields), *(words[key] for key in beside)]
    if not any(value in chosen or telling.search(value) for value in texts):
        return None
    if "fields" in words:
        words["fields"] = [each for pair in fields if (each := _control_without(*pair, chosen, pattern, name))]
    words |= {key: pattern.sub(name, words[key]) for key in beside}
    return json.dumps(words).encode() + line + body


def _control_without(
    control: str, value: str, chosen: set[str], pattern: re.Pattern[str], name: str
) -> list[str] | None:
    """Return a control without them, or None when nothing of it is left to send."""
    if not _NAMING.fullmatch(control):
        return [control, "" if value in chosen else pattern.sub(name, value)]
    left = "" if value in chosen else re.sub(pattern.pattern, "", value, flags=re.IGNORECASE)
    if left == value:
        return [control, value]
    is_line = control == "people" or control.endswith("-whose")
    return [control, left] if is_line or left.removeprefix("new:").strip() else None

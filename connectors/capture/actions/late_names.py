"""Names of erased residents in what a phone wrote before they were erased, and sent afterwards.

While they are known, keyed digests of them are stored (`save_erased_names`). What arrives late loses whole names and contact
details, as what had arrived earlier did when they were erased. A first name alone may be somebody else's: among the people
met, it is asked about; in a text, the text is listed to be read.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from communities import audit
from communities.mentions import Mentions
from communities.models import Team
from communities.verbs import Verb
from connectors.capture import queries, sealing
from connectors.capture.actions.erasing import names_typed, seal_again, texts_of, words_without
from connectors.models import Conversation, ErasedName, ItemKind, Person, ReviewItem, SealedItem
from connectors.queries.erased_names import erased_since
from connectors.rules.erased_names import digests_of

#: The texts of a conversation that are listed to be read.
TEXTS = ("summary", "idea", "place_name", "photo_alt")


@dataclass(frozen=True)
class Late:
    """An opened item without the names of residents erased since it was written.

    people: the primary keys of those it named or might name. is_unclear: whether somebody must say who is meant.
    """

    opened: sealing.Opened
    envelope: bytes
    people: frozenset[int] = frozenset()
    is_unclear: bool = False


def save_erased_names(people: Iterable[Person], mentions: Mentions) -> None:
    """Store digests of what identifies a resident who is being erased, with the secret in use."""
    first = next(iter(people))
    digests = digests_of(mentions, secret=settings.SECRET_KEY)
    rows = [ErasedName(team_id=first.team_id, person=first, digest=each) for each in sorted(digests)]
    ErasedName.objects.bulk_create(rows, ignore_conflicts=True)


def without_erased_names(item: SealedItem, opened: sealing.Opened, envelope: bytes, *, written_at: datetime) -> Late:
    """Return what an item says without residents who were erased after it was written; the item's key ID may change."""
    words, people, is_unclear = words_without_erased(opened.words, team=item.team, written_at=written_at)
    if words != opened.words:
        line = b"\n" if item.kind == ItemKind.PHOTO else b""
        seal_again(item, json.dumps(words).encode() + line + opened.body)
        envelope = bytes(item.sealed or b"")
    return Late(replace(opened, words=words), envelope, people, is_unclear)


def words_without_erased(
    words: dict[str, object], *, team: Team, written_at: datetime
) -> tuple[dict[str, object], frozenset[int], bool]:
    """Return opened words without residents erased since, the primary keys of those they name or might name, and whether
    a first name or surname of theirs stands among the people met.

    Words that are not those of a form are returned as they are.
    """
    erased = erased_since(team=team, moment=written_at, secrets=queries.secrets())
    if erased is None:
        return words, frozenset(), False
    try:
        mentions = erased.mentions(texts_of(words))
        left = words if mentions == Mentions() else words_without(words, mentions, _("Somebody"))
        people = erased.people_named(mentions, erased.parts(texts_of(left)))
        return left, people, bool(erased.parts(names_typed(left)))
    except (TypeError, ValueError):
        return words, frozenset(), False


def list_late_text(late: Late, item: SealedItem, conversation: Conversation | None) -> None:
    """List a conversation to be read if it named somebody who was erased since, or might; audit that the name was removed."""
    if not late.people or conversation is None:
        return
    fields = [name for name in TEXTS if getattr(conversation, name)]
    rows = [
        ReviewItem(
            team_id=item.team_id,
            person_id=person,
            model="connectors.conversation",
            object_id=conversation.pk,
            field_names=fields,
        )
        for person in sorted(late.people)
    ]
    ReviewItem.objects.bulk_create(rows, ignore_conflicts=True)
    audit.record(by=item.user, verb=Verb.ERASE_NAME, obj=conversation, fields=fields)


def delete_expired_names(*, now: datetime | None = None) -> int:
    """Delete the digests of names that were erased so long ago that no phone should still hold them; return how many."""
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_WAITING_DAYS)
    return ErasedName.objects.filter(erased_at__lt=before).delete()[0]

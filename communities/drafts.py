"""Drafts: keep what somebody typed until it is saved, for them alone.

Like idempotency keys, drafts belong to requests and not to the records of a team, so they are not audited. They are limited
in size and number, deleted after `settings.KEEP_DRAFTS_DAYS`, and erased with the residents they name.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils import timezone

from communities.draft_tokens import FIELD, SEQUENCE, TAB, WITHOUT, read_token
from communities.mentions import Mentions
from communities.models import Draft, DraftPhoto, Team, User
from communities.photos import clean_photo, delete_after_commit

#: Names of fields that are never stored.
NEVER = re.compile(rf"password|secret|csrf|token|^({FIELD}|{TAB}|{SEQUENCE}|{WITHOUT})$", re.IGNORECASE)
#: The most text of one draft, as JSON, and the most open drafts of one user. Of more the oldest are deleted.
MOST_BYTES, MOST_OPEN, MOST_FIELDS = 300_000, 100, 2_000
#: How often a draft may be stored: at once, and for each second since it was begun. A script pauses longer.
MOST_AT_ONCE, MOST_A_SECOND = 60, 2
#: How long a closed draft is remembered, in case a late request would bring it back.
CLOSED_FOR = timedelta(days=1)
_NAMING = re.compile(r"people(-.*)?|.*-whose")


class DraftData(QueryDict):
    """The texts of a draft as the data of a form. A form with this data is shown, and never saved."""


@dataclass(frozen=True)
class Written:
    """What a page sent: pairs of names and values, and where it stands. See `Draft`."""

    uuid: UUID
    address: str
    page: str
    fields: tuple[tuple[str, str], ...]
    title: str = ""
    version: int = 0
    tab: str = ""
    sequence: int = 0


def storable(lists: Iterable[tuple[str, list[str]]]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of posted values that a draft may hold."""
    pairs = ((name, value) for name, values in lists for value in values if not NEVER.search(name))
    return tuple((name[:200], value.replace("\x00", "")) for name, value in pairs)[:MOST_FIELDS]


def data_of(draft: Draft) -> DraftData:
    """Return a draft's texts as the data of a form."""
    data = DraftData(mutable=True)
    for name, value in draft.fields:
        data.appendlist(name, value)
    data._mutable = False
    return data


def writer(user_id: int) -> User | None:
    """Return the user that a form was given to, if they may still sign in."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def is_too_long(written: Written) -> bool:
    """Return whether the texts of a form are more than a draft may hold."""
    return len(json.dumps(written.fields)) > MOST_BYTES


def save_draft(*, user: User, team: Team, written: Written) -> Draft | None:
    """Store what a page sent, and return the draft; None if it is too long, too often or too late.

    If another page has stored something in the draft since this one showed it, this one gets a draft of its own: neither
    text is lost. A page that was saved already changes nothing.
    """
    if is_too_long(written) or not user.has_role(team, *user.roles_by_team.get(team.pk, ())):
        return None
    with transaction.atomic():
        uuid = written.uuid
        known = Draft.objects.select_for_update(of=("self",)).filter(user=user, uuid=uuid).first()
        if known is not None:
            if _is_late(known, written):
                return None
            if known.closed_at or _is_of_another_page(known, written):
                known, uuid = None, uuid4()
        if known is None:
            known = _inserted(user, team, written, uuid)
        age = (timezone.now() - known.begun_at).total_seconds()
        if known.version >= MOST_AT_ONCE + MOST_A_SECOND * max(0, age):
            return None
        known.fields = [list(pair) for pair in written.fields]
        known.title = written.title[:200] or known.title
        known.tab, known.sequence, known.saved_at = written.tab, written.sequence, timezone.now()
        known.version += 1
        known.save(update_fields=["fields", "title", "tab", "sequence", "saved_at", "version"])
        if not user.has_drafts:
            User.objects.filter(pk=user.pk).update(has_drafts=True)
            user.has_drafts = True
        if known.version == 1:
            _delete(Draft.objects.filter(pk__in=_oldest(user)))
        return known


def _inserted(user: User, team: Team, written: Written, uuid: UUID) -> Draft:
    """Return a new row, or the one that a request at the same time has inserted."""
    row = Draft(uuid=uuid, user=user, team=team, address=written.address[:300], page=written.page[:600])
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return Draft.objects.select_for_update(of=("self",)).get(user=user, uuid=uuid)
    return row


def _is_late(known: Draft, written: Written) -> bool:
    return bool(written.tab) and known.tab == written.tab and written.sequence <= known.sequence


def _is_of_another_page(known: Draft, written: Written) -> bool:
    is_same_page = bool(written.tab) and known.tab == written.tab
    says_the_same = known.fields == [list(pair) for pair in written.fields]
    return not (is_same_page or written.version == known.version or says_the_same)


def _oldest(user: User) -> list[int]:
    """Return the keys of the drafts beyond the most that a user may have."""
    newest = Draft.objects.filter(user=user, closed_at=None).order_by("-saved_at", "-pk")
    return list(newest.values_list("pk", flat=True)[MOST_OPEN : MOST_OPEN + 50])


def keep_photos(draft: Draft, files: Mapping[str, File], without: Collection[str] = ()) -> None:
    """Store the photos that were chosen in a form that was refused, and delete those that the user took out.

    Other files are left out: the form reports them.
    """
    cleaned = {}
    for name, file in files.items():
        try:
            cleaned[name] = clean_photo(file)
        except ValidationError:
            continue
    with transaction.atomic():
        for photo in draft.photos.filter(name__in=[*cleaned, *without]):
            delete_after_commit(photo.image)
            photo.delete()
        for name, image in cleaned.items():
            DraftPhoto.objects.create(draft=draft, name=name[:100], image=image)


def close_draft(*, user: User, team: Team, written: Written) -> None:
    """Empty and close a draft because its form was saved. Call it in the transaction that saves.

    A page with a script may still have a request on its way, so its draft is closed even if it is not there yet. Photos
    stay until the row is deleted: the same form sent twice must be the same both times.
    """
    closed: dict[str, object] = {"fields": [], "title": "", "closed_at": timezone.now()}
    if written.tab:
        closed |= {"tab": written.tab, "sequence": written.sequence}
    if not Draft.objects.filter(user=user, uuid=written.uuid).update(**closed) and written.tab:
        Draft.objects.filter(pk=_inserted(user, team, written, written.uuid).pk).update(**closed)


def close_draft_of_token(*, user: User, team: Team, token: str) -> None:
    """Close the draft of a form that came by another way than its page: its texts are there now, saved or to be checked.

    A draft with a photo stays open, because the photo came with the draft alone.
    """
    form = read_token(token)
    if form is None or form.user_id != user.pk:
        return
    draft = Draft.objects.filter(user=user, team=team, uuid=form.uuid, closed_at=None, photos=None).first()
    if draft is not None:
        delete_draft(draft)


def move_draft(draft: Draft, address: str) -> None:
    """Note that the form of a draft is at another address from now on: the row that it adds is there already."""
    Draft.objects.filter(pk=draft.pk).update(address=address[:300], page=address)


def delete_draft(draft: Draft) -> None:
    """Delete a draft because its user says so: closed, so that a page still open does not bring it back."""
    with transaction.atomic():
        _delete_photos([draft.pk])
        Draft.objects.filter(pk=draft.pk).update(fields=[], title="", closed_at=timezone.now())


def delete_expired_drafts() -> int:
    """Delete drafts that nobody continued for `settings.KEEP_DRAFTS_DAYS`, and closed ones; return how many were open."""
    now = timezone.now()
    old = Draft.objects.filter(closed_at=None, saved_at__lt=now - timedelta(days=settings.KEEP_DRAFTS_DAYS))
    with transaction.atomic():
        count = _delete(old)
        _delete(Draft.objects.filter(closed_at__lt=now - CLOSED_FOR))
        held = Draft.objects.filter(user=OuterRef("pk"), closed_at=None)
        User.objects.filter(~Exists(held), has_drafts=True).update(has_drafts=False)
    return count


def _delete(drafts: QuerySet[Draft]) -> int:
    keys = list(drafts.values_list("pk", flat=True))
    _delete_photos(keys)
    Draft.objects.filter(pk__in=keys).delete()
    return len(keys)


def _delete_photos(keys: Collection[int]) -> None:
    for photo in DraftPhoto.objects.filter(draft__in=keys):
        delete_after_commit(photo.image)
        photo.delete()


def erase_in_drafts(*, team_id: int, people: Collection[str], mentions: Mentions, name: str) -> int:
    """Remove a resident from the drafts of a team, and return how many changed.

    people: the UUIDs of their records. A draft mentions them if they were chosen in it, or if a text contains a whole name,
    phone number or address of theirs; every part of their names in it becomes `name`, and its photos are deleted. Closed
    drafts go: their photos could show anybody.
    """
    changed = 0
    with transaction.atomic():
        _delete(Draft.objects.filter(team=team_id).exclude(closed_at=None))
        for draft in Draft.objects.select_for_update(of=("self",)).filter(team=team_id).order_by("pk"):
            texts = [value for _name, value in draft.fields]
            if not any(value in people or mentions.identifies(value) for value in [*texts, draft.title, draft.page]):
                continue
            draft.fields = [
                pair for control, value in draft.fields if (pair := _without(control, value, people, mentions, name))
            ]
            draft.title = mentions.remove_name(draft.title, name)[:200]
            draft.page = draft.page if not mentions.identifies(draft.page) else draft.page.partition("?")[0]
            draft.version += 1
            draft.save(update_fields=["fields", "title", "page", "version"])
            _delete_photos([draft.pk])
            changed += 1
    return changed


def _without(control: str, value: str, people: Collection[str], mentions: Mentions, name: str) -> list[str] | None:
    if value in people:
        return None
    if _NAMING.fullmatch(control):
        left = mentions.without(value)
        return [control, left] if left.removeprefix("new:").strip() or left == value else None
    return [control, mentions.remove_name(value, name)]

"""Writing conversations down, once, with everybody and everything heard in them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.models import Asset
from communities import audit
from communities.models import Neighbourhood, Team, User
from connectors.actions import hearing
from connectors.actions.capture_follows import forget_draft, mark_erased
from connectors.actions.standing import standing_people
from connectors.actions.words import count_in
from connectors.models import Conversation, Gift, Person, Theme
from connectors.queries.capture import erased_among
from connectors.queries.words import NOTICED_IN, list_of
from connectors.rules import conversations as rules

#: A street party fits; a mailing list does not.
MOST_PEOPLE = 60


@dataclass(frozen=True)
class GiftHeard:
    """A gift heard in a conversation, and whose it is: a resident, or the name of somebody new in the same entry."""

    whose: Person | str
    name: str
    kind: str


class Details(TypedDict, total=False):
    """What a conversation says of itself, apart from who, themes, gifts and photo. Everything may be left out."""

    held_on: date
    neighbourhood: Neighbourhood | None
    place: Asset | None
    place_name: str
    summary: str
    idea: str
    next_step: str
    next_step_on: date | None
    photo_alt: str
    unsorted_names: list[str]


@transaction.atomic
def log_conversation(
    *,
    team: Team,
    by: User,
    uuid: UUID | None = None,
    people: Iterable[Person | str] = (),
    themes: Iterable[Theme | str] = (),
    gifts: Iterable[GiftHeard] = (),
    photo: File | None = None,
    recorded_at: datetime | None = None,
    told: bool = False,
    **details: Unpack[Details],
) -> Conversation:
    """Write a conversation down, everything or nothing, and audit it; a name (text) makes a new resident or theme.

    What people care about goes on the page of each of them. Sent again with the same uuid by the same builder, it returns
    the conversation already kept and changes nothing; 64 at once make one (PostgreSQL waits for the first to commit).
    told: whoever is new was told that this is noted down.
    Raises: PermissionDenied for people who do not write for the team; ValidationError keyed by field, by `uuid` when the
    number belongs to somebody else's conversation.
    """
    if not rules.can_log_conversation(by, team):
        raise PermissionDenied
    people, themes, gifts = list(people), list(themes), list(gifts)
    conversation = Conversation(team=team, builder=by, recorded_at=recorded_at or timezone.now(), **details)
    if uuid:
        conversation.uuid = uuid
    _check(conversation, people=people, themes=themes, gifts=gifts, has_photo=bool(photo), checks_day=True)
    conversation.words_noticed = count_in(conversation, list_of(team))
    if not _insert(conversation):
        return _already_kept(team=team, by=by, uuid=conversation.uuid)
    conversation.is_new = True
    _refuse_erased(conversation)
    forget_draft(uuid=conversation.uuid)
    _hear(conversation, by=by, people=people, themes=themes, gifts=gifts, told=told)
    if photo:
        conversation.photo.save(photo.name, photo)
    named = [
        name for name, given in (("people", people), ("themes", themes), ("gifts", gifts), ("photo", photo)) if given
    ]
    audit.record(
        by=by, verb="logged", obj=conversation, fields=[*(name for name, value in details.items() if value), *named]
    )
    return conversation


@transaction.atomic
def change_conversation(
    *,
    conversation: Conversation,
    by: User,
    people: Iterable[Person | str],
    themes: Iterable[Theme | str],
    gifts: Iterable[GiftHeard] = (),
    photo: File | None = None,
    removes_photo: bool = False,
    seen_at: datetime | None = None,
    told: bool = False,
    **details: Unpack[Details],
) -> Conversation:
    """Change what a conversation says, everything or nothing, and audit it.

    People and themes replace what was there; gifts are added to those heard before. A gift of somebody no longer named
    stays with them, no longer heard here. seen_at is the `updated_at` of what the person was shown.
    told: whoever is new was told that this is noted down.
    Raises: PermissionDenied; ValidationError keyed by field, without a field when somebody else changed it after seen_at.
    """
    kept = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if not rules.can_change_conversation(by, kept):
        raise PermissionDenied
    if seen_at and kept.updated_at != seen_at:
        raise ValidationError(
            _(
                "Somebody changed this conversation while you were writing. What you typed is kept below; save again to put it in place."
            ),
            code="changed",
        )
    people, themes, gifts = list(people), list(themes), list(gifts)
    changed = [name for name, value in details.items() if getattr(kept, name) != value]
    for name in changed:
        setattr(kept, name, details[name])
    has_photo = bool(photo) or (bool(kept.photo) and not removes_photo)
    _check(kept, people=people, themes=themes, gifts=gifts, has_photo=has_photo, checks_day="held_on" in changed)
    if "next_step" in changed or "next_step_on" in changed:
        kept.next_step_done_at = None
    if kept.words_noticed is None or not set(NOTICED_IN).isdisjoint(changed):
        kept.words_noticed = count_in(kept, list_of(kept.team))
    kept.save()
    changed += _hear(kept, by=by, people=people, themes=themes, gifts=gifts, told=told)
    if photo or removes_photo:
        _replace_photo(kept, photo)
        changed.append("photo")
    audit.record(by=by, verb="changed", obj=kept, fields=[*changed, *(["gifts"] if gifts else [])])
    return kept


@transaction.atomic
def delete_conversation(*, conversation: Conversation, by: User) -> None:
    """Take a conversation away for good, and audit it: its words and photo go.

    People, their gifts and introductions stay, no longer tied to it. Its number is remembered, so that a phone that sends
    it again does not bring it back. Raises: PermissionDenied.
    """
    kept = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if not rules.can_delete_conversation(by, kept):
        raise PermissionDenied
    audit.record(by=by, verb="deleted", obj=kept)
    mark_erased(team=kept.team, uuid=kept.uuid)
    _forget_photo(kept)
    kept.delete()


@transaction.atomic
def finish_next_step(*, conversation: Conversation, by: User) -> Conversation:
    """Say that what there was to come back to is done, and audit it; said twice, the first time stands.

    Raises: PermissionDenied; ValidationError when there is nothing to come back to.
    """
    return _mark_step(conversation, by=by, is_done=True)


@transaction.atomic
def reopen_next_step(*, conversation: Conversation, by: User) -> Conversation:
    """Say that what there was to come back to is not done after all, and audit it.

    Raises: PermissionDenied; ValidationError when there is nothing to come back to.
    """
    return _mark_step(conversation, by=by, is_done=False)


def _mark_step(conversation: Conversation, *, by: User, is_done: bool) -> Conversation:
    kept = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if not rules.can_change_conversation(by, kept):
        raise PermissionDenied
    if not kept.next_step:
        raise ValidationError({"next_step": _("There is nothing to come back to in this conversation.")})
    if is_done != (kept.next_step_done_at is not None):
        kept.next_step_done_at = timezone.now() if is_done else None
        kept.save(update_fields=["next_step_done_at", "updated_at"])
        audit.record(by=by, verb="changed", obj=kept, fields=["next_step_done_at"])
    return kept


def _insert(conversation: Conversation) -> bool:
    """Add the row; return False when its uuid is there already. The savepoint keeps the transaction usable."""
    try:
        with transaction.atomic():
            conversation.save(force_insert=True)
    except IntegrityError:
        if not Conversation.objects.filter(uuid=conversation.uuid).exists():
            raise
        return False
    return True


def _refuse_erased(conversation: Conversation) -> None:
    """Raise ValidationError for the number of what was taken away; read after the row went in, which waits for a deletion."""
    if erased_among([conversation.uuid]):
        raise ValidationError(
            {"uuid": _("This conversation was taken away meanwhile. To keep it after all, save once more.")},
            code="erased",
        )


def _already_kept(*, team: Team, by: User, uuid: UUID) -> Conversation:
    kept = Conversation.objects.filter(uuid=uuid, team=team, builder=by).first()
    if kept is None:
        raise ValidationError(
            {"uuid": _("This page was used before. Nothing was kept yet: save once more.")}, code="taken"
        )
    return kept


def _check(
    conversation: Conversation,
    *,
    people: list[Person | str],
    themes: list[Theme | str],
    gifts: list[GiftHeard],
    has_photo: bool,
    checks_day: bool,
) -> None:
    """Raise ValidationError, keyed by field, for days, lengths, other teams' rows and an empty conversation."""
    errors: dict[str, list[str]] = {}
    if checks_day and not rules.is_day_possible(conversation.held_on):
        errors["held_on"] = [_("Choose a day from the last two years, today at the latest.")]
    if conversation.next_step_on and not conversation.next_step:
        errors["next_step"] = [_("What is there to come back to on that day?")]
    others = {"neighbourhood": conversation.neighbourhood, "place": conversation.place}
    for name, row in others.items():
        if row is not None and row.team_id != conversation.team_id:
            errors[name] = [_("This belongs to another team. Choose one of yours.")]
    rows = {"people": [*people, *(gift.whose for gift in gifts)], "themes": themes}
    for name, named in rows.items():
        if any(row.team_id != conversation.team_id for row in named if not isinstance(row, str)):
            errors[name] = [_("This belongs to another team. Choose one of yours.")]
    if len(people) > MOST_PEOPLE:
        errors["people"] = [_("At most %(most)s people fit in one conversation.") % {"most": MOST_PEOPLE}]
    words = (conversation.summary, conversation.idea, conversation.next_step, conversation.unsorted_names)
    if not any((people, themes, gifts, *words, has_photo)):
        errors["summary"] = [_("Say who you met, or what you heard.")]
    try:
        conversation.clean_fields(exclude=["team", "builder", "neighbourhood", "place", "photo"])
    except ValidationError as error:
        errors = {**error.update_error_dict({}), **errors}
    if errors:
        raise ValidationError(errors)


def _hear(
    conversation: Conversation,
    *,
    by: User,
    people: list[Person | str],
    themes: list[Theme | str],
    gifts: list[GiftHeard],
    told: bool,
) -> list[str]:
    """Tie people, themes and gifts to the conversation, making those that are new; return which of the two first changed."""
    team = conversation.team
    people, gifts = _standing(people, gifts)
    kept_themes = hearing.themes_of(team=team, by=by, themes=themes)
    named = [*people, *(gift.whose for gift in gifts)]
    met = hearing.people_met(conversation=conversation, by=by, people=named, told=told)
    everyone = list(dict.fromkeys(met.values()))
    changed = _tie(conversation, people=everyone, themes=kept_themes)
    hearing.add_what_they_care_about(people=everyone, themes=kept_themes)
    hearing.keep_gifts(
        conversation=conversation,
        by=by,
        gifts=[(met[hearing.key(gift.whose)], gift.name, gift.kind) for gift in gifts],
        new={met[hearing.key(who)] for who in named if isinstance(who, str)},
    )
    if not conversation.is_new:
        Gift.objects.filter(heard_in=conversation).exclude(person__in=everyone).update(heard_in=None)
    return changed


def _standing(people: list[Person | str], gifts: list[GiftHeard]) -> tuple[list[Person | str], list[GiftHeard]]:
    """Return the same with those who were put together with somebody, since the page was read, as that one."""
    known = [who for who in (*people, *(gift.whose for gift in gifts)) if isinstance(who, Person)]
    standing = standing_people(known)
    heard = [gift if isinstance(gift.whose, str) else replace(gift, whose=standing[gift.whose.pk]) for gift in gifts]
    return [who if isinstance(who, str) else standing[who.pk] for who in people], heard


def _tie(conversation: Conversation, *, people: list[Person], themes: list[Theme]) -> list[str]:
    """Name who was there and what it was about; a new conversation has nobody yet, so nothing is looked up for it."""
    if conversation.is_new:
        who, what = Conversation.people.through, Conversation.themes.through
        who.objects.bulk_create([who(conversation=conversation, person=person) for person in people])
        what.objects.bulk_create([what(conversation=conversation, theme=theme) for theme in themes])
        return []
    wanted = (("people", people), ("themes", themes))
    changed = [name for name, rows in wanted if set(getattr(conversation, name).all()) != set(rows)]
    for name, rows in wanted:
        getattr(conversation, name).set(rows)
    return changed


def _replace_photo(conversation: Conversation, photo: File | None) -> None:
    _forget_photo(conversation)
    if photo:
        conversation.photo.save(photo.name, photo)
    else:
        conversation.photo, conversation.photo_alt = "", ""
        conversation.save(update_fields=["photo", "photo_alt", "updated_at"])


def _forget_photo(conversation: Conversation) -> None:
    """Remove the file once the database has let go of it."""
    if conversation.photo:
        name, storage = conversation.photo.name, conversation.photo.storage
        transaction.on_commit(lambda: storage.delete(name))

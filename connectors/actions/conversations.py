"""Save conversations, each once, with the people, themes and gifts in them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assets.models import Asset
from communities import audit
from communities.actions.saving import check_fields, locked
from communities.idempotency import idempotent
from communities.models import Neighbourhood, Team, User
from communities.photos import delete_after_commit
from communities.rules import require
from communities.undo import Undo
from communities.verbs import Verb
from connectors.actions import conversation_parts
from connectors.actions.conversation_uuids import delete_draft, mark_erased
from connectors.actions.current_record import current_people, refuse_builder
from connectors.actions.heard_themes import Care, keep_pairs, pairs_of
from connectors.actions.next_steps import lock_owner
from connectors.actions.noticed_words import count_in
from connectors.models import Conversation, Gift, NextStep, Person, Theme
from connectors.queries.consent import refusals_of_photo
from connectors.queries.conversation_uuids import erased_among
from connectors.queries.conversations import says_the_same
from connectors.rules import conversations as rules
from connectors.rules.names import GiftHeard
from connectors.rules.records import NOT_A_DAY, SAYS_NOTHING
from connectors.wording.queries.lists import NOTICED_IN, list_of

#: Enough for a street party, too few for a mailing list.
MOST_PEOPLE = 60


class Details(TypedDict, total=False):
    """The fields of a conversation itself, without people, themes, gifts and photo. All are optional."""

    held_on: date
    neighbourhood: Neighbourhood | None
    place: Asset | None
    place_name: str
    summary: str
    idea: str
    photo_alt: str
    unsorted_names: list[str]


@idempotent(Conversation, same=says_the_same)
@transaction.atomic
@audit.at_once()
def log_conversation(
    *,
    team: Team,
    by: User,
    uuid: UUID | None = None,
    people: Iterable[Person | str] = (),
    themes: Iterable[Theme | str] = (),
    gifts: Iterable[GiftHeard] = (),
    cares: Iterable[Care] | None = None,
    photo: File | None = None,
    recorded_at: datetime | None = None,
    told: bool = False,
    builder: User | None = None,
    next_step: str = "",
    next_step_on: date | None = None,
    **details: Unpack[Details],
) -> Conversation:
    """Save a conversation, all of it or nothing, and audit it; a name (text) creates a new resident or theme.

    cares: who cares about which of the themes; the others are the gathering's alone. With one resident all are theirs.
    The same UUID sent twice, or by a page and a phone at once, gives the same conversation.
    told: new residents were told about their record. builder: who held it, when a manager records it for them.
    next_step, next_step_on: something for the builder to come back to, saved as a row of its own.
    Raises: PermissionDenied for people who do not write for the team; ValidationError keyed by field, by `uuid` when it
    was deleted meanwhile, by `photo` when somebody in it refuses photos.
    """
    require(rules.can_log_conversation, by, team)
    people, themes, gifts = list(people), list(themes), list(gifts)
    refuse_builder(builder := builder or by, field="builder", team=team, by=by)
    if next_step:
        # Before the residents are locked: removing a member locks in this order too.
        lock_owner(builder, team)
    conversation = Conversation(team=team, builder=builder, recorded_at=recorded_at or timezone.now(), **details)
    if uuid:
        conversation.uuid = uuid
    step = _step_of(conversation, by, builder, next_step, next_step_on)
    _check(conversation, people=people, themes=themes, gifts=gifts, has_photo=bool(photo), checks_day=True, step=step)
    conversation.words_noticed = count_in(conversation, list_of(team), [next_step])
    conversation.save(force_insert=True)
    conversation.is_new = True
    _refuse_erased(conversation)
    delete_draft(uuid=conversation.uuid)
    _hear(conversation, by=by, people=people, themes=themes, gifts=gifts, cares=cares, told=told)
    if step.words:
        step.save(force_insert=True)
    if photo:
        _add_photo(conversation, photo)
    named = [
        name
        for name, given in (
            ("people", people), ("themes", themes), ("gifts", gifts), ("photo", photo), ("steps", next_step),
        )
        if given
    ]  # fmt: skip
    audit.record(
        by=by, verb=Verb.CREATE, obj=conversation, fields=[*(name for name, value in details.items() if value), *named]
    )
    return conversation


@transaction.atomic
def change_conversation(
    *,
    conversation: Conversation,
    by: User | None,
    people: Iterable[Person | str] | None = None,
    themes: Iterable[Theme | str] | None = None,
    gifts: Iterable[GiftHeard] = (),
    cares: Iterable[Care] | None = None,
    photo: File | None = None,
    removes_photo: bool = False,
    seen_at: datetime | None = None,
    told: bool = False,
    builder: User | None = None,
    next_step: str = "",
    next_step_on: date | None = None,
    **details: Unpack[Details],
) -> Conversation:
    """Update a conversation, all of it or nothing, and audit it; values that are not given stay unchanged.

    People and themes replace the previous ones; gifts are added to those heard before. A gift of somebody no longer in
    the conversation stays theirs, but is no longer linked to it. seen_at is the `updated_at` of the version that was
    shown. cares: who cares about which theme, as in `log_conversation`; None leaves it as it was.
    told: new residents were told about their record. builder: who held it, which managers can correct.
    next_step, next_step_on: one more thing to come back to; those saved before stay as they are.
    Raises: PermissionDenied; ValidationError keyed by field, without a field when somebody else changed it after
    seen_at.
    """
    require(rules.can_change_conversation, by, conversation)
    owner = by or conversation.builder
    if next_step:
        lock_owner(owner, conversation.team)
    people = list(conversation.people.all() if people is None else people)
    # Lock the people first, in the order in which consent and erasing lock them; the other order could deadlock.
    current_people(who for who in people if isinstance(who, Person))
    kept = _locked_as_seen(conversation, seen_at)
    themes, gifts = list(kept.themes.all() if themes is None else themes), list(gifts)
    new = {name: value for name, value in details.items() if getattr(kept, name) != value}
    for name, value in new.items():
        setattr(kept, name, value)
    changed = list(new)
    changed += _correct_builder(kept, builder, by)
    has_photo = bool(photo) or (bool(kept.photo) and not removes_photo)
    step, checks_day = _step_of(kept, owner, owner, next_step, next_step_on), "held_on" in changed
    _check(kept, people=people, themes=themes, gifts=gifts, has_photo=has_photo, checks_day=checks_day, step=step)
    if step.words:
        step.save(force_insert=True)
        changed.append("steps")
    if kept.words_noticed is None or not {*NOTICED_IN, "steps"}.isdisjoint(changed):
        kept.words_noticed = count_in(kept, list_of(kept.team), kept.steps.values_list("words", flat=True))
    kept.save()
    changed += _hear(kept, by=by, people=people, themes=themes, gifts=gifts, cares=cares, told=told)
    if has_photo:
        _refuse_photo(kept)
    if photo or removes_photo:
        _replace_photo(kept, photo)
        changed.append("photo")
    if changed:
        audit.record(by=by, verb=Verb.UPDATE, obj=kept, fields=changed)
    return kept


@transaction.atomic
def delete_conversation(*, conversation: Conversation, by: User) -> None:
    """Delete a conversation, with its text and photo, and audit it; it can be restored for 30 days.

    People, their gifts and introductions stay, no longer linked to it. Its UUID is stored as erased, so that a phone
    that sends it again does not bring it back. Raises: PermissionDenied; ValidationError when it was deleted meanwhile.
    """
    require(rules.can_delete_conversation, by, conversation)
    kept = locked(Conversation.objects.all(), conversation.pk)
    audit.record(by=by, verb=Verb.DELETE, obj=kept)
    undo = Undo(kept, by=by)
    mark_erased(team=kept.team, uuid=kept.uuid, undo=undo)
    undo.delete([kept])
    undo.keep()


def _locked_as_seen(conversation: Conversation, seen_at: datetime | None) -> Conversation:
    """Return the current row, locked. Raises: ValidationError if somebody changed it after seen_at."""
    kept = Conversation.objects.select_for_update(of=("self",)).get(pk=conversation.pk)
    if seen_at and kept.updated_at != seen_at:
        raise ValidationError(
            _(
                "Someone changed this conversation while you were writing. What you typed is below; save again to replace their version."
            ),
            code="changed",
        )
    return kept


def _correct_builder(kept: Conversation, builder: User | None, by: User | None) -> list[str]:
    """Set who held it, and return the name of the field if that changed."""
    if builder is None or builder.pk == kept.builder_id:
        return []
    refuse_builder(builder, field="builder", team=kept.team, by=by)
    kept.builder = builder
    return ["builder"]


def _step_of(conversation: Conversation, by: User, owner: User, words: str, due_on: date | None) -> NextStep:
    """Return the next step that a page of a conversation sent, not saved; without words for none."""
    words = " ".join(words.split())
    return NextStep(
        team=conversation.team, conversation=conversation, words=words, due_on=due_on, owner=owner, created_by=by
    )


def _add_photo(conversation: Conversation, photo: File) -> None:
    """Save the photo of a new conversation, unless somebody in it refuses photos."""
    _refuse_photo(conversation)
    conversation.photo = photo
    conversation.save()


def _refuse_erased(conversation: Conversation) -> None:
    """Raise ValidationError for the UUID of a deleted conversation.

    Call it after the row was inserted, which waits for a deletion in progress.
    """
    if erased_among([conversation.uuid]):
        raise ValidationError(
            {"uuid": _("This conversation has been deleted in the meantime. To keep it, save it again.")},
            code="erased",
        )


def _check(
    conversation: Conversation,
    *,
    people: list[Person | str],
    themes: list[Theme | str],
    gifts: list[GiftHeard],
    has_photo: bool,
    checks_day: bool,
    step: NextStep,
) -> None:
    """Raise ValidationError, keyed by field, for dates, lengths, other teams' rows and an empty conversation."""
    errors: dict[str, list[Any]] = {}
    if checks_day and not rules.is_day_possible(conversation.held_on):
        errors["held_on"] = [NOT_A_DAY]
    if step.due_on and not step.words:
        errors["next_step"] = [_("What do you want to come back to on that day?")]
    others = {"neighbourhood": conversation.neighbourhood, "place": conversation.place}
    for name, row in others.items():
        if row is not None and row.team_id != conversation.team_id:
            errors[name] = [_("This belongs to another team. Choose one of yours.")]
    rows: dict[str, Sequence[Person | Theme | str]] = {
        "people": [*people, *(gift.whose for gift in gifts)],
        "themes": themes,
    }
    for name, named in rows.items():
        if any(row.team_id != conversation.team_id for row in named if not isinstance(row, str)):
            errors[name] = [_("This belongs to another team. Choose one of yours.")]
    if len(people) > MOST_PEOPLE:
        errors["people"] = [_("At most %(most)s people fit in one conversation.") % {"most": MOST_PEOPLE}]
    words = (conversation.summary, conversation.idea, step.words, conversation.unsorted_names)
    says_something = any((people, themes, gifts, *words, has_photo))
    if not says_something and not (conversation.pk and conversation.steps.exists()):
        errors["summary"] = [SAYS_NOTHING]
    try:
        check_fields(conversation, exclude=["team", "builder", "neighbourhood", "place", "photo"])
    except ValidationError as error:
        errors = {**error.update_error_dict({}), **errors}
    try:
        check_fields(step, exclude=["team", "owner", "created_by", "conversation", *([] if step.words else ["words"])])
    except ValidationError as error:
        errors["next_step"] = error.messages
    if errors:
        raise ValidationError(errors)


def _hear(
    conversation: Conversation,
    *,
    by: User | None,
    people: list[Person | str],
    themes: list[Theme | str],
    gifts: list[GiftHeard],
    cares: Iterable[Care] | None,
    told: bool,
) -> list[str]:
    """Link people, themes and gifts to the conversation, creating new ones; return the names of those that changed."""
    team = conversation.team
    people, gifts, cares = _standing(people, gifts, cares)
    kept_themes = conversation_parts.themes_of(team=team, by=by, themes=themes)
    named = [*people, *(gift.whose for gift in gifts)]
    met = conversation_parts.people_met(conversation=conversation, by=by, people=named, told=told)
    everyone = list(dict.fromkeys(met.values()))
    before = [] if conversation.is_new else conversation.heard_themes.values_list("person_id", "theme_id")
    pairs = pairs_of(cares, met=met, themes=kept_themes, before=before, others=conversation.unsorted_names)
    changed = _tie(conversation, people=everyone, themes=kept_themes)
    if keep_pairs(conversation, pairs):
        changed.append("heard_themes")
    added = conversation_parts.keep_gifts(
        conversation=conversation,
        by=by,
        gifts=[(met[conversation_parts.key(gift.whose)], gift.name, gift.kind) for gift in gifts],
        new={met[conversation_parts.key(who)] for who in named if isinstance(who, str)},
    )
    if not conversation.is_new:
        Gift.objects.filter(heard_in=conversation).exclude(person__in=everyone).update(heard_in=None)
    return [*changed, *(["gifts"] if added else [])]


def _standing(
    people: list[Person | str], gifts: list[GiftHeard], cares: Iterable[Care] | None
) -> tuple[list[Person | str], list[GiftHeard], list[Care] | None]:
    """Return people, gifts and who cares about what with each resident replaced by the current record, if merged since the page was read."""
    known = [who for who in (*people, *(gift.whose for gift in gifts)) if isinstance(who, Person)]
    standing = current_people(known)
    heard = [gift if isinstance(gift.whose, str) else replace(gift, whose=standing[gift.whose.pk]) for gift in gifts]
    named = None
    if cares is not None:
        named = [(who if isinstance(who, str) else standing.get(who.pk, who), what) for who, what in cares]
    return [who if isinstance(who, str) else standing[who.pk] for who in people], heard, named


def _tie(conversation: Conversation, *, people: list[Person], themes: list[Theme]) -> list[str]:
    """Link people and themes, and return which changed; a new conversation has no links, so none are queried."""
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


def _refuse_photo(conversation: Conversation) -> None:
    """Raise ValidationError, under `photo`, if somebody in the conversation, whose rows are locked, refuses photos."""
    there = conversation.people.through.objects.filter(conversation=conversation)
    if refused := refusals_of_photo(there.values_list("person_id", flat=True)):
        raise ValidationError(refused)


def _replace_photo(conversation: Conversation, photo: File | None) -> None:
    _delete_photo(conversation)
    if photo:
        conversation.photo = photo
        conversation.save()
    else:
        conversation.photo, conversation.photo_alt = "", ""
        conversation.save(update_fields=["photo", "photo_alt", "updated_at"])


def _delete_photo(conversation: Conversation) -> None:
    """Delete the file after the transaction commits."""
    delete_after_commit(conversation.photo)

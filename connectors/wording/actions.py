"""Actions on the list of words that a team notices, and on the words that each user ignores."""

import unicodedata
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.actions.saving import check_row, locked
from communities.folding import readable
from communities.idempotency import idempotent
from communities.models import Team, User
from communities.rules import require
from communities.undo import delete_undoably
from communities.verbs import Verb
from connectors.models import IgnoredWord, TeamWord
from connectors.wording import Entry, key, rules
from connectors.wording.queries import lists as queries

WORD_FIELDS = ("phrase", "alternatives", "reason", "language")


@idempotent(TeamWord)
@transaction.atomic
def add_word(
    *,
    team: Team,
    by: User,
    phrase: str,
    alternatives: str,
    reason: str,
    language: str,
    uuid: UUID | None = None,
) -> TeamWord:
    """Add a word of the team's own to its list; it takes precedence over a shipped word of the same form. Audited.

    `uuid` is the page's idempotency key.
    Raises: PermissionDenied; ValidationError keyed by field, also when the word is on the list already, was silenced,
    or when one of the alternatives would itself be noticed.
    """
    require(rules.can_manage_words, by, team)
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if TeamWord.objects.filter(team=team, is_silent=False).count() >= rules.MOST_WORDS:
        raise ValidationError(
            {"phrase": _("The list is full: %(most)s words. Delete one first.") % {"most": rules.MOST_WORDS}}
        )
    word = TeamWord(team=team, created_by=by)
    return _write(
        word,
        by,
        {"phrase": phrase, "alternatives": alternatives, "reason": reason, "language": language},
        verb=Verb.CREATE,
    )


@transaction.atomic
def change_word(*, word: TeamWord, by: User, **values: str) -> TeamWord:
    """Update a word of the team's own; `values` are some of `WORD_FIELDS`. Audited.

    Raises: PermissionDenied; ValidationError as `add_word`.
    """
    require(rules.can_manage_words, by, word.team_id)
    word = _locked_own(word)
    now = {name: getattr(word, name) for name in WORD_FIELDS}
    return _write(word, by, now | values, verb=Verb.UPDATE)


@transaction.atomic
def remove_word(*, word: TeamWord, by: User) -> None:
    """Delete a word of the team's own from its list, and audit it. Raises: PermissionDenied."""
    require(rules.can_manage_words, by, word.team_id)
    word = _locked_own(word)
    audit.record(by=by, verb=Verb.DELETE, obj=word)
    delete_undoably(word, by=by, managers_only=True)


@transaction.atomic
def switch_off_word(*, team: Team, by: User, name: str) -> TeamWord:
    """Stop noticing a shipped word for the whole team, and audit it; a second call changes nothing.

    Raises: PermissionDenied; ValidationError for a word that does not ship with Kith, or where the team has a word of
    its own.
    """
    require(rules.can_manage_words, by, team)
    entry = _shipped(name)
    there = TeamWord.objects.filter(team=team, phrase__iexact=entry.name).first()
    if there and not there.is_silent:
        raise ValidationError(_("Your team has its own word here. Delete that first."))
    if there:
        return there
    word = TeamWord(team=team, created_by=by, phrase=entry.name, language=entry.language, is_silent=True)
    _save(word)
    audit.record(by=by, verb=Verb.IGNORE_WORD, obj=word, fields=["is_silent"])
    return word


@transaction.atomic
def restore_word(*, team: Team, by: User, name: str) -> None:
    """Notice a shipped word again that the team had silenced, and audit it; does nothing if it was not silenced.

    Raises: PermissionDenied; ValidationError for a word that does not ship with Kith.
    """
    require(rules.can_manage_words, by, team)
    entry = _shipped(name)
    for word in TeamWord.objects.filter(team=team, phrase__iexact=entry.name, is_silent=True):
        audit.record(by=by, verb=Verb.RESTORE, obj=word, fields=["is_silent"])
        word.delete()


@transaction.atomic
def ignore_word(*, team: Team, by: User, name: str) -> IgnoredWord:
    """Ignore a word for this user, who alone can do and undo it; a second call changes nothing.

    Not audited: which words somebody ignores is private.
    Raises: PermissionDenied; ValidationError for a word that is not on the team's list.
    """
    require(rules.can_ignore_words, by, team)
    known = {entry.name for entry in queries.list_of(team).entries}
    if key(name) not in known:
        raise ValidationError(_("This word is no longer on your team’s list."))
    return IgnoredWord.objects.get_or_create(team=team, user=by, phrase=key(name))[0]


@transaction.atomic
def stop_ignoring_word(*, team: Team, by: User, name: str) -> None:
    """Notify this user of a word again. Raises: PermissionDenied."""
    require(rules.can_ignore_words, by, team)
    IgnoredWord.objects.filter(team=team, user=by, phrase=key(name)).delete()


def _locked_own(word: TeamWord) -> TeamWord:
    """Lock a word of the team's own.

    Raises: PermissionDenied for a shipped word that the team silenced; ValidationError when it was deleted meanwhile.
    """
    word = locked(TeamWord.objects.select_related("team"), word.pk)
    if word.is_silent:
        raise PermissionDenied(_("This word comes with Kith. Restore it instead."))
    return word


def _shipped(name: str) -> Entry:
    """Return the shipped word of this name. Raises: ValidationError for any other name."""
    entry = queries.SHIPPED_NAMES.get(key(name))
    if entry is None:
        raise ValidationError(_("This word is not on the list that comes with Kith."))
    return entry


def _write(word: TeamWord, by: User, values: dict[str, str], *, verb: Verb) -> TeamWord:
    """Check and save a word of the team's own."""
    tidy = {
        name: unicodedata.normalize("NFC", " ".join(readable(str(value)).split())) for name, value in values.items()
    }
    refusals = rules.refusals_of_word(tidy)
    if not refusals:
        refusals = _refusals_beside_others(word, tidy)
    if refusals:
        raise ValidationError(refusals)
    changed = [name for name in WORD_FIELDS if getattr(word, name) != tidy[name]]
    if not changed:
        return word
    tidy["alternatives"] = ", ".join(rules.split_alternatives(tidy["alternatives"]))
    for name in WORD_FIELDS:
        setattr(word, name, tidy[name])
    _save(word)
    audit.record(by=by, verb=verb, obj=word, fields=changed)
    return word


def _refusals_beside_others(word: TeamWord, values: dict[str, str]) -> dict[str, str]:
    """Return the errors of a word beside the rest of the list."""
    others = TeamWord.objects.filter(team_id=word.team_id).exclude(pk=word.pk)
    same = next((other for other in others if key(other.phrase) == key(values["phrase"])), None)
    if same:
        return {
            "phrase": _("Your team is ignoring this word. Restore it first.")
            if same.is_silent
            else _("This word is on the list already.")
        }
    words = queries.list_of(word.team)
    noticed = next(
        (each for other in rules.split_alternatives(values["alternatives"]) for each in words.notice(other)), None
    )
    if noticed:
        return {"alternatives": _("“%(word)s” is on the list too. Choose something else.") % {"word": noticed.word}}
    return {}


def _save(word: TeamWord) -> None:
    try:
        with transaction.atomic():
            check_row(word, validate_unique=False, validate_constraints=False)
            word.save()
    except IntegrityError as error:
        raise ValidationError({"phrase": _("This word is on the list already.")}) from error

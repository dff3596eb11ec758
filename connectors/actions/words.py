"""Keeping the list of words a team notices, and what each of its people is told about."""

import unicodedata
from collections import defaultdict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communities import audit
from communities.models import Team, User
from connectors.models import Conversation, IgnoredWord, TeamWord
from connectors.queries import words as queries
from connectors.rules import words as rules
from connectors.wording import WordList, key

WORD_FIELDS = ("phrase", "alternatives", "reason", "language")
#: Conversations that are counted, and held, at a time.
BATCH = 2_000


@transaction.atomic
def add_word(*, team: Team, by: User, phrase: str, alternatives: str, reason: str, language: str) -> TeamWord:
    """Put a word of the team's own on its list; it comes before a shipped one of the same form. Audited.

    Raises: PermissionDenied; ValidationError keyed by field, also when the word is there already, was silenced, or when
    one of the alternatives would itself be noticed.
    """
    if not rules.can_manage_words(by, team):
        raise PermissionDenied
    Team.objects.select_for_update().get(pk=team.pk)
    if TeamWord.objects.filter(team=team, is_silent=False).count() >= rules.MOST_WORDS:
        raise ValidationError(
            {"phrase": _("The list is full: %(most)s words. Take one away first.") % {"most": rules.MOST_WORDS}}
        )
    word = TeamWord(team=team, created_by=by)
    return _write(
        word,
        by,
        {"phrase": phrase, "alternatives": alternatives, "reason": reason, "language": language},
        verb="create",
    )


@transaction.atomic
def change_word(*, word: TeamWord, by: User, **values: str) -> TeamWord:
    """Change a word of the team's own; `values` are some of `WORD_FIELDS`. Audited.

    Raises: PermissionDenied; ValidationError as `add_word`.
    """
    word = TeamWord.objects.select_for_update().get(pk=word.pk)
    if not rules.can_manage_words(by, word.team_id) or word.is_silent:
        raise PermissionDenied
    now = {name: getattr(word, name) for name in WORD_FIELDS}
    return _write(word, by, now | values, verb="update")


@transaction.atomic
def remove_word(*, word: TeamWord, by: User) -> None:
    """Take a word of the team's own off its list, and audit it. Raises: PermissionDenied."""
    word = TeamWord.objects.select_for_update().get(pk=word.pk)
    if not rules.can_manage_words(by, word.team_id) or word.is_silent:
        raise PermissionDenied
    audit.record(by=by, verb="delete", obj=word)
    word.delete()


@transaction.atomic
def silence_word(*, team: Team, by: User, name: str) -> TeamWord:
    """Leave a shipped word alone for the whole team, and audit it; done twice, the first stands.

    Raises: PermissionDenied; ValidationError for what is no shipped word, or where the team put a word of its own.
    """
    entry = _shipped(team, by, name)
    there = TeamWord.objects.filter(team=team, phrase__iexact=entry.name).first()
    if there and not there.is_silent:
        raise ValidationError(_("Your team has its own word here. Take that away first."))
    if there:
        return there
    word = TeamWord(team=team, created_by=by, phrase=entry.name, language=entry.language, is_silent=True)
    _save(word)
    audit.record(by=by, verb="silence", obj=word, fields=["is_silent"])
    return word


@transaction.atomic
def bring_back_word(*, team: Team, by: User, name: str) -> None:
    """Notice a shipped word again that the team had silenced, and audit it; nothing happens when it was not silenced.

    Raises: PermissionDenied; ValidationError for what is no shipped word.
    """
    entry = _shipped(team, by, name)
    for word in TeamWord.objects.filter(team=team, phrase__iexact=entry.name, is_silent=True):
        audit.record(by=by, verb="bring_back", obj=word, fields=["is_silent"])
        word.delete()


@transaction.atomic
def ignore_word(*, team: Team, user: User, name: str) -> IgnoredWord:
    """Stop telling a person about a word, theirs alone to say and to undo; said twice, the first stands.

    Not audited: which words somebody keeps is nobody else's business.
    Raises: PermissionDenied; ValidationError for what is not on the team's list.
    """
    if not rules.can_ignore_words(user, team):
        raise PermissionDenied
    known = {entry.name for entry in queries.list_of(team).entries}
    if key(name) not in known:
        raise ValidationError(_("This word is not on your team’s list any more."))
    return IgnoredWord.objects.get_or_create(team=team, user=user, phrase=key(name))[0]


@transaction.atomic
def heed_word(*, team: Team, user: User, name: str) -> None:
    """Tell a person about a word again. Raises: PermissionDenied."""
    if not rules.can_ignore_words(user, team):
        raise PermissionDenied
    IgnoredWord.objects.filter(team=team, user=user, phrase=key(name)).delete()


def count_in(conversation: Conversation, words: WordList) -> int:
    """Return how many words a list notices in a conversation."""
    return queries.count_noticed(words, {name: getattr(conversation, name) for name in queries.NOTICED_IN})


def recount_words(*, team: Team, by: User | None = None, only_missing: bool = False) -> int:
    """Count the words of all of a team's conversations again with the list as it is now; return how many rows changed.

    In batches, each kept when it is done, so that a long count may be broken off and nobody waits for it. What people see
    of a conversation, its `updated_at` too, stays. Audited once, for the team.
    """
    rows = Conversation.objects.filter(team=team).order_by("pk")
    rows = rows.filter(words_noticed__isnull=True) if only_missing else rows
    words = queries.list_of(team)
    changed, last = 0, 0
    while batch := _recount_batch(rows.filter(pk__gt=last)[:BATCH], words):
        last = batch[0]
        changed += batch[1]
    audit.record(by=by, verb="count_words", obj=team, fields=["words_noticed"])
    return changed


@transaction.atomic
def _recount_batch(rows, words: WordList) -> tuple[int, int] | None:
    """Count a batch; return its last number and how many rows changed, or None when there was none."""
    changed, last = defaultdict(list), None
    for talk in rows.select_for_update().only("pk", "words_noticed", *queries.NOTICED_IN):
        last = talk.pk
        noticed = count_in(talk, words)
        if noticed != talk.words_noticed:
            changed[noticed].append(talk.pk)
    for noticed, numbers in changed.items():
        for at in range(0, len(numbers), 500):
            Conversation.objects.filter(pk__in=numbers[at : at + 500]).update(words_noticed=noticed)
    return None if last is None else (last, sum(map(len, changed.values())))


def _shipped(team: Team, by: User, name: str):
    if not rules.can_manage_words(by, team):
        raise PermissionDenied
    entry = queries.SHIPPED_NAMES.get(key(name))
    if entry is None:
        raise ValidationError(_("This is no word of the list that ships with Kith."))
    return entry


def _write(word: TeamWord, by: User, values: dict[str, str], *, verb: str) -> TeamWord:
    """Check and keep an own word."""
    tidy = {name: unicodedata.normalize("NFC", " ".join(str(value).split())) for name, value in values.items()}
    refusals = rules.refusals_of_word(tidy)
    if not refusals:
        refusals = _refusals_beside_others(word, tidy)
    if refusals:
        raise ValidationError(refusals)
    changed = [name for name in WORD_FIELDS if getattr(word, name) != tidy[name]]
    tidy["alternatives"] = ", ".join(rules.split_alternatives(tidy["alternatives"]))
    for name in WORD_FIELDS:
        setattr(word, name, tidy[name])
    _save(word)
    audit.record(by=by, verb=verb, obj=word, fields=changed)
    return word


def _refusals_beside_others(word: TeamWord, values: dict[str, str]) -> dict[str, str]:
    """Return what is wrong with a word beside the rest of the list."""
    others = TeamWord.objects.filter(team_id=word.team_id).exclude(pk=word.pk)
    same = next((other for other in others if key(other.phrase) == key(values["phrase"])), None)
    if same:
        return {
            "phrase": _("Your team left this word alone. Bring it back first.")
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
            word.full_clean(validate_unique=False, validate_constraints=False)
            word.save()
    except IntegrityError as error:
        raise ValidationError({"phrase": _("This word is on the list already.")}) from error

"""Count the words that a team's word list notices in its conversations."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from communities import audit
from communities.models import Team, User
from communities.rules import require
from communities.verbs import Verb
from connectors.models import Conversation
from connectors.wording import WordList
from connectors.wording.queries import lists
from connectors.wording.rules import can_manage_words

#: How many conversations are counted, and locked, at a time.
BATCH = 2_000


def count_in(conversation: Conversation, words: WordList, steps: Iterable[str] = ()) -> int:
    """Return how many words a word list notices in a conversation; steps: the words of its next steps."""
    return lists.count_noticed(words, {name: getattr(conversation, name) for name in lists.NOTICED_IN}, steps)


def recount_conversation(conversation: Conversation | None) -> None:
    """Count the words of a conversation again after one of its next steps changed; None for a step of something else."""
    if conversation is None:
        return
    steps = conversation.steps.values_list("words", flat=True)
    noticed = count_in(conversation, lists.list_of(conversation.team), steps)
    Conversation.objects.filter(pk=conversation.pk).exclude(words_noticed=noticed).update(words_noticed=noticed)


def recount_words(*, team: Team, by: User | None = None, only_missing: bool = False) -> int:
    """Count the noticed words of a team's conversations again with the current list; return how many rows changed.

    Each batch is committed, so that a long count can be interrupted and blocks nobody. Nothing else of a conversation
    changes, not even `updated_at`. Audited once, for the team. `by` is None for a command.
    Raises: PermissionDenied.
    """
    require(can_manage_words, by, team)
    rows = Conversation.objects.filter(team=team).order_by("pk")
    rows = rows.filter(words_noticed__isnull=True) if only_missing else rows
    words = lists.list_of(team)
    changed, last = 0, 0
    while batch := _recount_batch(rows.filter(pk__gt=last)[:BATCH], words):
        last = batch[0]
        changed += batch[1]
    audit.record(by=by, verb=Verb.COUNT_WORDS, obj=team, fields=["words_noticed"])
    return changed


@transaction.atomic
def _recount_batch(rows, words: WordList) -> tuple[int, int] | None:
    """Count a batch; return its last primary key and how many rows changed, or None if the batch is empty."""
    changed, last = defaultdict(list), None
    talks = rows.select_for_update().only("pk", "words_noticed", *lists.NOTICED_IN).prefetch_related("steps")
    for talk in talks:
        last = talk.pk
        noticed = count_in(talk, words, [step.words for step in talk.steps.all()])
        if noticed != talk.words_noticed:
            changed[noticed].append(talk.pk)
    for noticed, numbers in changed.items():
        for at in range(0, len(numbers), 500):
            Conversation.objects.filter(pk__in=numbers[at : at + 500]).update(words_noticed=noticed)
    return None if last is None else (last, sum(map(len, changed.values())))

"""Search in conversations, next steps, gifts, asks and introductions, with the database's own full-text index."""

from collections.abc import Callable, Iterable

from django.db.models import QuerySet

from communities.full_text import MOST_FOUND, FullText
from connectors.models import Conversation, NextStep

#: The columns of conversations that are indexed.
CONVERSATIONS = FullText("connectors_conversation", ("summary", "idea", "place_name"))
#: The words of next steps.
STEPS = FullText("connectors_nextstep", ("words",))
#: The words of gifts and asks. A gift belongs to a team through its resident.
GIFTS = FullText("connectors_gift", ("name",), through=("person_id", "connectors_person"))
ASKS = FullText("connectors_ask", ("words",))
#: Why somebody was introduced, and what came of it.
INTRODUCTIONS = FullText("connectors_introduction", ("reason", "outcome_note"))


def with_words(
    rows: QuerySet[Conversation],
    *,
    text: str,
    team_id: int,
    is_narrowed: bool = False,
    joined: Callable[[int], Iterable[int]] = lambda most: (),
) -> QuerySet[Conversation]:
    """Return the conversations of a team that contain every word, or one of whose next steps does: the latest `MOST_FOUND`.

    is_narrowed: there are other filters too, so ten times as many are found for them to choose from. joined: returns others
    that fit, by the most that are wanted.
    """
    most = MOST_FOUND * (10 if is_narrowed else 1)
    found = CONVERSATIONS.latest(text, team_id=team_id, most=most, using=rows.db)
    found = sorted({*found, *joined(most)}, reverse=True)[:most]
    if steps := STEPS.latest(text, team_id=team_id, most=most, using=rows.db):
        promised = NextStep.objects.filter(pk__in=steps, conversation__isnull=False)
        found = sorted({*found, *promised.values_list("conversation", flat=True)}, reverse=True)[:most]
    return rows.filter(pk__in=found) if found else rows.none()

"""Search in conversations, next steps, gifts, asks and introductions, with the database's own full-text index."""

from collections.abc import Sequence

from django.db.models import QuerySet

from communities.among import among
from communities.full_text import MOST_FOUND, FullText, Lookup
from communities.searching import Part, Search, joined, lookups_of_words
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
    rows: QuerySet[Conversation], search: Search, *, is_narrowed: bool = False, parts: Sequence[Part] = ()
) -> QuerySet[Conversation]:
    """Return the conversations of a team that contain every word, or one of whose next steps does: the latest `MOST_FOUND`.

    is_narrowed: there are other filters too, so ten times as many are found for them to choose from. parts: what else words
    can name; see `communities.searching.joined`. Everything is looked up at once: one query, on SQLite two.
    """
    most = MOST_FOUND * (10 if is_narrowed else 1)
    texts = [Lookup(index, search.text, most) for index in (CONVERSATIONS, STEPS)]
    search.look_up([*texts, *lookups_of_words(search, parts)])
    found = search.latest(CONVERSATIONS, search.text, most=most)
    found = sorted({*found, *joined(CONVERSATIONS, search, rows, parts, most=most)}, reverse=True)[:most]
    if steps := search.latest(STEPS, search.text, most=most):
        promised = NextStep.objects.filter(pk__in=steps, conversation__isnull=False)
        found = sorted({*found, *promised.values_list("conversation", flat=True)}, reverse=True)[:most]
    return rows.filter(among(found)) if found else rows.none()

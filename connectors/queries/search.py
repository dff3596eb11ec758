"""Search in conversations, gifts and asks, with the database's own full-text index."""

from django.db.models import QuerySet

from communities.full_text import MOST_FOUND, FullText
from connectors.models import Conversation

#: The columns of conversations that are indexed.
CONVERSATIONS = FullText("connectors_conversation", ("summary", "idea", "next_step", "place_name"))

#: The words of gifts and asks. A gift belongs to a team through its resident.
GIFTS = FullText("connectors_gift", ("name",), through=("person_id", "connectors_person"))
ASKS = FullText("connectors_ask", ("words",))


def with_words(
    rows: QuerySet[Conversation], *, text: str, team_id: int, is_narrowed: bool = False
) -> QuerySet[Conversation]:
    """Return the conversations of a team that contain every word: the latest `MOST_FOUND` recorded.

    is_narrowed: there are other filters too, so ten times as many are found for them to choose from.
    """
    most = MOST_FOUND * (10 if is_narrowed else 1)
    return CONVERSATIONS.matching(rows, text, team_id=team_id, most=most)

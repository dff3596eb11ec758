"""Words in conversations, found by the database's own full-text index."""

from django.db.models import QuerySet

from communities.full_text import FullText
from connectors.models import Conversation

#: Where words of a conversation stand.
CONVERSATIONS = FullText("connectors_conversation", ("summary", "idea", "next_step", "place_name"))


def with_words(rows: QuerySet[Conversation], *, text: str, team_id: int) -> QuerySet[Conversation]:
    """Keep the conversations of a team that hold every word: at most the latest `full_text.MOST_FOUND` written down."""
    return CONVERSATIONS.matching(rows, text, team_id=team_id)

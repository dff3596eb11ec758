"""Help: five sentences on each page, behind its “?”. Topics are declared by subject; `topic_of` finds that of a page."""

from config.help.evidence import EVIDENCE
from config.help.people import PEOPLE
from config.help.places import PLACES
from config.help.team import TEAM
from config.help.topics import Topic

TOPICS: tuple[Topic, ...] = (*TEAM, *PEOPLE, *PLACES, *EVIDENCE)
#: "connectors:person-list" cannot stand in a path as a slug: its part there is "connectors-person-list".
_BY_SLUG = {page.replace(":", "-"): topic for topic in TOPICS for page in topic.pages}
_BY_PAGE = {page: topic for topic in TOPICS for page in topic.pages}


def topic_of(page: str) -> Topic | None:
    """Return the topic of a page, by the name of its URL, for example "connectors:person-list"; None if it has none."""
    return _BY_PAGE.get(page)


def slug_of(page: str) -> str:
    """Return the slug of a page in the URL of its help; "" for a page without help."""
    return page.replace(":", "-") if page in _BY_PAGE else ""


def topic_at(slug: str) -> Topic | None:
    """Return the topic of the page that a slug stands for, or None."""
    return _BY_SLUG.get(slug)

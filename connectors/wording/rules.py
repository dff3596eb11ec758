"""Who may change the team's list of words, who may ignore a word, and what a team's own word can be."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Role, Team, User
from connectors.wording import key

#: Own words of one team: more than anybody reads, and the page stays as quick as with none.
MOST_WORDS = 1_000
MOST_ALTERNATIVES = 4
#: Letters and digits, with spaces, hyphens and apostrophes between them.
_PHRASE = re.compile(r"[^\W_]+(?:[ \-\u2010\u2011'\u2019][^\W_]+){0,7}")


def can_see_words(user: User, team: Team | int | None) -> bool:
    """Return whether a user may read the list and the trend of the team's words: everybody in the team."""
    return user.has_role(team, *Role.values)


def can_manage_words(user: User, team: Team | int | None) -> bool:
    """Return whether a user may change the team's own list: its managers."""
    return user.has_role(team, Role.MANAGER)


def can_ignore_words(user: User, team: Team | int | None) -> bool:
    """Return whether a user may ignore a word: users who write for the team."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)


def split_alternatives(text: str) -> list[str]:
    """Return the texts between the commas, each once, with white space tidied."""
    return list(dict.fromkeys(words for part in text.split(",") if (words := " ".join(part.split()))))


def refusals_of_word(values: Mapping[str, object]) -> dict[str, str | Promise]:
    """Return what is wrong with a team's own word, by field: `phrase`, `alternatives` (text with commas), `reason`.

    A word needs an alternative and a reason.
    """
    found: dict[str, str | Promise] = {}
    phrase = " ".join(str(values.get("phrase") or "").split())
    if not _PHRASE.fullmatch(phrase) or len(phrase) < 2 or phrase.isdecimal():
        found["phrase"] = _(
            "Write one word or a short phrase: letters, with blanks, hyphens or apostrophes between them."
        )
    alternatives = split_alternatives(str(values.get("alternatives") or ""))
    if not alternatives:
        found["alternatives"] = _("What could people say instead? One is enough.")
    elif len(alternatives) > MOST_ALTERNATIVES:
        found["alternatives"] = _("Four at most: people choose with one tap.")
    elif key(phrase) in {key(words) for words in alternatives}:
        found["alternatives"] = _("This is the same word again.")
    if not str(values.get("reason") or "").strip():
        found["reason"] = _("Say why in a sentence: it is what people read.")
    return found

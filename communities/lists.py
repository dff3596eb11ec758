"""Lists of words within sentences."""

from collections.abc import Iterable

from django.utils.translation import gettext as _


def listed(words: Iterable[object]) -> str:
    """Return words as a sentence lists them, "the name, the street and the email address"; "" for none."""
    names = [str(word) for word in words]
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}

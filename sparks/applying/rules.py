"""What is asked on each screen, who may take applications up, and until when they are stored. Pure, but for words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Role, Team, User

#: The screens of an application, in order; the last one sends it.
SCREENS = ("what", "who", "cost", "money", "check")
QUESTIONS = SCREENS[:-1]
#: Short addresses that lead somewhere else.
RESERVED = frozenset({"back", "mine", "host"})
#: What each screen asks, as its heading.
ASKS: Mapping[str, str | Promise] = {
    "what": _("What do you want to do?"),
    "who": _("Who will you do it with?"),
    "cost": _("What will it cost?"),
    "money": _("Who holds the money?"),
    "check": _("Read it once more, and send it"),
}
#: How many people can be named beside whoever sends it.
MOST_OTHERS = 4
#: Days after which an application that was never sent is deleted; one without a word goes after a day.
KEEP_UNSENT_DAYS, KEEP_EMPTY_DAYS = 90, 1
#: Days after which an application that was not taken up, or was withdrawn, is deleted.
KEEP_SETTLED_DAYS = 365


def screen_after(screen: str) -> str:
    """Return the screen that follows one."""
    return SCREENS[SCREENS.index(screen) + 1]


def screen_before(screen: str) -> str:
    """Return the screen before one; empty for the first."""
    place = SCREENS.index(screen)
    return SCREENS[place - 1] if place else ""


def can_set_page(user: User, team: Team | int | None) -> bool:
    """Return whether a person may switch the public page of a round on and word it: managers may."""
    return user.has_role(team, Role.MANAGER)


def can_look_after(user: User, team: Team | int | None) -> bool:
    """Return whether a person may read applications, take them up, close them and help to write them."""
    return user.has_role(team, Role.BUILDER, Role.MANAGER)

"""What is asked on each screen, who may take applications up, and until when they are stored. Pure, but for words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from communities.models import Role, Team, User
from sparks import workflow
from sparks.models import HeldBy, Spark, Status

#: The screens of an application, in order; the last one sends it.
SCREENS = ("what", "who", "cost", "money", "you", "check")
QUESTIONS = SCREENS[:-1]
#: Short addresses that lead somewhere else.
RESERVED = frozenset({"back", "mine", "host"})
#: What each screen asks, as its heading.
ASKS: Mapping[str, str | Promise] = {
    "what": _("What do you want to do?"),
    "who": _("Who will you do it with?"),
    "cost": _("What will it cost?"),
    "money": _("Who holds the money?"),
    "you": _("How do we reach you?"),
    "check": _("Check your answers and send them"),
}
#: What each screen stores of an application itself; those of `PEOPLE_ON` also store people.
ANSWERS_ON: Mapping[str, tuple[str, ...]] = {
    "what": ("what", "title"),
    "who": ("who_with",),
    "cost": ("costs", "amount_gbp"),
    "money": ("held_by", "host"),
    "you": (),
}
#: The screens that name people, and whether they name whoever sends it or the others.
PEOPLE_ON: Mapping[str, bool] = {"who": False, "you": True}
#: How many people can be named beside whoever sends it.
MOST_OTHERS = 4
#: How many photos an application can have, beside one voice note.
MOST_PHOTOS = 3
#: Days for which a link to an organisation opens its page.
HOST_LINK_DAYS = 60
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


#: Who can hold the money instead of an organisation that said no.
OTHER_HOLDERS = (
    (HeldBy.HOST, HeldBy.HOST.label),
    (HeldBy.GROUP, HeldBy.GROUP.label),
    (HeldBy.GOODS, HeldBy.GOODS.label),
)
#: The statuses in which a yes to an award is no longer meant.
TAKEN_BACK = (Status.WITHDRAWN, Status.LAPSED, Status.CANCELLED, Status.RECOVERED)
#: The statuses before the group has accepted an award.
BEFORE_YES = (Status.SUBMITTED, Status.NEEDS_INFO, Status.RECOMMENDED, Status.APPROVED)


def can_choose_holder(spark: Spark) -> bool:
    """Return whether it is early enough to choose somebody else to hold the money: two people change it afterwards."""
    return workflow.is_possible("holder", spark.status)


def can_ask_host(spark: Spark) -> bool:
    """Return whether an organisation is to hold the money or buy the things, and has nothing paid yet."""
    return (
        bool(spark.host_id)
        and spark.held_by in (HeldBy.HOST, HeldBy.GOODS)
        and spark.status in (*BEFORE_YES, Status.READY)
    )


#: What the people behind a spark read about whose turn it is, by the turn of the workflow.
TURNS: Mapping[str, str | Promise] = {
    "group": _("It is your turn."),
    "deciders": _("It is the team’s turn: they decide. You do not need to do anything."),
    "payers": _("It is the team’s turn: somebody pays it. You do not need to do anything."),
    "managers": _("It is the team’s turn. You do not need to do anything."),
    "": _("There is nothing more to do."),
}
#: What they read about what comes next, by status.
NEXT: Mapping[str, str | Promise] = {
    "draft": _("Somebody in the team is still writing it down."),
    "submitted": _("Next: a yes, a no with the reason, or a question. You will see it on this page."),
    "needs_info": _("The team has a question. They will continue once it is answered."),
    "recommended": _("One person in the team said yes. A second person has to agree before it is approved."),
    "approved": _("The team said yes. Next: you say yes too, and then it can be paid."),
    "ready": _("Everybody said yes. Next: it is paid, or bought, or simply begins if it needs no money."),
    "paid": _("It was paid. Next: do it, and tell the team how it went."),
    "reported": _("The team has read how it went. Next: they close it."),
    "closed": _("Everything is finished. Thank you."),
    "ineligible": _("It is outside what this fund is for. The reason is below."),
    "declined": _("Not this time. The reason is below."),
    "withdrawn": _("It was withdrawn. The team can reopen it within a day if that was a mistake."),
    "lapsed": _("It has lapsed, because nobody answered for two months. Nothing was paid. You can start again."),
    "cancelled": _("It was cancelled. The reason is below."),
    "recovered": _("The money was returned."),
}
#: Steps that the people behind a spark take themselves, if no money has to move for it.
OWN_STEPS = ("hand-in", "ready", "withdraw")


def steps_of_group(status: str) -> list[str]:
    """Return the steps that the people behind a spark may take themselves in a status. A draft is the team’s to hand in."""
    return [
        step for step in OWN_STEPS if status != "draft" and any(not each.money for each in workflow.ways(step, status))
    ]

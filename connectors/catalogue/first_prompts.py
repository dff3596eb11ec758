"""Sets of questions that ship with Kith, ready for a manager to add, change and switch on."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ReadySet:
    """Conversation starters: the name of the set, its source, and the questions, one a line."""

    name: str | Promise
    source: str | Promise
    prompts: str | Promise


#: Coventry talked with residents about ten ways to feel good and do well (Coventry Asset Based Approaches, Bell Green).
#: Only the idea is theirs: the ten questions below are written for Kith and none is taken from that tool.
FEEL_GOOD = ReadySet(
    name=_("Ten ways to feel good"),
    source=_("Based on Coventry’s ten ways to feeling good and doing well. The questions are Kith’s own."),
    prompts=_(
        "Who makes you smile when you meet them round here?\n"
        "What gets you moving, even a little?\n"
        "What have you noticed on your street lately that pleased you?\n"
        "What would you love to learn, or learn more about?\n"
        "When did you last do a neighbour a good turn, or they you?\n"
        "What do you do that makes an hour go by unnoticed?\n"
        "Where do you go for a bit of peace?\n"
        "What do you like to cook and eat, and with whom?\n"
        "What are you proud of?\n"
        "What are you looking forward to?"
    ),
)
#: Written for Kith.
STRENGTHS = ReadySet(
    name=_("What’s strong here"),
    source=_("Kith’s own."),
    prompts=_(
        "What is the best thing about living here?\n"
        "What are you good at? What do people ask you for?\n"
        "What do you know that you could show somebody?\n"
        "What do you care about enough to do something about?\n"
        "Who round here brings people together?\n"
        "What do neighbours do together already?\n"
        "If three neighbours joined in, what would you start?"
    ),
)
#: By the value of the query parameter that selects one.
READY = {"feel-good": FEEL_GOOD, "strengths": STRENGTHS}

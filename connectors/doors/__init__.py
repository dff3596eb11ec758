"""How the admin and imports write the rows of connectors."""

from connectors.doors.conversations import (
    ConversationDoor,
    DismissalDoor,
    HeardThemeDoor,
    PromptSetDoor,
    TeamWordDoor,
    ThemeDoor,
)
from connectors.doors.introductions import AskDoor, IntroductionDoor
from connectors.doors.next_steps import NextStepDoor
from connectors.doors.people import GiftDoor, PersonDoor

__all__ = [
    "AskDoor",
    "ConversationDoor",
    "DismissalDoor",
    "GiftDoor",
    "HeardThemeDoor",
    "IntroductionDoor",
    "NextStepDoor",
    "PersonDoor",
    "PromptSetDoor",
    "TeamWordDoor",
    "ThemeDoor",
]

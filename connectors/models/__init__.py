"""People, themes, gifts, conversations, introductions and journeys."""

from connectors.models.base import PrivateQuerySet
from connectors.models.capture import Device, Erased, ErasedName, ItemKind, ItemState, SealedItem, SealingKey
from connectors.models.consent import (
    ConsentHow,
    ConsentQuerySet,
    ConsentRecord,
    PrivacyNotice,
    Purpose,
    ReadBackLink,
    Wish,
    WishKind,
)
from connectors.models.conversations import Conversation, HeardTheme
from connectors.models.introductions import (
    Ask,
    Dismissal,
    Introduction,
    IntroductionOutcome,
    IntroductionSource,
    WhoMet,
)
from connectors.models.journeys import (
    NEGATIVE_OUTCOMES,
    Ending,
    Gave,
    Journey,
    JourneyChange,
    JourneyOutcome,
    JourneyQuerySet,
    JudgedBy,
    LightTouch,
)
from connectors.models.merges import PersonMerge, TwoPeople
from connectors.models.next_steps import NextStep, NextStepQuerySet
from connectors.models.people import (
    ConnectorTerm,
    ContactPreference,
    Gift,
    GiftKind,
    GiftQuerySet,
    Person,
    PersonManager,
    PersonName,
    PersonNameQuerySet,
    PersonQuerySet,
    Theme,
)
from connectors.models.phones import SeveralNumbers
from connectors.models.reviews import ReviewItem
from connectors.models.signs import Sign
from connectors.models.web import WebCount
from connectors.models.words import IgnoredWord, PromptSet, TeamWord

__all__ = (
    "Ask",
    "ConsentHow",
    "ConsentQuerySet",
    "ConsentRecord",
    "ContactPreference",
    "ConnectorTerm",
    "Conversation",
    "Device",
    "Dismissal",
    "Ending",
    "Erased",
    "ErasedName",
    "Gave",
    "Gift",
    "GiftKind",
    "GiftQuerySet",
    "HeardTheme",
    "IgnoredWord",
    "Introduction",
    "IntroductionOutcome",
    "IntroductionSource",
    "ItemKind",
    "ItemState",
    "Journey",
    "JourneyChange",
    "JourneyOutcome",
    "JourneyQuerySet",
    "JudgedBy",
    "LightTouch",
    "WhoMet",
    "NEGATIVE_OUTCOMES",
    "NextStep",
    "NextStepQuerySet",
    "Person",
    "PersonManager",
    "PersonMerge",
    "PersonName",
    "PersonNameQuerySet",
    "PersonQuerySet",
    "PrivacyNotice",
    "PrivateQuerySet",
    "PromptSet",
    "Purpose",
    "ReadBackLink",
    "ReviewItem",
    "SealedItem",
    "SealingKey",
    "SeveralNumbers",
    "Sign",
    "TeamWord",
    "Theme",
    "TwoPeople",
    "WebCount",
    "Wish",
    "WishKind",
)

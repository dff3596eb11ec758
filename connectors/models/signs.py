"""The signs of which a resident can choose one, so that the team recognises them by more than a letter."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sign(models.TextChoices):
    """What stands for a resident beside their name: one they chose, or without one their first letter.

    Signs in one colour that common fonts have, not pictures: they take the colour of the neighbourhood, on paper too.
    """

    NONE = "", _("Their first letter")
    FLOWER = "flower", _("✿ Flower")
    CLOVER = "clover", _("☘ Clover")
    SUN = "sun", _("☀ Sun")
    MOON = "moon", _("☾ Moon")
    STAR = "star", _("★ Star")
    CLOUD = "cloud", _("☁ Cloud")
    SNOWFLAKE = "snowflake", _("❄ Snowflake")
    UMBRELLA = "umbrella", _("☂ Umbrella")
    HEART = "heart", _("♥ Heart")
    MUSIC = "music", _("♫ Music")
    TEA = "tea", _("☕ Tea")
    PENCIL = "pencil", _("✎ Pencil")
    SCISSORS = "scissors", _("✂ Scissors")
    TOOLS = "tools", _("⚒ Tools")
    ANCHOR = "anchor", _("⚓ Anchor")
    HORSE = "horse", _("♞ Horse")
    CROWN = "crown", _("♛ Crown")
    PLANE = "plane", _("✈ Plane")
    FLAG = "flag", _("⚑ Flag")


#: Asks a phone for the letter-like form of a sign, which has no colours of its own.
_AS_TEXT = "\N{VARIATION SELECTOR-15}"
#: The sign of each value, as it is drawn; in the order of `Sign`.
DRAWN = {value: sign + _AS_TEXT for value, sign in zip(Sign.values[1:], "✿☘☀☾★☁❄☂♥♫☕✎✂⚒⚓♞♛✈⚑", strict=True)}

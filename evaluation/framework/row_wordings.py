"""The description of each kind of counted row: in full for users who may read it, without names for those who may only
count it.

The result of an introduction, an ask or a word in passing is part of the full description only. Otherwise somebody could
calculate a percentage that is hidden because it is of a small number.
"""

from decimal import Decimal

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from assets.models import Asset
from communities.models import Partner
from connectors.models import Introduction, Person
from evaluation.framework.declaring import RowWording
from sparks.models import Spark


def award(spark: Spark) -> str:
    """Return what was awarded to a spark, in pounds and pence."""
    return f"£{spark.award_gbp or Decimal(0):,.2f}"


def _nothing(_row: Model) -> str:
    return ""


def _page_of_person(person: Person) -> str:
    return reverse("connectors:person-detail", args=[person.uuid])


def _connector_alias(person: Person) -> str:
    """Return an alias that is used in lists of connectors only, so that it matches no alias in another list."""
    return _("Connector %(code)s") % {"code": person.uuid.hex[-4:].upper()}


def _introduction(introduction: Introduction, *, is_anonymous: bool) -> str:
    one, other = (_end(end, is_anonymous) for end in (introduction.from_end, introduction.to_end))
    return _("%(one)s and %(other)s") % {"one": one, "other": other}


def _end(end: Person | Asset | Partner, is_anonymous: bool) -> str:
    return _("a resident") if isinstance(end, Person) and is_anonymous else str(end)


CONVERSATION = RowWording(
    text=lambda talk: talk.where or _("A conversation"),
    anonymous=lambda _talk: _("A conversation"),
    url=lambda talk: reverse("connectors:conversation-detail", args=[talk.uuid]),
    note=lambda talk: talk.summary,
    related=("neighbourhood", "place"),
)
RESIDENT = RowWording(
    text=lambda person: person.shown_as,
    anonymous=lambda person: person.alias,
    url=_page_of_person,
    note=_nothing,
    is_about_one_person=True,
)
CONNECTOR = RowWording(
    text=lambda person: person.shown_as,
    anonymous=_connector_alias,
    url=_page_of_person,
    note=_nothing,
    is_about_one_person=True,
)
GIFT = RowWording(
    text=lambda gift: gift.name,
    anonymous=lambda _gift: _("A gift"),
    url=lambda gift: _page_of_person(gift.person),
    note=lambda gift: gift.person.shown_as,
    related=("person__neighbourhood",),
)
INTRODUCTION = RowWording(
    text=lambda introduction: _introduction(introduction, is_anonymous=False),
    anonymous=lambda introduction: _introduction(introduction, is_anonymous=True),
    url=lambda introduction: reverse("connectors:introduction-detail", args=[introduction.uuid]),
    note=lambda introduction: introduction.get_outcome_display(),
    related=(
        "neighbourhood",
        "from_person",
        "from_asset",
        "from_partner",
        "to_person",
        "to_asset",
        "to_partner",
    ),
)
LIGHT_TOUCH = RowWording(
    text=lambda touch: touch.get_gave_display(),
    anonymous=lambda _touch: _("A word in passing"),
    url=_nothing,
    note=_nothing,
)
JOURNEY = RowWording(
    text=lambda journey: journey.person.shown_as,
    anonymous=lambda _journey: _("A journey"),
    url=lambda journey: reverse("connectors:journey-detail", args=[journey.uuid]),
    note=_nothing,
    related=("person__neighbourhood",),
    is_about_one_person=True,
)
ASK = RowWording(
    text=lambda ask: ask.words,
    anonymous=lambda _ask: _("An ask"),
    url=lambda ask: reverse("connectors:ask-detail", args=[ask.uuid]),
    note=lambda ask: ask.get_met_by_display(),
)
ASSET = RowWording(
    text=lambda asset: asset.name,
    anonymous=None,
    url=lambda asset: reverse("assets:asset-detail", args=[asset.pk]),
    note=lambda asset: asset.get_kind_display(),
)
SPARK = RowWording(
    text=lambda spark: spark.title,
    anonymous=None,
    url=lambda spark: reverse("sparks:spark-detail", args=[spark.uuid]),
    note=lambda spark: spark.get_status_display(),
)
STORY = RowWording(
    text=lambda story: story.title,
    anonymous=None,
    url=lambda story: reverse("evaluation:story-detail", args=[story.uuid]),
    note=_nothing,
)

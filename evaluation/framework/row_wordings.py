"""The description of each kind of counted row: in full for users who may read it, without names for those who may only
count it.

The result of an introduction, an ask or a word in passing is part of the full description only. Otherwise somebody could
calculate a percentage that is hidden because it is of a small number.
"""

from decimal import Decimal

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import Asset
from communities.addresses import path_of
from communities.models import Partner, User
from communities.pounds import pounds
from connectors.models import Introduction, Person
from connectors.rules.shown_names import end_for, name_for
from evaluation.framework.declaring import RowWording
from sparks.models import CostLine, Spark


def award(spark: Spark, _reader: User | None = None) -> str:
    """Return what was awarded to a spark, in pounds."""
    return pounds(spark.award_gbp or Decimal(0))


def worth(line: CostLine, _reader: User | None = None) -> str:
    """Return what something that is lent or given is worth, in pounds, and for which spark."""
    return _("%(worth)s, for “%(spark)s”") % {"worth": pounds(line.in_kind_gbp or 0), "spark": line.spark}


def _nothing(_row: Model, _reader: User | None = None) -> str:
    return ""


def _page_of_person(person: Person) -> str:
    return path_of("connectors:person-detail", person.uuid)


def _introduction(introduction: Introduction, reader: User | None) -> str:
    """Return both ends, as a reader is shown them, or without residents' names for None."""
    one, other = (_end(end, reader) for end in (introduction.from_end, introduction.to_end))
    return _("%(one)s and %(other)s") % {"one": one, "other": other}


def _end(end: Person | Asset | Partner, reader: User | None) -> str:
    return _("a resident") if isinstance(end, Person) and reader is None else end_for(reader, end)


CONVERSATION = RowWording(
    text=lambda talk, _reader: talk.where or _("A conversation"),
    anonymous=lambda _talk: _("A conversation"),
    kind=gettext_lazy("Conversation"),
    url=lambda talk: path_of("connectors:conversation-detail", talk.uuid),
    note=lambda talk, _reader: talk.summary,
    related=("neighbourhood", "place"),
)
RESIDENT = RowWording(
    text=lambda person, reader: name_for(reader, person),
    anonymous=lambda _person: _("Resident"),
    kind=gettext_lazy("Resident"),
    url=_page_of_person,
    note=_nothing,
    is_about_one_person=True,
)
CONNECTOR = RowWording(
    text=lambda person, reader: name_for(reader, person),
    anonymous=lambda _person: _("Connector"),
    url=_page_of_person,
    note=_nothing,
    is_about_one_person=True,
)
GIFT = RowWording(
    text=lambda gift, _reader: _("A gift") if gift.person.erased_on else gift.name,
    anonymous=lambda _gift: _("A gift"),
    kind=gettext_lazy("Gift"),
    url=lambda gift: _page_of_person(gift.person),
    note=lambda gift, reader: name_for(reader, gift.person),
    related=("person__neighbourhood",),
)
INTRODUCTION = RowWording(
    text=lambda introduction, reader: _introduction(introduction, reader),
    anonymous=lambda _introduction: _("Introduction"),
    kind=gettext_lazy("Introduction"),
    url=lambda introduction: path_of("connectors:introduction-detail", introduction.uuid),
    note=lambda introduction, _reader: introduction.get_outcome_display(),
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
    text=lambda touch, _reader: touch.get_gave_display(),
    anonymous=lambda _touch: _("Word in passing"),
    kind=gettext_lazy("Word in passing"),
    url=_nothing,
    note=_nothing,
)
JOURNEY = RowWording(
    text=lambda journey, reader: name_for(reader, journey.person),
    anonymous=lambda _journey: _("Journey"),
    kind=gettext_lazy("Journey"),
    url=lambda journey: path_of("connectors:journey-detail", journey.uuid),
    note=_nothing,
    related=("person__neighbourhood",),
    is_about_one_person=True,
)
ASK = RowWording(
    text=lambda ask, _reader: ask.words,
    anonymous=lambda _ask: _("Ask"),
    kind=gettext_lazy("Ask"),
    url=lambda ask: path_of("connectors:ask-detail", ask.uuid),
    note=lambda ask, _reader: ask.get_met_by_display(),
)
ASSET = RowWording(
    text=lambda asset, _reader: asset.name,
    anonymous=None,
    url=lambda asset: path_of("assets:asset-detail", asset.pk),
    note=lambda asset, _reader: asset.get_kind_display(),
)
SPARK = RowWording(
    text=lambda spark, _reader: spark.title,
    anonymous=None,
    url=lambda spark: path_of("sparks:spark-detail", spark.uuid),
    note=lambda spark, _reader: spark.get_status_display(),
)
LENT = RowWording(
    text=lambda line, _reader: line.what,
    anonymous=lambda _line: _("Something lent or given"),
    url=lambda line: path_of("sparks:spark-detail", line.spark.uuid),
    note=worth,
    related=("spark__neighbourhood",),
)
RETURNED = RowWording(
    text=lambda entry, _reader: entry.spark.title,
    anonymous=None,
    url=lambda entry: path_of("sparks:spark-detail", entry.spark.uuid),
    note=lambda entry, _reader: pounds(entry.amount_gbp),
    related=("spark__neighbourhood",),
)
STORY = RowWording(
    text=lambda story, _reader: story.title,
    anonymous=None,
    url=lambda story: path_of("evaluation:story-detail", story.uuid),
    note=_nothing,
)

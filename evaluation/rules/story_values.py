"""What a story consists of, as its form hands it to the actions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.core.files import File

from communities.models import Neighbourhood
from connectors.models import Conversation, Person
from evaluation.models import Anyway, ConsentScope, Indicator
from sparks.models import Spark


@dataclass(frozen=True)
class StoryValues:
    """The values of a story and the rows it is linked to. `photo` None leaves the photo unchanged."""

    title: str
    happened_on: date
    neighbourhood: Neighbourhood | None = None
    self_text: str = ""
    us_text: str = ""
    now_text: str = ""
    quote: str = ""
    quote_by: str = ""
    residents_did: str = ""
    others_did: str = ""
    we_did: str = ""
    anyway: str = Anyway.UNKNOWN
    consent_scope: str = ConsentScope.NONE
    consent_on: date | None = None
    spark: Spark | None = None
    photo: File | None = None
    remove_photo: bool = False
    photo_alt: str = ""
    people: Iterable[Person] = field(default=())
    conversations: Iterable[Conversation] = field(default=())
    indicators: Iterable[Indicator] = field(default=())

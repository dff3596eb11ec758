"""Spreadsheets of residents, gifts, conversations, introductions and asks, for the managers of their team."""

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from communities.resources.base import Resource
from communities.resources.books import mine
from communities.resources.columns import ManyReferences, Reference, Shown
from connectors.doors import (
    AskDoor,
    ConversationDoor,
    GiftDoor,
    IntroductionDoor,
    NextStepDoor,
    PersonDoor,
    ThemeDoor,
)
from connectors.models import (
    Ask,
    Conversation,
    Gift,
    GiftKind,
    Introduction,
    IntroductionSource,
    NextStep,
    Person,
    Theme,
)
from connectors.resources.asking import AsksWho


class _Resident:
    """A resident by name, in full: only managers export, and `rules.shown_names` shows them full names of their team."""

    def name_of(self, row: Person) -> str:
        """Return the name that a file shows."""
        return row.known_as

    def names_of(self, row: Person) -> set[str]:
        """Return the names that a file can use for a resident: initials too, which other files have."""
        return {row.known_as.casefold(), row.shown_as.casefold()}

    def choice_of(self, row: Person) -> str:
        """Return the name with the street, and the UUID."""
        return f"{', '.join(filter(None, (row.known_as, row.street)))}: {row.uuid}"


def kept_record(person: Person | None) -> Person | None:
    """Return a resident's current record."""
    while person is not None and person.merged_into_id:
        person = person.merged_into
    return person


class Resident(_Resident, Reference):
    """A resident; one whose record was merged is exported, and imported, as the record it was merged into."""

    def __init__(self, name: str, **options: object):
        super().__init__(name, model=Person, by=("known_as",), **options)

    def value(self, row: Model) -> Person | None:
        """Return the resident's current record."""
        return kept_record(getattr(row, self.name))


class Residents(_Resident, ManyReferences):
    """Several residents."""

    def __init__(self, name: str, **options: object):
        super().__init__(name, model=Person, by=("known_as",), **options)

    def value(self, row: Model) -> set[Person]:
        """Return the residents' current records."""
        return {kept_record(person) for person in getattr(row, self.name).all()}


class PersonResource(AsksWho, Resource):
    """Residents. Initials of somebody not told yet, as other files show them, leave the name unchanged."""

    model = Person
    door = PersonDoor()
    fields = (
        "team", "known_as", "also_known_as", "neighbourhood", "street", "phone", "email", "contact_preference",
        "connector_since", "told_on", "first_met_on", "themes", "uuid", "sign",
    )  # fmt: skip

    def rows(self) -> QuerySet:
        """Leave out erased residents."""
        return super().rows().remembered()

    def untouched(self, row: Person, name: str, cells: list[str]) -> bool:
        """Return whether a cell has the initials of somebody not told yet."""
        return name == "known_as" and not row.told_on and cells == [row.shown_as]


class GiftResource(Resource):
    """Gifts, and whose they are."""

    model = Gift
    door = GiftDoor()
    fields = ("person", "kind", "name", "theme", "is_offered", "heard_on")
    columns_by_name = {"person": Resident("person", label=Person._meta.verbose_name)}  # noqa: RUF012 - read only
    natural = ("person", "name")
    defaults = {"kind": GiftKind.HANDS.value}  # noqa: RUF012 - read only
    related = ("person__merged_into",)

    def rows(self) -> QuerySet:
        """Leave out the gifts of erased residents."""
        return mine(Gift.objects.filter(person__erased_on__isnull=True), self.user)


class IntroductionResource(Resource):
    """Introductions; each end is in one of three columns."""

    model = Introduction
    door = IntroductionDoor()
    fields = (
        "team", "from_person", "from_asset", "from_partner", "to_person", "to_asset", "to_partner", "introduced_by",
        "source", "introduced_on", "neighbourhood", "reason", "outcome", "outcome_note", "outcome_on", "ask_again_on",
    )  # fmt: skip
    columns_by_name = {  # noqa: RUF012 - read only
        "from_person": Resident("from_person"),
        "to_person": Resident("to_person"),
        "ask_again_on": Shown("ask_again_on"),
    }
    defaults = {"source": IntroductionSource.BUILDER.value}  # noqa: RUF012 - read only


class ThemeResource(Resource):
    """Themes."""

    model = Theme
    door = ThemeDoor()
    fields = ("team", "name")
    natural = ("team", "name")


def who_cares(row: Conversation) -> str:
    """Return who cares about what in a conversation: "growing food: Grace, Tomasz; music: Grace"."""
    found: dict[str, list[str]] = {}
    for each in row.heard_themes.all():
        found.setdefault(each.theme.name, []).append(each.person.known_as)
    return "; ".join(f"{theme}: {', '.join(sorted(names))}" for theme, names in sorted(found.items()))


class ConversationResource(Resource):
    """Conversations, and who was there."""

    model = Conversation
    door = ConversationDoor()
    fields = (
        "team", "held_on", "neighbourhood", "place", "place_name", "builder", "summary", "people", "themes", "idea",
        "who_cares",
    )  # fmt: skip
    columns_by_name = {  # noqa: RUF012 - read only
        "people": Residents("people", label=Conversation._meta.get_field("people").verbose_name),
        "who_cares": Shown("who_cares", text=who_cares, label=_("who cares about what")),
    }
    prefetched = ("heard_themes__person", "heard_themes__theme")


class AskResource(Resource):
    """Asks, and who met them."""

    model = Ask
    door = AskDoor()
    fields = (
        "team", "person", "words", "theme", "neighbourhood", "asked_on", "met_by", "met_on", "met_by_person",
        "met_by_asset", "met_by_partner", "closed_on", "created_by",
    )  # fmt: skip
    columns_by_name = {  # noqa: RUF012 - read only
        "person": Resident("person", label=Ask._meta.get_field("person").verbose_name),
        "met_by_person": Resident("met_by_person"),
        "created_by": Shown("created_by"),
    }


class NextStepResource(Resource):
    """Next steps: whose they are, what they are about, and whether they are done."""

    model = NextStep
    door = NextStepDoor()
    fields = (
        "team", "words", "due_on", "owner", "person", "asset", "conversation", "closed_at", "closed_reason", "uuid",
    )  # fmt: skip
    columns_by_name = {  # noqa: RUF012 - read only
        "person": Resident("person"),
        "conversation": Shown("conversation", lambda row: str(row.conversation.uuid) if row.conversation else ""),
        "closed_at": Shown("closed_at"),
        "closed_reason": Shown("closed_reason"),
    }
    related = ("conversation",)

"""The names of connectors' records in the audit. Erased residents, and the rows that were theirs, are not named."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from communities.audit_log.subjects import Reader, Subject
from communities.verbs import Verb
from connectors.audited_fields import FIELDS
from connectors.models import (
    Ask,
    ConsentRecord,
    Conversation,
    Device,
    Dismissal,
    Erased,
    ErasedName,
    Gift,
    IgnoredWord,
    Introduction,
    Journey,
    JourneyChange,
    LightTouch,
    NextStep,
    Person,
    PersonMerge,
    PrivacyNotice,
    PromptSet,
    ReadBackLink,
    ReviewItem,
    SealedItem,
    SealingKey,
    TeamWord,
    Theme,
    TwoPeople,
    WebCount,
    Wish,
)

__all__ = ["FIELDS", "SUBJECTS"]

ERASED = _("a resident whose record was erased")
PURPOSES = {
    "remember": _("being remembered by name"),
    "contact": _("being contacted"),
    "offer": _("neighbours being told what they offer"),
    "introduce": _("being introduced to neighbours"),
    "invite": _("being invited to share stories"),
    "story": _("their story being told"),
    "photo": _("photos of them being shown"),
    "profile": _("being counted by age, what matters to them and how they met us"),
}


def _name(person: Person | None) -> str:
    """Return the name of a resident in full, "" for an erased one: only managers read the audit, and they are shown it."""
    return "" if person is None or person.erased_on else person.known_as


def _names(one: object, other: object) -> str:
    """Return two names; "" when either was erased."""
    names = [_name(each) if isinstance(each, Person) else str(each or "") for each in (one, other)]
    return _now("%(one)s and %(other)s") % {"one": names[0], "other": names[1]} if all(names) else ""


def _of(path: str, page: str) -> Callable[[Any, Reader], str]:
    """Return a function that gives the URL of a page about the resident of a row."""

    def address(row: Any, reader: Reader) -> str:
        person = getattr(row, path) if path else row
        return reverse(f"connectors:{page}", args=[(person.merged_into or person).uuid])

    return address


def _whose(row: Any) -> str:
    return _name(row.person)


def _everyone(reader: Reader) -> QuerySet[Person]:
    return Person.everyone.visible_to(reader.user)


def _page(name: str, key: str = "uuid") -> Callable[[Any, Reader], str]:
    return lambda row, reader: reverse(f"connectors:{name}", args=[getattr(row, key)] if key else [])


RESIDENTS = (
    Subject(
        model=Person,
        named=_("the resident %(title)s"),
        unnamed=_("a resident"),
        wordless=ERASED,
        counted=ngettext_lazy("%(count)s resident", "%(count)s residents", "n"),
        rows=_everyone,
        title=_name,
        related=("merged_into",),
        address=_of("", "person-detail"),
        fields={"name": _("the name")},
    ),
    Subject(
        model=Gift,
        named=_("the gift %(title)s"),
        unnamed=_("a gift"),
        counted=ngettext_lazy("%(count)s gift", "%(count)s gifts", "n"),
        title=lambda gift: gift.name if _name(gift.person) else "",
        related=("person__merged_into",),
        address=_of("person", "person-detail"),
    ),
    Subject(
        model=Theme,
        named=_("the theme %(title)s"),
        unnamed=_("a theme"),
        counted=ngettext_lazy("%(count)s theme", "%(count)s themes", "n"),
    ),
    Subject(
        model=ConsentRecord,
        named=_("the resident %(title)s"),
        unnamed=_("a resident"),
        wordless=ERASED,
        counted=ngettext_lazy("%(count)s answer of residents", "%(count)s answers of residents", "n"),
        title=_whose,
        related=("person__merged_into",),
        address=_of("person", "person-consents"),
        fields=PURPOSES,
        sentences={
            Verb.AGREE: _("%(who)s noted that %(what)s agreed to %(fields)s."),
            Verb.REFUSE: _("%(who)s noted that %(what)s said no to %(fields)s."),
        },
    ),
    Subject(
        model=ReadBackLink,
        named=_("the sheet of %(title)s"),
        unnamed=_("the sheet of a resident"),
        wordless=_("the sheet of a resident whose record was erased"),
        counted=ngettext_lazy("%(count)s sheet of residents", "%(count)s sheets of residents", "n"),
        title=_whose,
        related=("person__merged_into",),
        address=_of("person", "person-sheet"),
        fields=PURPOSES,
        sentences={Verb.ANSWER_ON_SHEET: _("The resident said yes or no to %(fields)s on %(what)s.")},
    ),
    Subject(
        model=Wish,
        named=_("the request of %(title)s"),
        unnamed=_("the request of a resident"),
        wordless=_("the request of a resident whose record was erased"),
        counted=ngettext_lazy("%(count)s request", "%(count)s requests", "n"),
        title=_whose,
        related=("person",),
        address=_page("wish-list", ""),
    ),
    Subject(
        model=TwoPeople,
        named=_("the residents %(title)s"),
        unnamed=_("two residents"),
        counted=ngettext_lazy("%(count)s pair of residents", "%(count)s pairs of residents", "n"),
        title=lambda mark: _names(mark.person, mark.other),
        related=("person__merged_into", "other"),
        address=_of("person", "person-detail"),
    ),
    Subject(
        model=PersonMerge,
        named=_("the merge of %(title)s"),
        unnamed=_("a merge of two records"),
        counted=ngettext_lazy("%(count)s merge of records", "%(count)s merges of records", "n"),
        title=lambda merge: _name(merge.kept),
        related=("kept__merged_into",),
        address=_of("kept", "person-detail"),
    ),
    Subject(
        model=PrivacyNotice,
        named=_("the notice “%(title)s”"),
        unnamed=_("a notice"),
        counted=ngettext_lazy("%(count)s notice", "%(count)s notices", "n"),
        address=_page("notice-list", ""),
    ),
)

MEETINGS = (
    Subject(
        model=Conversation,
        named=_("the conversation of %(title)s"),
        unnamed=_("a conversation"),
        counted=ngettext_lazy("%(count)s conversation", "%(count)s conversations", "n"),
        title=lambda talk: date_format(talk.held_on, "j F Y"),
        address=_page("conversation-detail"),
    ),
    Subject(
        model=NextStep,
        named=_("the next step “%(title)s”"),
        unnamed=_("a next step"),
        counted=ngettext_lazy("%(count)s next step", "%(count)s next steps", "n"),
        title=lambda step: Truncator(step.words).chars(60),
        address=_page("step-update"),
    ),
    Subject(
        model=LightTouch,
        named=_("the word in passing of %(title)s"),
        unnamed=_("a word in passing"),
        counted=ngettext_lazy("%(count)s word in passing", "%(count)s words in passing", "n"),
        title=lambda touch: date_format(touch.held_on, "j F Y"),
    ),
    Subject(
        model=Introduction,
        named=_("the introduction of %(title)s"),
        unnamed=_("an introduction"),
        counted=ngettext_lazy("%(count)s introduction", "%(count)s introductions", "n"),
        title=lambda each: _names(each.from_end, each.to_end),
        related=("from_person", "from_asset", "from_partner", "to_person", "to_asset", "to_partner"),
        address=_page("introduction-detail"),
    ),
    Subject(
        model=Dismissal,
        named=_("the suggestion to introduce %(title)s"),
        unnamed=_("a suggestion"),
        counted=ngettext_lazy("%(count)s suggestion", "%(count)s suggestions", "n"),
        title=lambda each: _names(each.person, each.other),
        related=("person__merged_into", "other"),
        address=_of("person", "person-suggestions"),
    ),
    Subject(
        model=Ask,
        named=_("the ask “%(title)s”"),
        unnamed=_("an ask"),
        counted=ngettext_lazy("%(count)s ask", "%(count)s asks", "n"),
        title=lambda ask: Truncator(ask.words).chars(60),
        address=_page("ask-detail"),
    ),
    Subject(
        model=Journey,
        named=_("the journey of %(title)s"),
        unnamed=_("the journey of a resident"),
        wordless=_("the journey of a resident whose record was erased"),
        counted=ngettext_lazy("%(count)s journey", "%(count)s journeys", "n"),
        title=_whose,
        related=("person",),
        address=_page("journey-detail"),
    ),
    Subject(
        model=JourneyChange,
        named=_("a change on the journey of %(title)s"),
        unnamed=_("a change on the journey of a resident"),
        counted=ngettext_lazy("%(count)s change on a journey", "%(count)s changes on a journey", "n"),
        title=lambda change: _name(change.journey.person),
        related=("journey__person",),
        address=lambda change, reader: reverse("connectors:journey-detail", args=[change.journey.uuid]),
    ),
)

TOOLS = (
    Subject(
        model=Device,
        named=_("a phone or computer of %(title)s"),
        unnamed=_("a phone or computer"),
        counted=ngettext_lazy("%(count)s phone or computer", "%(count)s phones or computers", "n"),
        title=lambda device: str(device.user),
        sentences={Verb.CREATE: _("%(who)s used Kith on a new phone or computer.")},
        related=("user",),
        address=_page("capture-waiting", ""),
    ),
    Subject(
        model=SealedItem,
        named=_("what a phone sent on %(title)s"),
        unnamed=_("what a phone sent"),
        counted=ngettext_lazy("%(count)s thing that a phone sent", "%(count)s things that a phone sent", "n"),
        title=lambda item: date_format(item.received_at.date(), "j F Y"),
        address=_page("capture-waiting", ""),
    ),
    Subject(
        model=SealingKey,
        named=_("the sealing key %(title)s"),
        unnamed=_("a sealing key"),
        counted=ngettext_lazy("%(count)s key for phones", "%(count)s keys for phones", "n"),
        rows=lambda reader: SealingKey.objects.none(),
    ),
    Subject(
        model=Erased,
        named=_("the erased record of %(title)s"),
        unnamed=_("an erased record"),
        counted=ngettext_lazy("%(count)s erased record", "%(count)s erased records", "n"),
        title=lambda erased: "",
    ),
    Subject(
        model=ErasedName,
        named=_("the digest of an erased name"),
        unnamed=_("the digest of an erased name"),
        counted=ngettext_lazy("%(count)s digest of an erased name", "%(count)s digests of erased names", "n"),
        title=lambda erased: "",
    ),
    Subject(
        model=ReviewItem,
        named=_("a text that might name a resident whose record was erased"),
        unnamed=_("a text that might name a resident whose record was erased"),
        counted=ngettext_lazy("%(count)s text to read after erasing", "%(count)s texts to read after erasing", "n"),
        title=lambda item: "",
        address=_page("review-list", ""),
        sentences={Verb.UPDATE: _("%(who)s read %(what)s.")},
    ),
    Subject(
        model=TeamWord,
        named=_("the word “%(title)s”"),
        unnamed=_("a word"),
        counted=ngettext_lazy("%(count)s word", "%(count)s words", "n"),
        address=_page("word-update", "pk"),
    ),
    Subject(
        model=IgnoredWord,
        named=_("the word “%(title)s”"),
        unnamed=_("a word"),
        counted=ngettext_lazy("%(count)s word", "%(count)s words", "n"),
    ),
    Subject(
        model=PromptSet,
        named=_("the questions “%(title)s”"),
        unnamed=_("a set of questions"),
        counted=ngettext_lazy("%(count)s set of questions", "%(count)s sets of questions", "n"),
        address=_page("prompt-update", "pk"),
        fields={"neighbourhoods": _("where they are used"), "source": _("where they come from")},
    ),
    Subject(
        model=WebCount,
        named=_("the web of %(title)s"),
        unnamed=_("the web of connections"),
        counted=ngettext_lazy("%(count)s count of the web", "%(count)s counts of the web", "n"),
        title=lambda count: "",
    ),
)

SUBJECTS = (*RESIDENTS, *MEETINGS, *TOOLS)

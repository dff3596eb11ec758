"""What somebody looks after in connectors, and how it is handed on."""

from collections.abc import Callable, Iterable

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from communities.handover import OwnedKind, managers_in
from communities.models import Team, User
from communities.owned import give_by_field
from connectors.actions.introductions import stop_asking
from connectors.actions.next_steps import add_next_step, change_next_step, close_next_step
from connectors.models import Ask, Conversation, Introduction, ItemState, Journey, NextStep, Person, SealedItem
from connectors.queries.consent import kept_by, not_told
from connectors.queries.introductions import asked_by
from connectors.queries.owned_facts import (
    ask_facts,
    conversation_facts,
    introduction_facts,
    item_facts,
    journey_facts,
    resident_facts,
    step_facts,
)
from connectors.rules.shown_names import between, name_for


def not_handed_on(rows: QuerySet, user: User) -> QuerySet:
    """Return the rows about which nobody else has a next step: those that `give_as_step` has not handed on."""
    steps = NextStep.objects.filter(linked_model=rows.model._meta.label_lower, linked_id=OuterRef("pk"))
    return rows.exclude(Exists(steps.exclude(owner=user)))


def give_as_step(words: Callable[[Model], str]) -> Callable[[Iterable[Model], User, User | None], list[Model]]:
    """Return a function that hands rows on as next steps, due today: for kinds whose rows belong to the whole team."""

    def give(rows: Iterable[Model], to: User, by: User | None) -> list[Model]:
        today = timezone.localdate()
        return [
            add_next_step(team=row.team, by=by, owner=to, words=words(row)[:250], due_on=today, linked=row)
            for row in rows
        ]

    return give


def _give_steps(rows: Iterable[NextStep], to: User, by: User | None) -> list[Model]:
    for step in rows:
        change_next_step(step=step, by=by, owner=to)
    return []


def _close_steps(rows: Iterable[NextStep], by: User, reason: str) -> None:
    for step in rows:
        close_next_step(step=step, by=by, reason=reason)


def _stop_asking(rows: Iterable[Introduction], by: User, reason: str) -> None:
    for introduction in rows:
        stop_asking(introduction=introduction, by=by, reason=reason)


def _page(name: str) -> Callable[[Model], str]:
    return lambda row: reverse(f"connectors:{name}", args=[row.uuid])


def _residents(team: Team, user: User) -> QuerySet[Person]:
    return Person.objects.filter(kept_by(user), team=team, erased_on__isnull=True)


def _steps(team: Team, user: User) -> QuerySet[NextStep]:
    return NextStep.objects.filter(team=team, owner=user).open().order_by("due_on", "pk")


def _introductions(team: Team, user: User) -> QuerySet[Introduction]:
    rows = Introduction.objects.filter(asked_by([user.pk]), team=team, ask_again_on__isnull=False)
    return rows.select_related("from_person", "from_asset", "from_partner", "to_person", "to_asset", "to_partner")


def _to_tell(team: Team, user: User) -> QuerySet[Person]:
    return not_told(_residents(team, user)).order_by("first_met_on", "pk")


def _told(team: Team, user: User) -> QuerySet[Person]:
    return _residents(team, user).filter(told_on__isnull=False).order_by("known_as", "pk")


def _journeys(team: Team, user: User) -> QuerySet[Journey]:
    return Journey.objects.filter(team=team, builder=user, ended_on__isnull=True).select_related("person")


def _asks(team: Team, user: User) -> QuerySet[Ask]:
    rows = Ask.objects.filter(team=team, created_by=user, met_on__isnull=True, closed_on__isnull=True)
    return not_handed_on(rows, user).select_related("team").order_by("asked_on", "pk")


def _names(team: Team, user: User) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(team=team, builder=user).exclude(unsorted_names=[])
    return not_handed_on(rows, user).select_related("team", "place").order_by("held_on", "pk")


def _items(team: Team, user: User) -> QuerySet[SealedItem]:
    waiting = SealedItem.objects.filter(team=team, user=user, state__in=(ItemState.PARKED, ItemState.DRAFT))
    return not_handed_on(waiting, user).select_related("team").order_by("received_at", "pk")


#: Closing is for promises and questions; the rest has to be done by somebody.
KINDS = (
    OwnedKind(
        key="steps",
        counted=ngettext_lazy("%(count)s next step", "%(count)s next steps", "count"),
        fields=("connectors.nextstep.owner",),
        rows=_steps,
        give=_give_steps,
        settled=("closed_at",),
        close=_close_steps,
        title=lambda step, reader: str(step),
        facts=step_facts,
        page=_page("step-update"),
    ),
    OwnedKind(
        key="introductions",
        counted=ngettext_lazy("%(count)s introduction to ask about", "%(count)s introductions to ask about", "count"),
        fields=("connectors.introduction.introduced_by", "connectors.introduction.asker"),
        rows=_introductions,
        give=give_by_field("asker"),
        settled=("ask_again_on",),
        close=_stop_asking,
        title=lambda introduction, reader: between(reader, introduction),
        facts=introduction_facts,
        page=_page("introduction-detail"),
    ),
    OwnedKind(
        key="to_tell",
        counted=ngettext_lazy(
            "%(count)s resident to tell about our records", "%(count)s residents to tell about our records", "count"
        ),
        fields=("connectors.person.created_by", "connectors.person.keeper"),
        rows=_to_tell,
        give=give_by_field("keeper"),
        settled=("told_on", "erased_on"),
        title=lambda person, reader: name_for(reader, person),
        facts=resident_facts,
        page=_page("person-detail"),
    ),
    OwnedKind(
        key="residents",
        counted=ngettext_lazy(
            "%(count)s resident they keep in touch with", "%(count)s residents they keep in touch with", "count"
        ),
        fields=("connectors.person.created_by", "connectors.person.keeper"),
        rows=_told,
        give=give_by_field("keeper"),
        settled=("told_on", "erased_on"),
        title=lambda person, reader: name_for(reader, person),
        facts=resident_facts,
        page=_page("person-detail"),
    ),
    OwnedKind(
        key="journeys",
        counted=ngettext_lazy("%(count)s journey", "%(count)s journeys", "count"),
        fields=("connectors.journey.builder",),
        rows=_journeys,
        give=give_by_field("builder"),
        settled=("ended_on",),
        title=lambda journey, reader: name_for(reader, journey.person),
        facts=journey_facts,
        page=_page("journey-detail"),
    ),
    OwnedKind(
        key="asks",
        counted=ngettext_lazy("%(count)s open ask", "%(count)s open asks", "count"),
        fields=("connectors.ask.created_by",),
        rows=_asks,
        give=give_as_step(lambda ask: _("Find who can help: %(words)s") % {"words": ask.words}),
        title=lambda ask, reader: ask.words,
        facts=ask_facts,
        page=_page("ask-detail"),
    ),
    OwnedKind(
        key="names",
        counted=ngettext_lazy(
            "%(count)s conversation with names to match", "%(count)s conversations with names to match", "count"
        ),
        fields=("connectors.conversation.builder",),
        rows=_names,
        give=give_as_step(lambda talk: _("Match the names in this conversation")),
        title=lambda talk, reader: str(talk),
        facts=conversation_facts,
        page=_page("conversation-detail"),
    ),
    OwnedKind(
        key="items",
        counted=ngettext_lazy("%(count)s thing that a phone sent", "%(count)s things that a phone sent", "count"),
        fields=("connectors.sealeditem.user",),
        rows=_items,
        give=give_as_step(lambda item: _("Check what a phone sent")),
        takers=managers_in,
        only=gettext_lazy("Only managers can open what somebody else’s phone sent."),
        title=lambda item, reader: item.get_kind_display(),
        facts=item_facts,
        page=_page("capture-check"),
    ),
)

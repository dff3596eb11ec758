"""The main pages, each beside the blank one, as users of the measured team see them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode
from uuid import uuid4

from django.db.models import Count, QuerySet
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from assets.actions.importing import rehearse_import
from assets.models import Asset, Kind
from bench.catalogue import ACROSS, HIGH, SOUTH, WEST, WIDE
from bench.plan import Plan
from bench.report import Line
from bench.rounds import decide_pages, deciders_team
from bench.visits import Times, Visitor, side_by_side
from communities.draft_tokens import new_token
from communities.models import Team, User
from communities.paging import PAGE_SIZE, keyset_page
from connectors.actions.conversations import log_conversation
from connectors.models import Person
from connectors.queries.conversations import listed_conversations
from connectors.rules.names import GiftHeard
from evaluation.framework.indicators import CONVERSATIONS_HELD
from evaluation.models import Rollup

#: The page number of a list that is measured, if there are so many.
DEEP = 5_000
LIST, TABLE, TOUCHED, MAP = 3, 8, 12, 6
TYPED, LOGGED, SAVED, MEET, SEARCH, EVERYTHING = 2, 4, 4, 5, 6, 5
#: Rows of the imported file whose preview is measured.
PREVIEWED = 500


def blank_page() -> str:
    """Return the URL of the smallest page with the whole frame: the help on Today.

    It runs the queries of every page (session, user, roles, team, what waits) and no others.
    """
    return reverse("help", args=["today"])


@dataclass(frozen=True)
class Visit:
    """One page to measure; `before` runs untimed before each request."""

    name: str
    who: Visitor
    address: str
    aim: int | None
    before: Callable[[], object] = lambda: None
    #: The form data, created anew each time; None for a GET request. answered: the status of the response to it.
    fields: Callable[[], dict[str, str]] | None = None
    answered: str = "302"

    def look(self) -> int:
        """Make the request once, and return the size of the response in bytes."""
        if self.fields:
            return self.who.post(self.address, self.fields(), wanted=self.answered)
        return self.who.get(self.address)


def visits(plan: Plan) -> Iterator[Visit]:
    """Yield the main pages."""
    team = Team.objects.get(pk=plan.main.number)
    builder, manager, evaluator = (
        Visitor(User.objects.get(pk=number))
        for number in (plan.main.first_user, plan.main.manager, plan.main.evaluator)
    )
    yield Visit("Today, builder", builder, reverse("today"), LIST)
    yield Visit("Today, manager", manager, reverse("today"), LIST)
    yield Visit("Today, evaluator", evaluator, reverse("today"), LIST)
    for name, address, rows in lists(team, builder.user):
        page, deep = deep_address(address, rows)
        yield Visit(f"{name}, page 1", builder, address, LIST)
        yield Visit(f"{name}, page {page:,}", builder, deep, LIST)
    yield from _capture(builder)
    rows_of_map = -(-plan.main.places // ACROSS)
    window = f"{WEST},{SOUTH},{WEST + ACROSS * WIDE},{SOUTH + rows_of_map * HIGH}"
    yield Visit(
        f"Asset map, {plan.main.assets:,} in view",
        builder,
        f"{reverse('assets:asset-pins')}?bbox={window}&zoom=11",
        MAP,
    )
    yield Visit("Asset map, its first look", builder, f"{reverse('assets:asset-pins')}?zoom=4", MAP)
    street = f"{WEST},{SOUTH},{WEST + WIDE / 2},{SOUTH + HIGH / 2}"
    yield Visit("Asset map, a few streets", builder, f"{reverse('assets:asset-pins')}?bbox={street}&zoom=16", MAP)
    yield Visit("Asset map, on paper", builder, reverse("assets:asset-print"), None)
    yield from _residents(plan, builder)
    yield Visit("Possible duplicates", manager, reverse("connectors:duplicate-list"), LIST)
    yield Visit("Next steps", builder, reverse("connectors:step-list"), LIST)
    yield Visit(f"Preview of {PREVIEWED} imported assets", builder, previewed(plan, builder.user), LIST)
    yield Visit("Spark queue", manager, reverse("sparks:spark-list"), LIST)
    decider = Visitor(User.objects.get(pk=deciders_team(plan).manager))
    for name, address, aim in decide_pages(plan):
        yield Visit(name, decider, address, aim)
    yield Visit("Stories", builder, reverse("evaluation:story-list"), LIST)
    table = reverse("evaluation:indicator-list")
    yield Visit("Indicator table", evaluator, table, TABLE)
    yield Visit(
        "Indicator table, just after a conversation", evaluator, table, TOUCHED, lambda: talk(team, builder.user)
    )
    yield Visit("Indicator table, counted from nothing", evaluator, table, None, lambda: forget(team))
    detail = reverse("evaluation:indicator-detail", kwargs={"key": CONVERSATIONS_HELD.key})
    yield Visit("Indicator with its rows", builder, detail, TABLE)
    # Last, because somebody with drafts is asked about them on each page.
    draft = partial(_draft, builder.user)
    yield Visit(
        "A draft saved while typing", builder, reverse("communities:draft-save"), SAVED, fields=draft, answered="200"
    )


def talk(team: Team, builder: User) -> None:
    """Save a conversation with somebody new and what they can do: what it touches is counted again for the next reader."""
    name = f"Nell {uuid4().hex[:6]}"
    heard = GiftHeard(whose=name, name="mending benches", kind="hands")
    log_conversation(
        team=team, by=builder, people=[name], gifts=[heard], summary="The benches", held_on=timezone.localdate()
    )


def forget(team: Team) -> None:
    """Clear the cached figures, so that the next reader counts everything, as after an update of Kith."""
    Rollup.objects.filter(team=team).delete()


def lists(team: Team, user: User) -> list[tuple[str, str, QuerySet]]:
    """Return each list's name, its URL and its rows in the order of the page."""
    people = Person.objects.visible_to(user).filter(team=team).order_by("known_as", "pk")
    assets = Asset.objects.visible_to(user).filter(team=team).listed().order_by("name", "id")
    return [
        ("Conversations", reverse("connectors:conversation-list"), listed_conversations(user=user, team=team)),
        ("People", reverse("connectors:person-list"), people),
        ("Assets, list beside map", reverse("assets:asset-list"), assets),
    ]


def _capture(builder: Visitor) -> Iterator[Visit]:
    """Yield the page for a new conversation, the requests while somebody types, saving one, and searches."""
    page = reverse("connectors:conversation-create")
    yield Visit("Log a conversation, the page", builder, page, LOGGED)
    yield Visit("A name as it is typed", builder, reverse("connectors:person-options") + "?q=Ma", TYPED)
    yield Visit("Saving a conversation", builder, page, SAVED, fields=_talk)
    found = reverse("connectors:conversation-list")
    for words in ("bikes", "telescope kettle", '"birds on the canal"', "zeppelin"):
        yield Visit(f"Conversations with {words}", builder, f"{found}?{urlencode({'q': words})}", SEARCH)
    # As the box on every page asks: a common word, a name, a word that never occurs, and words in different places.
    for words in ("bikes", "Ma", "baking", "zeppelin", "Mary bikes"):
        yield Visit(
            f"Everything with {words}",
            builder,
            f"{reverse('communities:search')}?{urlencode({'q': words})}",
            EVERYTHING,
        )


def _talk() -> dict[str, str]:
    """Return a new conversation: two new people, a new theme, a gift."""
    mark = uuid4().hex[:6]
    return {
        "uuid": str(uuid4()),
        "people": f"Nell {mark}, Ravi {mark}",
        "summary": "Talked about the benches by the canal, and who might mend them.",
        "new_themes": f"Benches {mark}",
        "held_on": timezone.localdate().isoformat(),
        "next_step": "Bring the paint",
        "next_step_on": timezone.localdate().isoformat(),
        "gifts-TOTAL_FORMS": "1",
        "gifts-INITIAL_FORMS": "0",
        "gifts-0-whose": f"Nell {mark}",
        "gifts-0-name": "mending benches",
        "gifts-0-kind": "hands",
    }


def _draft(user: User) -> dict[str, str]:
    """Return what a script sends of a half-written conversation."""
    said = {
        "token": new_token(user_id=user.pk),
        "team": str(user.team_ids()[0]),
        "address": reverse("connectors:conversation-create"),
        "page": reverse("connectors:conversation-create"),
        "fields": [["people", "Nell"], ["summary", "Talked about the benches by the canal"]],
        "title": "Log a conversation",
        "tab": "bench",
        "sequence": 1,
    }
    return {"said": json.dumps(said)}


def previewed(plan: Plan, user: User) -> str:
    """Return the address of the preview of a file of assets; nothing of it is on the map."""
    team = Team.objects.get(pk=plan.main.number)
    rows = [(number + 2, {"Name": f"Bench hall {number}"}) for number in range(PREVIEWED)]
    batch = rehearse_import(
        team=team,
        by=user,
        file_name="halls.csv",
        headings=["Name"],
        rows=rows,
        columns={"name": "Name"},
        kind=Kind.PLACE,
    )
    return reverse("assets:import-rehearsal", kwargs={"uuid": batch.uuid})


def _residents(plan: Plan, builder: Visitor) -> Iterator[Visit]:
    people = Person.objects.filter(team=plan.main.number)
    usual = people.get(pk=plan.main.first_person + plan.main.people // 2)
    busiest = people.annotate(talks=Count("conversations")).order_by("-talks", "pk").first()
    for name, person in (("Resident", usual), ("Resident, the one met most", busiest)):
        yield Visit(name, builder, reverse("connectors:person-detail", kwargs={"uuid": person.uuid}), LIST)
    # Loaded after the page that includes them, so that it never waits.
    met = reverse("connectors:person-suggestions", kwargs={"uuid": busiest.uuid})
    yield Visit("Whom a resident might meet", builder, met, MEET)
    yield Visit("Whom to introduce, on Today", builder, reverse("connectors:suggestions-for-me"), MEET)


def deep_address(address: str, rows: QuerySet) -> tuple[int, str]:
    """Return the number of page DEEP, or of the last page, and its URL as the pager writes it."""
    page = min(DEEP, -(-rows.count() // PAGE_SIZE))
    if page < 2:
        return page, address
    before = (page - 1) * PAGE_SIZE - 1
    pair = list(rows.values_list("pk", flat=True)[before : before + 2])
    return page, keyset_page(RequestFactory().get(address), rows.filter(pk__in=pair), size=1).next_url


def measure(plan: Plan, *, rounds: int, seconds: float) -> Iterator[Line]:
    """Yield a line for each page, and the blank page's own line last."""
    blank, every = blank_page(), Times()
    for visit in visits(plan):
        visit.who.get(blank)
        visit.before()
        queries = visit.who.queries(visit.look)
        visit.before()
        size = visit.look()

        def empty(visit: Visit = visit) -> None:
            visit.before()
            visit.who.get(blank)

        if visit.aim is None:
            # `before` must not be timed with the blank page.
            taken = _one_by_one(visit, blank)
        else:
            taken = side_by_side(empty, visit.look, rounds=rounds, seconds=seconds)
        every.seconds += taken[0].seconds
        yield Line(
            name=visit.name,
            median=taken[1].median,
            p95=taken[1].p95,
            beside=taken[0].median,
            aim=visit.aim,
            note=f"{queries} queries, {size / 1024:,.0f} kB",
        )
    yield Line(
        "Blank page: the help on Today", every.median, every.p95, every.median, None, note=f"{len(every.seconds)} looks"
    )


def _one_by_one(visit: Visit, blank: str) -> list[Times]:
    taken = [Times(), Times()]
    for _turn in range(3):
        taken[0].seconds += side_by_side(lambda: visit.who.get(blank), lambda: None, rounds=1, seconds=0)[0].seconds
        visit.before()
        taken[1].seconds += side_by_side(visit.look, lambda: None, rounds=1, seconds=0)[0].seconds
    return taken

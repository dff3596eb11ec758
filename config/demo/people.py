"""Fill one team of the demonstration with places, assets, residents, conversations and introductions."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from assets.models import Asset, Kind
from communities import audit, geometry
from communities.actions.boundaries import update_neighbourhood
from communities.models import Neighbourhood, Partner, Team, User
from communities.verbs import Verb
from config.demo.next_steps import add_next_steps
from config.demo.places import Place
from config.demo.words import (
    BUMPING,
    ENDINGS,
    FIRST_NAMES,
    OF_A_NEIGHBOURHOOD,
    OF_A_STREET,
    PASSIONS,
    TOUCHING,
    Passion,
)
from connectors.actions.name_keys import save_names, set_keys
from connectors.models import (
    Conversation,
    Gift,
    HeardTheme,
    Introduction,
    IntroductionOutcome,
    IntroductionSource,
    Person,
    Sign,
    Theme,
)

#: Signs that residents chose; a third chose none.
SIGNS = [sign.value for sign in Sign if sign]
#: How many residents were met only once, and at least how many days ago.
QUIET, QUIET_DAYS = 9, 200


@dataclass
class World:
    """One team, while it is being filled."""

    team: Team
    builders: Sequence[User]
    chance: random.Random
    today: date
    places: list[Neighbourhood] = field(default_factory=list)
    streets: dict[int, tuple[str, ...]] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)
    assets: list[Asset] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    passion_of: dict[int, Passion] = field(default_factory=dict)
    founders: dict[str, Person] = field(default_factory=dict)
    #: Founders, and residents behind a spark: nobody is behind two, so that only a spark's own amount decides who can
    #: approve it.
    behind: set[int] = field(default_factory=set)
    #: Met once, long ago: people to invite again.
    quiet: list[Person] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)

    def day(self, oldest: int, newest: int = 0) -> date:
        """Return a random date between `oldest` and `newest` days ago."""
        return self.today - timedelta(days=self.chance.randint(newest, oldest))

    def moment(self, day: date) -> datetime:
        """Return a time in the working hours of a date, never in the future for a date up to today."""
        clock = time(self.chance.randint(9, 18), self.chance.choice((0, 10, 20, 30, 40, 50)))
        moment = timezone.make_aware(datetime.combine(day, clock))
        return min(moment, timezone.now()) if day <= self.today else moment

    def spot(self, place: Neighbourhood) -> tuple[float, float]:
        """Return (latitude, longitude) of a random point in a neighbourhood."""
        for _try in range(200):
            lat = self.chance.uniform(place.min_lat, place.max_lat)
            lng = self.chance.uniform(place.min_lng, place.max_lng)
            if geometry.contains(place.boundary, lat, lng):
                return round(lat, 6), round(lng, 6)
        raise ValueError(f"{place} has no room inside its outline.")


def add_places(world: World, places: Sequence[Place], *, by: User) -> None:
    """Add neighbourhoods with their outlines, through the same action as the map."""
    for place in places:
        row = Neighbourhood.objects.create(team=world.team, name=place.name, population=place.population)
        ring = str(place.ring)
        outline = f'{{"type": "Polygon", "coordinates": [{ring}]}}'
        update_neighbourhood(neighbourhood=row, boundary=outline, boundary_story=place.story, by=by)
        row.refresh_from_db()
        world.places.append(row)
        world.streets[row.pk] = place.streets
    world.themes = {passion.name: Theme.objects.create(team=world.team, name=passion.name) for passion in PASSIONS}


def add_assets(world: World, number: int, *, by: User) -> None:
    """Add associations that grew from themes, and places, institutions, exchanges and stories."""
    rows = [_group(world, passion, n) for passion in PASSIONS for n in range(len(passion.groups))]
    rows += [_place(world, place, place.name, kind) for place in world.places for kind in OF_A_NEIGHBOURHOOD]
    rows += [
        _place(world, place, street, kind)
        for place in world.places
        for street in world.streets[place.pk]
        for kind in OF_A_STREET
    ]
    rows = rows[: len(PASSIONS) * 2] + world.chance.sample(rows[len(PASSIONS) * 2 :], number - len(PASSIONS) * 2)
    for row in rows:
        row.created_by = by
        row.quadkey = geometry.quadkey(row.latitude, row.longitude)
    world.assets = Asset.objects.bulk_create(rows)
    audit.record_many(
        by=by, verb=Verb.CREATE, team=world.team, model=Asset, ids=[asset.pk for asset in world.assets], fields=["name"]
    )


def _asset(world: World, place: Neighbourhood, kind: str, name: str, description: str, added: date, **more) -> Asset:
    lat, lng = world.spot(place)
    checked = added + timedelta(days=world.chance.randint(0, (world.today - added).days))
    return Asset(
        team=world.team, neighbourhood=place, kind=kind, name=name, description=description, latitude=lat, longitude=lng,
        last_confirmed_on=checked if world.chance.random() < 0.85 else None, created_at=world.moment(added),
        visibility=world.chance.choice(("team", "public")), **more,
    )  # fmt: skip


def _group(world: World, passion: Passion, n: int) -> Asset:
    formed = world.day(350, 90)
    return _asset(
        world, world.chance.choice(world.places), "association", passion.groups[n], passion.ideas[n],
        formed + timedelta(days=world.chance.randint(0, 20)), formed_on=formed,
        led_by=world.chance.choice(("residents", "residents", "residents", "organisation")),
        opening=world.chance.choice(("First Friday, 6 pm", "Saturdays, 10 to 12", "Every other Tuesday", "")),
    )  # fmt: skip


def _place(world: World, place: Neighbourhood, of: str, what: tuple[str, str, str]) -> Asset:
    kind, noun, words = what
    street = of if of in world.streets[place.pk] else world.chance.choice(world.streets[place.pk])
    return _asset(
        world, place, kind, f"{of} {noun}", words, world.day(700, 20), address=f"{world.chance.randint(1, 90)} {street}",
        is_bumping_place=noun in BUMPING, is_touch_point=noun in TOUCHING,
    )  # fmt: skip


def told_on(world: World, place_in_row: int, met: date) -> date | None:
    """Return the date a resident was told about their record: mostly that of meeting them; None for every twelfth."""
    return None if place_in_row % 12 == 5 else min(met, world.today)


def add_people(world: World, number: int, names: Sequence[str] = FIRST_NAMES) -> None:
    """Add residents, each with a theme and one to three gifts."""
    drawn = world.chance.sample(list(names), number)
    rows = []
    for name in drawn:
        met = world.day(365, 1)
        place = world.chance.choice(world.places)
        rows.append(
            Person(
                team=world.team,
                known_as=name,
                neighbourhood=place,
                street=world.chance.choice(world.streets[place.pk]),
                first_met_on=met,
                created_at=world.moment(met),
                created_by=world.chance.choice(world.builders),
                told_on=told_on(world, len(rows), met),
                connector_since=met + timedelta(days=30)
                if world.chance.random() < 0.14 and met + timedelta(days=30) <= world.today
                else None,
                contact_preference=world.chance.choice(("", "in_person", "in_person", "text", "phone")),
                sign=SIGNS[len(rows) * 7 % len(SIGNS)] if len(rows) % 3 else "",
            )  # fmt: skip
        )
    world.people = Person.objects.bulk_create(map(set_keys, rows))
    save_names(world.people, are_new=True)
    long_ago = [person for person in world.people if person.first_met_on < world.today - timedelta(days=QUIET_DAYS)]
    world.quiet = [person for person in long_ago if person.told_on and person.contact_preference][:QUIET]
    world.passion_of = {person.pk: PASSIONS[n % len(PASSIONS)] for n, person in enumerate(world.people)}
    for n, passion in enumerate(PASSIONS):
        # The first two who care about it started its two groups.
        world.founders |= dict(zip(passion.groups, world.people[n :: len(PASSIONS)], strict=False))
    links, gifts = [], []
    for person in world.people:
        passion, other = world.passion_of[person.pk], world.chance.choice(PASSIONS)
        cares = {passion.name, other.name} if world.chance.random() < 0.4 else {passion.name}
        links += [Person.themes.through(person=person, theme=world.themes[name]) for name in sorted(cares)]
        for kind, name in world.chance.sample(passion.gifts, world.chance.choice((1, 1, 2, 3))):
            gifts.append(
                Gift(
                    person=person,
                    kind=kind,
                    name=name,
                    # Every third has no theme yet.
                    theme=None if len(gifts) % 3 == 2 else world.themes[passion.name],
                    heard_on=person.first_met_on,
                    is_offered=world.chance.random() < 0.6,
                )  # fmt: skip
            )
    Person.themes.through.objects.bulk_create(links)
    Gift.objects.bulk_create(gifts)
    audit.record_many(
        by=world.builders[0],
        verb=Verb.CREATE,
        team=world.team,
        model=Person,
        ids=[person.pk for person in world.people],
        fields=["known_as"],
    )


def add_conversations(world: World, extra: int) -> None:
    """Add the first conversation with each resident and more with some, over twelve months, busier towards the end."""
    rows: list[tuple[Conversation, list[Person], Passion]] = []
    for person in world.people:
        rows.append(_talk(world, person, person.first_met_on))
    for _number in range(extra):
        person = world.chance.choice([each for each in world.people if each not in world.quiet])
        day = max(person.first_met_on, world.day(world.chance.choice((90, 220, 350))))
        rows.append(_talk(world, person, day))
    rows.sort(key=lambda row: row[0].held_on)
    world.conversations = Conversation.objects.bulk_create([row[0] for row in rows])
    people = [
        Conversation.people.through(conversation=talk, person=person) for talk, met, _passion in rows for person in met
    ]
    Conversation.people.through.objects.bulk_create(people)
    Conversation.themes.through.objects.bulk_create(
        [
            Conversation.themes.through(conversation=talk, theme=world.themes[passion.name])
            for talk, _met, passion in rows
        ]
    )
    HeardTheme.objects.bulk_create(
        [
            HeardTheme(conversation=talk, person=person, theme=world.themes[passion.name])
            for talk, met, passion in rows
            for person in met
            if world.passion_of[person.pk] is passion
        ]
    )
    _say_where_gifts_were_heard(world, rows)
    add_next_steps(world)
    ids = [talk.pk for talk in world.conversations]
    audit.record_many(
        by=world.builders[0], verb=Verb.CREATE, team=world.team, model=Conversation, ids=ids, fields=["summary"]
    )


def _say_where_gifts_were_heard(world: World, rows: list[tuple[Conversation, list[Person], Passion]]) -> None:
    """Link each gift to the first conversation with its giver."""
    first = {}
    for talk, met, _passion in rows:
        first.setdefault(met[0].pk, talk)
    gifts = list(Gift.objects.filter(person__team=world.team))
    for gift in gifts:
        gift.heard_in = first[gift.person_id]
    Gift.objects.bulk_update(gifts, ["heard_in"])


def _talk(world: World, person: Person, day: date) -> tuple[Conversation, list[Person], Passion]:
    passion = world.passion_of[person.pk]
    here = [
        asset
        for asset in world.assets
        if asset.neighbourhood_id == person.neighbourhood_id and asset.kind in (Kind.PLACE, Kind.INSTITUTION)
    ]
    near = [
        other
        for other in world.people
        if other.neighbourhood_id == person.neighbourhood_id
        and other.first_met_on <= day
        and other is not person
        and other not in world.quiet
    ]
    company = world.chance.sample(near, min(len(near), world.chance.choice((0, 0, 0, 1, 2))))
    moment = world.moment(day)
    return (
        Conversation(
            team=world.team, neighbourhood_id=person.neighbourhood_id, place=world.chance.choice(here) if here else None,
            builder=world.chance.choice(world.builders), held_on=day,
            summary=f"{world.chance.choice(passion.heard)} {world.chance.choice(ENDINGS)}".strip().format(
                a=person.shown_as, p=passion.name.lower()
            ),
            idea=world.chance.choice(passion.ideas) if world.chance.random() < 0.3 else "",
            recorded_at=moment, received_at=moment,
        ),
        [person, *company],
        passion,
    )  # fmt: skip


def add_introductions(world: World, number: int, partners: Sequence[Partner]) -> None:
    """Introduce residents who share a theme, and some to groups and partners, with outcomes."""
    rows, seen = [], set()
    while len(rows) < number:
        person = world.chance.choice(world.people)
        alike = [
            other
            for other in world.people
            if other is not person and world.passion_of[other.pk] is world.passion_of[person.pk]
        ]
        groups = [asset for asset in world.assets if asset.name in world.passion_of[person.pk].groups]
        draw = world.chance.random()
        end = (
            {"to_person": world.chance.choice(alike)}
            if draw < 0.7 and alike
            else {"to_asset": world.chance.choice(groups)}
            if draw < 0.92 and groups
            else {"to_partner": world.chance.choice(list(partners))}
        )
        if (key := frozenset((person.pk, *end.values()))) in seen:
            continue
        seen.add(key)
        day = max(person.first_met_on, world.day(300, 2))
        rows.append(_introduction(world, person, end, day))
    Introduction.objects.bulk_create(rows)
    ids = [row.pk for row in rows]
    audit.record_many(
        by=world.builders[0], verb=Verb.CREATE, team=world.team, model=Introduction, ids=ids, fields=["from", "to"]
    )


def _introduction(world: World, person: Person, end: dict, day: date) -> Introduction:
    sources = list(IntroductionSource.values)
    source = world.chance.choices(sources, weights=[10, 5, 6, 3, 3, 2, 1, 1, 2, 2, 1][: len(sources)])[0]
    outcomes = [
        IntroductionOutcome.MET,
        IntroductionOutcome.TOGETHER,
        IntroductionOutcome.NOT_YET,
        IntroductionOutcome.WAITING,
    ]
    outcome = world.chance.choices(outcomes, weights=[5, 3, 1, 3])[0]
    known = (
        None
        if outcome == IntroductionOutcome.WAITING
        else min(world.today, day + timedelta(days=world.chance.randint(3, 40)))
    )
    return Introduction(
        team=world.team, neighbourhood_id=person.neighbourhood_id, from_person=person, **end, source=source, outcome=outcome,
        outcome_on=known, introduced_on=day, introduced_by=world.chance.choice(world.builders),
        reason=_reason(world, person, end), created_at=world.moment(day),
    )  # fmt: skip


def _reason(world: World, person: Person, end: dict) -> str:
    """Return the reason of an introduction."""
    passion = world.passion_of[person.pk].name.lower()
    if "to_person" in end:
        return f"Both care about {passion}"
    return f"Would like to join in: {passion}" if "to_asset" in end else f"They know who else cares about {passion}"

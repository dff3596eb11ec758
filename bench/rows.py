"""Tables with very many rows: residents, assets, conversations and what depends on them, each filled by SQL."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assets.models import Asset, Kind
from bench.catalogue import ACROSS, HIGH, SOUTH, TEAM_APART, WEST, WIDE
from bench.plan import PARTNERS, ROUNDS, YEARS, Plan
from bench.sql import Sql, insert, literal, pick, roll, run
from bench.words import GIFTS, HEARD, NAMES, PLACES, REASONS, STREETS, THEMES, THEN
from communities.geometry.measures import QUADKEY_ZOOM
from communities.models import AuditEntry
from communities.verbs import Verb
from connectors.models import Conversation, Gift, HeardTheme, Introduction, NextStep, Person, PersonName, Wish
from evaluation.models import Indicator, Story
from sparks.models import Decision, LedgerEntry, Spark

DAYS = 365 * YEARS
#: Statuses of sparks: past rounds use those from the fifth on, the open one all.
STANDING = (
    *("draft", "submitted", "submitted", "needs_info"),
    *("declined", "declined", "withdrawn", "approved", "approved", "ready", "paid", "paid", "reported", "reported"),
    *["closed"] * 6,
)
HOLDING = "('approved', 'ready', 'paid', 'reported', 'closed')"
PAID = "('paid', 'reported', 'closed')"


@dataclass(frozen=True)
class Task:
    """One table to fill: its name, how many rows it runs over, and the function that fills it."""

    name: str
    count: int
    fill: Callable[[Callable[[int], None]], None]


_PEOPLE_TWICE = "n JOIN connectors_person r ON r.id = (i + 1) / 2"


def tasks(plan: Plan, sql: Sql) -> Iterator[Task]:
    """Yield the tables in the order in which they can be filled."""
    yield from (
        _task("residents", plan.people, sql, Person, _person(plan, sql), _of("first_person", "people")),
        _task("names to search for", plan.people * 2, sql, PersonName, _person_name(), _PEOPLE_TWICE),
        _task("assets", plan.assets, sql, Asset, _asset(plan, sql), _asset_source()),
        _task("conversations", plan.size, sql, Conversation, _talk(plan, sql), _talk_source(plan)),
        _task(
            "next steps", plan.size, sql, NextStep, _step(sql), f"{_talk_source(plan)} WHERE {roll('i', 22, 10)} = 0"
        ),
        *_links(plan, sql),
        _task("gifts", plan.people * 2, sql, Gift, _gift(plan, sql), _of("first_person", "people", "((i + 1) / 2)")),
        _task("introductions", plan.introductions, sql, Introduction, _introduction(plan, sql), _spread(plan)),
        _task("requests", max(10, plan.people // 500), sql, Wish, _wish(sql), _spread(plan)),
        _task("sparks", plan.sparks, sql, Spark, _spark(plan, sql), _spark_source(plan)),
        *_money(plan, sql),
        _task("stories", plan.stories, sql, Story, _story(plan, sql), _spread(plan)),
        *_story_links(plan, sql),
        *_audit(plan, sql),
    )


def _task(name: str, count: int, sql: Sql, model: type, values: dict[str, str], source: str) -> Task:
    return Task(name, count, lambda step: insert(sql, model, count, values, source=source, step=step))


def _of(first: str, count: str, number: str = "i") -> str:
    """Return a source of numbers joined with the team whose block contains them."""
    return f"n JOIN bench_team t ON {number} >= t.{first} AND {number} < t.{first} + t.{count}"


def _spread(plan: Plan) -> str:
    """Return a source of numbers joined with teams in proportion to their conversations.

    Every team has one of the first ten.
    """
    main = 100 * plan.main.talks // plan.size
    return (
        f"n JOIN bench_team t ON t.ordinal = CASE WHEN i <= {len(plan.teams)} THEN i - 1 "
        f"WHEN {roll('i', 1, 100)} < {main} THEN 0 ELSE 1 + {roll('i', 2, len(plan.teams) - 1)} END"
    )


def _talk_source(plan: Plan) -> str:
    ordinal, main, others = f"(i * {plan.step} % {plan.size})", plan.main.talks, len(plan.teams) - 1
    team = f"CASE WHEN {ordinal} < {main} THEN 0 ELSE ({ordinal} - {main}) % {others} + 1 END"
    return (
        f"(SELECT i, t.*, {roll('i', 3, 't.people')} AS r, 1 + ({plan.size} - i) * {DAYS - 1} / {plan.size} AS ago "
        f"FROM n JOIN bench_team t ON t.ordinal = {team}) AS t"
    )


def talk_number(plan: Plan, within: str) -> str:
    """Return the primary key of a team's conversation, by its index within the team from 0."""
    main, others = plan.main.talks, len(plan.teams) - 1
    ordinal = f"(CASE WHEN t.ordinal = 0 THEN {within} ELSE {main} + {others} * ({within}) + t.ordinal - 1 END)"
    return f"(({ordinal} * {plan.back} + {plan.size - 1}) % {plan.size} + 1)"


def _person(plan: Plan, sql: Sql) -> dict[str, str]:
    ago = f"(1 + ({plan.people} - i) * {DAYS - 1} / {plan.people})"
    # Two in three have a phone number of their own, with a code that belongs to no place, and a few have typed two.
    has_phone, number = f"{roll('i', 64, 3)} > 0", "CAST(100000 + i AS text)"
    second = f"CASE WHEN {roll('i', 65, 300)} = 0 THEN ' or 01632 9' || SUBSTR({number}, 2) ELSE '' END"
    phone = f"'01632 ' || {number} || {second}"
    return {
        "id": "i",
        "uuid": sql.uuid("person"),
        "team_id": "t.id",
        "neighbourhood_id": "t.first_place + (i - t.first_person) % t.places",
        "known_as": f"{pick(roll('i', 4, len(NAMES)), NAMES)} || ' ' || CAST({roll('i', 5, 90)} + 10 AS text)",
        "name_key": f"LOWER({pick(roll('i', 4, len(NAMES)), NAMES)}) || CAST({roll('i', 5, 90)} + 10 AS text)",
        "street": pick(roll("i", 6, len(STREETS)), STREETS),
        "phone": f"CASE WHEN {has_phone} THEN {phone} ELSE '' END",
        "phone_key": f"CASE WHEN {has_phone} THEN '632' || {number} ELSE '' END",
        "connector_since": f"CASE WHEN {roll('i', 7, 25)} = 0 THEN {sql.day(f'{ago} / 2')} END",
        "first_met_on": sql.day(ago),
        "created_at": sql.moment(ago),
        "created_by_id": f"t.first_user + {roll('i', 8, 't.builders')}",
    }


def _person_name() -> dict[str, str]:
    """Return a resident's name from its first and from its second part on: "ada 42" and "42 ada"."""
    letters, digits = "SUBSTR(r.known_as, 1, LENGTH(r.known_as) - 3)", "SUBSTR(r.known_as, LENGTH(r.known_as) - 1, 2)"
    start = f"CASE WHEN i % 2 = 1 THEN LOWER(r.known_as) ELSE {digits} || ' ' || LOWER({letters}) END"
    return {"id": "i", "team_id": "r.team_id", "person_id": "r.id", "start": start}


def _asset_source() -> str:
    place = "((i - t.first_asset) % t.places)"
    lat = (
        f"{SOUTH} + (t.id - 1) * {TEAM_APART} + ({place} / {ACROSS} + 0.1 + {roll('i', 9, 80_000)} / 100000.0) * {HIGH}"
    )
    lng = f"{WEST} + ({place} % {ACROSS} + 0.1 + {roll('i', 10, 80_000)} / 100000.0) * {WIDE}"
    real, tiles = "CAST({} AS double precision)".format, 2**QUADKEY_ZOOM
    sine = "SIN(RADIANS(lat))"
    placed = (
        f"SELECT i, t.*, {place} AS place, {real(lat)} AS lat, {real(lng)} AS lng FROM {_of('first_asset', 'assets')}"
    )
    return (
        f"(SELECT p.*, CAST(FLOOR((lng + 180) / 360 * {tiles}) AS bigint) AS x, CAST(FLOOR((0.5 - "
        f"LN((1 + {sine}) / (1 - {sine})) / (4 * PI())) * {tiles}) AS bigint) AS y FROM ({placed}) AS p) AS t"
    )


def _asset(plan: Plan, sql: Sql) -> dict[str, str]:
    ago, since = roll("i", 11, DAYS), roll("i", 12, 700)
    digits = (f"CAST(((x >> {bit}) & 1) + 2 * ((y >> {bit}) & 1) AS text)" for bit in range(QUADKEY_ZOOM - 1, -1, -1))
    streets = pick(roll("i", 13, len(STREETS)), STREETS)
    return {
        "id": "i",
        "uuid": sql.uuid("asset"),
        "team_id": "t.id",
        "neighbourhood_id": "t.first_place + place",
        "kind": pick(roll("i", 14, len(Kind.values)), Kind.values),
        "name": f"{streets} || ' ' || {pick(roll('i', 15, len(PLACES)), PLACES)} || ' ' || CAST(i AS text)",
        "description": literal("Open on most days, with a kettle and a long table."),
        "address": f"CAST({roll('i', 16, 180)} + 1 AS text) || ' ' || {streets}",
        "postcode": f"'ZZ' || CAST(place + 1 AS text) || ' ' || CAST({roll('i', 17, 9)} + 1 AS text) || 'AB'",
        "latitude": "lat",
        "longitude": "lng",
        "quadkey": " || ".join(digits),
        "phone": f"'01632 96' || CAST({roll('i', 18, 9000)} + 1000 AS text)",
        "email": "'hello' || CAST(i AS text) || '@kith.example'",
        "website": "'https://kith.example/' || CAST(i AS text)",
        "opening": literal("Saturdays from ten"),
        "is_bumping_place": f"{roll('i', 19, 6)} = 0",
        "is_touch_point": f"{roll('i', 19, 9)} = 0",
        "formed_on": f"CASE WHEN {roll('i', 20, 3)} = 0 THEN {sql.day(ago)} END",
        "last_confirmed_on": f"CASE WHEN {since} < 560 THEN {sql.day(since)} END",
        "created_at": sql.moment(ago),
        "created_by_id": f"t.first_user + {roll('i', 21, 't.builders')}",
    }


def _talk(plan: Plan, sql: Sql) -> dict[str, str]:
    beside = f"t.first_asset + r % t.places + t.places * {roll('i', 24, '(t.assets / t.places)')}"
    return {
        "id": "i",
        "uuid": sql.uuid("talk"),
        "team_id": "t.id",
        "neighbourhood_id": "t.first_place + r % t.places",
        "place_id": f"CASE WHEN t.assets >= t.places AND {roll('i', 25, 10)} < 6 THEN {beside} END",
        "place_name": literal("On the street"),
        "builder_id": f"t.first_user + {roll('i', 26, 't.builders')}",
        "held_on": sql.day("ago"),
        "summary": f"{pick(roll('i', 27, len(HEARD)), HEARD)} || ' ' || {pick(roll('i', 28, len(THEN)), THEN)}",
        "idea": f"CASE WHEN {roll('i', 29, 8)} = 0 THEN 'A table for the street, every Saturday' ELSE '' END",
        "recorded_at": sql.moment("ago", roll("i", 30, 43_200)),
        "received_at": sql.moment("ago", roll("i", 30, 43_200)),
    }


def _step(sql: Sql) -> dict[str, str]:
    """Return a next step of one conversation in ten; all but one in fifty of those older than four weeks are done."""
    is_done = f"ago > 28 AND {roll('i', 23, 50)} <> 0"
    builder = f"t.first_user + {roll('i', 26, 't.builders')}"
    return {
        "uuid": sql.uuid("step"),
        "team_id": "t.id",
        "conversation_id": "i",
        "words": literal("Ask how the Saturday went"),
        "due_on": sql.day("ago - 14"),
        "owner_id": builder,
        "created_by_id": builder,
        "created_at": sql.moment("ago"),
        "closed_at": f"CASE WHEN {is_done} THEN {sql.moment('ago - 15')} END",
        "closed_by_id": f"CASE WHEN {is_done} THEN {builder} END",
    }


def _links(plan: Plan, sql: Sql) -> Iterator[Task]:
    """Yield the people in each conversation (a third have two), its themes, and the themes of residents."""
    talks, people, themes = Conversation.people.through, Person.themes.through, Conversation.themes.through
    source = _talk_source(plan)
    first = {"conversation_id": "i", "person_id": "t.first_person + r"}
    second = f"t.first_person + (r + 1 + {roll('i', 31, '(t.people - 1)')}) % t.people"
    yield _task("who was there", plan.size, sql, talks, first, source)
    some = f"{source} WHERE {roll('i', 32, 3)} = 0"
    yield _task("who else was there", plan.size, sql, talks, {"conversation_id": "i", "person_id": second}, some)
    # What the first of them cares about most is what a conversation was about, mostly in their own words.
    mine = roll("(t.first_person + r)", 34, len(THEMES))
    for salt, name, number, through, key, where in (
        (33, "what it was about", plan.size, themes, "conversation_id", source),
        (34, "what they care about", plan.people, people, "person_id", _of("first_person", "people")),
    ):
        one, other = mine if through is themes else roll("i", salt, len(THEMES)), roll("i", salt + 10, len(THEMES) - 1)
        start = f"(t.id - 1) * {len(THEMES)} + 1"
        yield _task(name, number, sql, through, {key: "i", "theme_id": f"{start} + {one}"}, where)
        both = {key: "i", "theme_id": f"{start} + ({one} + 1 + {other}) % {len(THEMES)}"}
        yield _task(f"{name}, too", number, sql, through, both, f"{where} WHERE {roll('i', salt + 20, 3)} > 0")
    said = {
        **first,
        "theme_id": f"(t.id - 1) * {len(THEMES)} + 1 + {mine}",
        "was_on_page": f"{roll('i', 41, 20)} = 0",
    }
    yield _task("who cares about it", plan.size, sql, HeardTheme, said, f"{source} WHERE {roll('i', 42, 3)} > 0")


def _gift(plan: Plan, sql: Sql) -> dict[str, str]:
    person = "((i + 1) / 2)"
    first = roll(person, 35, len(GIFTS))
    name = f"({first} + (i % 2) * (1 + {roll(person, 36, len(GIFTS) - 1)})) % {len(GIFTS)}"
    ago = f"(1 + ({plan.people} - {person}) * {DAYS - 1} / {plan.people})"
    return {
        "person_id": person,
        "kind": pick(roll("i", 37, 3), ("head", "hands", "heart")),
        "name": pick(name, GIFTS),
        "theme_id": f"(t.id - 1) * {len(THEMES)} + 1 + {roll('i', 38, len(THEMES))}",
        "is_offered": f"{roll('i', 39, 5)} < 3",
        "heard_on": sql.day(ago),
        "heard_in_id": talk_number(plan, roll("i", 40, "t.talks")),
        "created_at": sql.moment(ago),
    }


def _introduction(plan: Plan, sql: Sql) -> dict[str, str]:
    ago = f"(1 + ({plan.introductions} - i) * {DAYS - 1} / {plan.introductions})"
    mine, other = roll("i", 41, "t.people"), roll("i", 42, "(t.people - 1)")
    to_asset, outcome = "(i % 5 = 0 AND t.assets > 0)", roll("i", 43, 10)
    return {
        "id": "i",
        "uuid": sql.uuid("introduction"),
        "team_id": "t.id",
        "neighbourhood_id": f"t.first_place + {mine} % t.places",
        "from_person_id": f"t.first_person + {mine}",
        "to_person_id": f"CASE WHEN NOT {to_asset} THEN t.first_person + ({mine} + 1 + {other}) % t.people END",
        "to_asset_id": f"CASE WHEN {to_asset} THEN t.first_asset + {roll('i', 44, 't.assets')} END",
        "introduced_by_id": f"t.first_user + {roll('i', 45, 't.builders')}",
        "introduced_on": sql.day(ago),
        "reason": pick(roll("i", 46, len(REASONS)), REASONS),
        "outcome": pick(outcome, ("waiting", "not_yet", *["met"] * 5, *["together"] * 3)),
        "outcome_on": f"CASE WHEN {outcome} > 0 THEN {sql.day(f'{ago} - 1')} END",
        # Most were asked about long ago; one in forty of the open ones is still on somebody's Today.
        "ask_again_on": f"CASE WHEN {outcome} < 2 AND {ago} > 28 AND {roll('i', 62, 40)} = 0 THEN {sql.day(f'{ago} - 28')} END",
        "created_at": sql.moment(ago),
    }


def _wish(sql: Sql) -> dict[str, str]:
    """Return a request of a resident that nobody has answered."""
    return {
        "uuid": sql.uuid("wish"),
        "person_id": f"t.first_person + {roll('i', 63, 't.people')}",
        "kind": literal("correct"),
        "words": literal("Please write my name with an accent."),
        "made_at": sql.moment("3"),
    }


def _spark_source(plan: Plan) -> str:
    """Return a source of sparks with their round: six in ten in the open one."""
    chosen = f"CASE WHEN {roll('i', 47, 10)} < 6 THEN {ROUNDS - 1} ELSE {roll('i', 48, ROUNDS - 1)} END"
    held = f"SELECT i, t.*, {chosen} AS turn FROM {_spread(plan)}"
    roll_of = f"CASE WHEN turn = {ROUNDS - 1} THEN {roll('i', 49, 20)} ELSE 4 + {roll('i', 50, 16)} END"
    return f"(SELECT h.*, {pick(f'({roll_of})', STANDING)} AS standing FROM ({held}) AS h) AS t"


def _spark(plan: Plan, sql: Sql) -> dict[str, str]:
    ago = f"(({ROUNDS - 1} - turn) * 183 + 3 + {roll('i', 51, 30)})"
    amount = f"50 + 10 * {roll('i', 52, 26)}"
    return {
        "id": "i",
        "uuid": sql.uuid("spark"),
        "team_id": "t.id",
        "round_id": f"(t.id - 1) * {ROUNDS} + 1 + turn",
        "neighbourhood_id": f"t.first_place + {roll('i', 53, 't.places')}",
        "title": "'A bread oven for street ' || CAST(i AS text)",
        "group_name": "'Neighbours of street ' || CAST(i AS text)",
        "what": literal(THEN[0]),
        "who_with": literal("The choir and the landing"),
        "costs": literal("Bricks £80"),
        "amount_gbp": amount,
        "held_by": literal("host"),
        "host_id": f"(t.id - 1) * {PARTNERS} + 1 + {roll('i', 54, PARTNERS)}",
        "created_by_id": f"t.first_user + {roll('i', 55, 't.builders')}",
        "status": "standing",
        "award_gbp": f"CASE WHEN standing IN {HOLDING} THEN {amount} END",
        "payee": f"CASE WHEN standing IN {HOLDING} THEN 'Neighbours of street ' || CAST(i AS text) ELSE '' END",
        "created_at": sql.moment(f"{ago} + 2"),
        "submitted_at": f"CASE WHEN standing <> 'draft' THEN {sql.moment(f'{ago} + 1')} END",
        "decided_at": f"CASE WHEN standing = 'declined' OR standing IN {HOLDING} THEN {sql.moment(ago)} END",
        "paid_at": f"CASE WHEN standing IN {PAID} THEN {sql.moment(f'{ago} - 1')} END",
    }


def _money(plan: Plan, sql: Sql) -> Iterator[Task]:
    """Yield the writers of sparks, decisions, reservations and payments, then the rounds' totals."""
    manager = "t.first_user + t.builders"
    sparks = "n JOIN sparks_spark a ON a.id = n.i JOIN bench_team t ON t.id = a.team_id"
    written = {"spark_id": "i", "user_id": "a.created_by_id"}
    yield _task("who wrote sparks", plan.sparks, sql, Spark.writers.through, written, sparks)
    source = f"{sparks} WHERE a.status IN "
    decided = {"spark_id": "i", "by_id": manager, "verdict": "'approve'", "amount_gbp": "a.award_gbp"}
    decided["decided_at"] = "a.decided_at"
    yield _task("decisions", plan.sparks, sql, Decision, decided, source + HOLDING)
    for kind, standing in (("reserve", HOLDING), ("pay", PAID)):
        line = {
            "round_id": "a.round_id",
            "spark_id": "i",
            "kind": literal(kind),
            "amount_gbp": "a.award_gbp",
            "uuid": sql.uuid(kind),
            "by_id": manager if kind == "reserve" else "t.first_user",
            "payee": "a.group_name",
            "reference": literal("Bench"),
            "at": "a.decided_at" if kind == "reserve" else "a.paid_at",
            # No chain, because SQLite has no SHA-256; pages and exports only show it.
            "number": f"1 + 2 * i + {int(kind == 'pay')}",
            "previous_hash": literal("1" * 64),
            "hash": literal("2" * 64),
        }
        yield _task(f"ledger: {kind}", plan.sparks, sql, LedgerEntry, line, source + standing)
    yield Task("rounds' totals", 1, _add_up)


def _add_up(step: Callable[[int], None]) -> None:
    for column, kind in (("committed_gbp", "reserve"), ("paid_gbp", "pay")):
        run(
            f"UPDATE sparks_round SET {column} = COALESCE((SELECT SUM(amount_gbp) FROM sparks_ledgerentry l "
            f"WHERE l.round_id = sparks_round.id AND l.kind = '{kind}'), 0)"
        )
    step(1)


def _story(plan: Plan, sql: Sql) -> dict[str, str]:
    ago, standing = f"(1 + {roll('i', 56, DAYS - 1)})", roll("i", 57, 10)
    told = f"{standing} > 1"
    return {
        "id": "i",
        "uuid": sql.uuid("story"),
        "team_id": "t.id",
        "neighbourhood_id": f"t.first_place + {roll('i', 58, 't.places')}",
        "title": "'The bread oven of street ' || CAST(i AS text)",
        "happened_on": sql.day(ago),
        **dict.fromkeys(("self_text", "us_text", "now_text"), literal(" ".join(THEN))),
        "quote": literal("We could always do it. Nobody had asked."),
        "consent_scope": f"CASE WHEN {told} THEN 'reports' ELSE '' END",
        "consent_on": f"CASE WHEN {told} THEN {sql.day(ago)} END",
        "status": pick(standing, ("draft", "submitted", *["published"] * 8)),
        "created_by_id": f"t.first_user + {roll('i', 59, 't.builders')}",
        "created_at": sql.moment(ago),
        "published_at": f"CASE WHEN {told} THEN {sql.moment(ago)} END",
        "published_by_id": f"CASE WHEN {told} THEN t.first_user + t.builders END",
    }


def _story_links(plan: Plan, sql: Sql) -> Iterator[Task]:
    source, known = _spread(plan), list(Indicator.objects.order_by("pk").values_list("pk", flat=True))
    number = f"({roll('i', 60, len(known))} + {{}}) % {len(known)}"
    for turn in (0, 1):
        values = {"story_id": "i", "indicator_id": pick(number.format(turn), known)}
        yield _task("numbers they explain", plan.stories, sql, Story.indicators.through, values, source)
    values = {"story_id": "i", "conversation_id": talk_number(plan, roll("i", 61, "t.talks"))}
    yield _task("where they began", plan.stories, sql, Story.conversations.through, values, source)
    values = {"story_id": "i", "person_id": f"t.first_person + {roll('i', 62, 't.people')}"}
    yield _task("people in stories", plan.stories, sql, Story.people.through, values, source)


def _audit(plan: Plan, sql: Sql) -> Iterator[Task]:
    for model, number in ((Person, plan.people), (Asset, plan.assets), (Conversation, plan.size)):
        table, label = model._meta.db_table, model._meta.label_lower
        values = {
            "uuid": sql.uuid(f"audit {label}"),
            "team_id": "r.team_id",
            "actor_id": "t.first_user",
            "verb": literal(Verb.CREATE.value),
            "model": literal(label),
            "object_id": "CAST(i AS text)",
            "field_names": """'["name", "neighbourhood"]'""",
            "at": "r.recorded_at" if model is Conversation else "r.created_at",
            "leads": "TRUE",
        }
        source = f"n JOIN {table} r ON r.id = n.i JOIN bench_team t ON t.id = r.team_id"
        yield _task(f"audit of {table.partition('_')[2]}s", number, sql, AuditEntry, values, source)

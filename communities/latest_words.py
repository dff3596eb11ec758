"""The SQL with which PostgreSQL finds the latest rows that contain words, and reads few others to find them."""

from collections.abc import Sequence

from communities.typed_words import is_whole

#: It reads back through the latest rows if one in so many contains the words, and at most so many times the number wanted.
#: Of rarer words it reads sooner what the index of all rows finds: a row costs about the same either way, 1 to 2 microseconds.
NEAR = 20
#: How many rows with the rarer words of a search are looked through for the others, before the index is asked for all of the words.
RARE = 2_000
#: In how many of the latest rows each word is counted, to know which are the rarer ones. For three times as many, PostgreSQL would
#: sort all rows of the team.
COUNTED = 100


def words_of(phrase: Sequence[str]) -> str:
    """Return the text of a tsquery for a phrase, whose last word may go on."""
    last = phrase[-1] if is_whole(phrase[-1]) else f"{phrase[-1]}:*"
    return f"({' <-> '.join([*phrase[:-1], last])})"


def every_row_of(team_id: int) -> str:
    """Return SQL for the tsquery that finds all rows of a team: its marker is a word of each."""
    return f"CAST('''@{team_id:d}''' AS tsquery)"


def of_team(words: str, team: str, kind: str) -> str:
    """Return SQL for words with the team in front of each, such as 7@bread.

    The index has the words of each team for themselves then. Before, it collected the rows of all teams for a common word, or for all
    words that start like one, until it knew which were the team's. words: SQL for a tsvector or a tsquery (kind) that contains no
    apostrophes. team: SQL for the primary key of the team.
    """
    in_front = f"'''' || CAST({team} AS text) || '@\\1'''"
    return f"CAST(regexp_replace(CAST({words} AS text), '''([^'']+)''', {in_front}, 'g') AS {kind})"


def asked_of(team_id: int) -> str:
    """Return SQL for the tsquery of a text that is sent, for words of a team."""
    return of_team("to_tsquery('simple', %s)", f"{team_id:d}", "tsquery")


def latest_with(
    table: str, phrases: Sequence[str], *, any_of_them: bool, team_id: int, has_team: bool, most: int
) -> tuple[str, tuple[str, ...]]:
    """Return the query for the `most` latest rows of a table that contain the phrases, and what is sent with it.

    Left to choose, PostgreSQL scans back through the whole table if it takes a word for common that the team last wrote years
    ago, or reads every row that contains a common word. It reads back through the team's latest rows if the words are common in
    them. Otherwise it asks the index of all rows. If some of the words are common in the latest rows and others are not, it asks for
    the others only, and looks through what they find: the index would collect every row of a common word before it knew that
    few have the rarer one. If RARE rows have the rarer words, it asks for all of the words.

    phrases: as `words_of` returns them. has_team: whether the table has a column for the team. The team and the limits stand
    in the text, so that the plan which a connection keeps for all words suits the team.
    """
    # With one team given, PostgreSQL takes the order of id alone, and reads back through the rows of other teams. A table
    # without a team of its own has the latest rows of all teams read.
    own, order = f"team_id BETWEEN {team_id:d} AND {team_id:d}", "ORDER BY team_id DESC, id DESC"
    if not has_team:
        own, order = "TRUE", "ORDER BY id DESC"
    rows, fits = f"SELECT * FROM {table} WHERE {own}", "full_text @@ (SELECT words FROM asked)"  # noqa: S608 - names of our own
    near = (
        f"latest AS MATERIALIZED (SELECT id FROM ({rows} {order} LIMIT {most}) AS few WHERE {fits}), "  # noqa: S608
        f"near AS MATERIALIZED (SELECT id FROM ({rows} AND (SELECT {NEAR} * count(*) FROM latest) >= {most} "
        f"{order} LIMIT {NEAR * most}) AS several WHERE {fits} {order} LIMIT {most}), "
    )
    is_missing, mine = f"(SELECT count(*) FROM near) < {most}", every_row_of(team_id)  # noqa: S608
    every = f"every AS MATERIALIZED (SELECT id FROM {table} WHERE {is_missing} AND {fits}"  # noqa: S608
    found = f"SELECT id AS number FROM near WHERE NOT {is_missing} UNION ALL SELECT id FROM every"  # noqa: S608
    end = f"ORDER BY number DESC LIMIT {most}"
    if any_of_them or len(phrases) < 2:
        joined = (" | " if any_of_them else " & ").join(phrases)
        # Parsed once: within the condition, it would be for each row.
        asked = f"asked AS MATERIALIZED (SELECT {asked_of(team_id)} AS words)"
        return f"WITH {asked}, {near}{every}) {found} {end}", (joined,)
    words = [f"word{n}" for n in range(len(phrases))]
    typed = ", ".join(f"{asked_of(team_id)} AS {word}" for word in words)
    counted = ", ".join(
        f"{NEAR} * count(*) FILTER (WHERE full_text @@ {word}) < {COUNTED} AS is_{word}" for word in words
    )
    chosen = " && ".join(f"CASE WHEN is_{word} THEN {word} ELSE {mine} END" for word in words)
    some, all_of_them = (f" {joined} ".join(f"is_{word}" for word in words) for joined in ("OR", "AND"))
    sql = (
        f"WITH typed AS MATERIALIZED (SELECT {typed}), "  # noqa: S608 - names of our own
        f"asked AS MATERIALIZED (SELECT {' && '.join(words)} AS words FROM typed), {near}"
        f"counted AS MATERIALIZED (SELECT {counted} FROM ({rows} {order} LIMIT {COUNTED}) AS few, typed WHERE {is_missing}), "
        f"rarer AS MATERIALIZED (SELECT {chosen} AS words FROM counted, typed WHERE ({some}) AND NOT ({all_of_them})), "
        # A query of its own is planned as if for all of its rows, and left after the first RARE.
        f"candidate AS MATERIALIZED (SELECT id, {fits} AS is_found FROM {table} WHERE full_text @@ (SELECT words FROM rarer)), "
        f"several_candidates AS MATERIALIZED (SELECT * FROM candidate LIMIT {RARE}), "
        f"{every} AND ((SELECT count(*) FROM rarer) = 0 OR (SELECT count(*) FROM several_candidates) = {RARE})) {found} "
        f"UNION ALL SELECT id FROM several_candidates "
        f"WHERE is_found AND (SELECT count(*) FROM several_candidates) < {RARE} {end}"
    )
    return sql, tuple(phrases)

"""The rows of a data package, of one release at a time: from its document, and from the stories of its period."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from evaluation.framework import SHIPPED
from evaluation.models import Release, Story, ValueStatus
from evaluation.queries import NOWHERE, TEAM, place_of
from evaluation.releases import tables
from evaluation.releases.queries import stories_for_reports
from evaluation.reports.profiles import profile_lines

#: The codes of the Office for National Statistics: a letter for the country and eight digits.
_ONS_CODE = re.compile(r"[EJKLMNSW][0-9]{8}")

type Rows = Iterator[Sequence[object]]


def place_codes(places: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return what the places of a release are called in its package, by key: the ONS code where it is of one place only."""
    places = list(places)
    counted = Counter(place["code"] for place in places)
    return {place["key"]: _place_code(place["key"], place["code"], counted) for place in places}


def _place_code(key: str, code: str, counted: Counter[str]) -> str:
    if key in (NOWHERE, TEAM):
        return key
    return code if _ONS_CODE.fullmatch(code) and counted[code] == 1 else f"place-{key}"


def _value_rows(release: Release) -> Rows:
    content, name = release.document, release.period.key
    codes = place_codes(content["places"])
    kinds = {each["key"]: each["kind"] for each in content["definitions"]}
    is_complete = "true" if content["period"]["end"] < content["closed_on"] else "false"
    for key, place, status, value, numerator, denominator, _rows in content["values"]:
        number = Decimal(value) if isinstance(value, str) else value
        yield name, key, codes[place], name, kinds[key], number, numerator, denominator, status, is_complete


def _release_rows(release: Release) -> Rows:
    content, name = release.document, release.period.key
    team = content["team"]
    closed_on = date.fromisoformat(content["closed_on"])
    yield name, team["slug"], team["name"], name, closed_on, content["threshold"], release.sha256


def _period_rows(release: Release) -> Rows:
    period = release.period
    yield period.key, str(period.grain), period.start, period.end


def _place_rows(release: Release) -> Rows:
    content = release.document
    codes = place_codes(content["places"])
    for each in content["places"]:
        key = each["key"]
        kind = key if key in (NOWHERE, TEAM) else "neighbourhood"
        about = (each["name"], each["code"], each["population"], each["outline"])
        yield release.period.key, codes[key], key, kind, *about


def _indicator_rows(release: Release) -> Rows:
    for each in release.document["definitions"]:
        names = ("key", "name", "definition", "version", "unit", "kind", "source")
        yield release.period.key, *(each[name] for name in names)


def _outcome_rows(release: Release) -> Rows:
    for each in release.document["outcomes"]:
        yield release.period.key, *(each[name] for name in ("key", "name", "description", "framework"))


def _pair_rows(release: Release) -> Rows:
    for each in release.document["definitions"]:
        for outcome in each["outcomes"]:
            yield release.period.key, outcome, each["key"]


def _introduction_rows(release: Release) -> Rows:
    for table in release.document["tables"]:
        for key, words, number in table["rows"]:
            status = ValueStatus.HIDDEN_OTHER if number is None else ValueStatus.SHOWN
            yield release.period.key, table["key"], key or "total", words, number, status.value


def _profile_rows(release: Release) -> Rows:
    for table, key, words, number, percent, status in profile_lines(release):
        yield release.period.key, table, key or "total", words, number, percent, status


def story_rows(release: Release, pairs: list[tuple[str, str, str]]) -> Rows:
    """Yield the stories of a release, and add (release, story, indicator) of each indicator that they explain to `pairs`."""
    known = {each["key"] for each in release.document["definitions"]}
    codes = place_codes(release.document["places"])
    for story in stories_for_reports(release):
        explained = sorted({indicator.key for indicator in story.indicators.all()})
        pairs += [(release.period.key, str(story.uuid), key) for key in explained if key in known]
        yield (
            release.period.key,
            str(story.uuid),
            story.title,
            _story_place(story, explained, codes),
            story.self_text,
            story.us_text,
            story.now_text,
            story.quote,
            story.quote_by,
            story.residents_did,
            story.others_did,
            story.we_did,
            story.anyway,
            story.consent_scope,
        )


def _story_place(story: Story, explained: Iterable[str], codes: Mapping[str, str]) -> str:
    """Return the place of a story: the whole team's if it explains a figure that counts people.

    A team's own indicators may be about people, so they count as such. The period of the package would otherwise say that somebody was counted there in this quarter, which no table does.
    """
    if any(key not in SHIPPED.by_key or SHIPPED.by_key[key].is_kept for key in explained):
        return TEAM
    return codes.get(place_of(story.neighbourhood_id), TEAM)


#: The rows of each table of one release, but for those of stories.
ROWS: Mapping[str, Callable[[Release], Rows]] = {
    tables.VALUES.name: _value_rows,
    tables.RELEASES.name: _release_rows,
    tables.PERIODS.name: _period_rows,
    tables.PLACES.name: _place_rows,
    tables.INDICATORS.name: _indicator_rows,
    tables.OUTCOMES.name: _outcome_rows,
    tables.OUTCOME_INDICATORS.name: _pair_rows,
    tables.INTRODUCTIONS.name: _introduction_rows,
    tables.PROFILES.name: _profile_rows,
}

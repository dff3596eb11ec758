"""What is published of a pack: a document of figures and digests, and the texts themselves apart from it.

The document never changes, and its SHA-256 shows that. The texts are rows of their own, because somebody may withdraw what they
agreed to, or have their data erased: then the words go, and the document still has the digest of what stood there. Each text has random bits
in it, so that a digest cannot be tried until it fits.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import override

from communities.folding import readable
from communities.models import User
from evaluation.canonical import sha256_of
from evaluation.framework import SHIPPED
from evaluation.models import Observation, Pack, PackPart, PartKind, PublishedPack, Story
from evaluation.packs.names import without_names
from evaluation.packs.trends import Compared, with_trends

#: Goes up when the shape of a document changes. Numbers of format 1 have no `trend`,
#: `lines`, `source` and `is_partly_known`: such a pack has no charts.
FORMAT = 2
#: The texts of a story that a pack shows: no day, no place and no photo, which would say who it is about.
STORY_TEXTS = (
    "title", "self_text", "us_text", "now_text", "quote", "quote_by", "residents_did", "others_did", "we_did",
)  # fmt: skip
SALT = "salt"
#: A share of everything that is known.
FULL = 100


@dataclass(frozen=True)
class Words:
    """One text of a pack that is not published yet: its words by name."""

    kind: PartKind
    texts: dict[str, str]
    story: Story | None = None


def words_of(
    pack: Pack,
    *,
    by: User,
    stories: Iterable[Story],
    observations: Iterable[Observation],
    compared: Iterable[Compared] = (),
) -> list[Words]:
    """Return the texts of a pack in order, with "a neighbour" for the people in its stories. by: who signs.

    The sources of what numbers are compared with are texts, too: somebody typed them, so they are checked and can be emptied.
    """
    with override(pack.team.language):
        found = [Words(PartKind.TITLE, {"text": pack.title})]
        if readable(pack.opening):
            found.append(Words(PartKind.OPENING, {"text": pack.opening}))
        found += [Words(PartKind.STORY, _of_story(story), story) for story in stories]
        found += [Words(PartKind.LEARNED, _of_observation(each)) for each in observations]
        if readable(pack.nothing_wrong):
            found.append(Words(PartKind.NOTHING_WRONG, {"text": pack.nothing_wrong, "signed_by": str(by)}))
        if sources := {each.name: each.source for each in compared}:
            found.append(Words(PartKind.COMPARED, sources))
    return found


def numbers_of(pack: Pack) -> list[dict[str, Any]]:
    """Return the chosen numbers at the pack's place, as they were released: key, words, status and value."""
    content = pack.release.document
    values = {key: rest for key, place, *rest in content["values"] if place == pack.place}
    names = ("key", "name", "version", "unit", "form", "definition", "source")
    found = []
    for each in content["definitions"]:
        if each["key"] in pack.numbers and each["key"] in values:
            status, value, numerator, denominator, _rows = values[each["key"]]
            parts = {"status": status, "value": value, "numerator": numerator, "denominator": denominator}
            known = {"is_partly_known": _is_partly_known(each["key"], values)}
            found.append({**{name: each[name] for name in names}, **parts, **known})
    return found


def _is_partly_known(key: str, values: Mapping[str, Sequence[Any]]) -> bool:
    """Return whether a shown share is 100% of fewer rows than the release shows. See `Report.is_partly_known`."""
    _status, value, _numerator, denominator, _rows = values[key]
    within = SHIPPED.by_key[key].within if key in SHIPPED.by_key else ""
    if within not in values or value is None or Decimal(value) != FULL:
        return False
    made = values[within][1]
    return made is not None and made > denominator


def salted(words: Words) -> dict[str, str]:
    """Return the texts with random bits."""
    return {**words.texts, SALT: secrets.token_hex(16)}


def document(pack: Pack, parts: Iterable[PackPart], *, on: date, compared: Iterable[Compared] = ()) -> dict[str, Any]:
    """Return the document of a pack that is published on a day; it has a digest of each text.

    What somebody wrote is in it only where a release has it: names of places, and words of own indicators, which are checked.
    """
    content = pack.release.document
    places = {place["key"]: place["name"] for place in content["places"]}
    return {
        "format": FORMAT,
        "language": content["language"],
        "team": content["team"],
        "release": {
            "start": content["period"]["start"],
            "end": content["period"]["end"],
            "closed_on": content["closed_on"],
            "sha256": pack.release.sha256,
        },
        "place": {"key": pack.place, "name": places[pack.place]},
        "threshold": content["threshold"],
        "published_on": on.isoformat(),
        "numbers": with_trends(pack, numbers_of(pack), compared),
        "parts": [{"kind": part.kind, "sha256": sha256_of(part.texts or {})} for part in parts],
    }


def is_as_published(published: PublishedPack) -> bool:
    """Return whether the document, and each text that is still there, are what was published; one query."""
    content = published.document
    parts = list(published.parts.order_by("position"))
    return (
        published.sha256 == sha256_of(content)
        and len(parts) == len(content["parts"])
        and all(
            part.texts is None or sha256_of(part.texts) == each["sha256"]
            for part, each in zip(parts, content["parts"], strict=True)
        )
    )


def _of_story(story: Story) -> dict[str, str]:
    texts = {name: getattr(story, name) for name in STORY_TEXTS}
    texts = without_names({name: text for name, text in texts.items() if readable(text)}, story.people.all())
    return {**texts, "anyway": story.anyway, **_served(story)}


def _of_observation(each: Observation) -> dict[str, str]:
    return {
        "text": each.text,
        "day": each.observed_on.isoformat(),
        "source": each.source,
        "went": each.went,
        **_served(each),
    }


def _served(row: Story | Observation) -> dict[str, str]:
    """Return the priorities that a row serves, a line each; {} without any."""
    lines = [f"{each} ({each.plan})" for each in row.priorities.all()]
    return {"priorities": "\n".join(lines)} if lines else {}

"""A pack arranged for reading: the same for the draft, for the team and for whoever has a link."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import User
from communities.periods import Period, period_name
from evaluation.models import (
    Anyway,
    Emptied,
    Form,
    LearnedFrom,
    Pack,
    PackPart,
    PartKind,
    PublishedPack,
    ValueStatus,
    Went,
)
from evaluation.packs.charts import chart_of, parts_of, picture_of, words_of_value
from evaluation.packs.checking import Check, check_names, checks_of
from evaluation.packs.contents import Words, document, words_of
from evaluation.packs.trends import compared_of
from evaluation.reports.charts import Chart
from evaluation.reports.pictures import Picture

_SECTIONS = (
    ("residents_did", gettext_lazy("What residents did")),
    ("others_did", gettext_lazy("What others did")),
    ("we_did", gettext_lazy("What the team did")),
)


@dataclass(frozen=True)
class NumberShown:
    """One number: its name, its value in words and the unit beside it, what it is made of, how it is counted, and its chart; None in a pack of before there were charts."""

    key: str
    name: str
    words: str
    unit: str
    parts: str
    meaning: str
    is_hidden: bool
    chart: Chart | None = None
    is_partly_known: bool = False
    beside: str = ""


@dataclass(frozen=True)
class StoryShown:
    """One story, or a sentence that says why it is gone."""

    title: str = ""
    paragraphs: tuple[str, ...] = ()
    quote: str = ""
    quote_by: str = ""
    did: tuple[tuple[str, str], ...] = ()
    anyway: str = ""
    gone: str = ""
    serves: tuple[str, ...] = ()


@dataclass(frozen=True)
class LessonShown:
    """One thing that was learned, or a sentence that says why it is gone."""

    text: str = ""
    about: str = ""
    gone: str = ""
    serves: tuple[str, ...] = ()


@dataclass(frozen=True)
class PackShown:
    """A pack for its readers. signed: the sentence that says why nothing went wrong, and who signed it.

    priorities: those that something in it serves; only: the one that is shown, "" for all.
    """

    title: str
    opening: str
    team: str
    period_name: str
    place: str
    day: date
    closed_on: date
    threshold: int
    numbers: list[NumberShown] = field(default_factory=list)
    stories: list[StoryShown] = field(default_factory=list)
    well: list[LessonShown] = field(default_factory=list)
    wrong: list[LessonShown] = field(default_factory=list)
    signed: str = ""
    signed_by: str = ""
    priorities: list[str] = field(default_factory=list)
    only: str = ""


@dataclass(frozen=True)
class Draft:
    """A pack that is not published: how it would look, and its checks."""

    shown: PackShown
    checks: list[Check]

    @property
    def is_ready(self) -> bool:
        """Return whether every check is met."""
        return all(check.is_met for check in self.checks)


def draft_of(pack: Pack, user: User, *, with_names: bool) -> Draft:
    """Return a draft as somebody sees it. with_names: whether they may read names of residents, and see that check."""
    stories = list(pack.stories.prefetch_related("people").order_by("-happened_on", "-pk"))
    observations = list(pack.observations.order_by("-observed_on", "-pk"))
    compared = compared_of(pack)
    words = words_of(pack, by=user, stories=stories, observations=observations, compared=compared)
    checks = checks_of(pack, words, stories=stories, observations=observations)
    if with_names:
        checks.append(check_names(pack, words))
    content = document(pack, (), on=timezone.localdate(), compared=compared)
    return Draft(_shown(content, [_as_part(number, each) for number, each in enumerate(words)]), checks)


def published_page(published: PublishedPack, only: str = "") -> PackShown:
    """Return what a published pack shows now; two queries. only: the number of one of its priorities; of anything else, all."""
    return _shown(published.document, list(published.parts.select_related("story").order_by("position")), only)


def picture_in(published: PublishedPack, key: str) -> Picture | None:
    """Return the chart of a number of a published pack as a picture; None if it has no such chart. One query."""
    content = published.document
    sources: dict[str, str] = {}
    for part in published.parts.filter(kind=PartKind.COMPARED, texts__isnull=False):
        sources |= part.texts or {}
    for each in content["numbers"]:
        if each["key"] == key and (chart := chart_of(each, sources)) is not None:
            return picture_of(each, chart, content)
    return None


def picture_name(published: PublishedPack, key: str) -> str:
    """Return what the file of a chart is called: by team, number and period."""
    content = published.document
    return f"{content['team']['slug']}-{key}-{content['release']['start']}-{content['release']['end']}.svg"


def _as_part(number: int, words: Words) -> PackPart:
    return PackPart(position=number, kind=words.kind, story=words.story, texts=words.texts)


def _shown(content: Mapping[str, Any], parts: Iterable[PackPart], only: str = "") -> PackShown:
    rows = list(parts)
    priorities = sorted({each for part in rows if part.is_shown for each in _serves(part)})
    chosen = dict(zip(map(str, range(1, len(priorities) + 1)), priorities, strict=True)).get(only, "")
    by_kind: dict[str, list[PackPart]] = {}
    for part in rows:
        if chosen and part.kind in (PartKind.STORY, PartKind.LEARNED) and chosen not in _serves(part):
            continue
        by_kind.setdefault(part.kind, []).append(part)
    period = Period(*(date.fromisoformat(content["release"][edge]) for edge in ("start", "end")))
    lessons = by_kind.get(PartKind.LEARNED, [])
    signed = _texts(by_kind, PartKind.NOTHING_WRONG)
    sources = _texts(by_kind, PartKind.COMPARED)
    went = [part for part in lessons if (part.texts or {}).get("went") == Went.WELL]
    return PackShown(
        title=_texts(by_kind, PartKind.TITLE).get("text", _("A pack")),
        opening=_texts(by_kind, PartKind.OPENING).get("text", ""),
        team=content["team"]["name"],
        period_name=period_name(period),
        place=content["place"]["name"],
        day=date.fromisoformat(content["published_on"]),
        closed_on=date.fromisoformat(content["release"]["closed_on"]),
        threshold=content["threshold"],
        numbers=_numbers(content["numbers"], sources),
        stories=[_story(part) for part in by_kind.get(PartKind.STORY, [])],
        well=[_lesson(part) for part in went],
        wrong=[_lesson(part) for part in lessons if part not in went],
        signed=signed.get("text", ""),
        signed_by=signed.get("signed_by", ""),
        priorities=priorities,
        only=chosen,
    )


def _texts(by_kind: Mapping[str, list[PackPart]], kind: PartKind) -> dict[str, str]:
    return next((part.texts for part in by_kind.get(kind, ()) if part.is_shown and part.texts), {})


def _numbers(numbers: Sequence[Mapping[str, Any]], sources: Mapping[str, str]) -> list[NumberShown]:
    """Return numbers as they are shown; two versions of one indicator are told apart by name."""
    named = Counter(each["name"] for each in numbers)
    words = _("%(name)s (version %(version)s)")
    return [_number(each, words % each if named[each["name"]] > 1 else each["name"], sources) for each in numbers]


def _number(each: Mapping[str, Any], name: str, sources: Mapping[str, str]) -> NumberShown:
    is_hidden = each["status"] in (ValueStatus.HIDDEN_SMALL, ValueStatus.HIDDEN_OTHER)
    # A percentage and a sum have their unit in their words, and a dash has none.
    has_unit = each["value"] is not None and each["form"] not in (Form.SHARE, Form.POUNDS)
    return NumberShown(
        key=each["key"],
        name=name,
        words=_("hidden") if is_hidden else words_of_value(each["value"], Form(each["form"])),
        unit=each["unit"],
        parts=parts_of(each),
        meaning=each["definition"],
        is_hidden=is_hidden,
        chart=chart_of(each, sources),
        beside=each["unit"] if has_unit else "",
        is_partly_known=each.get("is_partly_known", False),
    )


def _story(part: PackPart) -> StoryShown:
    if not part.is_shown or not part.texts:
        return StoryShown(gone=_why_gone(part, _("A story")))
    texts = part.texts
    anyway = texts.get("anyway", "")
    return StoryShown(
        title=texts["title"],
        paragraphs=tuple(texts[name] for name in ("self_text", "us_text", "now_text") if texts.get(name)),
        quote=texts.get("quote", ""),
        quote_by=texts.get("quote_by", ""),
        did=tuple((str(label), texts[name]) for name, label in _SECTIONS if texts.get(name)),
        anyway=str(Anyway(anyway).label) if anyway else "",
        serves=_serves(part),
    )


def _lesson(part: PackPart) -> LessonShown:
    if not part.is_shown or not part.texts:
        return LessonShown(gone=_why_gone(part, _("Something we learned")))
    texts = part.texts
    day = date_format(date.fromisoformat(texts["day"]), "j F Y")
    return LessonShown(texts["text"], f"{LearnedFrom(texts['source']).label}, {day}", serves=_serves(part))


def _serves(part: PackPart) -> tuple[str, ...]:
    return tuple(filter(None, (part.texts or {}).get("priorities", "").split("\n")))


def _why_gone(part: PackPart, what: str) -> str:
    """Return a sentence in place of a text that was emptied."""
    if part.emptied_at is None:
        return _("%(what)s was here. The people in it no longer agree that we share it.") % {"what": what}
    words = {
        Emptied.CONSENT: _("%(what)s was here until %(day)s. The people in it no longer agree that we share it."),
        Emptied.ERASED: _("%(what)s was here until %(day)s. Somebody asked us to erase what we held about them."),
        Emptied.TEAM: _("%(what)s was here until %(day)s. The team took it out."),
    }
    day = date_format(timezone.localtime(part.emptied_at), "j F Y")
    return words[Emptied(part.emptied_why)] % {"what": what, "day": day}

"""What connectors holds about a resident beside what their sheet shows itself, in words for them to read."""

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from communities.holdings import Told
from communities.lists import listed
from connectors.models import (
    Ask,
    ConnectorTerm,
    Dismissal,
    HeardTheme,
    NextStep,
    Person,
    PersonMerge,
    ReadBackLink,
    TwoPeople,
    Wish,
)
from connectors.models.initials import initials_of

#: How many of the latest rows of each kind are told.
MOST = 300


def told_by_connectors(records: Collection[int]) -> list[Told]:
    """Return the sections with rows; one query for each kind. Other residents appear by their initials."""
    ids = list(records)
    sections = (
        (_("What you told us you care about"), _heard(ids)),
        (_("What we want to come back to with you"), _steps(ids)),
        (_("When you were a connector before"), _terms(ids)),
        (_("What you did for neighbours who asked"), _met(ids)),
        (_("What you asked us to do, and our answers"), _wishes(ids)),
        (_("Introductions that we did not make"), _dismissed(ids)),
        (_("Notes about your record"), [*_merges(ids), *_pairs(ids), *_links(ids)]),
    )
    return [Told(what, found) for what, rows in sections if (found := tuple(rows))]


def _day(day: date) -> str:
    return date_format(day, "j F Y")


def _heard(ids: list[int]) -> Iterator[str]:
    rows = HeardTheme.objects.filter(person__in=ids).order_by("-conversation__held_on", "-pk")[:MOST]
    days: dict[str, dict[str, None]] = {}
    for day, theme in rows.values_list("conversation__held_on", "theme__name"):
        days.setdefault(theme, {})[_day(day)] = None
    for theme, told in days.items():
        yield _("%(theme)s: %(days)s") % {"theme": theme, "days": listed(told)}


def _steps(ids: list[int]) -> Iterator[str]:
    for step in NextStep.objects.filter(person__in=ids).order_by("-pk")[:MOST]:
        yield step.words


def _terms(ids: list[int]) -> Iterator[str]:
    for term in ConnectorTerm.objects.filter(person__in=ids).order_by("-since")[:MOST]:
        yield _("%(since)s to %(until)s") % {"since": _day(term.since), "until": _day(term.until)}


def _met(ids: list[int]) -> Iterator[str]:
    rows = Ask.objects.filter(met_by_person__in=ids).order_by("-asked_on", "-pk")[:MOST]
    for day, words in rows.values_list("met_on", "words"):
        yield _("%(day)s: %(words)s") % {"day": _day(day), "words": words} if day else words


def _wishes(ids: list[int]) -> Iterator[str]:
    for wish in Wish.objects.filter(person__in=ids).order_by("-made_at", "-pk")[:MOST]:
        parts = [wish.get_kind_display(), wish.words, wish.answer]
        yield f"{_day(localtime(wish.made_at))}: {'; '.join(filter(None, parts))}"


def _dismissed(ids: list[int]) -> Iterator[str]:
    rows = Dismissal.objects.filter(Q(person__in=ids) | Q(other__in=ids)).select_related("person", "other")
    for row in rows.order_by("-pk")[:MOST]:
        other = row.other if row.person_id in ids else row.person
        yield _("With %(name)s: a builder decided not to suggest it") % {"name": initials_of(other.known_as)}


def _merges(ids: list[int]) -> Iterator[str]:
    merged = PersonMerge.objects.filter(Q(kept__in=ids) | Q(absorbed__in=ids)).order_by("-pk")[:MOST]
    for day in merged.values_list("merged_at", flat=True):
        yield _("Two records of you were merged on %(day)s") % {"day": _day(localtime(day))}


def _pairs(ids: list[int]) -> Iterator[str]:
    pairs = TwoPeople.objects.filter(Q(person__in=ids) | Q(other__in=ids)).select_related("person", "other")
    for row in pairs.order_by("-pk")[:MOST]:
        other: Person = row.other if row.person_id in ids else row.person
        yield _("You and %(name)s are two people, although the records look alike") % {
            "name": initials_of(other.known_as)
        }


def _links(ids: list[int]) -> Iterator[str]:
    for day in ReadBackLink.objects.filter(person__in=ids).order_by("-pk").values_list("made_at", flat=True)[:MOST]:
        yield _("A link to this sheet was made on %(day)s") % {"day": _day(localtime(day))}

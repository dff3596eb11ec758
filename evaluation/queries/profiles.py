"""The figures of profiles of a year, decided by the gate: what a release stores and pages show.

Four tables beside one number that the indicators show, the residents met in the year: how many of them answered, and of those who did,
the age bands, categories and routes. They are of the whole team. No other figure has these parts, and the only numbers that they share
are shown as they are or not at all: see `communities.disclosure` and ADR 37.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import batched

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities import disclosure
from communities.models import Team
from communities.periods import Period
from connectors.models import IntroductionSource, Purpose
from connectors.queries.consent import refusing
from evaluation.framework import Catalogue
from evaluation.framework.indicators import RESIDENTS_MET
from evaluation.models import AgeBand, Profile, ProfileCategory
from evaluation.queries.counted_rows import CountedRows, counted_rows

#: The tables by key, in their order.
ASKED, AGE, CATEGORY, ROUTE, AVERAGE = "asked", "age", "category", "route", "average_age"
TABLES = (ASKED, AGE, AVERAGE, CATEGORY, ROUTE)
#: Rows of tables beside the answers: the total of those who were met or who answered, and of those who did not answer.
TOTAL, UNANSWERED = "", "unanswered"
#: An average of fewer people is not shown. Source: NHS England, rules for small numbers in hospital statistics.
LEAST_AVERAGED = 8
_AT_ONCE = 500


@dataclass(frozen=True)
class ProfileRow:
    """One number: its table, its key there, its label, the number and its share in per cent; None for hidden ones."""

    table: str
    key: str
    words: str
    number: int | None
    percent: Decimal | None = None

    def plain(self) -> list[object]:
        """Return the row as a release stores it."""
        return [self.table, self.key, self.words, self.number, None if self.percent is None else str(self.percent)]


@dataclass(frozen=True)
class Answers:
    """What the residents of a year answered: how many have a profile, refused or neither, and how many gave each answer."""

    answered: int
    declined: int
    unasked: int
    given: Mapping[str, Mapping[str, int]]

    @property
    def met(self) -> int:
        """Return how many residents were met."""
        return self.answered + self.declined + self.unasked


def people_met(rows: CountedRows) -> set[int]:
    """Return the primary keys of the residents whom the indicator counts among its rows."""
    return {person for each in rows.get(RESIDENTS_MET.key, {}).values() for _row, person in each}


def people_met_until_now(team: Team, year: Period) -> set[int]:
    """Return the primary keys of the residents met in a year, by the records of now; one query."""
    return people_met(counted_rows(team, year, Catalogue((), (RESIDENTS_MET,))))


def told_of_profiles(records: Collection[int]) -> list[str]:
    """Return what a resident answered, in words for their own sheet, a sentence for each of their records; one query."""
    rows = Profile.objects.filter(person__in=list(records)).select_related("category").order_by("-answered_on", "-pk")
    return [
        _("%(day)s: %(answers)s")
        % {
            "day": date_format(row.answered_on, "j F Y"),
            "answers": "; ".join(f"{label}: {words}" for label, words in answers_in_words(row)),
        }
        for row in rows
    ]


def answers_in_words(profile: Profile) -> list[tuple[str, str]]:
    """Return the answers of a profile, as (question, answer), without those that were not given."""
    answers = (
        (_("Age"), profile.get_age_band_display() if profile.age_band else ""),
        (_("What matters most now"), str(profile.category or "")),
        (_("How we met"), profile.get_route_display() if profile.route else ""),
    )
    return [(label, words) for label, words in answers if words]


def answers_of(people: Iterable[int]) -> Answers:
    """Count the answers of residents, by primary key; each counts once, and their latest answers do."""
    answered = declined = met = 0
    given: dict[str, Counter[str]] = {AGE: Counter(), CATEGORY: Counter(), ROUTE: Counter()}
    for some in batched(sorted(people), _AT_ONCE):
        rows = list(Profile.objects.filter(person__in=some).values_list("person", "age_band", "category", "route"))
        refused = refusing(some, Purpose.PROFILE)
        said = [row for row in rows if row[0] not in refused]
        met, answered, declined = met + len(some), answered + len(said), declined + len(refused)
        for _person, age, category, route in said:
            given[AGE].update([age] if age else [])
            given[CATEGORY].update([str(category)] if category else [])
            given[ROUTE].update([route] if route else [])
    return Answers(answered, declined, met - answered - declined, given)


def profile_rows(
    team: Team, year: Period, threshold: int, people: Iterable[int], *, is_shown: bool
) -> list[ProfileRow]:
    """Return the figures of profiles of the residents met in a year, in the active language.

    is_shown: whether the number of residents met in that year is shown among the indicators. If it is not, nothing is shown here.
    """
    found = answers_of(people)
    part = disclosure.parts_of_asked((found.answered, found.declined, found.unasked), threshold) if is_shown else None
    asked = _asked(found, part, is_shown=is_shown)
    rows = [*asked]
    for table, named in _choices(team, found).items():
        values = [found.given[table].get(key, 0) for key, _words in named]
        order = disclosure.secret_order([key for key, _words in named], f"{team.pk}:profile-{table}:{year.key}")
        hidden = None if part is None else disclosure.answers_hidden(values, found.answered, threshold, order)
        rows += _question(table, named, values, hidden, threshold)
        if table == AGE:
            rows.append(_average(values, hidden, threshold))
    return rows


def _choices(team: Team, found: Answers) -> dict[str, list[tuple[str, str]]]:
    """Return the answers of each question, as (key, label): all that could be given, so that no gap says that nobody gave one."""
    categories = ProfileCategory.objects.filter(team=team).order_by("name", "pk")
    named = [
        (str(each.pk), each.name)
        for each in categories
        if each.ended_on is None or found.given[CATEGORY].get(str(each.pk))
    ]
    return {
        AGE: [(str(key), str(words)) for key, words in AgeBand.choices],
        CATEGORY: named,
        ROUTE: [(str(key), str(words)) for key, words in IntroductionSource.choices],
    }


def _asked(found: Answers, part: bool | None, *, is_shown: bool) -> list[ProfileRow]:
    named = (
        ("answered", _("Answered"), found.answered, part is not None),
        ("declined", _("Prefer not to say"), found.declined, bool(part)),
        ("unasked", _("Not asked, or nothing noted"), found.unasked, bool(part)),
        (UNANSWERED, _("Prefer not to say, or not asked"), found.declined + found.unasked, part is not None),
        (TOTAL, _("All residents met"), found.met, is_shown),
    )
    return [
        ProfileRow(ASKED, key, words, number if shown else None, _percent(number, found.met) if shown else None)
        for key, words, number, shown in named
    ]


def _question(
    table: str,
    named: Sequence[tuple[str, str]],
    values: Sequence[int],
    hidden: Sequence[bool] | None,
    threshold: int,
) -> list[ProfileRow]:
    total = sum(values)
    rows = []
    for n, (key, words) in enumerate(named):
        is_shown = hidden is not None and not hidden[n]
        has_share = is_shown and disclosure.passes(values[n], total, threshold)
        percent = _percent(values[n], total) if has_share else None
        rows.append(ProfileRow(table, key, words, values[n] if is_shown else None, percent))
    all_of_them = None if hidden is None else total
    return [*rows, ProfileRow(table, TOTAL, _("All who answered this"), all_of_them)]


def _average(values: Sequence[int], hidden: Sequence[bool] | None, threshold: int) -> ProfileRow:
    """Return the average age in whole years, worked out from the middles of the bands.

    It is made of the numbers of bands that are shown and of nothing else, so it says nothing that they do not. It is hidden where
    one of them is, and where fewer than `LEAST_AVERAGED` answered.
    """
    total, words = sum(values), _("Average age, about")
    if hidden is None or any(hidden) or total < max(LEAST_AVERAGED, threshold):
        return ProfileRow(AVERAGE, TOTAL, words, None)
    years = sum((band.middle * number for band, number in zip(AgeBand, values, strict=True)), Decimal(0))
    return ProfileRow(AVERAGE, TOTAL, words, int((years / total).quantize(Decimal(1), ROUND_HALF_UP)))


def _percent(number: int, out_of: int) -> Decimal | None:
    return (Decimal(100) * number / out_of).quantize(Decimal("0.1")) if out_of else None

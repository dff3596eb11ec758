"""Profiles: asked with consent, deleted by a no, and counted by year so that no small number can be worked out."""

import csv
import io
import random
import zipfile
from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from communities import disclosure
from communities.actions.undo import undo
from communities.models import Team, User
from communities.periods import quarters_in, year_of
from communities.spreadsheets import CSV
from communities.undo import newest_undoable
from connectors.actions.consent import record_consents
from connectors.actions.erasing import erase_person
from connectors.actions.merges import merge_people, undo_merge
from connectors.models import Conversation, IntroductionSource, Person, Purpose
from connectors.queries.consent import refuses
from connectors.queries.readback import sheet_of
from evaluation.models import AgeBand, Profile, ProfileCategory, Release
from evaluation.profiles.actions import add_category, delete_profile, end_category, note_profile
from evaluation.profiles.files import profile_file
from evaluation.profiles.pages import questions_of
from evaluation.profiles.rules import MOST_CATEGORIES
from evaluation.queries.profiles import AGE, ASKED, AVERAGE, CATEGORY, ROUTE, TOTAL, people_met_until_now, profile_rows
from evaluation.releases.package import package_of
from evaluation.reports.profiles import profile_lines
from tests.evaluation.attacker import Published, read_profiles, solve
from tests.factories.communities import TeamFactory, UserFactory
from tests.factories.connectors import ConversationFactory, PersonFactory
from tests.factories.evaluation import ProfileCategoryFactory, ProfileFactory, release

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
YEAR = year_of(date(2025, 6, 1))
MIDDLE = [quarter.start for quarter in quarters_in(YEAR)]


def met(team: Team, answers: list[dict[str, object]], unasked: int = 0) -> list[Person]:
    """Add residents who are all met in each quarter of the year; those of `answers` have a profile, the others were not asked.

    In each quarter, so that no quarter is small and the year is shown.
    """
    by = UserFactory()
    people = PersonFactory.create_batch(len(answers) + unasked, team=team, first_met_on=YEAR.start)
    for person, answer in zip(people, answers, strict=False):
        ProfileFactory(person=person, **{"age_band": "", "recorded_by": by, **answer})
    for day in MIDDLE:
        ConversationFactory(team=team, builder=by, held_on=day, people=people)
    return people


def table(rows: list[list], name: str) -> dict[str, int | None]:
    """Return the numbers of a table of a release by key."""
    return {key: number for each, key, _words, number, _percent in rows if each == name}


def shares(rows: list[list], name: str) -> dict[str, str | None]:
    """Return the percentages of a table of a release by label."""
    return {words: percent for each, _key, words, _number, percent in rows if each == name}


def spread(values: dict[object, int]) -> list[object]:
    """Return each value as often as it says."""
    return [value for value, number in values.items() for _each in range(number)]


#: The average age, the first and the second category of the two teams in the source, and ages and categories, per hundred people, that
#: give them. The source prints no rows, so these are invented.
TWO_TEAMS = {
    "Derby": (60, "38.0", "25.0", {"25-34": 12, "45-54": 15, "55-64": 33, "65-74": 25, "75-84": 15}, (38, 25, 22, 15)),
    "Thurrock": (
        61,
        "30.0",
        "28.0",
        {"25-34": 9, "45-54": 18, "55-64": 31, "65-74": 26, "75-84": 16},
        (30, 28, 27, 15),
    ),
}


def test_invented_rows_give_the_figures_of_two_teams_that_were_evaluated() -> None:
    """Source: the analysis of local area coordination in Derby and Thurrock.

    It prints that the average age was 60 and 61, that the largest category was 38 and 30 per cent, and the second, older people, 25 and 28
    per cent, without the numbers that they were taken of. It does not print routes.
    """
    for average, first, second, ages, categories in TWO_TEAMS.values():
        team = TeamFactory()
        named = [
            ProfileCategoryFactory(team=team, name=name) for name in ("Feeling well", "Growing older", "Home", "Work")
        ]
        whose = spread(dict(zip(named, categories, strict=True)))
        met(team, [{"age_band": age, "category": each} for age, each in zip(spread(ages), whose, strict=True)])
        rows = (
            release(team, *quarters_in(YEAR))
            and Release.objects.get(team=team, period_start=YEAR.start, period_end=YEAR.end).document["profile"]
        )
        assert table(rows, AVERAGE) == {TOTAL: average}
        assert (shares(rows, CATEGORY)["Feeling well"], shares(rows, CATEGORY)["Growing older"]) == (first, second)
        assert table(rows, ROUTE)[TOTAL] == 0


def test_a_release_of_a_year_has_what_was_answered_and_a_quarter_nothing(team: Team, manager: User) -> None:
    people = met(team, [{"age_band": AgeBand.FROM_65}] * 9 + [{"route": IntroductionSource.SELF}] * 6, unasked=7)
    for person in people[-5:]:
        record_consents(person=person, by=manager, answers={Purpose.PROFILE: False})
    release(team, *quarters_in(YEAR))
    year = Release.objects.get(team=team, period_start=YEAR.start, period_end=YEAR.end)
    quarter = Release.objects.get(team=team, period_start=YEAR.start, period_end=quarters_in(YEAR)[0].end)
    assert quarter.document["profile"] == []
    # Two who were not asked are too few to show apart from the five who said no.
    assert table(year.document["profile"], ASKED) == {
        "answered": 15, "declined": None, "unasked": None, "unanswered": 7, TOTAL: 22
    }  # fmt: skip
    assert table(year.document["profile"], ROUTE)[TOTAL] == 6
    assert table(year.document["profile"], CATEGORY) == {TOTAL: 0}


def test_what_is_withdrawn_after_a_year_was_closed_stays_counted_there(team: Team, manager: User) -> None:
    person, *_others = met(team, [{"age_band": AgeBand.FROM_65}] * 20)
    release(team, *quarters_in(YEAR))
    record_consents(person=person, by=manager, answers={Purpose.PROFILE: False})
    year = Release.objects.get(team=team, period_start=YEAR.start, period_end=YEAR.end)
    assert table(year.document["profile"], AGE)["65-74"] == 20
    assert b'"65-74","65 to 74",20,100.0,"shown"' in profile_file(team, [year], CSV).read()


@pytest.mark.parametrize("number", [7, 8])
def test_an_average_of_fewer_than_eight_is_hidden(team: Team, number: int) -> None:
    met(team, [{"age_band": AgeBand.FROM_65}] * number)
    found = {row.table: row.number for row in rows_of(team)}
    assert found[AVERAGE] is None
    # Of nine bands beside a total of eight nothing is shown at all, so an average needs more.
    met(other := TeamFactory(), [{"age_band": AgeBand.FROM_65}] * (number + 5))
    assert {row.table: row.number for row in rows_of(other)}[AVERAGE] == 70


def test_an_average_is_hidden_with_any_band(team: Team) -> None:
    met(
        team,
        [{"age_band": AgeBand.FROM_65}] * 20
        + [{"age_band": AgeBand.FROM_85}] * 3
        + [{"age_band": AgeBand.FROM_25}] * 9,
    )
    found = {(row.table, row.key): row.number for row in rows_of(team)}
    assert found[AGE, "85+"] is None
    assert found[AVERAGE, TOTAL] is None
    assert found[AGE, TOTAL] == 32


def test_nothing_is_shown_of_a_year_whose_residents_are_hidden(team: Team) -> None:
    met(team, [{"age_band": AgeBand.FROM_65}] * 20)
    assert {row.number for row in rows_of(team, is_shown=False)} == {None}
    assert {row.percent for row in rows_of(team, is_shown=False)} == {None}


def rows_of(team: Team, *, is_shown: bool = True) -> list:
    """Return the figures of now."""
    return profile_rows(team, YEAR, 5, people_met_until_now(team, YEAR), is_shown=is_shown)


def test_every_count_of_who_was_asked_leaves_four_values_to_whatever_is_hidden() -> None:
    """As a reader who knows the rule: answered, declined, not asked, and how many answered each of three questions."""
    for threshold, most in ((5, 14), (6, 15)):
        seen = defaultdict(list)
        for answered, declined, unasked in product(range(most), repeat=3):
            part = disclosure.parts_of_asked((answered, declined, unasked), threshold)
            total = answered + declined + unasked
            shown = {True: (answered, declined, unasked), False: (answered,), None: ()}[part]
            seen[total, part, shown].append((answered, declined, unasked))
        for (total, part, _shown), worlds in seen.items():
            # Near the ends the table of worlds is cut off, and totals below four have too few values of any kind.
            if threshold <= total < most and part is not True:
                hidden = (1, 2) if part is False else (0, 1, 2)
                assert all(len({world[n] for world in worlds}) >= 4 for n in hidden), (threshold, worlds)


def test_every_count_of_three_questions_leaves_four_values_to_whatever_is_hidden() -> None:
    """Everybody who has a profile answered at least one of the three, which a reader knows."""
    threshold = 5
    for answered in range(threshold, 13):
        seen = defaultdict(list)
        for totals in product(range(answered + 1), repeat=3):
            if sum(totals) >= answered:
                shown = tuple(total if disclosure.passes(total, answered, threshold) else None for total in totals)
                seen[shown].append(totals)
        for shown, worlds in seen.items():
            for n, total in enumerate(shown):
                assert total is not None or len({world[n] for world in worlds}) >= 4, (answered, shown)


def test_a_question_is_hidden_as_any_row_beside_its_total(team: Team) -> None:
    """The attacker of the indicators solves each table as places beside a year; none of its numbers is pinned."""
    for small in range(1, 5):
        met(one := TeamFactory(), [{"route": "self"}] * 11 + [{"route": "police"}] * small + [{"route": "health"}] * 9)
        found = {row.key: row.number for row in rows_of(one) if row.table == ROUTE}
        total = found.pop(TOTAL)
        assert None in found.values()
        assert solve(Published([], total, found, 5)).narrowest >= 4


def test_nothing_is_narrowed_in_random_answers() -> None:
    dice, hidden = random.Random(20261128), 0
    for number in range(150):
        size = dice.choice([1, 4, 9, 20])
        values = [dice.randint(0, size) if dice.random() < 0.7 else 0 for _each in range(dice.randint(1, 11))]
        answered = sum(values) + dice.choice([0, 0, 3, 6])
        order = disclosure.secret_order([str(n) for n in range(len(values))], str(number))
        flags = disclosure.answers_hidden(values, answered, 5, order)
        if flags is not None:
            row = {str(n): None if flag else value for n, (value, flag) in enumerate(zip(values, flags, strict=True))}
            solved = solve(Published([], sum(values), row, 5))
            hidden += len(solved.ranges)
            assert solved.narrowest >= 4, (values, answered)
    assert hidden > 100


@pytest.mark.parametrize("seed", range(3))
def test_the_page_and_files_of_random_teams_narrow_nothing(seed: int, team: Team, evaluator: User, client_for) -> None:
    """Read by an evaluator, before and after somebody says no: a closed year stays as it is."""
    dice = random.Random(seed)
    categories = [*ProfileCategoryFactory.create_batch(3, team=team), None]
    answers = [
        {
            "age_band": dice.choice(AgeBand.values[3:7]),
            "category": dice.choice(categories),
            "route": dice.choice(["", "self", "resident", "health"]),
        }
        for _each in range(dice.choice([14, 22, 40]))
    ]
    person, *_others = met(team, answers, unasked=dice.randint(0, 9))
    release(team, *quarters_in(YEAR))
    client = client_for(evaluator)
    before = read_profiles(client, [YEAR], 5)
    assert [each for each in before if solve(each).narrowest < 4] == []
    record_consents(person=person, by=UserFactory(roles={team: ["manager"]}), answers={Purpose.PROFILE: False})
    assert read_profiles(client, [YEAR], 5) == before
    assert len(before) == 5


def test_a_no_deletes_the_answers_and_a_yes_brings_nothing_back(team: Team, builder: User) -> None:
    person = PersonFactory(team=team)
    note_profile(by=builder, person=person, is_agreed=True, age_band="55-64")
    assert Profile.objects.get().age_band == "55-64"
    note_profile(by=builder, person=person, is_agreed=False, age_band="55-64")
    assert not Profile.objects.exists()
    assert refuses(person, Purpose.PROFILE)
    record_consents(person=person, by=builder, answers={Purpose.PROFILE: True})
    assert not Profile.objects.exists()


def test_the_purpose_can_be_refused_where_all_others_are(team: Team, builder: User) -> None:
    person = ProfileFactory(person__team=team).person
    row, *_rest = record_consents(person=person, by=builder, answers={Purpose.PROFILE: False})
    assert row.effects == ["Their profile was deleted."]
    assert not Profile.objects.exists()


def test_deleted_answers_come_back_unless_they_said_no_meanwhile(team: Team, builder: User) -> None:
    stored = ProfileFactory(person__team=team)
    for is_refused in (False, True):
        delete_profile(by=builder, profile=Profile.objects.get())
        undoable = newest_undoable(stored, by=builder)
        if is_refused:
            record_consents(person=stored.person, by=builder, answers={Purpose.PROFILE: False})
        undo(undoable=undoable, by=builder)
        assert Profile.objects.exists() is not is_refused


def test_erasing_deletes_the_answers(team: Team, builder: User) -> None:
    person = ProfileFactory(person__team=team).person
    erase_person(person=person, by=builder)
    assert not Profile.objects.exists()


def test_a_merge_keeps_one_profile_and_a_no_of_either_deletes_both(team: Team, manager: User) -> None:
    kept, absorbed = (
        ProfileFactory(person__team=team, age_band="25-34").person,
        ProfileFactory(person__team=team).person,
    )
    merge = merge_people(kept=kept, absorbed=absorbed, by=manager)
    assert Profile.objects.get(person=kept).age_band == "25-34"
    undo_merge(merge=merge, by=manager)
    assert Profile.objects.get(person=absorbed).age_band == "55-64"
    record_consents(person=absorbed, by=manager, answers={Purpose.PROFILE: False})
    merge_people(kept=kept, absorbed=absorbed, by=manager)
    assert not Profile.objects.exists()


def test_a_profile_moves_to_the_record_that_has_none(team: Team, manager: User) -> None:
    kept, absorbed = PersonFactory(team=team), ProfileFactory(person__team=team).person
    merge_people(kept=kept, absorbed=absorbed, by=manager)
    assert Profile.objects.get().person == kept


def test_residents_read_it_on_their_own_sheet(team: Team) -> None:
    category = ProfileCategoryFactory(team=team, name="Company")
    stored = ProfileFactory(person__team=team, category=category, route="self")
    (told,) = [each for each in sheet_of(stored.person).told if "figures" in each.what]
    assert told.rows == (
        "20 May 2026: Age: 55 to 64; What matters most now: Company; How we met: They came themselves",
    )


def test_answers_are_refused_in_sentences(team: Team, builder: User, other_team: Team) -> None:
    person = PersonFactory(team=team)
    for category in (ProfileCategoryFactory(team=other_team), ProfileCategoryFactory(team=team, ended_on="2026-01-01")):
        with pytest.raises(ValidationError) as refused:
            note_profile(by=builder, person=person, is_agreed=True, category=category)
        assert list(refused.value.message_dict) == ["category"]
    ProfileFactory(person=person)
    with pytest.raises(ValidationError, match="Nothing was changed"):
        note_profile(by=builder, person=person, is_agreed=True)


def test_a_category_about_health_says_what_allows_it(team: Team, manager: User) -> None:
    with pytest.raises(ValidationError, match="which condition in law"):
        add_category(by=manager, team=team, name="Feeling well", is_special=True)
    add_category(by=manager, team=team, name="Feeling well", is_special=True, basis="Explicit consent; policy of May.")
    with pytest.raises(ValidationError, match="already has this category"):
        add_category(by=manager, team=team, name="feeling WELL")


def test_there_are_no_more_categories_than_can_be_read_out(team: Team, manager: User) -> None:
    ProfileCategoryFactory.create_batch(MOST_CATEGORIES, team=team)
    with pytest.raises(ValidationError, match="12 categories already"):
        add_category(by=manager, team=team, name="One more")
    end_category(by=manager, category=ProfileCategory.objects.first())
    add_category(by=manager, team=team, name="One more")


def test_an_ended_category_stays_counted_and_is_not_offered(team: Team, builder: User, client_for) -> None:
    category = ProfileCategoryFactory(team=team, name="Company", ended_on="2026-01-01")
    met(team, [{"category": category}] * 12)
    assert {row.key: row.number for row in rows_of(team) if row.table == CATEGORY} == {str(category.pk): 12, TOTAL: 12}
    page = client_for(builder).get(reverse("evaluation:profile-of", args=[PersonFactory(team=team).uuid]))
    assert "category" not in page.context["form"].fields


def test_each_category_is_offered_once_and_the_one_of_before_stays(team: Team, builder: User, client_for) -> None:
    ended, *others = ProfileCategoryFactory.create_batch(3, team=team)
    for category in (ended, others[0]):
        ProfileFactory.create_batch(2, person__team=team, category=category)
    stored = Profile.objects.filter(category=ended).first()
    ProfileCategory.objects.filter(pk=ended.pk).update(ended_on="2026-01-01")
    form = client_for(builder).get(reverse("evaluation:profile-of", args=[stored.person.uuid])).context["form"]
    assert list(form.fields["category"].queryset) == [ended, *others]


def test_the_page_notes_an_answer_and_a_no(team: Team, builder: User, client_for) -> None:
    person = PersonFactory(team=team)
    address = reverse("evaluation:profile-of", args=[person.uuid])
    client = client_for(builder)
    sent = {"agrees": "yes", "how": "paper", "age_band": "75-84", "route": "connector"}
    assert client.post(address, sent).status_code == 302
    assert (Profile.objects.get().age_band, Profile.objects.get().route) == ("75-84", "connector")
    assert b"75 to 84" in client.get(address).content
    assert client.post(address, {"agrees": "no", "how": "told"}).status_code == 302
    assert not Profile.objects.exists()


def test_evaluators_see_closed_years_and_builders_the_running_one(
    team, evaluator, builder, manager, client_for
) -> None:
    met(team, [{"age_band": AgeBand.FROM_65}] * 20, unasked=6)
    address = reverse("evaluation:profile")
    assert b"No year is closed yet" in client_for(evaluator).get(address).content
    running = client_for(builder).get(f"{address}?year={YEAR.key}").content.decode()
    assert "as of now" in running
    assert "70" in running
    release(team, *quarters_in(YEAR))
    page = client_for(evaluator).get(address).content.decode()
    assert "as released on" in page
    assert "Average age: about" in page
    assert reverse("evaluation:profile-categories") not in page
    assert reverse("evaluation:profile-categories") in client_for(manager).get(address).content.decode()


def test_files_have_what_the_release_has(team: Team, evaluator: User, client_for) -> None:
    met(team, [{"age_band": AgeBand.FROM_65}] * 20, unasked=6)
    release(team, *quarters_in(YEAR))
    year = Release.objects.get(team=team, period_start=YEAR.start, period_end=YEAR.end)
    sent = client_for(evaluator).get(f"{reverse('evaluation:profile-export')}?year={YEAR.key}")
    rows = list(csv.DictReader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))
    stored = [[row["table"], row["key"], row["row"], row["number"]] for row in rows]
    assert stored == [[a, b, c, "" if n is None else str(n)] for a, b, c, n, _p in year.document["profile"]]
    with package_of(Release.objects.filter(pk=year.pk)).file as file, zipfile.ZipFile(file) as archive:
        packed = list(csv.DictReader(io.StringIO(archive.read("profiles.csv").decode(), newline="")))
    assert [row["number"] for row in packed] == [row["number"] for row in rows]
    assert {row["status"] for row in packed if not row["number"]} <= {"hidden_other"}


def test_a_page_of_a_year_that_nobody_met_anybody_in(team: Team, builder: User) -> None:
    assert not Conversation.objects.exists()
    asked, *_rest = questions_of(team, YEAR, None)
    assert [line.number for line in asked.lines] == ["0", "0", "0", "0"]


def test_the_middle_of_a_band_is_between_its_birthdays() -> None:
    assert [band.middle for band in AgeBand][:3] == [Decimal(8), Decimal("20.5"), Decimal(30)]
    assert AgeBand.FROM_85.middle == 90


def test_a_release_closed_before_there_were_profiles_has_none(team) -> None:
    old = Release(document={"team": {"name": "Brookside"}})
    assert list(profile_lines(old)) == []
    assert all(question.is_empty for question in questions_of(team, YEAR, old))

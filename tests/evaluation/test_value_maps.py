"""Value maps as a team writes them: what is refused with a sentence, who signs, and what the page says before it says a ratio."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from communities.actions.undo import undo
from communities.models import AuditEntry, Undoable
from evaluation.models import ValueAssumption, ValueInput, ValueLine, ValueMap
from evaluation.value import actions
from evaluation.value.exports import COLUMNS
from evaluation.value.pages import shown_map
from evaluation.value.queries import told_in_stories, whole_map
from tests.factories.evaluation import (
    EXAMPLE,
    StoryFactory,
    ValueAssumptionFactory,
    ValueInputFactory,
    ValueLineFactory,
    ValueMapFactory,
)

pytestmark = pytest.mark.django_db
ABOUT = {
    "title": "A year of suppers",
    "activity": "Neighbours cooked.",
    "starts_on": date(2025, 4, 1),
    "years": 1,
    "measure": "money",
    "price_year": 2026,
}


def text_of(response) -> str:
    """Return the words of a page with single blanks."""
    return " ".join(response.content.decode().split())


def detail(client, value_map) -> str:
    """Return the page of a map."""
    return text_of(client.get(reverse("evaluation:value-detail", args=[value_map.uuid])))


def assume(line, by, kind: str = "deadweight", **values: object) -> ValueAssumption:
    """Enter an assumption, of the published example where nothing else is said."""
    value, low, high = (Decimal(each) for each in EXAMPLE[kind])
    given = {"value": value, "low": low, "high": high, "source": "Asked.", **values}
    return actions.write_assumption(by=by, line=line, kind=kind, **given)


class TestWriting:
    def test_evaluators_and_managers_write_and_builders_read(
        self, team, builder, evaluator, manager, client_for
    ) -> None:
        for person in (evaluator, manager):
            actions.create_value_map(by=person, team=team, **ABOUT)
        with pytest.raises(PermissionDenied):
            actions.create_value_map(by=builder, team=team, **ABOUT)
        value_map = ValueMap.objects.first()
        page = detail(client_for(builder), value_map)
        assert "A year of suppers" in page
        assert reverse("evaluation:value-update", args=[value_map.uuid]) not in page
        assert reverse("evaluation:value-update", args=[value_map.uuid]) in detail(client_for(manager), value_map)

    def test_the_same_change_for_the_same_people_is_refused(self, team, evaluator) -> None:
        value_map = ValueMapFactory(team=team)
        values = {"by": evaluator, "value_map": value_map, "is_negative": False, "starts": "during"}
        actions.add_value_line(stakeholder="Neighbours", change="Sing", **values)
        with pytest.raises(ValidationError, match="Counting it twice would claim too much"):
            actions.add_value_line(stakeholder="neighbours", change="sing", **values)

    def test_what_rows_were_entered_for_does_not_change_under_them(self, team, evaluator) -> None:
        value_map = ValueMapFactory(team=team)
        actions.update_value_map(by=evaluator, value_map=value_map, **{**ABOUT, "price_year": 2024, "years": 2})
        ValueLineFactory(value_map=value_map)
        with pytest.raises(ValidationError, match="were entered for this") as refused:
            actions.update_value_map(by=evaluator, value_map=value_map, **{**ABOUT, "measure": "weights", "years": 2})
        assert refused.value.message_dict.keys() == {"price_year", "measure"}
        kept = {**ABOUT, "price_year": 2024, "years": 2, "title": "Two years of suppers"}
        assert actions.update_value_map(by=evaluator, value_map=value_map, **kept).title == "Two years of suppers"

    @pytest.mark.parametrize(
        ("kind", "values", "field", "words"),
        [
            ("deadweight", {"value": 101, "high": 101}, "value", "A percentage is from 0 to 100."),
            ("attribution", {"value": -1, "low": -1}, "low", "A percentage is from 0 to 100."),
            ("drop-off", {"high": 100.01}, "high", "A percentage is from 0 to 100."),
            ("years", {"value": 0, "low": 0}, "value", "An outcome lasts for 1 to 100 whole years."),
            ("years", {"value": 1.5}, "value", "An outcome lasts for 1 to 100 whole years."),
            ("quantity", {"value": -3, "low": -3}, "value", "A number here cannot be less than 0."),
            ("quantity", {"value": "NaN"}, "value", "value must be a decimal number|in figures"),
            ("worth", {"value": 0, "low": 0}, "value", "A worth of 0 says that the change does not matter."),
            ("deadweight", {"low": 50}, "low", "The low end cannot be above the value."),
            ("deadweight", {"high": 39}, "high", "The high end cannot be below the value."),
            ("deadweight", {"source": ""}, "source", "This field cannot be blank."),
            ("worth", {"price_year": 2019}, "price_year", "This map is in prices of 2026. Convert the amount first"),
            ("worth", {"price_year": None}, "price_year", "This map is in prices of 2026. Convert the amount first"),
            (
                "deadweight",
                {"price_year": 2026},
                "price_year",
                "Only what something is worth in pounds has a price year.",
            ),
        ],
    )
    def test_a_number_that_cannot_be_gets_a_sentence(self, team, evaluator, kind, values, field, words) -> None:
        line = ValueLineFactory(value_map__team=team)
        given = {"price_year": 2026 if kind == "worth" else None} | values
        given = {name: each if name in ("source", "price_year") else Decimal(str(each)) for name, each in given.items()}
        with pytest.raises(ValidationError, match=words) as refused:
            assume(line, evaluator, kind, **given)
        assert field in refused.value.message_dict
        assert not ValueAssumption.objects.exists()

    @pytest.mark.parametrize(
        "values",
        [
            {"kind": "deadweight", "high": 101},
            {"kind": "quantity", "low": -1},
            {"kind": "worth", "low": 0},
            {"kind": "years", "low": 0},
            {"kind": "years", "high": 101},
            {"kind": "deadweight", "low": 41},
            {"kind": "guess", "value": 1, "low": 1, "high": 1},
        ],
    )
    def test_the_database_refuses_it_too(self, values) -> None:
        line = ValueLineFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            ValueAssumptionFactory(line=line, **values)

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"low_gbp": Decimal(300)}, "At least cannot be more than at most."),
            ({"low_gbp": Decimal(-1)}, "The amount cannot be less than £0."),
            ({"year": 2}, "The activity runs for 1 year only."),
            ({"year": 0}, "Choose a year of the activity."),
        ],
    )
    def test_what_cannot_be_put_in_gets_a_sentence(self, team, evaluator, values, words) -> None:
        given = {"who": "The council", "what": "A builder", "year": 1, "source": "Accounts."}
        amounts = {"low_gbp": Decimal(200), "high_gbp": Decimal(250)}
        with pytest.raises(ValidationError, match=words):
            actions.add_value_input(
                by=evaluator, value_map=ValueMapFactory(team=team), **{**given, **amounts, **values}
            )

    @pytest.mark.parametrize(
        ("kind", "values", "words"),
        [
            ("worth", {"value": "€8,500"}, "A map has one currency: convert others first"),
            ("worth", {"value": "8500 euros"}, "A map has one currency: convert others first"),
            ("worth", {"price_year": "2019"}, "This map is in prices of 2026. Convert the amount first"),
            ("quantity", {"value": "NaN"}, "Enter the number in figures, for example 12 or 1,204."),
            ("deadweight", {"value": "140%"}, "A percentage is from 0 to 100."),
            ("years", {"value": "0"}, "An outcome lasts for 1 to 100 whole years."),
        ],
    )
    def test_the_page_says_it_and_keeps_what_was_typed(self, team, evaluator, client_for, kind, values, words) -> None:
        line = ValueLineFactory(value_map__team=team)
        value, low, high = EXAMPLE[kind]
        sent = {"value": value, "low": low, "high": high, "source": "Asked in May.", "price_year": "2026"} | values
        answer = client_for(evaluator).post(reverse("evaluation:value-assumption", args=[line.uuid, kind]), sent)
        assert answer.status_code == 200
        assert words in text_of(answer)
        assert "Asked in May." in text_of(answer)
        assert not ValueAssumption.objects.exists()

    def test_percentages_and_pounds_are_read_as_people_type_them(self, team, evaluator, client_for) -> None:
        line, client = ValueLineFactory(value_map__team=team), client_for(evaluator)
        sent = {
            "deadweight": {"value": "40 %", "low": "30%", "high": "60", "source": "Asked."},
            "worth": {"value": "£8,500", "low": "7000", "high": "£ 9,000.50", "source": "Asked.", "price_year": "2026"},
        }
        for kind, values in sent.items():
            client.post(reverse("evaluation:value-assumption", args=[line.uuid, kind]), values)
        assert line.assumptions.get(kind="deadweight").value == 40
        assert line.assumptions.get(kind="worth").high == Decimal("9000.50")
        again = client.get(reverse("evaluation:value-assumption", args=[line.uuid, "worth"])).content.decode()
        assert 'value="8500"' in again


class TestSigning:
    def test_whoever_entered_it_cannot_sign_it(self, team, evaluator, manager, client_for) -> None:
        row = assume(ValueLineFactory(value_map__team=team), evaluator)
        with pytest.raises(ValidationError, match="You entered this, so somebody else signs it."):
            actions.sign_assumption(by=evaluator, assumption=row, seen=row.entered_at.isoformat())
        url = reverse("evaluation:value-assumption-sign", args=[row.uuid])
        answer = client_for(evaluator).post(url, {"seen": row.entered_at.isoformat()}, follow=True)
        assert "You entered this, so somebody else signs it." in text_of(answer)
        answer = client_for(manager).post(url, {"seen": row.entered_at.isoformat()}, follow=True)
        assert "Signed by" in text_of(answer)
        assert ValueAssumption.objects.get().signed_by == manager

    @pytest.mark.parametrize("make", [ValueAssumptionFactory, ValueInputFactory])
    def test_the_database_refuses_it_too(self, make, manager) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            make(entered_by=manager, signed_by=manager, signed_at=timezone.now())

    def test_a_change_ends_a_signature_and_its_author_cannot_sign_it(self, team, evaluator, manager) -> None:
        line = ValueLineFactory(value_map__team=team)
        row = assume(line, evaluator)
        actions.sign_assumption(by=manager, assumption=row, seen=row.entered_at.isoformat())
        same = assume(line, manager)
        assert (same.signed_by, same.entered_by) == (manager, evaluator)
        changed = assume(line, manager, value=Decimal(45))
        assert (changed.signed_by, changed.entered_by) == (None, manager)
        with pytest.raises(ValidationError, match="somebody else signs it"):
            actions.sign_assumption(by=manager, assumption=changed, seen=changed.entered_at.isoformat())

    def test_what_was_changed_meanwhile_is_not_signed(self, team, evaluator, manager) -> None:
        line = ValueLineFactory(value_map__team=team)
        read = assume(line, evaluator)
        assume(line, evaluator, value=Decimal(50))
        with pytest.raises(ValidationError, match="changed after you opened the page"):
            actions.sign_assumption(by=manager, assumption=read, seen=read.entered_at.isoformat())

    def test_signing_twice_is_signing_once(self, team, evaluator, manager) -> None:
        row = ValueInputFactory(value_map__team=team, entered_by=evaluator)
        for _each in range(2):
            actions.sign_value_input(by=manager, value_input=row, seen=row.entered_at.isoformat())
        assert AuditEntry.objects.count() == 1

    def test_another_sign_or_start_of_an_outcome_ends_its_signatures(self, team, manager) -> None:
        value_map = ValueMapFactory(team=team, whole=True, signed=True)
        line = value_map.lines.get()
        values = {"stakeholder": line.stakeholder, "change": "Ring a neighbour", "is_negative": False}
        actions.change_value_line(by=manager, line=line, starts="during", **values)
        assert not line.assumptions.filter(signed_by__isnull=True).exists()
        actions.change_value_line(by=manager, line=line, starts="after", **values)
        assert not line.assumptions.filter(signed_by__isnull=False).exists()
        assert set(line.assumptions.values_list("entered_by", flat=True)) == {manager.pk}

    def test_a_change_of_an_input_ends_its_signature(self, team, manager) -> None:
        row = ValueMapFactory(team=team, whole=True, signed=True).inputs.get()
        values = {"who": row.who, "what": row.what, "year": 1, "high_gbp": row.high_gbp, "source": row.source}
        changed = actions.change_value_input(by=manager, value_input=row, low_gbp=Decimal(240_000), **values)
        assert (changed.signed_by, changed.entered_by) == (None, manager)


class TestPage:
    def test_break_evens_come_before_the_ratio_and_the_example_is_as_published(self, team, builder, client_for) -> None:
        page = detail(client_for(builder), ValueMapFactory(team=team, whole=True, signed=True))
        words = ["51.3%", "58.2%", "30.4%", "82.7%", "£5,918.07", "41.8", "What it comes to"]
        words += ["For each pound that was put in: <strong>1.44</strong>", "Not comparable"]
        places = [page.index(each) for each in words]
        assert max(places[:6]) < places[6] < places[7] < places[8]
        assert "£359,069.57" in page
        assert "Year 1 is not discounted" in page
        assert "The Green Book" in page

    def test_what_starts_after_the_activity_is_discounted_from_its_first_year(self, team, builder, client_for) -> None:
        value_map = ValueMapFactory(team=team, whole=True, signed=True)
        value_map.lines.update(starts="after")
        page = detail(client_for(builder), value_map)
        assert "£346,927.12" in page
        assert "<strong>1.39</strong>" in page
        assert "49.6%" in page

    def test_there_is_no_ratio_before_everything_is_signed(self, team, builder, client_for) -> None:
        value_map = ValueMapFactory(team=team, whole=True, signed=True)
        value_map.inputs.update(signed_by=None, signed_at=None)
        page = detail(client_for(builder), value_map)
        assert "once a colleague has signed the 1 assumption or input" in page
        assert "51.3%" in page
        assert "1.44" not in page

    def test_nothing_is_worked_out_while_something_is_missing(self, team, builder, client_for) -> None:
        value_map = ValueMapFactory(team=team, whole=True, signed=True)
        ValueAssumption.objects.get(kind="drop-off").delete()
        page = detail(client_for(builder), value_map)
        assert "Nothing is worked out until" in page
        assert "Drop-off: lost each year" in page
        assert "359,069" not in page
        assert shown_map(whole_map(ValueMapFactory(team=team))) is None

    @pytest.mark.parametrize(
        ("low", "words"),
        [(0, "Not defined: what was put in is £0, or may be."), (None, "Not defined: nobody has entered")],
    )
    def test_a_ratio_to_nothing_is_not_defined(self, team, builder, client_for, low, words) -> None:
        value_map = ValueMapFactory(team=team, whole=True, signed=True)
        if low is None:
            value_map.inputs.all().delete()
        else:
            value_map.inputs.update(low_gbp=low)
        page = detail(client_for(builder), value_map)
        assert words in page
        assert "£359,069.57" in page

    def test_costs_that_are_a_range_give_a_range(self, team, builder, client_for) -> None:
        value_map = ValueMapFactory(team=team, whole=True, signed=True)
        value_map.inputs.update(low_gbp=Decimal(200_000))
        page = detail(client_for(builder), value_map)
        assert "<strong>1.44 to 1.80</strong>" in page
        assert "61% or 51.3%" in page
        assert "the first break-even is for its lowest amount" in page

    def test_a_result_below_the_costs_is_shown_like_any_other(self, team, builder, client_for) -> None:
        value_map = ValueMapFactory(team=team, whole=True, signed=True)
        value_map.inputs.update(low_gbp=Decimal(500_000), high_gbp=Decimal(500_000))
        page = detail(client_for(builder), value_map)
        assert "<strong>0.72</strong>" in page
        assert "nowhere (the result stays below)" in page

    def test_a_map_without_money_has_points_and_no_ratio(self, team, builder, client_for) -> None:
        value_map = ValueMapFactory(team=team, measure="weights", whole=True, signed=True)
        ValueAssumption.objects.filter(kind="worth").update(value=8, low=6, high=9, price_year=None)
        page = detail(client_for(builder), value_map)
        # 60 × 8 × 0.6 × 0.7 × (1 + 0.7): points are not discounted.
        assert "342.7 points" in page
        assert "points cannot be divided by pounds" in page
        assert "For each pound" not in page

    def test_a_long_map_shows_what_moves_it_most(self, team, builder, client_for) -> None:
        value_map = ValueMapFactory(team=team, whole=True, signed=True)
        for _each in range(4):
            line = ValueLineFactory(value_map=value_map)
            for kind in EXAMPLE:
                ValueAssumptionFactory(line=line, kind=kind)
        page = detail(client_for(builder), value_map)
        assert "7 more move it less" in page
        assert page.count("tornado__now") == 6

    def test_a_page_of_three_outcomes_asks_as_much_as_one_of_one(
        self, team, builder, client_for, django_assert_num_queries
    ) -> None:
        one, client = ValueMapFactory(team=team, whole=True), client_for(builder)
        three = ValueMapFactory(team=team, whole=True)
        for _each in range(2):
            line = ValueLineFactory(value_map=three)
            for kind in EXAMPLE:
                ValueAssumptionFactory(line=line, kind=kind)
            ValueInputFactory(value_map=three)
        detail(client, one)
        for value_map in (one, three):
            with django_assert_num_queries(9):
                detail(client, value_map)

    def test_an_outcome_says_who_entered_and_who_signed(self, team, manager, client_for) -> None:
        line = ValueMapFactory(team=team, whole=True, signed=True).lines.get()
        page = text_of(client_for(manager).get(reverse("evaluation:value-line-detail", args=[line.uuid])))
        assert page.count("Signed by") == len(EXAMPLE)
        assert page.count("Breaks even at") == len(EXAMPLE)
        assert "Asked at the supper in May." in page

    def test_ratios_of_others_are_intervals_and_not_comparable(self, team, builder, client_for) -> None:
        page = text_of(client_for(builder).get(reverse("evaluation:value-elsewhere")))
        assert "About 3.7: 3.66 to 3.69" in page
        assert "About 3.6: 3.62 to 3.66" in page
        assert "Not comparable" in page


class TestStories:
    def test_what_stories_say_is_shown_with_its_number_and_not_filled_in(self, team, manager, client_for) -> None:
        line = ValueLineFactory(value_map__team=team)
        for anyway, number in (("no", 7), ("partly", 3), ("yes", 2), ("", 1)):
            for _each in range(number):
                StoryFactory(
                    team=team, anyway=anyway, others_did="The school lent the hall." if anyway == "yes" else ""
                )
        StoryFactory(team=team, anyway="yes", happened_on=date(2025, 3, 31))
        answer = client_for(manager).get(reverse("evaluation:value-assumption", args=[line.uuid, "deadweight"]))
        assert "7 of 12 said no, 3 partly or later, 2 yes, most of it." in text_of(answer)
        assert answer.context["form"]["value"].value() is None
        answer = client_for(manager).get(reverse("evaluation:value-assumption", args=[line.uuid, "attribution"]))
        assert "2 of 13 stories name what others did." in text_of(answer)
        answer = client_for(manager).get(reverse("evaluation:value-assumption", args=[line.uuid, "displacement"]))
        assert "stories" not in text_of(answer).lower().split("<main", 1)[1]

    def test_only_stories_that_a_person_reads_are_counted(self, team, evaluator, manager) -> None:
        value_map = ValueMapFactory(team=team)
        StoryFactory(team=team, anyway="no")
        StoryFactory(anyway="no")
        assert told_in_stories(manager, team, value_map).no == 1
        assert told_in_stories(evaluator, team, value_map).no == 0


class TestFiles:
    def test_a_file_has_each_input_and_outcome_with_every_source_and_no_ratio(
        self, team, evaluator, client_for
    ) -> None:
        value_map = ValueMapFactory(team=team, whole=True, signed=True)
        bare = ValueLineFactory(value_map=value_map, is_negative=True)
        answer = client_for(evaluator).get(reverse("evaluation:value-export", args=[value_map.uuid]))
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert tuple(rows[0]) == COLUMNS
        assert [row["row"] for row in rows] == ["input", "outcome", "outcome"]
        assert rows[0]["input_high_gbp"] == "250000.00"
        assert (rows[1]["attribution"], rows[1]["attribution_low"], rows[1]["attribution_high"]) == (
            "30.00",
            "20.00",
            "55.00",
        )
        assert (rows[1]["impact"], rows[1]["present_value"]) == ("214200.00", "")
        assert (rows[2]["outcome"], rows[2]["negative"], rows[2]["impact"]) == (bare.change, "yes", "")
        bare.delete()
        answer = client_for(evaluator).get(reverse("evaluation:value-export", args=[value_map.uuid]))
        row = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))[1]
        assert (row["present_value"], row["attribution_break_even"]) == ("359069.57", "51.3%")
        assert "ratio" not in COLUMNS

    def test_a_picture_has_its_numbers_inside(self, team, evaluator, builder, client_for) -> None:
        value_map = ValueMapFactory(team=team, whole=True)
        url = reverse("evaluation:value-picture", args=[value_map.uuid])
        svg = b"".join(client_for(evaluator).get(url).streaming_content).decode()
        assert svg.count("<rect") == 6
        assert svg.count("<line") == 6 * 2 + 1
        assert "51.3%" in svg
        assert "The Green Book" in svg
        assert "£359,069.57" in svg
        assert "Not comparable" in svg
        assert client_for(builder).get(url).status_code == 403
        ValueAssumption.objects.filter(kind="years").delete()
        assert client_for(evaluator).get(url).status_code == 404


def test_a_deleted_map_comes_back_whole(team, manager) -> None:
    value_map = ValueMapFactory(team=team, whole=True, signed=True)
    actions.delete_value_map(by=manager, value_map=value_map)
    assert not ValueLine.objects.exists()
    undo(undoable=Undoable.objects.get(), by=manager)
    assert whole_map(ValueMap.objects.get()).unsigned == 0
    assert ValueInput.objects.get().high_gbp == 250_000

"""Pages show every share with a per cent sign and every amount with a pound sign; files contain plain numbers.

The data dictionary says that a value in a file is a number, with its unit in a separate column.
"""

import csv
import io
import re

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from communities.models import Team, User
from communities.periods import last
from evaluation.framework import BY_KEY, INDICATORS, IndicatorSpec
from evaluation.framework.indicators import MONEY_AWARDED
from evaluation.models import Form
from tests.evaluation.worlds import PERIODS, World
from tests.factories.evaluation import release
from tests.markup import flat

pytestmark = pytest.mark.django_db
LIST = "/indicators/"
COUNT = re.compile(r"[\d,]+|hidden|–")
WRITTEN = {
    Form.SHARE: re.compile(r"\d{1,3}(\.\d)?%|–|hidden"),
    Form.POUNDS: re.compile(r"£[\d,]+(\.\d\d)?"),
    Form.PEOPLE: COUNT,
    Form.NUMBER: COUNT,
}
SIGNED = [spec for spec in INDICATORS if spec.form in (Form.SHARE, Form.POUNDS)]


@pytest.fixture
def world(team: Team, clock: object) -> World:
    """Return a team with enough of everything for shares and amounts to be shown, in the quarters around the clock's day."""
    world = World(team, 1, size=120)
    release(team, *last(4, until=PERIODS[-1].end))
    return world


def test_the_table_formats_every_value(world: World, evaluator: User, client_for) -> None:
    response = client_for(evaluator).get(LIST)
    cells = [
        (row.spec, cell.words) for _outcome, rows in response.context["sections"] for row in rows for cell in row.cells
    ]
    assert [(spec.key, words) for spec, words in cells if not WRITTEN[spec.form].fullmatch(words)] == []
    assert {spec.key for spec, words in cells if words[0] == "£" or words[-1] == "%"} == {spec.key for spec in SIGNED}
    assert all(f">{words}</a>" in flat(response.content.decode()) for _spec, words in cells)


@pytest.mark.parametrize("spec", SIGNED, ids=lambda spec: spec.key)
def test_the_page_of_an_indicator_formats_every_value(
    spec: IndicatorSpec, world: World, builder: User, client_for
) -> None:
    response = client_for(builder).get(reverse("evaluation:indicator-detail", args=[spec.key]))
    words = [response.context["words"], *(column.words for column in response.context["chart"].columns)]
    assert [each for each in words if not WRITTEN[spec.form].fullmatch(each)] == []
    assert any(each[0] == "£" or each[-1] == "%" for each in words)
    assert all(f">{each}<" in flat(response.content.decode()) for each in words[1:])


@pytest.mark.parametrize("spec", [*SIGNED, BY_KEY["conversations-held"]], ids=lambda spec: spec.key)
def test_the_headline_has_a_unit_unless_the_value_has_a_sign(
    spec: IndicatorSpec, world: World, builder: User, client_for
) -> None:
    client = client_for(builder)
    columns = client.get(reverse("evaluation:indicator-detail", args=[spec.key])).context["chart"].columns
    pages = [client.get(column.url).content.decode() for column in columns if column.words not in ("–", "hidden")]
    assert pages
    assert {"headline__unit" in page for page in pages} == {spec not in SIGNED}


def test_the_rows_behind_a_sum_show_their_amounts_in_pounds(world: World, builder: User, client_for) -> None:
    client = client_for(builder)
    page = reverse("evaluation:indicator-detail", args=[MONEY_AWARDED.key])
    shown = [column.url for column in client.get(page).context["chart"].columns if column.words != "£0"]
    rows = [row for url in shown for row in client.get(url).context["rows"]]
    assert rows
    assert [row.note for row in rows if not re.fullmatch(r"£[\d,]+(\.\d\d)?", row.note)] == []


def test_the_chart_of_a_percentage_goes_to_a_hundred(world: World, builder: User, client_for) -> None:
    for spec in (each for each in SIGNED if each.form == Form.SHARE):
        response = client_for(builder).get(reverse("evaluation:indicator-detail", args=[spec.key]))
        shown = [column for column in response.context["chart"].columns if column.words.endswith("%")]
        assert shown
        assert [column.height for column in shown] == [f"{float(column.words[:-1]):.1f}" for column in shown]


def exported(client: Client, file_format: str) -> list[dict[str, object]]:
    """Return the rows of an export, by column."""
    body = b"".join(client.get(reverse("evaluation:indicator-export", args=[file_format])).streaming_content)
    if file_format == "csv":
        return list(csv.DictReader(io.StringIO(body.decode().removeprefix("\ufeff"))))
    head, *rows = openpyxl.load_workbook(io.BytesIO(body))["Indicators"].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_files_have_plain_numbers_beside_their_unit(
    file_format: str, world: World, evaluator: User, client_for
) -> None:
    rows = exported(client_for(evaluator), file_format)
    by_name = {str(spec.name): spec for spec in INDICATORS}
    for row in rows:
        assert row["unit"] == str(by_name[row["indicator"]].unit)
        assert row["value"] in ("", None) or re.fullmatch(r"\d+(\.\d+)?", str(row["value"]))
    units = {row["indicator"]: row["unit"] for row in rows if row["value"]}
    assert {units.get(str(spec.name)) for spec in SIGNED} == {"per cent", "pounds"}


def test_the_dictionary_explains_the_format_of_values(evaluator: User, client_for) -> None:
    client, address = client_for(evaluator), reverse("evaluation:data-dictionary")
    page = ""
    while address:
        answer = client.get(address)
        page, address = page + answer.content.decode(), answer.context["page"].next_url
    assert "without % or £: its unit has a column of its own" in page
    assert all(f'<td data-label="Unit">{BY_KEY[spec.key].unit}</td>' in page for spec in SIGNED)

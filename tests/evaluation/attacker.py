"""An evaluator who wants the hidden numbers: collects what the pages and files show, and solves for the rest.

What is shown of one count of people is a `Published`. It says what anybody knows who reads it: the hidden quarters of the team are small, quarters
and places add up to the year (or, where each person counts once, bound it), and no number is below 0. The solver finds the
lowest and the highest value that every hidden number can have. Source: HiGHS, an open solver for integer programs.
"""

import csv
import re
import zipfile
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from io import BytesIO, StringIO

import highspy
from django.utils import timezone

from communities.periods import Grain, Period, parse, period_name, quarter_of, quarters_in, year_of
from evaluation.framework import INDICATORS
from evaluation.reports.wording import period_short

#: No count in a test is higher.
ENOUGH = 100_000
ALL, NOWHERE = "All neighbourhoods", "No neighbourhood"
#: A number of a pack: what it is called, its value, and what it is made of.
_STAT = re.compile(
    r'stat__label">([^<]*)<.*?<span class="figure[^"]*">([^<]*)</span>.*?stat__meaning">([^<]*)<', re.DOTALL
)

#: A number of a pack with its chart, and a line of the table under it: a period, its number, and what that is made of.
_NUMBER = re.compile(r'<article class="card pack__number">(.*?)</article>', re.DOTALL)
_CHARTED = re.compile(
    r'<th scope="row">\s*<span class="pack__day">([^<]*)</span>\s*(?:<span[^>]*>[^<]*</span>\s*)*</th>\s*<td><span class="pack__day">[^<]*</span></td>\s*<td class="number">\s*([^<]*?)\s*'
    r'(?:<span class="muted small">\(([^<]*)\)</span>\s*)?</td>'
)
#: A small number of a quarter of the team: anybody knows as much who knows the threshold.
_BAND = re.compile(r"1–\d+")

#: A line of a table of profiles: its label and its number.
_PROFILE_LINE = re.compile(
    r'<th scope="row">\s*(?:<strong>)?\s*([^<]*?)\s*(?:</strong>)?\s*</th>\s*<td[^>]*>\s*<span class="figure[^"]*">([^<]*)<'
)


@dataclass
class Published:
    """One count of people in one year as it is published: numbers, or None for hidden ones.

    awaited: the quarters, by number, that nobody has closed yet: they may be anything.
    """

    quarters: list[int | None]
    year: int | None
    places: dict[str, int | None]
    threshold: int
    adds_up: bool = True
    name: str = ""
    awaited: frozenset[int] = frozenset()

    @property
    def cells(self) -> dict[int | str, int | None]:
        """Return all numbers: quarters by number, places by name, the year as "year"."""
        return {**dict(enumerate(self.quarters)), **self.places, "year": self.year}


@dataclass
class Solved:
    """The lowest and highest value of each hidden number: quarters by number, places by name, the year as "year"."""

    ranges: dict[int | str, tuple[int, int]] = field(default_factory=dict)

    @property
    def narrowest(self) -> int:
        """Return how many values the least open hidden number can have; ENOUGH when nothing is hidden."""
        return min((high - low + 1 for low, high in self.ranges.values()), default=ENOUGH)


def solve(found: Published) -> Solved:
    """Return what can be worked out about each hidden number.

    Raises: AssertionError when no numbers at all fit what is published.
    """
    solver = _solver()
    first = _add_day(solver, found)
    return _ranges(solver, found, first)


def solve_two_days(before: Published, after: Published, *, moved: int = 1) -> tuple[Solved, Solved]:
    """Return what can be worked out from the same count on two days between which at most `moved` records changed.

    A changed record adds or takes away one in a place, a quarter and the year; moved from one to another it does both.
    Raises: AssertionError when no numbers at all fit what is published.
    """
    solver = _solver()
    one, other = _add_day(solver, before), _add_day(solver, after)
    count = len(before.cells)
    assert [*before.cells] == [*after.cells]
    for parts in (range(len(before.quarters)), range(len(before.quarters), count - 1), range(count - 1, count)):
        # What is added and what is taken away, of each number; together no more than the records that changed.
        added = solver.getNumCol()
        for _part in parts:
            solver.addVar(0, moved)
        taken = solver.getNumCol()
        for _part in parts:
            solver.addVar(0, moved)
        for number, part in enumerate(parts):
            solver.addRow(0, 0, 4, [other + part, one + part, added + number, taken + number], [1.0, -1.0, -1.0, 1.0])
        for start in (added, taken):
            solver.addRow(0, moved, len(parts), [start + number for number in range(len(parts))], [1.0] * len(parts))
    return _ranges(solver, before, one), _ranges(solver, after, other)


def _solver() -> highspy.Highs:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    return solver


def _add_day(solver: highspy.Highs, found: Published) -> int:
    """Add the numbers of one day and what anybody knows of them; return the index of the first."""
    first, cells = solver.getNumCol(), found.cells
    for key, value in cells.items():
        low, high = (value, value) if value is not None else (0, ENOUGH)
        if value is None and isinstance(key, int) and key not in found.awaited:
            low, high = 1, found.threshold - 1
        solver.addVar(low, high)
    columns = list(range(first, first + len(cells)))
    solver.changeColsIntegrality(len(columns), columns, [highspy.HighsVarType.kInteger] * len(columns))
    year = columns[-1]
    for parts in (columns[: len(found.quarters)], columns[len(found.quarters) : -1]):
        if not parts:
            continue
        at_least = 0 if found.adds_up else -ENOUGH
        solver.addRow(at_least, 0, len(parts) + 1, [*parts, year], [-1.0] * len(parts) + [1.0])
        for part in parts:
            solver.addRow(0, ENOUGH, 2, [year, part], [1.0, -1.0])
    return first


def _ranges(solver: highspy.Highs, found: Published, first: int) -> Solved:
    solved = Solved()
    for index, (key, value) in enumerate(found.cells.items(), start=first):
        if value is None:
            solved.ranges[key] = (_least(solver, index, 1), _least(solver, index, -1))
    return solved


def _least(solver: highspy.Highs, index: int, sign: int) -> int:
    solver.changeColCost(index, sign)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    solver.changeColCost(index, 0)
    return round(solver.getSolution().col_value[index])


def read_files(client, until: Iterable[Period]) -> dict[tuple[str, str, Period], str]:
    """Return (indicator, place, period) to "*" for hidden or the text of the number, from the CSV files of some years."""
    cells: dict[tuple[str, str, Period], str] = {}
    for period in until:
        for grain in (Grain.QUARTER, Grain.YEAR):
            # What has not begun is not offered.
            until_quarter = quarter_of(min(period.end, timezone.localdate()))
            address = f"/indicators/export/csv/?by={grain}&until={until_quarter.key}"
            response = client.get(address)
            assert response.status_code == 200, address
            text = b"".join(response.streaming_content).decode("utf-8-sig")
            for row in csv.DictReader(StringIO(text)):
                key = parse(f"{row['period_start']}_{row['period_end']}")
                cells[row["indicator"], row["neighbourhood"], key] = "*" if row["suppressed"] == "yes" else row["value"]
    return cells


def read_package(client) -> dict[tuple[str, str, Period], str]:
    """Return the same from the data package of all releases; numerators of shares are read as the counts that they are.

    {} while nothing is closed.
    """
    response = client.get("/indicators/releases/package/")
    if response.status_code == 404:
        return {}
    with zipfile.ZipFile(BytesIO(response.getvalue())) as archive:
        tables = {
            name: list(csv.DictReader(StringIO(archive.read(f"{name}.csv").decode(), newline="")))
            for name in ("values", "indicators", "places")
        }
    names = {row["indicator_key"]: row["name"] for row in tables["indicators"]}
    places = {(row["release"], row["place_code"]): row["name"] for row in tables["places"]}
    counts = {spec.numerator_of: str(spec.name) for spec in INDICATORS if spec.numerator_of}
    cells = {}
    for row in tables["values"]:
        place, period = places[row["release"], row["place_code"]], parse(row["period"])
        cells[names[row["indicator_key"]], place, period] = "*" if row["status"].startswith("hidden") else row["value"]
        if row["numerator"] and row["indicator_key"] in counts:
            cells[counts[row["indicator_key"]], place, period] = row["numerator"]
    return cells


def read_packs(client, links: Iterable[str]) -> dict[tuple[str, str, Period], str]:
    """Return the same from packs, read by their links without an account; numerators of shares as the counts that they are.

    Their charts say more than their numbers: what earlier releases show of the same place.

    Raises: AssertionError when two packs say different things of the same figure.
    """
    names = {spec.key: str(spec.name) for spec in INDICATORS}
    counts = {names[spec.numerator_of]: str(spec.name) for spec in INDICATORS if spec.numerator_of}
    this = whole_years(timezone.localdate())
    periods = {period_name(each): each for year in this for each in (*quarters_in(year), year)}
    cells: dict[tuple[str, str, Period], str] = {}
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200, link
        page = answer.content.decode()
        period, place = unescape(re.search(r'<p class="page__lead">([^<]*)<', page)[1]).split(", ", 1)
        key = periods[period]
        shorts = {period_short(each): each for each in periods.values()}
        for number in _NUMBER.findall(page):
            ((label, value, parts),) = _STAT.findall(number)
            name = unescape(" ".join(label.split()))
            found = [(key, value, parts)]
            for short, text, made_of in charted(number):
                found += [(shorts[short], text, made_of)] if short in shorts and text != "not closed" else []
            assert len(found) > 1
            for at, text, made_of in found:
                read = {name: _plain(" ".join(text.split()))}
                if name in counts and made_of.strip():
                    read[counts[name]] = made_of.split(" of ")[0].strip().replace(",", "")
                for each, shown in read.items():
                    assert cells.get((each, place, at), shown) == shown, (each, place, at.key)
                    cells[each, place, at] = shown
    return cells


def charted(page: str) -> list[tuple[str, str, str]]:
    """Return (period, number, what it is made of) of the tables under charts on a page, as they are written."""
    return [(unescape(period), unescape(text), unescape(parts)) for period, text, parts in _CHARTED.findall(page)]


def _plain(text: str) -> str:
    """Return the text of a number of a pack without its unit; "*" for one that is hidden."""
    if text == "hidden" or _BAND.fullmatch(text):
        return "*"
    return text.replace(",", "").removeprefix("£").removesuffix("%")


def read_profiles(client, years: Iterable[Period], threshold: int) -> list[Published]:
    """Return each table of the profiles of closed years as a row beside its total: from their file, the package and the page.

    Raises: AssertionError when these say different things.
    """
    found = []
    packed = _profiles_packed(client)
    for year in years:
        response = client.get(f"/profile/export/?year={year.key}")
        if response.status_code == 400:
            continue
        lines = list(csv.DictReader(StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
        assert packed[year.key] == [(line["table"], line["row"], line["number"], line["percent"]) for line in lines]
        page = unescape(client.get(f"/profile/?year={year.key}").content.decode())
        tables: dict[str, dict[str, int | None]] = {}
        for line in lines:
            tables.setdefault(line["table"], {})[line["key"]] = int(line["number"]) if line["number"] else None
            # A share beside its total says the number.
            assert bool(line["percent"]) <= bool(line["number"])
        shown = {(words, number.replace(",", "")) for words, number in _PROFILE_LINE.findall(page)}
        # The page shows what the file does, and two parts of those who were asked as one where they are hidden.
        assert shown <= {(line["row"], line["number"] or "hidden") for line in lines}
        assert len(shown) > len(lines) / 2
        asked = tables.pop("asked")
        unanswered, total = asked.pop("unanswered"), asked.pop("")
        found.append(Published([], total, {"answered": asked["answered"], "unanswered": unanswered}, threshold))
        found.append(Published([], unanswered, {name: asked[name] for name in ("declined", "unasked")}, threshold))
        average = tables.pop("average_age")[""]
        assert average is None or None not in tables["age"].values()
        for table in tables.values():
            found.append(Published([], table.pop(""), table, threshold))
    return found


def _profiles_packed(client) -> dict[str, list[tuple[str, str, str, str]]]:
    """Return (table, label, number, percent) of the profiles in the data package, by year."""
    response = client.get("/indicators/releases/package/")
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    if response.status_code == 200:
        with zipfile.ZipFile(BytesIO(response.getvalue())) as archive:
            for row in csv.DictReader(StringIO(archive.read("profiles.csv").decode(), newline="")):
                line = (row["table"], row["name"], row["number"], row["percent"])
                found.setdefault(row["release"], []).append(line)
    return found


def published(
    cells: dict[tuple[str, str, Period], str],
    years: Iterable[Period],
    threshold: int,
    *,
    closed: Container[Period],
    today: date,
) -> list[Published]:
    """Return each count of people in each year that the files hold whole. `closed` are the quarters that are released."""
    places = sorted({place for _name, place, _period in cells} - {ALL})
    found = []
    for spec in INDICATORS:
        if not spec.counts_people:
            continue
        name = str(spec.name)
        for year in years:
            # Quarters to come are not in the files: nothing is counted in them.
            quarters = [cells.get((name, ALL, quarter), "0") for quarter in quarters_in(year)]
            awaited = {
                number
                for number, quarter in enumerate(quarters_in(year))
                if quarter not in closed and quarter.start <= today
            }
            found.append(
                Published(
                    [_number(text) for text in quarters],
                    _number(cells[name, ALL, year]),
                    {place: _number(cells[name, place, year]) for place in places},
                    threshold,
                    spec.adds_up,
                    f"{name}, {year.key}",
                    frozenset(awaited),
                )
            )
    return found


def _number(text: str) -> int | None:
    return None if text == "*" else int(text)


def whole_years(today) -> list[Period]:
    """Return this year and the one before."""
    this = year_of(today)
    return [year_of(this.start.replace(year=this.start.year - 1)), this]

"""What Excel demands of a workbook, asked part by part: it calls a file damaged that other programs open.

Source: ECMA-376, "Office Open XML File Formats", 5th edition, part 1: 18.2 (workbook), 18.3.1 (worksheets), 18.4 (shared strings), 18.8
(styles); part 2, 9 and 10 (parts, content types); Microsoft, "Excel specifications and limits" and "Rename a worksheet".
"""

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/"
_SHEET_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
MOST_LETTERS, MOST_ROWS, MOST_COLUMNS, LONGEST_NAME, LONGEST_HEAD = 32_767, 1_048_576, 16_384, 31, 255
#: The last day that a spreadsheet knows, and the first that all of them count alike.
FIRST_DAY, LAST_DAY = 61, 2_958_465
#: The order of the parts of a sheet that our files have; Excel refuses another.
_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter", "mergeCells", "dataValidations", "pageMargins",
    "pageSetup", "headerFooter",
)  # fmt: skip
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d*)")
#: What a text means that is written as "_x0007_".
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DAYS = re.compile(r"(?<![\"\\])[dyhs]", re.IGNORECASE)
#: Formats of dates that need no declaration.
_BUILT_IN_DAYS = {*range(14, 23), *range(45, 48)}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


def faults_of(data: bytes) -> list[str]:
    """Return in sentences what Excel would not take in a workbook; nothing for a good one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            repeated = [f"{name} is there twice" for name, times in Counter(names).items() if times > 1]
            parts = {name: _root(archive.read(name)) for name in names if name.endswith((".xml", ".rels"))}
    except (zipfile.BadZipFile, ElementTree.ParseError) as error:
        return [f"cannot be read: {error}"]
    return [*repeated, *_types(parts, names), *_links(parts, names), *_book(parts), *_sheets(parts)]


def _root(data: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(data)  # noqa: S314 - Kith wrote it


def letters_of(text: str) -> int:
    """Return how long Excel says that a text is: it counts in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def _types(parts: dict[str, ElementTree.Element], names: list[str]) -> Iterator[str]:
    """Yield which parts have no content type, and which content types have no part."""
    types = parts["[Content_Types].xml"]
    defaults = {each.get("Extension") for each in types.iter(f"{_PACKAGE}content-types}}Default")}
    overrides = {
        each.get("PartName", "").removeprefix("/"): each for each in types.iter(f"{_PACKAGE}content-types}}Override")
    }
    for name in names:
        if name != "[Content_Types].xml" and name not in overrides and name.rpartition(".")[2] not in defaults:
            yield f"{name} has no content type"
        if name.startswith("xl/worksheets/sheet") and (
            name not in overrides or overrides[name].get("ContentType") != _SHEET_KIND
        ):
            yield f"{name} is no sheet by its content type"
    yield from (f"{name} has a content type and is missing" for name in overrides if name not in names)


def _links(parts: dict[str, ElementTree.Element], names: list[str]) -> Iterator[str]:
    """Yield relationships that lead nowhere, or have one name."""
    for name, part in parts.items():
        if not name.endswith(".rels"):
            continue
        folder, links = (
            posixpath.dirname(posixpath.dirname(name)),
            part.findall(f"{_PACKAGE}relationships}}Relationship"),
        )
        if len({link.get("Id") for link in links}) < len(links):
            yield f"{name} has a relationship twice"
        for link in links:
            target = link.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            if link.get("TargetMode") != "External" and path not in names:
                yield f"{name} leads to {path}, which is missing"


def _book(parts: dict[str, ElementTree.Element]) -> Iterator[str]:
    """Yield names of sheets that Excel refuses, and sheets without a part."""
    known = {link.get("Id") for link in parts["xl/_rels/workbook.xml.rels"]}
    sheets = parts["xl/workbook.xml"].findall(f"{_MAIN}sheets/{_MAIN}sheet")
    if not sheets:
        yield "there is no sheet"
    names = [sheet.get("name", "") for sheet in sheets]
    for sheet, name in zip(sheets, names, strict=True):
        if not 1 <= letters_of(name) <= LONGEST_NAME or re.search(r"[\[\]:*?/\\\x00-\x1f]|^'|'$", name):
            yield f"no sheet can be called {name!r}"
        if name.casefold() == "history":
            yield "Excel keeps the name History for itself"
        if sheet.get(_LINK) not in known:
            yield f"{name} has no part"
    if len({name.casefold() for name in names}) < len(names):
        yield "two sheets have one name"


def _sheets(parts: dict[str, ElementTree.Element]) -> Iterator[str]:
    """Yield what is wrong within sheets."""
    styles, shared = parts["xl/styles.xml"], parts.get("xl/sharedStrings.xml")
    texts = ["".join(each.itertext()) for each in shared] if shared is not None else []
    for count in ("fonts", "fills", "borders", "cellXfs", "numFmts"):
        found = styles.find(f"{_MAIN}{count}")
        if found is not None and found.get("count") not in (None, str(len(found))):
            yield f"the styles have another number of {count}"
    yield from (fault for text in texts for fault in _text(text, "a shared text"))
    days = _days(styles)
    for name, sheet in parts.items():
        if not name.startswith("xl/worksheets/"):
            continue
        tags = [each.tag.removeprefix(_MAIN) for each in sheet]
        if not set(tags) <= set(_ORDER) or sorted(tags, key=_ORDER.index) != tags:
            yield f"{name} has its parts in another order: {tags}"
        head = "".join(text for each in sheet.iter(f"{_MAIN}headerFooter") for text in each.itertext())
        if letters_of(head) > LONGEST_HEAD:
            yield f"the head of {name} is too long"
        yield from (f"{name}: {fault}" for fault in _cells(sheet, texts, days))


def _days(styles: ElementTree.Element) -> list[bool]:
    """Return of each style of cells whether it shows days."""
    formats = {each.get("numFmtId"): each.get("formatCode", "") for each in styles.iter(f"{_MAIN}numFmt")}
    found = []
    for style in styles.findall(f"{_MAIN}cellXfs/{_MAIN}xf"):
        number = style.get("numFmtId", "0")
        found.append(int(number) in _BUILT_IN_DAYS or bool(_DAYS.search(formats.get(number, ""))))
    return found


def _cells(sheet: ElementTree.Element, texts: list[str], days: list[bool]) -> Iterator[str]:
    """Yield what is wrong with rows and cells."""
    before = 0
    for row in sheet.iter(f"{_MAIN}row"):
        number, column = int(row.get("r", "0")), 0
        if not before < number <= MOST_ROWS:
            yield f"row {number} after row {before}"
        before = number
        for cell in row:
            place = cell.get("r", "")
            match = _CELL.fullmatch(place)
            at = _column(match[1]) if match and match[2] == str(number) else 0
            if not column < at <= MOST_COLUMNS:
                yield f"{place} is out of order"
            column = at
            yield from _cell(cell, place, texts, days)


def _cell(cell: ElementTree.Element, place: str, texts: list[str], days: list[bool]) -> Iterator[str]:
    value, style, kind = cell.findtext(f"{_MAIN}v"), int(cell.get("s", "0")), cell.get("t", "n")
    if cell.find(f"{_MAIN}f") is not None:
        yield f"{place} is a formula"
    if style >= len(days):
        yield f"{place} has a style that is missing"
    elif kind == "n" and value is not None:
        if not _NUMBER.fullmatch(value):
            yield f"{place} is no number: {value}"
        elif days[style] and not FIRST_DAY <= float(value) < LAST_DAY + 1:
            yield f"{place} is no day: {value}"
    elif kind == "s" and not ((value or "").isdecimal() and int(value or 0) < len(texts)):
        yield f"{place} is a shared text that is missing"
    elif kind == "inlineStr":
        yield from _text("".join(cell.itertext()), place)
    elif kind not in ("n", "s", "b"):
        yield f"{place} is of the kind {kind}"


def _text(text: str, place: str) -> Iterator[str]:
    meant = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    if letters_of(meant.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")) > MOST_LETTERS:
        yield f"{place} is too long"
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", text):
        yield f"{place} has a control character"


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number

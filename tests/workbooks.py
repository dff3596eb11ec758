"""Workbooks for tests: ordinary ones, and files with parts that no program would write."""

import io
import zipfile

import openpyxl

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_STRINGS_LINK = b'<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml" Id="rId99"/>'


def workbook(*rows: tuple, **sheets: list[tuple]) -> io.BytesIO:
    """Return a workbook whose first sheet has these rows; `sheets` are more sheets, by name."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for title, further in sheets.items():
        sheet = book.create_sheet(title)
        for row in further:
            sheet.append(row)
    book.save(file)
    file.seek(0)
    return file


def of_parts(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    """Return an ordinary workbook of one sheet with some parts replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(workbook(("Name",))) as source, zipfile.ZipFile(file, "w", method) as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("workbook.xml.rels") and STRINGS in parts:
                data = data.replace(b"</Relationships>", _STRINGS_LINK + b"</Relationships>")
            target.writestr(name, parts.get(name, data))
        for name in parts.keys() - set(source.namelist()):
            target.writestr(name, parts[name])
    file.seek(0)
    return file


def of_sheet(rows: str, *, before: str = "", after: str = "", **parts: str) -> io.BytesIO:
    """Return a workbook with the given XML for the rows of its only sheet, and for what surrounds them."""
    sheet = f"<worksheet {NAMESPACE}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    return of_parts({SHEET: sheet, **parts})


def text_row(number: int, *texts: str) -> str:
    """Return the XML of a row of text cells."""
    cells = "".join(
        f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for at, text in enumerate(texts)
    )
    return f'<row r="{number}">{cells}</row>'

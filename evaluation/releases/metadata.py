"""What a data package says about itself, for Frictionless and for CSV on the Web.

Source: Data Package 1.0 and Table Schema 1.0 (specs.frictionlessdata.io); W3C, "Metadata Vocabulary for Tabular Data", 17
December 2015.
"""

import json
from collections.abc import Mapping
from typing import Any

from evaluation.releases.tables import TABLES, Column, Table, Type

FRICTIONLESS, CSVW = "datapackage.json", "csv-metadata.json"
_DATATYPES = {Type.NUMBER: "decimal"}


def frictionless(*, name: str, title: str, description: str, created: str) -> bytes:
    """Return `datapackage.json`. `created` is a day."""
    return _written(
        {
            "profile": "tabular-data-package",
            "name": name,
            "title": title,
            "description": description,
            "created": f"{created}T00:00:00Z",
            "resources": [_resource(table) for table in TABLES],
        }
    )


def csvw(*, title: str, description: str, created: str, language: str) -> bytes:
    """Return `csv-metadata.json`, where a program looks for it beside the tables."""
    return _written(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": language}],
            "dc:title": title,
            "dc:description": description,
            "dc:created": created,
            "dialect": {"encoding": "utf-8", "header": True},
            "tables": [_table(table) for table in TABLES],
        }
    )


def _written(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n"


def _resource(table: Table) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": table.file_name,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": str(table.meaning),
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {
                    "fields": list(link.columns),
                    "reference": {"resource": link.table, "fields": list(link.columns)},
                }
                for link in table.links
            ],
            "missingValues": [""],
        },
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.is_required else {}
    if column.choices:
        constraints["enum"] = list(column.choices)
    found: dict[str, Any] = {"name": column.name, "type": column.type.value, "description": str(column.meaning)}
    return found | ({"constraints": constraints} if constraints else {})


def _table(table: Table) -> dict[str, Any]:
    return {
        "url": table.file_name,
        "dc:description": str(table.meaning),
        "tableSchema": {
            "columns": [_column(column) for column in table.columns],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {
                    "columnReference": list(link.columns),
                    "reference": {"resource": f"{link.table}.csv", "columnReference": list(link.columns)},
                }
                for link in table.links
            ],
        },
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": str(column.meaning),
        "datatype": _datatype(column),
        "required": column.is_required,
    }


def _datatype(column: Column) -> str | dict[str, str]:
    """Return the datatype; of a column with choices, with a pattern that allows only these."""
    if column.choices:
        return {"base": "string", "format": "|".join(column.choices)}
    return _DATATYPES.get(column.type, column.type.value)

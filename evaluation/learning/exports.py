"""What the team learned as CSV and XLSX, with stable columns: one row for each observation, newest first.

The columns, in this order:

    observed_on         ISO 8601
    source, went        keys, as in the tables below; source_words, went_words: the same in the reader's language
    theme, neighbourhood        names; empty for none
    text                what was learned
    noted_by            a name
    noted_on            ISO 8601
    priorities          names, with the number in the plan; separated by semicolons
"""

import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from django.db.models import QuerySet
from django.utils import timezone

from communities.spreadsheets import CSV, CSV_TYPE, XLSX, XLSX_TYPE, csv_chunks, write_xlsx
from evaluation.models import Observation

#: Do not change their names or order, because spreadsheets depend on them; add others at the end.
COLUMNS = (
    "observed_on", "source", "source_words", "went", "went_words", "theme", "neighbourhood", "text", "noted_by", "noted_on",
    "priorities",
)  # fmt: skip
CONTENT_TYPES = {CSV: CSV_TYPE, XLSX: XLSX_TYPE}
_CHUNK = 500


def observation_rows(observations: QuerySet[Observation]) -> Iterator[tuple]:
    """Yield a tuple of `COLUMNS` for each observation, newest first."""
    rows = (
        observations.select_related("theme", "neighbourhood", "created_by")
        .prefetch_related("priorities")
        .order_by("-observed_on", "-pk")
    )
    for each in rows.iterator(chunk_size=_CHUNK):
        yield (
            each.observed_on,
            each.source,
            each.get_source_display(),
            each.went,
            each.get_went_display(),
            each.theme.name if each.theme else "",
            each.neighbourhood.name if each.neighbourhood else "",
            each.text,
            str(each.created_by),
            timezone.localtime(each.created_at).date(),
            "; ".join(map(str, each.priorities.all())),
        )


def observation_csv(observations: QuerySet[Observation]) -> Iterator[str]:
    """Yield observations as CSV, in chunks, with a UTF-8 byte order mark."""
    return csv_chunks(COLUMNS, observation_rows(observations))


def observation_xlsx(observations: QuerySet[Observation]) -> BinaryIO:
    """Return observations as a workbook: an open temporary file at its start, deleted when closed."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - whoever sends it closes it
    write_xlsx(file, COLUMNS, observation_rows(observations), title="learning")
    file.seek(0)
    return file

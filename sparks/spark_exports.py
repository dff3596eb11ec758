"""A list of sparks as CSV and XLSX, streamed, with stable columns: one row for each spark, newest first.

The columns, in this order:

    reference           identifies the spark, as on its page and in messages
    title, group        text
    neighbourhood, fund, round, host        names
    people              the residents behind it, as the reader may see them: in full, or initials; empty for evaluators
    status              in words
    held_by             in words
    asked_gbp, awarded_gbp, paid_gbp, returned_gbp      pounds
    in_kind_gbp         the estimated value of what is lent or given; in none of the sums before
    started, submitted, decided, paid       days, ISO 8601
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import batched
from typing import BinaryIO

from django.db.models import QuerySet, Sum
from django.utils import timezone

from communities.models import User
from communities.spreadsheets import CSV_TYPE, XLSX_TYPE, csv_chunks, write_xlsx
from connectors.models import Person
from connectors.rules.shown_names import name_for
from sparks.models import ZERO, CostLine, LedgerEntry, LedgerKind, Spark

COLUMNS = (
    "reference", "title", "group", "neighbourhood", "fund", "round", "host", "people", "status", "held_by", "asked_gbp",
    "awarded_gbp", "paid_gbp", "returned_gbp", "in_kind_gbp", "started", "submitted", "decided", "paid",
)  # fmt: skip
CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {CSV: CSV_TYPE, XLSX: XLSX_TYPE}
#: How many sparks are read at once, with their people and money.
_CHUNK = 500


def spark_rows(sparks: QuerySet[Spark], reader: User) -> Iterator[tuple]:
    """Yield a tuple of `COLUMNS` for each spark, newest first; four queries for each chunk.

    People are named as far as the reader may see them, and not at all to those who read no texts.
    """
    rows = sparks.select_related("round__fund", "neighbourhood", "host").order_by("-created_at", "-pk")
    for chunk in batched(rows.iterator(chunk_size=_CHUNK), _CHUNK):
        keys = [spark.pk for spark in chunk]
        people, money, kind = _people(keys, reader), _money(keys), _in_kind(keys)
        for spark in chunk:
            yield (
                str(spark.uuid),
                spark.title,
                spark.group_name,
                spark.neighbourhood.name if spark.neighbourhood else "",
                spark.round.fund.name,
                spark.round.name,
                spark.host.name if spark.host else "",
                ", ".join(people.get(spark.pk, ())),
                spark.get_status_display(),
                spark.get_held_by_display(),
                spark.amount_gbp,
                spark.award_gbp,
                money.get((spark.pk, LedgerKind.PAY), ZERO),
                money.get((spark.pk, LedgerKind.RECOVER), ZERO) - money.get((spark.pk, LedgerKind.CORRECT), ZERO),
                kind.get(spark.pk, ZERO),
                *(_day(each) for each in (spark.created_at, spark.submitted_at, spark.decided_at, spark.paid_at)),
            )


def _people(sparks: list[int], reader: User) -> dict[int, list[str]]:
    links = Spark.applicants.through.objects.filter(
        spark__in=sparks, person__in=Person.objects.visible_to(reader)
    ).select_related("person")
    found: dict[int, list[str]] = defaultdict(list)
    for link in links.order_by("pk"):
        found[link.spark_id].append(name_for(reader, link.person))
    return found


def _money(sparks: list[int]) -> dict[tuple[int, str], Decimal]:
    rows = LedgerEntry.objects.filter(spark__in=sparks).order_by().values_list("spark", "kind")
    return {(spark, kind): total.quantize(ZERO) for spark, kind, total in rows.annotate(total=Sum("amount_gbp"))}


def _in_kind(sparks: list[int]) -> dict[int, Decimal]:
    rows = CostLine.objects.filter(spark__in=sparks, in_kind_gbp__isnull=False).order_by().values_list("spark")
    return {spark: total.quantize(ZERO) for spark, total in rows.annotate(total=Sum("in_kind_gbp"))}


def _day(moment: datetime | None) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def spark_csv(sparks: QuerySet[Spark], reader: User) -> Iterator[str]:
    """Yield a list of sparks as CSV, in chunks, with a UTF-8 byte order mark."""
    return csv_chunks(COLUMNS, spark_rows(sparks, reader))


def spark_xlsx(sparks: QuerySet[Spark], reader: User) -> BinaryIO:
    """Return a list of sparks as a workbook: an open temporary file at its start, deleted when closed."""
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - whoever sends it closes it
    write_xlsx(file, COLUMNS, spark_rows(sparks, reader), title="sparks")
    file.seek(0)
    return file

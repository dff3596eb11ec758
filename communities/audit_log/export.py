"""Export the audit as CSV: one line per entry, newest first, streamed.

Columns: when (local, ISO 8601), who, what_happened (the sentence), what_was_done, to_what (the kind of record), fields,
rows_in_file.
"""

from collections.abc import Iterator
from itertools import batched

from communities.audit_log.sentences import audit_lines
from communities.audit_log.subjects import Reader
from communities.models import AuditEntryQuerySet
from communities.spreadsheets import csv_chunks
from communities.verbs import Verb

COLUMNS = ("when", "who", "what_happened", "what_was_done", "to_what", "fields", "rows_in_file")
#: Entries whose objects are fetched together.
CHUNK = 500


def audit_file(entries: AuditEntryQuerySet, reader: Reader) -> Iterator[str]:
    """Yield the entries as lines of CSV, with a byte-order mark; every entry of a batch has its own line."""
    return csv_chunks(COLUMNS, _rows(entries, reader))


def _rows(entries: AuditEntryQuerySet, reader: Reader) -> Iterator[tuple]:
    newest_first = entries.select_related("actor").order_by("-id").iterator(chunk_size=CHUNK)
    for chunk in batched(newest_first, CHUNK):
        for line in audit_lines(chunk, reader, folded=False):
            entry = line.entry
            who = str(entry.actor) if entry.actor else ""
            done = str(Verb(entry.verb).label)
            yield (entry.at, who, line.text, done, line.kind, ", ".join(line.fields), entry.rows)

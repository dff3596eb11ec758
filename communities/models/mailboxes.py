"""The mailbox of an email address, as the database works it out."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from communities.folding import GMAIL


class Mailbox(models.Func):
    """What two email addresses of one mailbox have in common, as `communities.folding.folded_email` says.

    In small letters, without a “+tag”, and at Gmail without dots and with one name of its two. Empty for an empty address. The
    constants are in the SQL itself, so that an index of this expression serves queries that compare it with a value.
    """

    arity = 1
    output_field = models.CharField()

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper, **_context: Any) -> tuple[str, tuple[object, ...]]:
        """Return SQL of both databases, which call the function that finds a text in another by different names."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        low = f"LOWER({column})"
        find = "STRPOS" if connection.vendor == "postgresql" else "INSTR"
        at = f"{find}({low}, '@')"
        # No place has a “+”, so the name ends at the first of either.
        name = f"SUBSTR({low}, 1, {find}(REPLACE({low}, '+', '@'), '@') - 1)"
        places = ", ".join(f"'{place}'" for place in GMAIL)
        sql = (
            f"CASE WHEN {at} = 0 THEN {low} "
            f"WHEN SUBSTR({low}, {at} + 1) IN ({places}) THEN REPLACE({name}, '.', '') || '@{GMAIL[0]}' "
            f"ELSE {name} || SUBSTR({low}, {at}) END"
        )
        return sql, (*params,) * sql.count(column)

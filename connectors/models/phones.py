"""Whether a text typed as a phone number can hold several, as the database works it out."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

#: How many digits one number has at most: a number of the United Kingdom that begins with 0, and one that begins with 44.
#: Source: Ofcom, National Telephone Numbering Plan.
MOST_AFTER_0, MOST_AFTER_44 = 11, 12
#: What a text of one number is made of beside digits. Anything else can stand between two, or before an extension.
BETWEEN_DIGITS = " +()-."


class SeveralNumbers(models.Func):
    """Whether a text can hold more than one phone number, or an extension: rather too often than too rarely.

    It has more digits than a number of the United Kingdom, or something else between its digits. The constants are in the SQL
    itself, so that an index with this condition serves queries that have it too.
    """

    arity = 1
    output_field = models.BooleanField()

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper, **_context: Any) -> tuple[str, tuple[object, ...]]:
        """Return SQL of both databases."""
        column, params = compiler.compile(self.get_source_expressions()[0])
        digits = column
        for sign in BETWEEN_DIGITS:
            digits = f"REPLACE({digits}, '{sign}', '')"
        sql = (
            f"(LTRIM({column}, '0123456789{BETWEEN_DIGITS}') <> '' OR LENGTH({digits}) > {MOST_AFTER_44} "
            f"OR (LENGTH({digits}) > {MOST_AFTER_0} AND SUBSTR({column}, 1, 1) <> '+'))"
        )
        return sql, (*params,) * sql.count(column)

"""Many short rows as one text: for reads of thousands of rows of which Python only needs the values."""

from typing import Any

from django.db.models import Aggregate, TextField


class JsonRows(Aggregate):
    """The values of some columns of every row of a group, as the text of a JSON list of lists; the order is the database's.

    A database writes two thousand rows into one text in a third of the time in which Django fetches them one by one, and the
    same text as before says that nothing has changed. Decimals are JSON numbers: cast them to text first.
    """

    function = "JSON_GROUP_ARRAY"
    template = "%(function)s(JSON_ARRAY(%(expressions)s))"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Return the SQL for PostgreSQL, which has functions of other names and would return what the text means."""
        template = "%(function)s(JSON_BUILD_ARRAY(%(expressions)s))::text"
        return self.as_sql(compiler, connection, function="JSON_AGG", template=template, **context)

"""The figures of profiles of a release as rows, for its workbook, its data package and the files of profiles."""

from collections.abc import Iterator
from decimal import Decimal

from evaluation.models import Release, ValueStatus

#: Do not change the names or the order of columns, because spreadsheets depend on them; add others at the end.
PROFILE_COLUMNS = ("table", "key", "row", "number", "percent", "status")


def stored_profile(release: Release) -> list[list]:
    """Return the rows of profiles that a release stores; none for a release closed before there were profiles."""
    return release.document.get("profile", [])


def profile_lines(release: Release) -> Iterator[tuple]:
    """Yield the figures of profiles of a release under PROFILE_COLUMNS; none for a quarter."""
    for table, key, words, number, percent in stored_profile(release):
        status = ValueStatus.HIDDEN_OTHER if number is None else ValueStatus.SHOWN
        yield table, key, words, number, None if percent is None else Decimal(percent), status.value

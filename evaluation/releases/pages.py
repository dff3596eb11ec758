"""A release arranged for its page: each indicator with its value, its parts and what has changed since."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from communities.models import User
from evaluation.models import Form, Release, ValueStatus
from evaluation.queries import TEAM
from evaluation.releases.changes import Reason, changes_since
from evaluation.reports import build
from evaluation.reports.wording import UNKNOWN, format_figure, format_number

#: What is said of a number of rows that count differently, in the order in which reasons are listed.
SAID = {
    Reason.LATE: ngettext_lazy("%(n)s written down late", "%(n)s written down late", "n"),
    Reason.DELETION: ngettext_lazy("%(n)s deleted", "%(n)s deleted", "n"),
    Reason.MERGE: ngettext_lazy("%(n)s merged", "%(n)s merged", "n"),
    Reason.ERASURE: ngettext_lazy("%(n)s erased", "%(n)s erased", "n"),
    Reason.CONSENT: ngettext_lazy("%(n)s consent withdrawn", "%(n)s consents withdrawn", "n"),
    Reason.CORRECTION: ngettext_lazy("%(n)s corrected", "%(n)s corrected", "n"),
    Reason.OUTLINE: ngettext_lazy("%(n)s in a redrawn outline", "%(n)s in redrawn outlines", "n"),
    Reason.DEFINITION: ngettext_lazy("%(n)s by a new definition", "%(n)s by a new definition", "n"),
}


@dataclass(frozen=True)
class ReleasedRow:
    """One indicator of a release at one place."""

    key: str
    name: str
    version: int
    words: str
    parts: str
    is_hidden: bool


def released_rows(release: Release, place: str) -> list[ReleasedRow]:
    """Return every indicator of a release at a place, as it was called and shown then."""
    definitions = {each["key"]: each for each in release.document["definitions"]}
    return [
        _row(definitions[key], status, value, numerator, denominator)
        for key, at, status, value, numerator, denominator, _rows in release.document["values"]
        if at == place
    ]


def tables_of(release: Release) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the tables of introductions of a year, each (name, rows of (label, number in words)); none for a quarter."""
    names = {"route": _("How introductions came about"), "direction": _("Who was introduced to whom")}
    return [
        (
            names[table["key"]],
            [
                (words, _("hidden") if number is None else number_format(number, force_grouping=True))
                for _key, words, number in table["rows"]
            ],
        )
        for table in release.document["tables"]
    ]


@dataclass(frozen=True)
class ChangedRow:
    """One indicator that counts differently now: the team's value then and now, and the reasons in words."""

    key: str
    name: str
    then: str
    now: str
    why: str


def changed_rows(release: Release, user: User) -> list[ChangedRow]:
    """Return what has changed since a release, as far as this person is shown it: see `changes_since`.

    The value of now is the one that the gate would show if the period were closed today.
    """
    then = {row.key: row.words for row in released_rows(release, TEAM)}
    changes = changes_since(release, user)
    report = build(release.team, [release.period], released=False) if changes else None
    return [
        ChangedRow(
            change.key,
            str(report.catalogue.by_key[change.key].name),
            then[change.key],
            format_figure(
                report.figure(release.period, change.key, TEAM), report.catalogue.by_key[change.key], release.team
            ),
            ", ".join(str(SAID[reason] % {"n": n}) for reason in SAID if (n := change.reasons[reason])),
        )
        for change in changes
        if report is not None
    ]


def words_of(value: object, form: str) -> str:
    """Return a stored value as people write it; a dash for None."""
    return UNKNOWN if value is None else format_number(Decimal(str(value)), Form(form))


def _row(spec: dict, status: str, value: object, numerator: int | None, denominator: int | None) -> ReleasedRow:
    is_hidden = status in (ValueStatus.HIDDEN_SMALL, ValueStatus.HIDDEN_OTHER)
    parts = ""
    if numerator is not None and denominator is not None:
        parts = _("%(number)s of %(all)s") % {
            "number": number_format(numerator, force_grouping=True),
            "all": number_format(denominator, force_grouping=True),
        }
    words = _("hidden") if is_hidden else words_of(value, spec["form"])
    return ReleasedRow(spec["key"], spec["name"], spec["version"], words, parts, is_hidden)

"""The name and page of each kind of record in the audit.

Every app declares its own in `KithConfig.audit_subjects()`, because communities must not import the apps above it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from communities.models import Team, User
from communities.verbs import Verb


@dataclass(frozen=True)
class Reader:
    """The user who reads the audit, and the team."""

    user: User
    team: Team


def _visible(model: Any) -> Callable[[Reader], QuerySet]:
    """Return a function that gives the rows that a reader may see of a model that belongs to a team."""
    return lambda reader: model.objects.visible_to(reader.user)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The names of one kind of record.

    named: with its article and `%(title)s`, "the asset %(title)s"; unnamed: "an asset"; counted: plural forms with
    `%(count)s`, "%(count)s assets", by `n`. title: returns the name of a row, "" if it must not or cannot be named;
    wordless: the name of such a row instead of `unnamed`. address: returns the URL of its page, or "". rows: returns the
    rows that the reader may see; related: select_related for title and address. fields: names of fields with their
    articles, before the app's own. sentences: replace the verb's sentence and may contain `%(fields)s`.
    """

    model: type[Model]
    named: str | Promise
    unnamed: str | Promise
    counted: Promise
    title: Callable[[Any], str] = str
    wordless: str | Promise = ""
    address: Callable[[Any, Reader], str] = lambda row, reader: ""
    rows: Callable[[Reader], QuerySet] | None = None
    related: tuple[str, ...] = ()
    fields: Mapping[str, str | Promise] = field(default_factory=dict)
    sentences: Mapping[Verb, str | Promise] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Return the model's label, as stored in the audit."""
        return self.model._meta.label_lower

    @property
    def kind(self) -> str:
        """Return the plural name of such records in lower case."""
        return str(self.model._meta.verbose_name_plural)

    def seen_by(self, reader: Reader) -> QuerySet:
        """Return the rows that the reader may see, with the relations for their titles."""
        rows = (self.rows or _visible(self.model))(reader)
        return rows.select_related(*self.related) if self.related else rows

    def named_fields(self) -> Mapping[str, str | Promise]:
        """Return the names of the fields, with their articles."""
        return {**FIELDS(), **self.fields}


@cache
def subjects() -> Mapping[str, Subject]:
    """Return the subjects of all apps by the model's label."""
    every = (subject for config in apps.get_app_configs() for subject in _own(config, "audit_subjects"))
    return {subject.label: subject for subject in every}


@cache
def FIELDS() -> Mapping[str, str | Promise]:  # noqa: N802
    """Return the names of fields of all apps."""
    return {name: words for config in apps.get_app_configs() for name, words in _own(config, "audit_fields").items()}


def _own(config: object, name: str) -> Any:
    return getattr(config, name, dict)()

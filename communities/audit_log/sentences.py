"""One sentence per line of the audit: who did what to what, with links to the pages that the reader may open.

`audit_lines` fetches the rows that a page of entries names with one query per kind of record, and a second one for kinds with
rows that the reader does not see, to distinguish deleted rows from hidden ones.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Count, Model
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from communities.audit_log.subjects import Reader, Subject, subjects
from communities.lists import listed
from communities.models import AuditEntry, User
from communities.verbs import Verb

#: Sentences with the names of fields, for entries that have them.
WITH_FIELDS: dict[str, str | Promise] = {
    Verb.UPDATE: gettext_lazy("%(who)s changed %(fields)s of %(what)s."),
    Verb.CORRECT_ON_SHEET: gettext_lazy("The resident corrected %(fields)s on %(what)s."),
}
#: Sentences for actors who did it to themselves.
ONESELF: dict[str, str | Promise] = {
    Verb.CREATE: gettext_lazy("%(who)s set up their own account."),
    Verb.UPDATE: gettext_lazy("%(who)s changed their own account."),
    Verb.CHANGE_PASSWORD: gettext_lazy("%(who)s changed their own password."),
    Verb.CHANGE_ROLES: gettext_lazy("%(who)s changed their own roles."),
    Verb.REMOVE_MEMBER: gettext_lazy("%(who)s left the team."),
}
#: Verbs after which the row is always gone or nameless, so the sentence does not mention it.
ENDS = {Verb.DELETE, Verb.ERASE}
#: The most fields that a sentence names; the file names all.
MOST_FIELDS = 6


@dataclass(frozen=True)
class Line:
    """A line of the list: an entry, and how many of its batch it represents. `text` is plain, `html` has links."""

    entry: AuditEntry
    count: int
    text: str
    kind: str
    fields: list[str]
    linked: "_Words"

    @property
    def html(self) -> str:
        """Return the sentence with its links, marked as safe."""
        return _sentence(self.linked)


def audit_lines(entries: Iterable[AuditEntry], reader: Reader, *, folded: bool = True) -> list[Line]:
    """Return a line for each entry; fetch the entries with their actors.

    folded: the first entry of a batch represents all of it. Runs at most two queries per kind of record, and one more.
    """
    entries = list(entries)
    counts = _counts(entries) if folded else {}
    things = _Things(entries, reader)
    return [_line(entry, counts.get(_group(entry), 1), things) for entry in entries]


def shared_values(entry: AuditEntry) -> dict[str, object]:
    """Return the values that the entries of one line have in common."""
    return {name: getattr(entry, name) for name in ("batch", "verb", "model", "team_id", "actor_id")}


def _group(entry: AuditEntry) -> tuple:
    return tuple(shared_values(entry).values())


def _counts(entries: list[AuditEntry]) -> dict[tuple, int]:
    batches = {entry.batch for entry in entries if entry.batch}
    if not batches:
        return {}
    names = list(shared_values(entries[0]))
    rows = AuditEntry.objects.filter(batch__in=batches).order_by().values_list(*names).annotate(Count("pk"))
    return {tuple(group): count for *group, count in rows}


class _Things:
    """The rows that entries name and the reader may see, and which of the others still exist."""

    def __init__(self, entries: list[AuditEntry], reader: Reader):
        """Fetch the rows."""
        self.reader = reader
        self.seen: dict[tuple[str, str], Model] = {}
        self.hidden: set[tuple[str, str]] = set()
        named: dict[str, set[str]] = {}
        for entry in entries:
            if entry.object_id and entry.model in subjects():
                named.setdefault(entry.model, set()).add(entry.object_id)
        for label, ids in sorted(named.items()):
            self._look_up(subjects()[label], ids)

    def _look_up(self, subject: Subject, ids: set[str]) -> None:
        keys = {key for each in ids if (key := _key(subject.model, each)) is not None}
        rows = subject.seen_by(self.reader).filter(pk__in=keys)
        self.seen |= {(subject.label, str(row.pk)): row for row in rows}
        rest = keys - {row.pk for row in rows}
        if rest:
            there = subject.model._base_manager.filter(pk__in=rest).values_list("pk", flat=True)
            self.hidden |= {(subject.label, str(pk)) for pk in there}


def _key(model: type[Model], text: str) -> object:
    try:
        return model._meta.pk.to_python(text)
    except ValidationError:
        return None


class _Words:
    """The values for the placeholders of a sentence, in plain text or with links."""

    def __init__(self, entry: AuditEntry, count: int, things: _Things, *, linked: bool):
        """Store the entry and the rows."""
        self.entry, self.count, self.things, self.linked = entry, count, things, linked
        self.subject = subjects().get(entry.model)

    @cached_property
    def who(self) -> str:
        """Return the actor's name, or Kith if nobody was signed in."""
        name = str(self.entry.actor) if self.entry.actor else _("Kith")
        return format_html("<strong>{}</strong>", name) if self.linked else name

    @cached_property
    def what(self) -> str:
        """Return the name of the object, with its article."""
        subject, entry = self.subject, self.entry
        if subject is None:
            return _("something")
        if self.count > 1:
            return subject.counted % {"n": self.count, "count": number_format(self.count, force_grouping=True)}
        row = self.things.seen.get((entry.model, entry.object_id))
        title = subject.title(row) if row is not None else ""
        if title:
            url = subject.address(row, self.things.reader) if self.linked else ""
            return self.fill(subject.named, title=format_html('<a href="{}">{}</a>', url, title) if url else title)
        if entry.verb in ENDS or not entry.object_id or (entry.model, entry.object_id) in self.things.hidden:
            return str(subject.unnamed)
        if row is not None:
            return str(subject.wordless or subject.unnamed)
        return _("%(thing)s that has since been deleted") % {"thing": subject.unnamed}

    @cached_property
    def fields(self) -> list[str]:
        """Return the names of the entry's fields, without duplicates."""
        known = self.subject.named_fields() if self.subject else {}
        words = (str(known.get(name, "")) for name in self.entry.field_names)
        return list(dict.fromkeys(each for each in words if each))

    def fill(self, sentence: str | Promise, **words: str) -> str:
        """Return the sentence with its placeholders filled, escaped if it has links."""
        if not self.linked:
            return str(sentence) % words
        return SafeString(conditional_escape(str(sentence)) % {k: conditional_escape(v) for k, v in words.items()})


def _line(entry: AuditEntry, count: int, things: _Things) -> Line:
    plain, linked = (_Words(entry, count, things, linked=linked) for linked in (False, True))
    kind = plain.subject.kind if plain.subject else ""
    return Line(entry, count, _sentence(plain), capfirst(kind), plain.fields, linked)


def _sentence(words: _Words) -> str:
    entry = words.entry
    if entry.verb == Verb.EXPORT:
        return _file(words)
    sentence = _of_oneself(entry) or _of_verb(words)
    filled = words.fill(sentence, who=words.who, what=words.what, fields=fields_listed(words.fields))
    # Initials end with a full stop too: "the resident X." needs no second one.
    filled = re.sub(r"\.((?:</a>)?)\.$", r".\1", filled)
    return SafeString(capfirst(filled)) if words.linked else capfirst(filled)


def _of_oneself(entry: AuditEntry) -> str | Promise:
    is_own = entry.model == User._meta.label_lower and entry.object_id == str(entry.actor_id)
    return ONESELF.get(entry.verb, "") if is_own else ""


def _of_verb(words: _Words) -> str | Promise:
    own: Mapping = words.subject.sentences if words.subject else {}
    is_alone = words.count == 1 and bool(words.fields)
    better = own.get(words.entry.verb, "")
    if better and (is_alone or (words.count == 1 and "%(fields)s" not in str(better))):
        return better
    if is_alone and words.entry.verb in WITH_FIELDS:
        return WITH_FIELDS[words.entry.verb]
    return Verb(words.entry.verb).sentence


def _file(words: _Words) -> str:
    rows = words.entry.rows or 0
    counted = ngettext("%(rows)s row", "%(rows)s rows", rows) % {"rows": number_format(rows, force_grouping=True)}
    if words.entry.object_id:
        sentence = _("%(who)s downloaded a file about %(what)s, with %(rows)s.")
        return words.fill(sentence, who=words.who, what=words.what, rows=counted)
    kind = words.subject.kind if words.subject else _("records")
    return words.fill(
        _("%(who)s downloaded a file of %(kind)s, with %(rows)s."), who=words.who, kind=kind, rows=counted
    )


def fields_listed(words: list[str]) -> str:
    """Return the names of fields as a list, with a count beyond `MOST_FIELDS`."""
    more = len(words) - MOST_FIELDS
    if more > 0:
        words = [*words[:MOST_FIELDS], ngettext("%(n)d more detail", "%(n)d more details", more) % {"n": more}]
    return listed(words)

"""Template tags and filters: money, relative dates, initials, icons, and data for charts."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from html import escape
from zlib import crc32

from django import forms, template
from django.contrib import admin
from django.contrib.messages.storage.base import Message
from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.lists import listed
from communities.models import Undoable
from communities.paging import without_cursor
from communities.pounds import pounds
from communities.returning import is_list, list_of
from communities.row_keys import uuid_of
from communities.undo import model_of
from communities.verbs import Verb
from communities.views import UNDO_TAG
from config.form_tags import drafts_here, for_team
from config.icons import ICONS
from config.navigation import Link
from config.pages import title_of
from evaluation.priorities.rules import TAGGED, can_tag

register = template.Library()
DASH = "–"
PENNY = Decimal("0.01")
#: The tints of the avatar of a user, in static/css/components/people.css.
AVATAR_TONES = 5


def _decimal(value: object) -> Decimal | None:
    """Return a finite Decimal, or None for blanks, texts, NaN and infinity."""
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


register.simple_tag(for_team, takes_context=True)
register.simple_tag(drafts_here, takes_context=True)
register.filter(listed)


@register.simple_block_tag
def stripped(content: SafeString) -> SafeString:
    """Return what the block shows without the spaces at its ends: a line may end at a space, and what follows begins the next."""
    return mark_safe(content.strip())  # noqa: S308 - the block is escaped already


@register.filter
def undo_address(message: Message) -> str:
    """Return the URL for undoing what a message is about; "" if it cannot be undone."""
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix(UNDO_TAG) for tag in tags if tag.startswith(UNDO_TAG)), "")


@register.filter
def kind_of_undoable(undoable: Undoable) -> str:
    """Return the kind of the row that was deleted or changed, with a capital letter."""
    if undoable.verb == Verb.APPLY:
        return _("Import")
    model = model_of(undoable.model)
    return capfirst(str(model._meta.verbose_name)) if model else undoable.model


@register.simple_tag(takes_context=True)
def crumb(context: template.RequestContext, url: str, label: str) -> dict[str, str]:
    """Return the page above: instead of a list the one from which this record was opened, with its filters and page."""
    request = getattr(context, "request", None)
    path, query = list_of(request) if hasattr(request, "session") else ("", "")
    if not path or not is_list(url):
        return {"url": url, "label": label}
    words = label if path == url else title_of(path)
    return {"url": f"{path}?{query}" if query else path, "label": words} if words else {"url": url, "label": label}


@register.simple_tag(takes_context=True)
def read_address(context: template.RequestContext, name: str) -> str:
    """Return the URL of the record that the query names with `open`, to be read beside its list; "" without one.

    name: the name of that URL, which takes a UUID.
    """
    request = getattr(context, "request", None)
    uuid = uuid_of(request.GET.get("open")) if request is not None else None
    return reverse(name, args=[uuid]) if uuid else ""


@register.simple_tag(takes_context=True)
def admin_address(context: template.RequestContext) -> str:
    """Return the admin URL of the row that the page is about, or "" without permission."""
    request = getattr(context, "request", None)
    values = [value for layer in context.dicts for value in layer.values()]
    held = (each for form in values if isinstance(form, forms.BaseForm) for each in vars(form).values())
    row = admin.site.row_shown_by(request, (*values, *held)) if request is not None else None
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]) if row else ""


@register.simple_tag(takes_context=True)
def priorities_address(context: template.RequestContext) -> str:
    """Return the URL at which the row that the page is about is tagged with priorities, or "" without permission."""
    request = getattr(context, "request", None)
    match = getattr(request, "resolver_match", None)
    found = next((each for each in TAGGED.items() if match and each[1].page == match.view_name), None)
    if found is None:
        return ""
    key, kind = found
    row = context.get(kind.model._meta.model_name)
    if row is None or not can_tag(request.user, key, row):
        return ""
    return reverse("evaluation:record-priorities", args=[key, row.pk])


@register.filter
def money(value: Decimal | int | str | None) -> str:
    """Return pounds as people write them: £250, £1,234.5, –£20; a dash if unknown."""
    number = _decimal(value)
    if number is None:
        return DASH
    return pounds(number.quantize(PENNY))


@register.filter
def percent(value: Decimal | float | None, places: int = 0) -> str:
    """Return a percentage (42 means 42%) with its sign; a dash if unknown."""
    number = _decimal(value)
    return DASH if number is None else f"{number_format(round(number, places), places)}%"


@register.filter
def or_empty(text: str) -> str:
    """Return a text, or "" for a placeholder for an unknown value: `table.css` draws a dash in an empty cell."""
    return "" if text == DASH else text


@register.filter
def is_optional(field: forms.BoundField) -> bool:
    """Return whether a field's label says "(optional)": it may be empty whatever the other answers are.

    `NEEDED` of the form names fields that are needed at a later step or with another answer, with the words that say
    so, and `UNMARKED` those that are answered in another way, and questions whose answers include "not asked".
    """
    return not (
        field.field.required
        or field.name in getattr(field.form, "UNMARKED", ())
        or field.name in getattr(field.form, "NEEDED", {})
    )


@register.filter
def needed_when(field: forms.BoundField) -> str:
    """Return the words that say when a field is needed that may be empty now, such as "needed with a photo"; or ""."""
    return "" if field.field.required else getattr(field.form, "NEEDED", {}).get(field.name, "")


@register.filter
def initials(name: object) -> str:
    """Return up to two initials: "Rose Okafor" is RO, "J.K." is JK; a question mark for a blank name."""
    words = [word for word in str(name).replace(".", " ").replace("-", " ").split() if word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper() or "?"


@register.filter
def tone(key: object) -> int:
    """Return the tint of an avatar, from 1 to 5, always the same for the same key."""
    return crc32(str(key).encode()) % AVATAR_TONES + 1


def _day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def ago(value: date | datetime | None) -> str:
    """Return the time since or until a date, in the largest whole unit: today, yesterday, 3 weeks ago, in 2 days."""
    if not value:
        return _("never")
    days = (timezone.localdate() - _day(value)).days
    if days == 0:
        return _("today")
    if abs(days) == 1:
        return _("yesterday") if days == 1 else _("tomorrow")
    length = _length(abs(days))
    return _("%(length)s ago") % {"length": length} if days > 0 else _("in %(length)s") % {"length": length}


def _length(days: int) -> str:
    """Return a number of days in the largest unit that fits at least once: days, weeks, months (30) or years (365)."""
    if days < 14:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if days < 60:
        return ngettext("%(count)d week", "%(count)d weeks", days // 7) % {"count": days // 7}
    if days < 730:
        return ngettext("%(count)d month", "%(count)d months", days // 30) % {"count": days // 30}
    return ngettext("%(count)d year", "%(count)d years", days // 365) % {"count": days // 365}


def escaped(value: object) -> str:
    """Return what Django's `conditional_escape` does, in half the calls, as a part of HTML that is put together in Python."""
    if isinstance(value, Promise):
        value = str(value)
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


@register.filter
def attributes(attrs: Mapping[str, object]) -> SafeString:
    """Return an input's attributes besides type, name and value, faster than Django's template loop (a quarter of a form)."""
    return SafeString(
        "".join(
            f" {escape(name)}" if value is True else f' {escape(name)}="{escaped(value)}"'
            for name, value in attrs.items()
            if value is not False
        )
    )


@register.filter
def shown(row: models.Model, name: str) -> object:
    """Return the label of a choice like `get_<name>_display`, which is slow because it hashes every choice for every row."""
    value = getattr(row, name)
    return next((words for key, words in row._meta.get_field(name).flatchoices if key == value), value)


@register.simple_tag
def active_filters(form: forms.Form) -> list[dict[str, str]]:
    """Return one row per filter in use: its `label`, and the `url` of the same list without it.

    Reads the query string that the form is bound to; skips hidden fields and invalid values.
    """
    if not form.is_bound:
        return []
    form.is_valid()
    rows = []
    for field in form.visible_fields():
        for value in form.data.getlist(field.html_name) if hasattr(form.data, "getlist") else ():
            if value and field.name in form.cleaned_data:
                rows.append({"label": _chip(field, value), "url": _without(form.data, field.html_name, value)})
    return rows


def _chip(field: forms.BoundField, value: str) -> str:
    """Return "Kind: Association" for a choice, the label alone for a tick box."""
    if isinstance(field.field, forms.BooleanField) and not isinstance(field.field, forms.NullBooleanField):
        return str(field.label)
    shown = value
    if isinstance(field.field, forms.ModelChoiceField):
        shown = _picked(field, value)
    elif isinstance(day := field.form.cleaned_data[field.name], date):
        shown = date_format(day, "j F Y")
    else:
        for group in getattr(field.field, "choices", ()):
            options = group[1] if isinstance(group[1], list | tuple) else [group]
            shown = next((label for key, label in options if str(key) == value), shown)
    return _("%(field)s: %(value)s") % {"field": field.label, "value": shown}


def _picked(field: forms.BoundField, value: str) -> object:
    """Return the chosen object, which the form has already fetched, without another query."""
    cleaned = field.form.cleaned_data[field.name]
    for picked in cleaned if hasattr(cleaned, "__iter__") else [cleaned]:
        if str(field.field.prepare_value(picked)) == value:
            return field.field.label_from_instance(picked)
    return value


def _without(data: QueryDict, name: str, value: str) -> str:
    """Return the query string without one value and without its cursor."""
    query = without_cursor(data)
    query.setlist(name, [kept for kept in query.getlist(name) if kept != value])
    return f"?{query.urlencode()}"


@register.simple_tag
def sparkline(values: Iterable[float | Decimal | None]) -> dict | None:
    """Return the points of a small line chart in a 200 by 56 box, or None with fewer than two known values.

    Keys: `points` (the line), `area` (the same, closed at the foot). Unknown values are left out and bridged.
    """
    series = [None if value is None else float(value) for value in values]
    known = [(index, value) for index, value in enumerate(series) if value is not None]
    if len(known) < 2:
        return None
    top, foot = max(value for _, value in known), min(0, *(value for _, value in known))
    span, last = (top - foot) or 1, len(series) - 1
    points = " ".join(f"{index / last * 200:.1f},{52 - (value - foot) / span * 48:.1f}" for index, value in known)
    first_x, last_x = known[0][0] / last * 200, known[-1][0] / last * 200
    return {"points": points, "area": f"{first_x:.1f},56 {points} {last_x:.1f},56"}


@register.simple_tag
def bars(rows: Iterable[tuple[str, float | Decimal | None]]) -> list[dict]:
    """Return rows for components/bars.html and columns.html from (label, value) pairs.

    Keys: `label`, `value` (as given), `share` (0.0 to 100.0 of the largest, as text), `rest` (100 less share).
    """
    pairs = list(rows)
    largest = max((float(value) for _, value in pairs if value is not None), default=0) or 1
    shares = [max(0.0, float(value or 0)) / largest * 100 for _, value in pairs]
    return [
        {"label": label, "value": value, "share": f"{share:.1f}", "rest": f"{100 - share:.1f}"}
        for (label, value), share in zip(pairs, shares, strict=True)
    ]


@register.simple_tag
def money_split(budget: Decimal, committed: Decimal, paid: Decimal) -> dict:
    """Return the paid, promised and remaining parts of a budget, and their widths in per cent as text.

    `committed` is everything promised, the paid part included.
    Keys: `budget`, `paid`, `promised`, `left` in pounds; `paid_width`, `promised_width`, `committed_width`.
    """
    promised = max(Decimal(0), committed - paid)
    whole = budget or Decimal(1)
    paid_width = min(Decimal(100), paid / whole * 100)
    committed_width = min(Decimal(100), max(committed, paid) / whole * 100)
    return {
        "budget": budget,
        "paid": paid,
        "promised": promised,
        "left": budget - paid - promised,
        "paid_width": f"{paid_width:.2f}",
        "promised_width": f"{committed_width - paid_width:.2f}",
        "committed_width": f"{committed_width:.2f}",
    }


@register.simple_tag
def nav_link(link: Link) -> SafeString:
    """Return a link of the menu; a template takes five times as long, and every page has two dozen."""
    primary = " nav__link--primary" if link.is_primary else ""
    current = f' aria-current="{link.current}"' if link.current else ""
    count = (
        f'<span class="nav__count" aria-hidden="true">{escape(link.count)}</span> '
        f'<span class="visually-hidden">({escape(link.waits)})</span>'
        if link.count
        else ""
    )
    return mark_safe(  # noqa: S308 - escaped here, but for our own constants
        f'<a class="nav__link{primary}" href="{escape(link.url)}"{current}>'
        f'<span class="nav__icon">{icon(link.icon)}</span> {escape(str(link.label))} {count}</a>'
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon that screen readers ignore, because there is text beside it.

    Raises: KeyError for an unknown name.
    """
    return mark_safe(  # noqa: S308 - our own constants only
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.9" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{ICONS[name]}</svg>'
    )

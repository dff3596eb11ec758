"""Template tags and filters: money, relative dates, initials, icons, and data for charts."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from zlib import crc32

from django import forms, template
from django.contrib import admin
from django.contrib.messages.storage.base import Message
from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.models import Undoable
from communities.paging import without_cursor
from communities.undo import model_of
from communities.views import UNDO_TAG
from config.form_tags import drafts_here, for_team
from connectors.models import Introduction, Person
from connectors.rules.shown_names import between, can_see_name, end_for, name_for, sees_untold_name

register = template.Library()
DASH = "–"
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


@register.filter
def undo_address(message: Message) -> str:
    """Return the address at which what a message says can be undone; "" if it cannot."""
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix(UNDO_TAG) for tag in tags if tag.startswith(UNDO_TAG)), "")


@register.filter
def kind_of_undoable(undoable: Undoable) -> str:
    """Return the kind of the row that was deleted or changed, with a capital letter."""
    model = model_of(undoable.model)
    return capfirst(str(model._meta.verbose_name)) if model else undoable.model


def _reader(context: template.RequestContext) -> object:
    return getattr(getattr(context, "request", None), "user", None)


@register.simple_tag(takes_context=True)
def name_of(context: template.RequestContext, end: object) -> str:
    """Return the name of a resident, or of another end of an introduction, that the reader of the page is shown.

    Reads the request itself, so it works inside an `include` with `only`.
    """
    return end_for(_reader(context), end)


@register.simple_tag(takes_context=True)
def name_with_badge(context: template.RequestContext, end: object) -> SafeString:
    """Return the same name, with a badge beside it if the reader sees the full name of somebody not told yet."""
    reader = _reader(context)
    if not (isinstance(end, Person) and sees_untold_name(reader, end)):
        return conditional_escape(end_for(reader, end))
    return format_html('{} <span class="badge badge--care">{}</span>', name_for(reader, end), _("Not told yet"))


@register.filter
def named_for(person: Person, reader: object) -> str:
    """Return the name of a resident that a user is shown, where a template needs it as a value."""
    return name_for(reader, person)


@register.filter
def ends_for(introduction: Introduction, reader: object) -> str:
    """Return both ends of an introduction, as a user is shown them."""
    return between(reader, introduction)


@register.filter
def is_named_to(person: Person, reader: object) -> bool:
    """Return whether a user is shown the full name of a resident."""
    return can_see_name(reader, person)


@register.filter
def is_untold_to(person: Person, reader: object) -> bool:
    """Return whether a user sees the full name of a resident who was not told yet, which a badge says."""
    return sees_untold_name(reader, person)


@register.simple_tag(takes_context=True)
def admin_address(context: template.RequestContext) -> str:
    """Return the admin URL of the row that the page is about, or "" without permission."""
    request = getattr(context, "request", None)
    values = [value for layer in context.dicts for value in layer.values()]
    held = (each for form in values if isinstance(form, forms.BaseForm) for each in vars(form).values())
    row = admin.site.row_shown_by(request, (*values, *held)) if request is not None else None
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]) if row else ""


@register.filter
def money(value: Decimal | int | str | None) -> str:
    """Return pounds as people write them: £250, £1,234.5, –£20; a dash if unknown."""
    number = _decimal(value)
    if number is None:
        return DASH
    number = number.quantize(Decimal("0.01"))
    places = 0 if number == number.to_integral_value() else 2
    sign = DASH if number < 0 else ""
    return f"{sign}£{number_format(abs(number), places, force_grouping=True)}"


@register.filter
def percent(value: Decimal | float | None, places: int = 0) -> str:
    """Return a percentage (42 means 42%) with its sign; a dash if unknown."""
    number = _decimal(value)
    return DASH if number is None else f"{number_format(round(number, places), places)}%"


@register.filter
def is_optional(field: forms.BoundField) -> bool:
    """Return whether a field's label says "(optional)".

    The form's `UNMARKED` names fields that may be empty now but are needed later or with another answer, and questions
    whose answers include "not asked".
    """
    return not field.field.required and field.name not in getattr(field.form, "UNMARKED", ())


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
    if days in (-1, 0, 1):
        return {-1: _("tomorrow"), 0: _("today"), 1: _("yesterday")}[days]
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


@register.filter
def attributes(attrs: Mapping[str, object]) -> SafeString:
    """Return an input's attributes besides type, name and value, faster than Django's template loop (a quarter of a form)."""
    return SafeString(
        "".join(
            f" {escape(name)}" if value is True else f' {escape(name)}="{conditional_escape(value)}"'
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


ICONS = {
    "undo": '<path d="M4 9h10a5 5 0 0 1 0 10h-4M4 9l4-4M4 9l4 4"/>',
    "today": '<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4'
    'M18.4 5.6 17 7M7 17l-1.4 1.4"/>',
    "log": '<path d="M12 5v14M5 12h14"/>',
    "map": '<path d="M9 4 3 6.5v13.5l6-2.5 6 2.5 6-2.5V4l-6 2.5z"/><path d="M9 4v13.5M15 6.5V20"/>',
    "people": '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 5a3 3 0 0 1 0 6'
    'M18 14.5c2 .8 3.2 2.7 3.5 5.5"/>',
    "person": '<circle cx="12" cy="8" r="3.5"/><path d="M5 20c.5-4 3.5-6 7-6s6.5 2 7 6"/>',
    "walk": '<circle cx="13" cy="4.5" r="1.8"/><path d="M10 21l2-6-3-3 1-4.5 3.5-.5 1.5 3 3 1.5M12 15l3.5 2 .5 4M9 9l-2.5 3.5"/>',
    "champion": '<path d="m12 3.5 2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z"/>',
    "passing": '<path d="M4 5h16v11H10l-5 4v-4H4z"/><path d="M8 10.5h.01M12 10.5h.01M16 10.5h.01"/>',
    "question": '<circle cx="12" cy="12" r="9"/><path d="M9.5 9.5a2.5 2.5 0 1 1 3.3 2.4c-.6.2-.8.7-.8 1.4M12 16.5h.01"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "reply": '<path d="M10 7 5 12l5 5M5 12h9a5 5 0 0 1 5 5v2"/>',
    "hand": '<path d="M7 12V6a1.5 1.5 0 0 1 3 0v4-6a1.5 1.5 0 0 1 3 0v6-5a1.5 1.5 0 0 1 3 0v7-3a1.5 1.5 0 0 1 3 0v5a6 6 0 0 1-11 4z"/>',
    "notice": '<path d="M12 3 4.5 6v6c0 4.5 3 7.5 7.5 9 4.5-1.5 7.5-4.5 7.5-9V6z"/><path d="m9 12 2 2 4-4"/>',
    "twins": '<rect x="3.5" y="7" width="11" height="13" rx="2"/><path d="M9 4h9a2.5 2.5 0 0 1 2.5 2.5V16"/>',
    "person-add": '<circle cx="10" cy="8" r="3.5"/><path d="M3.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M19 6v6M16 9h6"/>',
    "import": '<path d="M12 15V4M7 9l5-5 5 5M4 20h16"/>',
    "cloud": '<path d="M7 18a4.5 4.5 0 0 1-.5-9 6 6 0 0 1 11.5 1.5A3.8 3.8 0 0 1 17.5 18M12 21v-8M9 15.5l3-3 3 3"/>',
    "draft": '<path d="M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h4"/>',
    "table": '<rect x="3.5" y="5" width="17" height="14" rx="1.5"/><path d="M3.5 10h17M3.5 14.5h17M9.5 5v14"/>',
    "coins": '<ellipse cx="12" cy="6.5" rx="7" ry="2.8"/><path d="M5 6.5v5.5c0 1.5 3 2.8 7 2.8s7-1.3 7-2.8V6.5M5 12v5.5c0 1.5 3 2.8 7 2.8s7-1.3 7-2.8V12"/>',
    "kindle": '<path d="M12 3c1 3.5 5 5.5 5 10a5 5 0 0 1-10 0c0-2 1-3.5 2-4.5 0 2 1 3 2 3 0-3-1-5 1-8.5z"/>',
    "route": '<circle cx="6" cy="18" r="2.5"/><circle cx="18" cy="6" r="2.5"/><path d="M8.5 18H15a3 3 0 0 0 0-6H9a3 3 0 0 1 0-6h6.5"/>',
    "share": '<path d="M12 3a9 9 0 1 0 9 9h-9z"/><path d="M15.5 3.5a9 9 0 0 1 5 5h-5z"/>',
    "book": '<path d="M5 4.5h11a3 3 0 0 1 3 3V20H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11M9 8.5h6"/>',
    "words": '<path d="M3 18 8 6l5 12M4.8 14h6.400"/><circle cx="17.5" cy="15" r="3"/><path d="M20.5 12v6"/>',
    "audit": '<path d="M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01"/>',
    "message": '<rect x="3" y="6" width="18" height="13" rx="1.5"/><path d="m3.5 7.5 8.5 6 8.5-6"/>',
    "invite": '<circle cx="12" cy="12" r="9"/><path d="M12 8v8M8 12h8"/>',
    "speak": '<path d="M4 9v6h4l6 5V4L8 9zM17.5 9a4 4 0 0 1 0 6"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="m11 12 8.5-8.5M16 7l3 3"/>',
    "more": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "spark": '<path d="M12 3v5M12 16v5M3 12h5M16 12h5M6 6l3 3M15 15l3 3M18 6l-3 3M9 15l-3 3"/>',
    "story": '<path d="M12 6C10 4.5 7 4 3 4v14c4 0 7 .5 9 2 2-1.5 5-2 9-2V4c-4 0-7 .5-9 2zM12 6v14"/>',
    "indicator": '<path d="M4 4v16h16"/><path d="m7 15 4-5 3 3 5-7"/>',
    "conversation": '<path d="M4 5h16v11H10l-5 4v-4H4z"/>',
    "ask": '<path d="M4 5h16v11H10l-5 4v-4H4z"/><path d="M10 9a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1M12 13.6h.01"/>',
    "introduction": '<circle cx="6" cy="12" r="3"/><circle cx="18" cy="12" r="3"/><path d="M9 12h6"/>',
    "neighbourhood": '<path d="M3 11 12 4l9 7M6 9.5V20h12V9.5M10 20v-6h4v6"/>',
    "web": '<circle cx="5" cy="6" r="2.5"/><circle cx="18" cy="5" r="2.5"/><circle cx="12" cy="19" r="2.5"/>'
    '<path d="M7.5 6 15.5 5.3M6.5 8.2 11 16.7M17 7.3 13 16.7"/>',
    "partner": '<path d="M8 12l3 3a2 2 0 0 0 3 0l5-5-4-5H9L4 9l4 5"/>',
    "team": '<path d="M4 20V8l8-4 8 4v12M9 20v-5h6v5M9 10h.01M15 10h.01"/>',
    "admin": '<path d="M4 7h10M18 7h2M4 17h2M10 17h10"/><circle cx="16" cy="7" r="2"/><circle cx="8" cy="17" r="2"/>',
    "sign-out": '<path d="M14 4h5v16h-5M4 12h11M11 8l4 4-4 4"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5M12 8h.01"/>',
    "ok": '<circle cx="12" cy="12" r="9"/><path d="m8 12 3 3 5-6"/>',
    "warning": '<path d="M12 4 2.5 20h19zM12 10v4M12 17h.01"/>',
    "tick": '<path d="m5 13 4 4L19 7"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
    "down": '<path d="m6 9 6 6 6-6"/>',
    "next": '<path d="m9 6 6 6-6 6"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>',
    "place": '<path d="M12 21s-7-6.5-7-11.5a7 7 0 0 1 14 0C19 14.5 12 21 12 21z"/><circle cx="12" cy="9.5" r="2.5"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
    "locate": '<circle cx="12" cy="12" r="6"/><path d="M12 2v4M12 18v4M2 12h4M18 12h4"/><circle cx="12" cy="12" r="1"/>',
    "gift": '<path d="M4 9h16v4H4zM6 13v7h12v-7M12 9v11M12 9C9 9 7 7.5 8 5.5S11.5 5 12 9c.5-4 3-5.5 4-3.5S15 9 12 9z"/>',
    "edit": '<path d="M4 20h4L19 9l-4-4L4 16z"/>',
    "file": '<path d="M12 4v11M7 11l5 5 5-5M4 20h16"/>',
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon that screen readers ignore, because there is text beside it.

    Raises: KeyError for an unknown name.
    """
    return mark_safe(  # noqa: S308 - our own constants only
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.9" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{ICONS[name]}</svg>'
    )

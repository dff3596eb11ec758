"""Template tags of forms: the team and the draft of a form, and the drafts of a page. `kith` registers them."""

from collections.abc import Iterable
from html import escape

from django import forms, template
from django.db import models
from django.forms.formsets import BaseFormSet
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from communities.draft_tokens import FIELD, new_token
from communities.drafts import DraftData
from communities.middleware import FORM_KEY
from communities.models import Draft
from communities.views.drafts import first_words

DRAFTS_SHOWN = 5


def for_team(context: template.RequestContext) -> SafeString:
    """Return hidden fields with the team in which a form was opened, and with the token of its draft.

    Switching the team in another tab does not matter then, and what is typed is kept until it is saved
    (`config.drafts`). Reads the request itself, so it works inside an `include` with `only`. A form that shows a draft
    says nothing about answers that are still missing. The copy for use without signal has no draft, so no token.
    """
    request = getattr(context, "request", None)
    team = getattr(request, "team", None)
    if not team:
        return SafeString("")
    if isinstance(request.POST, DraftData):
        _clear_errors([value for layer in context.dicts for value in layer.values()])
    named = f'<input type="hidden" name="{FORM_KEY}" value="{int(team.pk)}">'
    if "copy" not in request.GET:
        token, day = escape(new_token(user_id=request.user.pk)), timezone.localdate().isoformat()
        named += f'<input type="hidden" name="{FIELD}" value="{token}" data-page="{day}">'
    # Without `format_html`: a page has half a dozen forms.
    return mark_safe(named)  # noqa: S308 - numbers, a day, our own constants, and the token escaped


def _clear_errors(values: Iterable[object]) -> None:
    """Remove the errors of forms and formsets among the values, and of those that they hold."""
    for value in values:
        if isinstance(value, forms.BaseForm) and value.is_bound:
            value.errors.clear()
            _clear_errors(each for each in vars(value).values() if isinstance(each, forms.BaseForm | BaseFormSet))
        elif isinstance(value, BaseFormSet) and value.is_bound:
            for each in value.errors:
                each.clear()
            value.non_form_errors().clear()


def drafts_here(context: template.RequestContext) -> list[tuple[Draft, str]]:
    """Return the user's drafts of the forms on this page, the latest first, each with its first words.

    `User.has_drafts` spares the query for those who have none. The draft that the page shows is not among them. The
    copy for use without signal, which a phone stores, shows none.
    """
    request = getattr(context, "request", None)
    user = getattr(request, "user", None)
    if request is None or request.method != "GET" or "copy" in request.GET:
        return []
    if not getattr(user, "has_drafts", False) or not request.team:
        return []
    here = models.Q(page=request.path) | models.Q(page__startswith=f"{request.path}?")
    rows = Draft.objects.visible_to(user).filter(here, team=request.team).order_by("-saved_at", "-pk")
    shown = request.GET.get(Draft.PARAMETER)
    return [(draft, first_words(draft)) for draft in rows[:DRAFTS_SHOWN] if str(draft.uuid) != shown]

"""Pages for submissions from stale pages: the row is gone, the role is gone, the action refused, or the token expired."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.csrf import csrf_failure
from django.views.decorators.csrf import requires_csrf_token

from communities.unsaved_input import UnsavedResponse, is_same_origin, referring_page, render_unsaved, submitted_values


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return a 404 page; for a POST, one with the input that was not saved."""
    if request.method != "POST":
        return defaults.page_not_found(request, exception)
    return gone(request)


def gone(request: HttpRequest) -> HttpResponse:
    """Return a page for a row that was deleted or belongs to another team, without saying which."""
    return render_unsaved(
        request,
        status=404,
        title=_("This is no longer here"),
        words=_(
            "It was deleted or merged while your page was open, or it belongs to another team. Nothing was changed."
        ),
        next_words=_("Search for it in its list, or add it again there."),
    )


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return a 403 page; for a POST, one with the input that was not saved."""
    if request.method != "POST":
        return defaults.permission_denied(request, exception)
    return render_unsaved(
        request,
        status=403,
        title=_("You cannot change this"),
        words=str(exception) or _("Your role in this team does not allow this. Nothing was changed."),
        next_words=_(
            "Your role may have changed while the page was open. If you need access, ask a manager of the team."
        ),
    )


def refused(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Return a page with the error of an action, for views that do not show it on a form."""
    return render_unsaved(
        request,
        status=409,
        title=_("This was not done"),
        words=" ".join(dict.fromkeys(error.messages)),
        next_words=_("Open the page again to see its current state, and then decide."),
        next_url=referring_page(request),
        action=_("Open the page again"),
    )


def stale_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return a page for an expired CSRF token, with the input only if the browser says that it comes from Kith."""
    response = csrf_failure(request, reason)
    if not is_same_origin(request):
        return response
    context = {"typed": submitted_values(request), "next_url": referring_page(request)}
    response = UnsavedResponse(render_to_string("403_csrf.html", context, request), status=403)
    response.template, response.said = "403_csrf.html", context
    add_never_cache_headers(response)
    return response

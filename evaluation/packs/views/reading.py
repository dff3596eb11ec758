"""A published pack for whoever has a link: no account, no cookie, and not for search engines."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from communities.actions.attempts import PACKS, record_attempt
from communities.browsers import network, network_address
from evaluation.actions.addresses import digest_of_secret
from evaluation.models import PackLink
from evaluation.packs.actions import note_opening
from evaluation.packs.pages import picture_in, picture_name, published_page
from evaluation.views.pictures import SVG_TYPE, svg_of


@require_safe
@login_not_required
def pack_read(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a published pack.

    404 for a link that never was, 410 for one that was withdrawn or is too old, each with a sentence. No session is read or written. What is
    counted is that the link was opened today, not by whom.
    """
    link = _link(request, secret)
    if isinstance(link, HttpResponse):
        return link
    with override(link.published.document["language"]):
        shown = published_page(link.published, request.GET.get("priority", ""))
        context = {"shown": shown, "team": shown.team, "published": link.published, "link": link}
        response = _private(render(request, "evaluation/pack_read.html", context))
    if request.method == "GET":
        note_opening(link=link)
    return response


@require_safe
@login_not_required
def pack_read_picture(request: HttpRequest, secret: str, key: str) -> HttpResponse:
    """Send a chart of a published pack as an SVG; refused as the page is, and not counted as an opening."""
    link = _link(request, secret)
    if isinstance(link, HttpResponse):
        return link
    with override(link.published.document["language"]):
        picture = picture_in(link.published, key)
        if picture is None:
            return _closed(request, _("This pack has no such chart."), status=404)
        headers = {"Content-Disposition": content_disposition_header(True, picture_name(link.published, key))}
        return _private(HttpResponse(svg_of(picture), content_type=SVG_TYPE, headers=headers))


def _link(request: HttpRequest, secret: str) -> PackLink | HttpResponse:
    """Return the link of a secret, or the page that says why it does not work."""
    digest = digest_of_secret(secret)
    if record_attempt(limits=PACKS, account=digest, source=network(network_address(request.META))).is_refused:
        response = _closed(request, _("Too many requests. Try again in an hour."), status=429)
        response["Retry-After"] = "3600"
        return response
    link = PackLink.objects.filter(digest=digest).select_related("published__pack__team").first()
    if link is None:
        return _closed(
            request, _("This link does not work. Copy all of it, or ask the team for a new one."), status=404
        )
    with override(link.published.document["language"]):
        if link.withdrawn_at is not None:
            return _closed(request, _("This link was withdrawn. Ask the team for a new one."), status=410)
        if not link.works_on(timezone.localdate()):
            day = date_format(link.expires_on, "j F Y")
            words = _("This link worked until %(day)s. Ask the team for a new one.") % {"day": day}
            return _closed(request, words, status=410)
    return link


def _closed(request: HttpRequest, words: str, *, status: int) -> HttpResponse:
    return _private(render(request, "evaluation/pack_closed.html", {"words": words, "team": ""}, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response

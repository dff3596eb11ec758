"""Packs for those who prepare them: list, draft with its checks, publishing, links."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from communities.paging import keyset_page
from communities.periods import period_name
from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo
from communities.views.downloads import send_export
from communities.views.once import keep_for_next_page, take_kept
from evaluation.models import Indicator, Pack, PackLink, PackPart, PublishedPack
from evaluation.packs import actions, rules
from evaluation.packs.contents import is_as_published
from evaluation.packs.forms import NewPackForm, PackForm, PackLinkForm
from evaluation.packs.pages import draft_of, picture_in, picture_name, published_page
from evaluation.packs.queries import openings_of, releases_to_choose, times_opened
from evaluation.rules import can_read_people_in_stories
from evaluation.views.pictures import SVG_TYPE, svg_of


@require_safe
@require_team
def pack_list(request: HttpRequest) -> HttpResponse:
    """Show the team's packs, newest first."""
    _only_those_who_prepare(request, request.team)
    rows = Pack.objects.visible_to(request.user).filter(team=request.team)
    page = keyset_page(request, rows.select_related("release", "published").order_by("-created_at", "-id"))
    times = times_opened(page)
    context = {
        "page": page,
        "rows": [(pack, period_name(pack.release.period), times.get(pack.pk, 0)) for pack in page],
        "has_releases": releases_to_choose(request.user, request.team).exists(),
    }
    return render(request, "evaluation/pack_list.html", context)


@require_safe_or_post
@require_team
def pack_create(request: HttpRequest) -> HttpResponse:
    """Begin a pack."""
    _only_those_who_prepare(request, request.team)
    form = NewPackForm(request.POST or None, team=request.team, user=request.user)
    if request.method == "POST" and form.is_valid():
        pack = save(request, form, actions.create_pack, by=request.user, team=request.team, **form.cleaned_data)
        if pack:
            messages.success(request, _("Saved as a draft. Choose what is in the pack."))
            return redirect("evaluation:pack-update", uuid=pack.uuid)
    return render(request, "evaluation/pack_create.html", {"form": form})


@require_safe
def pack_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a pack: how it looks, its checks before it is published, its links afterwards."""
    pack = _pack(request, uuid)
    published = PublishedPack.objects.visible_to(request.user).filter(pack=pack).select_related("published_by").first()
    context = {"pack": pack, "published": published, "can_publish": rules.can_publish_pack(request.user, pack.team_id)}
    if published is None:
        readable = can_read_people_in_stories(request.user, pack.team_id)
        draft = draft_of(pack, request.user, with_names=readable)
        return render(request, "evaluation/pack_draft.html", {**context, "draft": draft, "shown": draft.shown})
    published.pack = pack
    links = list(published.links.order_by("-made_at", "-pk"))
    openings, today = openings_of(links), timezone.localdate()
    context |= {
        "shown": published_page(published),
        "is_as_published": is_as_published(published),
        "links": [(link, link.works_on(today), openings.get(link.pk, [])) for link in links],
        "parts": published.parts.filter(emptied_at__isnull=True, kind__in=("story", "learned", "opening", "compared")),
    }
    return render(request, "evaluation/pack_published.html", context)


@require_safe
def pack_picture(request: HttpRequest, uuid: UUID, key: str) -> StreamingHttpResponse:
    """Send a chart of a published pack as an SVG, to those who prepare packs."""
    pack = _pack(request, uuid)
    published = get_object_or_404(PublishedPack.objects.visible_to(request.user), pack=pack)
    with override(published.document["language"]):
        picture = picture_in(published, key)
        if picture is None:
            raise Http404
        return send_export(
            request,
            iter([svg_of(picture)]),
            name=picture_name(published, key),
            content_type=SVG_TYPE,
            team=pack.team,
            model=Indicator,
            rows=picture.figures,
            fields=["value"],
            what=key,
        )


@require_safe_or_post
def pack_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose what is in a pack."""
    pack = _pack(request, uuid)
    if request.method == "GET" and PublishedPack.objects.visible_to(request.user).filter(pack=pack).exists():
        messages.info(request, _("This pack is published, so it stays as it is. Make another one."))
        return redirect("evaluation:pack-detail", uuid=pack.uuid)
    form = PackForm(request.POST or None, instance=pack, user=request.user)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, actions.update_pack, by=request.user, pack=pack, **form.cleaned_values())
    ):
        messages.success(request, _("Saved."))
        return redirect("evaluation:pack-detail", uuid=pack.uuid)
    return render(request, "evaluation/pack_form.html", {"form": form, "pack": pack})


@require_POST
def pack_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a pack that is not published."""
    pack = _pack(request, uuid)
    if not run_action(request, actions.delete_pack, by=request.user, pack=pack):
        return redirect("evaluation:pack-detail", uuid=pack.uuid)
    tell_with_undo(request, _("Deleted."), pack)
    return redirect("evaluation:pack-list")


@require_POST
def pack_publish(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Publish a pack."""
    pack = _to_publish(request, uuid)
    if run_action(request, actions.publish_pack, by=request.user, pack=pack):
        messages.success(request, _("Published. Make a link for those who read it."))
    return redirect("evaluation:pack-detail", uuid=pack.uuid)


@require_POST
def pack_not_name(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record that a word in a pack is not the name of a resident."""
    pack = _to_publish(request, uuid)
    run_action(request, actions.confirm_not_name, by=request.user, pack=pack, word=request.POST.get("word", ""))
    return redirect("evaluation:pack-detail", uuid=pack.uuid)


@require_safe_or_post
@never_cache
def pack_links(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make a link to a published pack, which the next page shows this once."""
    pack = _pack(request, uuid)
    published = get_object_or_404(PublishedPack.objects.visible_to(request.user), pack=pack)
    form, kept = PackLinkForm(request.POST or None), f"pack {pack.uuid}"
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        made = save(request, form, actions.make_pack_link, by=request.user, published=published, **values)
        if made and made.secret:
            keep_for_next_page(request, kept, made.secret)
        if made:
            return redirect("evaluation:pack-links", uuid=pack.uuid)
    secret = take_kept(request, kept)
    address = request.build_absolute_uri(reverse("evaluation:pack-read", args=[secret])) if secret else ""
    context = {"pack": pack, "form": form, "address": address}
    return render(request, "evaluation/pack_links.html", context)


@require_POST
def pack_link_withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Withdraw a link."""
    link = get_object_or_404(PackLink.objects.visible_to(request.user).select_related("published__pack"), uuid=uuid)
    if run_action(request, actions.withdraw_pack_link, by=request.user, link=link):
        messages.success(request, _("Link withdrawn. The link now says so to anyone who opens it."))
    return redirect("evaluation:pack-detail", uuid=link.published.pack.uuid)


@require_POST
def pack_part_empty(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a text out of a published pack."""
    part = get_object_or_404(PackPart.objects.visible_to(request.user).select_related("published__pack"), pk=pk)
    if not rules.can_publish_pack(request.user, part.published.pack.team_id):
        raise PermissionDenied
    if run_action(request, actions.empty_pack_part, by=request.user, part=part):
        messages.success(request, _("Taken out of the pack at every link."))
    return redirect("evaluation:pack-detail", uuid=part.published.pack.uuid)


def _only_those_who_prepare(request: HttpRequest, team: object) -> None:
    if not rules.can_prepare_pack(request.user, team):
        raise PermissionDenied


def _pack(request: HttpRequest, uuid: UUID) -> Pack:
    """Return a pack that this person prepares. Raises: Http404, PermissionDenied."""
    pack = get_object_or_404(Pack.objects.visible_to(request.user).select_related("team", "release"), uuid=uuid)
    _only_those_who_prepare(request, pack.team_id)
    return pack


def _to_publish(request: HttpRequest, uuid: UUID) -> Pack:
    pack = _pack(request, uuid)
    if not rules.can_publish_pack(request.user, pack.team_id):
        raise PermissionDenied
    return pack

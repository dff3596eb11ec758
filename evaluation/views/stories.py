"""Stories: the list, one story, telling and changing it, approving it, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communities import facets
from communities.forms.errors import attempt
from communities.paging import keyset_page
from communities.photos import photo_response
from communities.views import require_team
from connectors.models import Conversation
from evaluation import actions, rules, tables
from evaluation.filters import StoryFilter
from evaluation.forms import Beginning, StoryForm
from evaluation.framework import BY_KEY
from evaluation.indicators import TEAM, place_of
from evaluation.models import Story
from evaluation.periods import quarter_of
from sparks.models import Application


def _story(request: HttpRequest, uuid: UUID) -> Story:
    """Return a story that this person may read. Raises: Http404."""
    rows = Story.objects.visible_to(request.user).select_related("team", "neighbourhood", "application", "created_by")
    return get_object_or_404(rows, uuid=uuid)


#: What a card shows of a story.
LISTED = ("uuid", "title", "happened_on", "status", "self_text", "us_text", "now_text", "neighbourhood__name")


@require_safe
@require_team
def story_list(request: HttpRequest) -> HttpResponse:
    """Show the team's stories, newest first."""
    stories = Story.objects.visible_to(request.user).filter(team=request.team)
    found = StoryFilter(request.GET or None, queryset=stories, team=request.team)
    context = {
        "filter": found,
        "folded": facets.folded(request, found),
        "page": keyset_page(
            request, found.qs.select_related("neighbourhood").only(*LISTED).order_by("-happened_on", "-id")
        ),
        "can_write": rules.can_write_story(request.user, request.team),
    }
    return render(request, f"evaluation/story_list.html{facets.part_of(request, 'results')}", context)


@require_safe
def story_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a story: words large, numbers beside, who did what, and where it stands."""
    story = _story(request, uuid)
    readable = rules.can_read_people_in_stories(request.user, story.team_id)
    place = TEAM if story.neighbourhood_id is None else place_of(story.neighbourhood_id)
    period = quarter_of(story.happened_on)
    keys = story.indicators.values_list("key", flat=True)
    context = {
        "story": story,
        "numbers": [(BY_KEY[key], tables.address(key, place, period)) for key in keys if key in BY_KEY],
        "people": list(story.people.order_by("known_as", "pk")) if readable else [],
        "aliases": [] if readable else [person.alias for person in story.people.order_by("pk")],
        "conversations": story.conversations.select_related("place") if readable else [],
        "shows_quote": bool(story.quote) and (readable or not rules.lacks_consent(story)),
        "can_change": rules.can_change_story(request.user, story),
        "can_submit": rules.can_submit_story(request.user, story),
        "can_approve": rules.can_approve_story(request.user, story),
        "can_withdraw": rules.can_withdraw_consent(request.user, story),
        "lacks_consent": rules.lacks_consent(story),
    }
    return render(request, "evaluation/story_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_team
def story_create(request: HttpRequest) -> HttpResponse:
    """Tell a story, from nothing, from a spark with its report, or from a conversation."""
    if not rules.can_write_story(request.user, request.team):
        raise PermissionDenied
    beginning = _beginning(request)
    form = StoryForm(
        request.POST or None, request.FILES or None, team=request.team, user=request.user, beginning=beginning
    )
    if request.method == "POST" and form.is_valid():
        story = attempt(form, actions.create_story, by=request.user, team=request.team, words=form.words())
        if story:
            messages.success(request, _("Kept as a draft. Hand it in when it is ready."))
            return redirect("evaluation:story-detail", uuid=story.uuid)
    return render(request, "evaluation/story_form.html", {"form": form, "story": None, "beginning": beginning})


@require_http_methods(["GET", "HEAD", "POST"])
def story_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change a story; a published one waits to be approved again."""
    story = _story(request, uuid)
    if not rules.can_change_story(request.user, story):
        raise PermissionDenied
    form = StoryForm(request.POST or None, request.FILES or None, team=story.team, user=request.user, instance=story)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, actions.update_story, by=request.user, story=story, words=form.words())
    ):
        again = story.is_published
        messages.success(request, _("Kept. It waits to be approved again.") if again else _("Kept."))
        return redirect("evaluation:story-detail", uuid=story.uuid)
    return render(request, "evaluation/story_form.html", {"form": form, "story": story, "beginning": None})


@require_POST
def story_submit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand a draft in to be approved."""
    return _step(
        request, uuid, rules.can_change_story, actions.submit_story, _("Handed in. A manager approves it next.")
    )


@require_POST
def story_approve(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Publish a story."""
    return _step(request, uuid, rules.manages_stories, actions.approve_story, _("Published."))


@require_POST
def story_return(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give a story back to its writer."""
    return _step(request, uuid, rules.manages_stories, actions.return_story, _("Given back to its writer."))


@require_http_methods(["GET", "HEAD", "POST"])
def story_withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record that the people in a story no longer agree: it is unpublished at once."""
    story = _story(request, uuid)
    if not rules.can_write_story(request.user, story.team_id):
        raise PermissionDenied
    if request.method == "POST":
        actions.withdraw_consent(by=request.user, story=story)
        messages.success(request, _("It is unpublished. The words stay with the team as a draft."))
        return redirect("evaluation:story-detail", uuid=story.uuid)
    return render(request, "evaluation/story_confirm_withdraw.html", {"story": story})


@require_safe
def story_photo(request: HttpRequest, uuid: UUID) -> FileResponse:
    """Give a story's photo to those who may read the story."""
    story = _story(request, uuid)
    if not story.photo:
        raise Http404
    return photo_response(story.photo)


def _beginning(request: HttpRequest) -> Beginning:
    """Return what the address names, of this team and for this person; what they may not see begins nothing."""
    sparks = Application.objects.visible_to(request.user).filter(team=request.team).select_related("report")
    talks = Conversation.objects.visible_to(request.user).filter(team=request.team)
    key = request.GET.get("indicator", "")
    return Beginning(
        spark=_named(sparks, request.GET.get("spark")),
        conversation=_named(talks, request.GET.get("conversation")),
        indicators=[key] if key in BY_KEY else [],
    )


def _named(rows, uuid: str | None):
    """Return the row of a uuid in an address; None without one. Raises: Http404 for any other."""
    if not uuid:
        return None
    try:
        return get_object_or_404(rows, uuid=UUID(uuid))
    except ValueError as error:
        raise Http404 from error


def _step(request: HttpRequest, uuid: UUID, may, act, done: str) -> HttpResponse:
    """Take a story one step on, or say why not."""
    story = _story(request, uuid)
    if not may(request.user, story):
        raise PermissionDenied
    try:
        act(by=request.user, story=story)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect("evaluation:story-detail", uuid=story.uuid)

"""Stories: list, detail, create, update, approve, and withdraw consent."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities import facets
from communities.paging import keyset_page
from communities.periods import quarter_of
from communities.photos import photo_response, small_photo_response
from communities.row_keys import uuid_of
from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo
from connectors.models import Conversation, Purpose
from connectors.queries.consent import named, unwilling
from evaluation import actions, rules
from evaluation.filters import StoryFilter
from evaluation.forms import Beginning, StoryForm
from evaluation.framework.own import catalogue_of
from evaluation.models import Story
from evaluation.queries import TEAM, place_of
from evaluation.reports.wording import address
from sparks.models import Spark
from sparks.rules import can_write_spark


def _story(request: HttpRequest, uuid: UUID) -> Story:
    """Return a story that this person may read. Raises: Http404."""
    rows = Story.objects.visible_to(request.user)
    rows = rows.select_related("team", "neighbourhood", "spark", "created_by", "withdrawn_by", "withdrawn_person")
    return get_object_or_404(rows, uuid=uuid)


#: What a card shows of a story.
LISTED = ("uuid", "title", "happened_on", "status", "self_text", "us_text", "now_text", "neighbourhood__name")
LISTED += ("photo", "photo_alt")
#: Stories on a page of the list: each is a card.
ON_A_PAGE = 15


@require_safe
@require_team
def story_list(request: HttpRequest) -> HttpResponse:
    """Show the team's stories, newest first."""
    stories = Story.objects.visible_to(request.user).filter(team=request.team)
    found = StoryFilter(request.GET or None, queryset=stories, team=request.team, user=request.user, request=request)
    context = {
        "filter": found,
        "folded": facets.folded(request, found, "q"),
        "narrowed": facets.in_use(request, found),
        "page": keyset_page(
            request,
            found.qs.select_related("neighbourhood").only(*LISTED).order_by("-happened_on", "-id"),
            size=ON_A_PAGE,
        ),
        "can_write": rules.can_write_story(request.user, request.team),
    }
    return render(request, f"evaluation/story_list.html{facets.part_of(request, 'results')}", context)


@require_safe
def story_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show a story with its text, indicators, contributions and status."""
    story = _story(request, uuid)
    readable = rules.can_read_people_in_stories(request.user, story.team_id)
    place = TEAM if story.neighbourhood_id is None else place_of(story.neighbourhood_id)
    period = quarter_of(story.happened_on)
    keys, known = story.indicators.values_list("key", flat=True), catalogue_of(story.team).by_key
    people = list(story.people.order_by("known_as", "pk")) if readable else []
    context = {
        "story": story,
        "numbers": [(known[key], address(key, place, period)) for key in keys if key in known],
        "people": people,
        "conversations": story.conversations.select_related("place") if readable else [],
        "shows_quote": bool(story.quote) and (readable or not rules.lacks_consent(story)),
        "can_change": rules.can_change_story(request.user, story),
        "can_delete": rules.can_delete_story(request.user, story),
        "can_submit": rules.can_submit_story(request.user, story),
        "can_approve": rules.can_approve_story(request.user, story),
        "can_withdraw": rules.can_withdraw_consent(request.user, story),
        "can_look": rules.can_review_story(request.user, story),
        "can_start_spark": can_write_spark(request.user, story.team_id),
        "readable": readable,
        "said_no": named(unwilling([person.pk for person in people], Purpose.STORY), request.user) if people else "",
        "lacks_consent": rules.lacks_consent(story),
    }
    return render(request, "evaluation/story_detail.html", context)


@require_safe_or_post
@require_team
def story_create(request: HttpRequest) -> HttpResponse:
    """Create a story, from scratch, from a spark with its report, or from a conversation."""
    if not rules.can_write_story(request.user, request.team):
        raise PermissionDenied
    beginning = _beginning(request)
    form = StoryForm(
        request.POST or None, request.FILES or None, team=request.team, user=request.user, beginning=beginning
    )
    if request.method == "POST" and form.is_valid():
        story = save(
            request,
            form,
            actions.create_story,
            by=request.user,
            team=request.team,
            values=form.values(),
            uuid=form.cleaned_data["uuid"],
        )
        if story:
            messages.success(request, _("Saved as a draft. Submit it when it is ready."))
            return redirect("evaluation:story-detail", uuid=story.uuid)
    return render(request, "evaluation/story_form.html", {"form": form, "story": None, "beginning": beginning})


@require_safe_or_post
def story_update(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Update a story; a published one returns to the queue for approval."""
    story = _story(request, uuid)
    if not rules.can_change_story(request.user, story):
        raise PermissionDenied
    form = StoryForm(request.POST or None, request.FILES or None, team=story.team, user=request.user, instance=story)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, actions.update_story, by=request.user, story=story, values=form.values())
    ):
        again = story.is_published
        messages.success(request, _("Saved. It is waiting to be approved again.") if again else _("Saved."))
        return redirect("evaluation:story-detail", uuid=story.uuid)
    return render(request, "evaluation/story_form.html", {"form": form, "story": story, "beginning": None})


@require_POST
def story_delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a draft."""
    story = _story(request, uuid)
    if not rules.can_change_story(request.user, story):
        raise PermissionDenied
    if not run_action(request, actions.delete_story, story=story, by=request.user):
        return redirect("evaluation:story-detail", uuid=story.uuid)
    tell_with_undo(request, _("The draft has been deleted."), story)
    return redirect("evaluation:story-list")


@require_POST
def story_submit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Submit a draft for approval."""
    return _step(
        request, uuid, rules.can_change_story, actions.submit_story, _("Submitted. A manager approves it next.")
    )


@require_POST
def story_approve(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Publish a story."""
    return _step(request, uuid, rules.can_decide_story, actions.approve_story, _("Published."))


@require_POST
def story_return(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Return a story to its writer."""
    return _step(request, uuid, rules.can_decide_story, actions.return_story, _("Returned to its writer."))


@require_safe_or_post
def story_withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record that the people in a story no longer agree: it is unpublished at once."""
    story = _story(request, uuid)
    if not rules.can_write_story(request.user, story.team_id):
        raise PermissionDenied
    if request.method == "POST":
        actions.withdraw_consent(by=request.user, story=story)
        tell_with_undo(request, _("Unpublished. The team still has the story as a draft."), story)
        return redirect("evaluation:story-detail", uuid=story.uuid)
    return render(request, "evaluation/story_confirm_withdraw.html", {"story": story})


@require_POST
def story_look(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record that a story was reviewed after somebody withdrew consent."""
    return _step(
        request, uuid, rules.can_change_story, actions.mark_story_as_reviewed, _("Thank you. Marked as checked.")
    )


@require_safe
def story_photo(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Serve a story's photo to people who may read the story; with `size=small` no larger than a card in a list."""
    story = _story(request, uuid)
    if not story.photo:
        raise Http404
    return (small_photo_response if request.GET.get("size") == "small" else photo_response)(story.photo)


def _beginning(request: HttpRequest) -> Beginning:
    """Return what the query string names, leaving out rows of other teams and rows this person may not see."""
    sparks = Spark.objects.visible_to(request.user).filter(team=request.team).select_related("report")
    talks = Conversation.objects.visible_to(request.user).filter(team=request.team)
    key = request.GET.get("indicator", "")
    return Beginning(
        spark=_named(sparks, request.GET.get("spark")),
        conversation=_named(talks, request.GET.get("conversation")),
        indicators=[key] if key in catalogue_of(request.team).by_key else [],
    )


def _named(rows, uuid: str | None):
    """Return the row with the UUID in the query string; None without one. Raises: Http404 for an unknown UUID."""
    if not uuid:
        return None
    return get_object_or_404(rows, uuid=uuid_of(uuid))


def _step(request: HttpRequest, uuid: UUID, may, act, done: str) -> HttpResponse:
    """Run a workflow action on a story, or show why it was refused."""
    story = _story(request, uuid)
    if not may(request.user, story):
        raise PermissionDenied
    if run_action(request, act, by=request.user, story=story):
        messages.success(request, done)
    return redirect("evaluation:story-detail", uuid=story.uuid)

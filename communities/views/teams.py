"""Views of the team: its members, roles and settings, and switching teams."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from communities.actions.absences import current_absence, end_absence, save_absence
from communities.actions.managers import confirm_manager
from communities.actions.members import change_member_roles, hand_over, remove_member
from communities.actions.teams import update_team
from communities.forms.handover import AbsenceForm, HandOverForm
from communities.forms.teams import MemberForm, TeamForm
from communities.handover import held_by, where_it_went
from communities.middleware import SESSION_KEY
from communities.models import MONEY_ROLES, Invitation, Membership, Role, Team, User
from communities.queries.managers import is_second_person, why_to_stay
from communities.row_keys import pk_of
from communities.rules import (
    can_be_away,
    can_change_member,
    can_change_team,
    can_confirm_manager,
    can_hand_over,
    can_invite_member,
    can_set_limit,
)
from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo


@require_safe
@require_team
def team_detail(request: HttpRequest) -> HttpResponse:
    """Show the team's members and roles and, to managers, its invitations."""
    memberships = Membership.objects.visible_to(request.user).filter(team=request.team).select_related("user")
    members: dict[User, list[str]] = {}
    to_confirm: set[int] = set()
    for membership in memberships.order_by("user__name", "user_id", "role"):
        members.setdefault(membership.user, []).append(Role(membership.role).label)
        if membership.role in MONEY_ROLES and membership.confirmed_at is None:
            to_confirm.add(membership.user_id)
    may_invite = can_invite_member(request.user, request.team)
    open_invitations = Invitation.objects.visible_to(request.user).filter(
        team=request.team, accepted_at__isnull=True, withdrawn_at__isnull=True
    )
    context = {
        "members": list(members.items()),
        "to_confirm": to_confirm,
        "invitations": list(open_invitations.order_by("-created_at", "-pk")) if may_invite else [],
        "may_invite": may_invite,
        "may_change": can_change_team(request.user, request.team),
        "can_be_away": can_be_away(request.user, request.team, request.user),
    }
    return render(request, "communities/team_detail.html", context)


@require_safe_or_post
@require_team
def team_update(request: HttpRequest) -> HttpResponse:
    """Change the team's settings; administrators can also change the limit."""
    if not can_change_team(request.user, request.team):
        raise PermissionDenied
    team = get_object_or_404(Team.objects.visible_to(request.user), pk=request.team.pk)
    form = TeamForm(request.POST or None, instance=team, user=request.user)
    if (
        request.method == "POST"
        and form.is_valid()
        and save(request, form, update_team, team=team, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The team’s settings have been saved."))
        return redirect("communities:team-detail")
    return render(request, "communities/team_form.html", {"form": form, "may_set_limit": can_set_limit(request.user)})


@require_POST
def team_switch(request: HttpRequest) -> HttpResponse:
    """Switch to another of the user's teams."""
    chosen = pk_of(request.POST.get("team"))
    if chosen is None:
        return redirect("today")
    team = get_object_or_404(Team.objects.visible_to(request.user), pk=chosen)
    request.session[SESSION_KEY] = team.pk
    messages.success(request, _("You are now working in %(team)s.") % {"team": team.name})
    return redirect("today")


def _member(request: HttpRequest, pk: int) -> User:
    """Return a member of the current team. Raises: Http404 for others, PermissionDenied without permission."""
    memberships = Membership.objects.visible_to(request.user).filter(team=request.team, user=pk)
    membership = memberships.select_related("user").first()
    member = get_object_or_404(User, pk=membership.user_id if membership else None)
    if not can_change_member(request.user, request.team):
        raise PermissionDenied
    return member


@require_safe_or_post
@require_team
def member_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a member's roles."""
    member = _member(request, pk)
    held = Membership.objects.filter(team=request.team, user=member).values_list("role", flat=True)
    form = MemberForm(request.POST if request.method == "POST" else None, initial={"roles": list(held)})
    if request.method == "POST" and form.is_valid():
        about = {"team": request.team, "user": member}
        if save(request, form, change_member_roles, **about, by=request.user, roles=form.cleaned_data["roles"]):
            tell_with_undo(request, _("%(name)s’s roles have been saved.") % {"name": member.name}, member)
            return redirect("communities:team-detail")
    return render(request, "communities/member_form.html", {"form": form, "member": member})


@require_safe_or_post
@require_team
def member_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who invited a new manager, and confirm them."""
    member = _member(request, pk)
    if not can_confirm_manager(request.user, request.team):
        raise PermissionDenied
    rows = Membership.objects.visible_to(request.user).select_related("granted_by")
    held = rows.filter(team=request.team, user=member, role__in=MONEY_ROLES)
    given = held.order_by(F("confirmed_at").asc(nulls_first=True), "pk").first()
    if given is None:
        raise Http404
    if request.method == "POST":
        if run_action(request, confirm_manager, team=request.team, user=member, by=request.user):
            messages.success(request, _("%(name)s can now decide on money.") % {"name": member.name})
        return redirect("communities:team-detail")
    is_second = is_second_person(request.user, member, request.team)
    context = {"member": member, "given": given, "is_second": is_second}
    return render(request, "communities/member_confirm.html", context)


@require_safe_or_post
@require_team
def member_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """List what a member looks after, hand it over, and end the membership."""
    member = _member(request, pk)
    held = held_by(member, request.team)
    data = request.POST if request.method == "POST" else None
    form = HandOverForm(data, team=request.team, member=member, reader=request.user, held=held)
    if request.method == "POST" and form.is_valid():
        about = {"team": request.team, "user": member, "by": request.user, "choices": form.choices}
        went = save(request, form, remove_member, **about)
        if went is not None:
            words = _("%(name)s has left the team.") % {"name": member.name}
            if went:
                words += f" {where_it_went(went)} " + _("Undo returns that as well.")
            tell_with_undo(request, words, member)
            return redirect("communities:team-detail" if member.pk != request.user.pk else "today")
    context = {"member": member, "form": form, "leaves": True, "stays": why_to_stay(request.team, member)}
    return render(request, "communities/member_hand_over.html", context)


@require_safe_or_post
@require_team
def member_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand over what a member looks after, without removing them: before they leave, or when their account was closed."""
    member = _self_or_member(request, pk)
    held = held_by(member, request.team)
    data = request.POST if request.method == "POST" else None
    form = HandOverForm(data, team=request.team, member=member, reader=request.user, held=held)
    if request.method == "POST" and form.is_valid():
        about = {"team": request.team, "user": member, "by": request.user, "choices": form.choices}
        went = save(request, form, hand_over, **about)
        if went is not None:
            tell_with_undo(request, where_it_went(went) or _("There was nothing to hand over."), member)
            return redirect("communities:team-detail")
    context = {"member": member, "form": form, "leaves": False}
    return render(request, "communities/member_hand_over.html", context)


@require_safe_or_post
@require_team
def member_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an absence and its stand-in; with `back`, end it."""
    member = _self_or_member(request, pk)
    absence = current_absence(team=request.team, user=member)
    about = {"team": request.team, "user": member, "by": request.user}
    if request.POST.get("back"):
        if run_action(request, end_absence, **about):
            tell_with_undo(request, _("Welcome back. Your own Today shows again what is waiting for you."), member)
        return redirect("communities:team-detail")
    first = {name: getattr(absence, name) for name in ("starts_on", "ends_on", "stand_in")} if absence else {}
    form = AbsenceForm(request.POST or None, team=request.team, member=member, initial=first)
    if request.method == "POST" and form.is_valid() and save(request, form, save_absence, **about, **form.cleaned_data):
        messages.success(request, _("Saved. It ends by itself after the last day."))
        return redirect("communities:team-detail")
    return render(request, "communities/member_away.html", {"member": member, "form": form, "absence": absence})


def _self_or_member(request: HttpRequest, pk: int) -> User:
    """Return oneself, if one looks after something in the team, or a member. Raises: as `_member`."""
    if pk == request.user.pk and can_hand_over(request.user, request.team, request.user):
        return request.user
    return _member(request, pk)

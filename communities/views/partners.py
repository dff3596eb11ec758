"""Views of partners, the organisations that work beside residents."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from communities.actions.partners import create_partner, delete_partner, refusal_of_deletion, update_partner
from communities.forms.partners import PartnerForm
from communities.models import Partner
from communities.paging import keyset_page
from communities.rules import can_manage_partners
from communities.views import require_safe_or_post, require_team, run_action, save, tell_with_undo


@require_safe
@require_team
def partner_list(request: HttpRequest) -> HttpResponse:
    """Show the team's partners and what they do."""
    partners = Partner.objects.visible_to(request.user).filter(team=request.team).prefetch_related("signatories")
    context = {
        "page": keyset_page(request, partners.order_by("name", "pk")),
        "may_manage": can_manage_partners(request.user, request.team),
    }
    return render(request, "communities/partner_list.html", context)


@require_safe_or_post
@require_team
def partner_create(request: HttpRequest) -> HttpResponse:
    """Add a partner."""
    if not can_manage_partners(request.user, request.team):
        raise PermissionDenied
    form = PartnerForm(request.POST or None, team=request.team)
    if request.method == "POST" and form.is_valid():
        partner = save(request, form, create_partner, team=request.team, by=request.user, **form.cleaned_data)
        if partner:
            messages.success(request, _("%(name)s is now a partner.") % {"name": partner.name})
            return redirect("communities:partner-list")
    return render(request, "communities/partner_form.html", {"form": form, "partner": None})


def _partner(request: HttpRequest, pk: int) -> Partner:
    partner = get_object_or_404(Partner.objects.visible_to(request.user), pk=pk)
    if not can_manage_partners(request.user, partner.team_id):
        raise PermissionDenied
    return partner


@require_safe_or_post
def partner_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a partner."""
    partner = _partner(request, pk)
    form = PartnerForm(request.POST or None, instance=partner, team=partner.team)
    if (
        request.method == "POST"
        and form.is_valid()
        and (saved := save(request, form, update_partner, partner=partner, by=request.user, **form.cleaned_data))
    ):
        messages.success(request, _("%(name)s has been saved.") % {"name": saved.name})
        return redirect("communities:partner-list")
    return render(request, "communities/partner_form.html", {"form": form, "partner": partner})


@require_safe_or_post
def partner_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then delete a partner; say instead what refers to it."""
    partner = _partner(request, pk)
    if request.method == "POST":
        if run_action(request, delete_partner, partner=partner, by=request.user):
            tell_with_undo(request, _("%(name)s has been deleted.") % {"name": partner.name}, partner)
        return redirect("communities:partner-list")
    context = {"partner": partner, "refusal": refusal_of_deletion(partner)}
    return render(request, "communities/partner_confirm_delete.html", context)

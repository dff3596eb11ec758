"""Gifts of a resident: adding, offering, taking away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communities.forms.errors import attempt
from connectors.actions.people import add_gift, remove_gift, update_gift
from connectors.forms.people import GiftForm
from connectors.models import Gift, Person


@require_http_methods(["GET", "POST"])
def gift_create(request: HttpRequest, uuid: str) -> HttpResponse:
    """Add a gift to a resident."""
    person = get_object_or_404(Person.objects.visible_to(request.user).select_related("team"), uuid=uuid)
    form = GiftForm(request.POST or None, team=person.team, user=request.user)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, add_gift, person=person, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("A gift is on the page."))
        return redirect("connectors:person-detail", uuid=person.uuid)
    return render(request, "connectors/gift_form.html", {"form": form, "person": person, "gift": None})


@require_http_methods(["GET", "POST"])
def gift_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a gift."""
    gift = _gift(request, pk)
    form = GiftForm(request.POST or None, team=gift.person.team, user=request.user, initial=GiftForm.initial_of(gift))
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, update_gift, gift=gift, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("Kept."))
        return redirect("connectors:person-detail", uuid=gift.person.uuid)
    return render(request, "connectors/gift_form.html", {"form": form, "person": gift.person, "gift": gift})


@require_POST
def gift_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a gift away."""
    gift = _gift(request, pk)
    remove_gift(gift=gift, by=request.user)
    messages.success(request, _("“%(gift)s” is taken away.") % {"gift": gift})
    return redirect("connectors:person-detail", uuid=gift.person.uuid)


def _gift(request: HttpRequest, pk: int) -> Gift:
    return get_object_or_404(Gift.objects.visible_to(request.user).select_related("person__team"), pk=pk)

"""What the page of an asset shows of the people there. Assets know nothing of residents: it is asked for by a setting."""

from django.db.models import Max
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from assets.models import Asset
from connectors.models import Introduction, Person
from connectors.queries.people import ENDS, NAMED, NAMES_OF_ENDS
from connectors.rules.conversations import can_log_conversation

#: How many residents and introductions the page of an asset names.
SHOWN = 8


def people_of_asset(request: HttpRequest, asset: Asset) -> SafeString:
    """Return HTML with the residents met at an asset, the latest first, and the introductions to it; two queries.

    Nothing for those who read no conversations.
    """
    user = request.user
    if not can_log_conversation(user, asset.team_id):
        return SafeString("")
    people = (
        Person.objects.visible_to(user)
        .filter(team=asset.team_id, conversations__place=asset)
        .annotate(last_met=Max("conversations__held_on"))
        .only("uuid", *NAMED)
        .order_by("-last_met", "pk")[:SHOWN]
    )
    introductions = Introduction.objects.visible_to(user).filter(team=asset.team_id, to_asset=asset)
    introductions = introductions.select_related(*ENDS).only("uuid", "introduced_on", *NAMES_OF_ENDS)
    context = {
        "asset": asset,
        "people": list(people),
        "introductions": list(introductions.order_by("-introduced_on", "-pk")[:SHOWN]),
    }
    return render_to_string("connectors/place_people.html", context, request=request)

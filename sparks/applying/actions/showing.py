"""Show the private link of a letter to whoever prints it, and write down that they could read it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Message, User
from sparks.applying import links
from sparks.applying.actions.hosting import make_host_words
from sparks.applying.actions.team import make_new_words
from sparks.models import HostLink


@transaction.atomic
def show_link(*, message: Message, by: User) -> str:
    """Return the address that new words open, for a printed letter; what opened it before opens nothing any more.

    Whoever prints it has read it, so they neither decide nor pay what is done with it: see `payees.had_links`.
    Raises: PermissionDenied; ValidationError, code "closed", if the link was stopped.
    """
    opened = links.opens(message)
    if opened is None:
        raise ValidationError(
            _("This link was stopped, so its letter cannot be printed. Ask again to get a new one."), code="closed"
        )
    if isinstance(opened, HostLink):
        return links.address_of(opened, make_host_words(link=opened, by=by).secret)
    return links.address_of(opened, make_new_words(application=opened, by=by).secret)

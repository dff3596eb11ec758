"""What a page shows once, after a redirect: reloading it neither makes another nor shows it again."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from communities.forms.keys import PressForm
from communities.views import save

#: Under which key of the session it waits for the next page.
_KEPT = "shown_once"


def keep_for_next_page(request: HttpRequest, name: str, secret: str) -> None:
    """Keep a secret, which is stored nowhere else, for the page to which the answer to a form leads. name: of what it opens."""
    request.session[_KEPT] = {**request.session.get(_KEPT, {}), name: secret}


def take_kept(request: HttpRequest, name: str) -> str:
    """Return a stored secret, or "", and delete it. Only a GET does so: nobody reads the answer to a HEAD."""
    kept = request.session.get(_KEPT, {})
    if request.method != "GET" or name not in kept:
        return ""
    secret = kept.pop(name)
    request.session[_KEPT] = kept
    if not kept:
        del request.session[_KEPT]
    return secret


def press_once[Made](request: HttpRequest, act: Callable[..., Made], **values: object) -> Made | None:
    """Run the action of a button whose page carries a key (`PressForm`), once however often it is pressed; return what it made.

    None if it was refused; the next page says why.
    """
    form = PressForm(request.POST)
    made = save(request, form, act, uuid=form.key, **values)
    for error in form.non_field_errors() if made is None else ():
        messages.error(request, error)
    return made

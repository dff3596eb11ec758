"""What a page shows once, after a redirect: reloading it neither makes another nor shows it again."""

from django.http import HttpRequest

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

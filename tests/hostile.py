"""A test client that checks every page like a strict browser, and fails on unsafe ones."""

from html.parser import HTMLParser

from django.http.response import HttpResponseBase
from django.test import Client

DATA_SCRIPTS = {"application/json", "application/ld+json"}
#: Pages that a browser may cache for the same user if it revalidates them each time; none is about a resident.
KEPT_PRIVATELY = {"/words/data/": "private, no-cache"}
LEAKS = ("{{", "{%", "%}", "{#")
VOID_OF_TEXT = {"script", "style"}


class PageReader(HTMLParser):
    """Collect what a page must not contain: inline code or style, leaked template syntax, unsafe forms."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: set[str] = set()
        self.open_tag = ""
        self.form: dict[str, str | None] | None = None
        self.form_has_token = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record the faults of one element."""
        values = dict(attrs)
        where = f"<{tag}{' id=' + repr(values['id']) if values.get('id') else ''}>"
        self.open_tag = tag
        if tag == "script" and not values.get("src") and values.get("type") not in DATA_SCRIPTS:
            self.faults.append("an inline <script>")
        if tag == "style":
            self.faults.append("an inline <style>")
        for name, value in attrs:
            self.check_attribute(where, name, value or "")
        if tag == "form":
            self.form, self.form_has_token = values, False
        if tag == "input" and values.get("name") == "csrfmiddlewaretoken":
            self.form_has_token = True

    def check_attribute(self, where: str, name: str, value: str) -> None:
        """Record the fault of one attribute."""
        if name == "style":
            self.faults.append(f"style= on {where}")
        if name.startswith(("on", "hx-on")):
            self.faults.append(f"{name}= on {where}")
        if name in {"href", "src", "action", "formaction"} and value.strip().lower().startswith("javascript:"):
            self.faults.append(f"javascript: in {name} of {where}")
        if name in {"href", "src", "action"} and value.startswith(("http://", "//")):
            self.faults.append(f"an unencrypted or foreign address {value!r} in {where}")
        if name == "id":
            if value in self.ids:
                self.faults.append(f"the id {value!r} twice")
            self.ids.add(value)
        self.check_leak(value, f"{name}= of {where}")

    def handle_endtag(self, tag: str) -> None:
        """Check a form once it is complete."""
        self.open_tag = ""
        if tag == "form" and self.form is not None:
            if (self.form.get("method") or "get").lower() == "post" and not self.form_has_token:
                self.faults.append(f"a form to {self.form.get('action') or 'this page'!r} without a CSRF token")
            self.form = None

    def handle_data(self, data: str) -> None:
        """Record template syntax that reached the text."""
        if self.open_tag not in VOID_OF_TEXT:
            self.check_leak(data, "the text")

    def check_leak(self, text: str, where: str) -> None:
        """Record template syntax in a piece of text."""
        if any(leak in text for leak in LEAKS):
            self.faults.append(f"template syntax in {where}: {text.strip()[:80]!r}")


def faults_of(html: str) -> list[str]:
    """Return everything on this page that a strict browser would refuse or a careful reader would object to."""
    reader = PageReader()
    reader.feed(html)
    reader.close()
    return reader.faults


class HostileClient(Client):
    """Django's test client, which fails on unsafe pages and on private pages that a browser might cache."""

    def request(self, **request: object) -> HttpResponseBase:
        """Send the request, then check the response."""
        response = super().request(**request)
        judge(response)
        return response


def judge(response: HttpResponseBase) -> None:
    """Fail when an HTML response is unsafe, or when a signed-in user's page might be cached."""
    path = response.wsgi_request.path
    user = getattr(response.wsgi_request, "user", None)
    if user is not None and user.is_authenticated and response.status_code < 500 and not path.startswith("/static/"):
        kept = response.headers.get("Cache-Control", "")
        may_be_kept = path in KEPT_PRIVATELY and kept == KEPT_PRIVATELY[path]
        assert may_be_kept or "no-store" in kept, (
            f"{path} answers a signed-in person with Cache-Control: {kept!r}, not no-store"
        )
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return
    faults = faults_of(response.content.decode(response.charset))
    if getattr(getattr(response.wsgi_request.resolver_match, "func", None), "csrf_exempt", False):
        # Pages for everybody set no cookie, so their forms carry no token: their views refuse what another site sends.
        faults = [fault for fault in faults if "without a CSRF token" not in fault]
    assert not faults, f"{path} holds {'; '.join(faults)}"

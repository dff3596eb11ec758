"""A test client that checks every page like a strict browser, and fails on unsafe ones."""

import re
from html.parser import HTMLParser

from django.http.response import HttpResponseBase
from django.test import Client

DATA_SCRIPTS = {"application/json", "application/ld+json"}
#: Pages that a browser may cache for the same user if it revalidates them each time; none is about a resident.
KEPT_PRIVATELY = {"/words/data/": "private, no-cache"}
LEAKS = ("{{", "{%", "%}", "{#")
VOID_OF_TEXT = {"script", "style"}
#: What people typed, or a picture: a space there is no fault of a template.
AS_TYPED = {"textarea", "pre", "code", "svg", "option", "title"}
#: Elements within a line of text. Between two others, text is a line of its own.
INLINE = {"a", "abbr", "b", "bdi", "cite", "em", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "u", "wbr"}  # fmt: skip
#: A tag within a line, where a line is looked at for gaps.
TAG = "\0"
#: Space that a template leaves before punctuation or inside brackets: one with a line break, or beside a tag.
GAPS = (
    re.compile(rf"[^\s{TAG}](?=[\s{TAG}]*[\n{TAG}])[\s{TAG}]*?\s[\s{TAG}]*[,;.!?)](?=[\s{TAG}]|$)"),
    re.compile(rf"\((?=[\s{TAG}]*[\n{TAG}])[\s{TAG}]*?\s[\s{TAG}]*\S"),
)


class PageReader(HTMLParser):
    """Collect what a page must not contain: inline code or style, leaked template syntax, unsafe forms."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: set[str] = set()
        self.open_tag = ""
        self.form: dict[str, str | None] | None = None
        self.form_has_token = False
        self.line: list[str] = []
        self.typed = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record the faults of one element."""
        values = dict(attrs)
        self.break_line(tag)
        self.typed = self.typed or (tag if tag in AS_TYPED else "")
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
        self.break_line(tag)
        self.typed = "" if tag == self.typed else self.typed
        self.open_tag = ""
        if tag == "form" and self.form is not None:
            if (self.form.get("method") or "get").lower() == "post" and not self.form_has_token:
                self.faults.append(f"a form to {self.form.get('action') or 'this page'!r} without a CSRF token")
            self.form = None

    def handle_data(self, data: str) -> None:
        """Record template syntax that reached the text."""
        if self.open_tag not in VOID_OF_TEXT:
            self.check_leak(data, "the text")
            if not self.typed:
                self.line.append(data)

    def break_line(self, tag: str) -> None:
        """Check the line of text that a tag ends, unless it stands within the line."""
        if tag in INLINE:
            self.line.append(TAG)
            return
        line, self.line = "".join(self.line), []
        for gap in GAPS:
            if found := gap.search(line):
                words = " ".join(line[max(0, found.start() - 30) : found.end() + 10].replace(TAG, "").split())
                self.faults.append(f"a space before punctuation, or in brackets, in {words!r}")

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

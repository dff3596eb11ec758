"""Every form that takes words keeps drafts: a form without the token of a draft is found here, or stands in the table with
its reason.
"""

from collections import Counter
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from communities.draft_tokens import FIELD, read_token
from communities.models import AuditEntry
from communities.verbs import Verb
from config.drafts import EXEMPT
from tests.factories.communities import DraftFactory
from tests.test_foreign_ids import more
from tests.test_stale_tabs import pressed, presser, takes_posts
from tests.test_urls import PAGES, client_of
from tests.url_table import build_world

pytestmark = pytest.mark.django_db

#: Forms that keep no drafts besides those of EXEMPT, by the name of their URL, and the reason.
WITHOUT = {
    "communities:password-reset": "nobody is signed in",
    "applying:apply": "nobody is signed in; two answers with yes or no",
    "applying:host": "nobody is signed in, and a refusal keeps the words",
    "applying:mine": "nobody is signed in, and a refusal keeps the words",
    "applying:screen": "nobody is signed in: what is typed is saved in the application itself",
    "applying:way-back": "six words from paper",
    "communities:password-reset-confirm": "nobody is signed in",
    "communities:invitation-accept": "nobody is signed in, and there is a password",
    "connectors:sheet": "a resident, who has no account",
}
#: Inputs into which nothing is typed and nothing is chosen.
NOT_TYPED = {"hidden", "submit", "button", "reset", "image"}


class Forms(HTMLParser):
    """Collect the posted forms of a page: for each, its typed fields and whether it has a draft."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[list[str], bool]] = []
        self.typed: list[str] | None = None
        self.has_draft = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form and its fields."""
        given = dict(attrs)
        if tag == "form":
            self.typed, self.has_draft = ([] if (given.get("method") or "").lower() == "post" else None), False
        if self.typed is None:
            return
        if tag in ("textarea", "select") or (tag == "input" and (given.get("type") or "text") not in NOT_TYPED):
            self.typed.append(given.get("name") or "")
        self.has_draft = self.has_draft or given.get("name") == "draft"

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a form."""
        if tag == "form" and self.typed is not None:
            self.found.append((self.typed, self.has_draft))
            self.typed = None


def reader_of(name: str) -> str:
    """Return a user who may open a page: a builder if possible, otherwise a manager; "" for pages of nobody here."""
    return next((person for person in ("builder", "manager", "evaluator") if person in PAGES[name].who), "")


def opened() -> list[str]:
    """Return the names of the pages with forms, or that may have some."""
    return [name for name, page in PAGES.items() if "GET" in page.methods and reader_of(name)]


@pytest.fixture
def made(db: None) -> SimpleNamespace:
    """Return the users and their team's rows."""
    return build_world()


@pytest.mark.once
def test_every_form_with_words_keeps_drafts(made) -> None:
    missing = {}
    for name in opened():
        page, forms = PAGES[name], Forms()
        url = reverse(name, kwargs=page.kwargs(made) if page.kwargs else {})
        answer = client_of(made, reader_of(name)).get(f"{url}?{page.query}" if page.query else url)
        if answer.streaming:
            b"".join(answer.streaming_content)
        elif answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        else:
            forms.feed(answer.content.decode())
        without = [typed for typed, has_draft in forms.found if typed and not has_draft]
        if without and name not in EXEMPT and name not in WITHOUT:
            missing[name] = without
    assert missing == {}


def saves() -> QuerySet[AuditEntry]:
    """Return what the audit says was saved: opening what waits for somebody else is told as well, and saves nothing."""
    return AuditEntry.objects.exclude(verb=Verb.OPEN)


def test_a_draft_is_closed_when_its_form_was_saved_and_only_then(made) -> None:
    """Every page that takes a POST, whichever way it answers: what was saved is told by the audit."""
    more(made)
    wrong, outcomes = {}, Counter()
    for name in takes_posts():
        client = client_of(made, presser(PAGES[name]))
        with transaction.atomic():
            url = reverse(name, kwargs=PAGES[name].kwargs(made) if PAGES[name].kwargs else {})
            data = pressed(name, client, made, url)
            token = read_token("".join(data.get(FIELD, ())))
            if token is not None and name not in EXEMPT:
                draft = DraftFactory(user_id=token.user_id, team=made.team, uuid=token.uuid, address=url, page=url)
                entries = saves().count()
                answer = client.post(url, {**data, FIELD: "".join(data[FIELD])})
                is_saved = saves().count() > entries
                draft.refresh_from_db()
                outcomes[is_saved] += 1
                if is_saved != (draft.closed_at is not None) and (is_saved or answer.status_code != 302):
                    wrong[name] = (is_saved, answer.status_code)
            transaction.set_rollback(True)
    assert wrong == {}
    assert min(outcomes[True], outcomes[False]) > 10, outcomes


def test_every_exception_is_a_page() -> None:
    assert {name for name in (*EXEMPT, *WITHOUT) if name not in PAGES} == set()

"""Fifty people write and send their applications at the same moment, on PostgreSQL."""

from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from sparks.applying.queries import mark_of
from sparks.applying.words import new_words
from sparks.models import Application, Stage
from tests.factories.sparks import ApplicationFactory, ApplyPageFactory, RoundFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
WRITERS = 50


def write(words: str, number: int) -> list[int]:
    """Fill in every screen and send it; return the status of each response."""
    client, at = Client(REMOTE_ADDR=f"203.0.113.{number}"), partial(reverse, "applying:screen")
    typed = (
        ("what", {"what": f"Idea {number}", "title": f"Idea {number}"}),
        ("who", {"who_with": "Mill Row"}),
        ("cost", {"costs": "Wood", "amount_gbp": "40"}),
        ("money", {"held_by": "goods"}),
        ("you", {"name": f"Rose {number}"}),
        ("check", {}),
    )
    return [client.post(at(args=[words, screen]), answers).status_code for screen, answers in typed]


def test_fifty_write_at_once_without_an_error(race, team):
    page, secrets = ApplyPageFactory(round=RoundFactory(team=team)), [new_words() for _writer in range(WRITERS)]
    for words in secrets:
        blank = {"what": "", "who_with": "", "costs": "", "amount_gbp": 0, "held_by": ""}
        ApplicationFactory(page=page, words=words, **blank)
    results = race(*(partial(write, words, number) for number, words in enumerate(secrets)))
    assert results == [[302] * 6] * WRITERS
    assert Application.objects.filter(stage=Stage.SENT).count() == WRITERS
    assert {each.people.get().name for each in Application.objects.all()} == {f"Rose {n}" for n in range(WRITERS)}


def test_one_application_on_two_phones_is_saved_by_one_of_them(race, team):
    words = new_words()
    application = ApplicationFactory(page=ApplyPageFactory(round=RoundFactory(team=team)), words=words, what="")
    address, mark = reverse("applying:screen", args=[words, "what"]), mark_of(application, "what")
    typed = [{"what": text, "mark": mark, "key": text} for text in ("A bench", "A swing")]
    posts = [partial(Client().post, address, each) for each in typed]
    answers = race(*posts)
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    late = next(answer for answer in answers if answer.status_code == 200).content.decode()
    assert "A bench" in late
    assert "A swing" in late

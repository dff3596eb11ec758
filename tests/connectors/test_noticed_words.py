"""Words about people are checked after saving and shown on the next page, with or without scripts, and never block."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from communities.models import Role
from connectors.models import Ask, Gift, IgnoredWord
from tests.factories.assets import AssetFactory
from tests.factories.communities import UserFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, PersonFactory
from tests.factories.connectors_words import IgnoredWordFactory, TeamWordFactory

pytestmark = pytest.mark.django_db

TELLS = "Some words could start with strengths"


def told(response) -> list[str]:
    """Return the words that a page mentions, in order."""
    return re.findall(r"You wrote “([^”]+)”", unescape(response.text))


@pytest.fixture
def keep(client_for, team, builder):
    """Return a function that adds an ask with the form and returns the next page."""

    def _keep(words: str, *, by=builder, client=None, **more):
        client = client or client_for(by)
        ask = {"words": words, "asked_on": timezone.localdate().isoformat(), **more}
        response = client.post(reverse("connectors:ask-create"), ask, follow=True)
        assert response.redirect_chain, response.context["form"].errors
        return response

    return _keep


def test_the_next_page_shows_the_word_in_context_with_alternatives(keep) -> None:
    page = keep("Two service users asked for a lift")
    assert Ask.objects.get().words == "Two service users asked for a lift", "kept as it was written"
    assert told(page) == ["service users"]
    assert "You could say “<span>citizens</span>”" in " ".join(page.text.split())
    assert "People are citizens with something to offer, not recipients of a service." in page.text


def test_a_word_is_shown_once(keep, client_for, builder) -> None:
    client = client_for(builder)
    assert TELLS in keep("A client", client=client).text
    assert TELLS not in client.get(reverse("today")).text


def test_texts_about_strengths_are_not_noticed(keep) -> None:
    assert TELLS not in keep("Somebody to walk the dog with").text


def test_quotations_are_not_noticed(keep) -> None:
    assert told(keep("“I am a service user” she said, and a ‘client’ too")) == []


@pytest.mark.parametrize(
    ("words", "word"), [("i ddefnyddiwr gwasanaeth", "ddefnyddiwr gwasanaeth"), ("fy nghleient i", "nghleient")]
)
def test_welsh_words_are_noticed_with_mutations(keep, words, word) -> None:
    page = keep(words)
    assert told(page) == [word]
    assert '<span class="muted" lang="cy">' in page.text
    assert '<span lang="cy">' in page.text


def test_team_words_are_noticed_and_ignored_words_are_not(keep, team, builder, manager) -> None:
    TeamWordFactory(team=team, phrase="gap filler", reason="Nobody is a gap.")
    TeamWordFactory(team=team, phrase="needs", silent=True)
    IgnoredWordFactory(team=team, user=builder, phrase="client")
    said = "A gap filler with needs; a client. Fy nghleient."
    assert told(keep(said)) == ["gap filler", "nghleient"]
    assert told(keep(said, by=manager)) == ["gap filler", "client", "nghleient"]


def test_a_word_kept_once_is_not_shown_again(keep, client_for, builder) -> None:
    client = client_for(builder)
    assert told(keep("A client and a referral", client=client, kept_words="client")) == ["a referral"]
    assert told(keep("A client", client=client)) == ["client"], "this once only"


def test_each_word_is_shown_once_and_at_most_five_words(keep) -> None:
    assert told(keep("client, clients, a client")) == ["client"]
    assert len(told(keep("client, referral, service user, vulnerable, deprived, isolated, needy, caseload"))) == 5


def test_one_press_ignores_a_word_for_good_and_returns_to_the_page(keep, client_for, builder) -> None:
    client = client_for(builder)
    page = keep("A client", client=client)
    here = page.redirect_chain[-1][0]
    assert f'name="back" value="{here}"' in page.text
    after = client.post(reverse("connectors:word-ignore"), {"name": "client", "back": here}, follow=True)
    assert after.redirect_chain == [(here, 302)]
    assert "You will not be told about “client” again." in after.text
    assert IgnoredWord.objects.get().user == builder
    assert told(keep("A client", client=client)) == []


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:1", "people"])
def test_the_return_address_stays_within_kith(client_for, builder, back) -> None:
    response = client_for(builder).post(reverse("connectors:word-ignore"), {"name": "client", "back": back})
    assert response["Location"] == reverse("connectors:word-list")


def test_a_refused_form_shows_no_words(client_for, builder) -> None:
    client = client_for(builder)
    refused = client.post(reverse("connectors:ask-create"), {"words": "A client", "asked_on": "never"})
    assert (refused.status_code, told(refused)) == (200, [])
    assert told(client.get(reverse("today"))) == []


def test_offline_copies_and_fragments_do_not_consume_the_message(client_for, team, builder) -> None:
    client = client_for(builder)
    client.post(reverse("connectors:ask-create"), {"words": "A client", "asked_on": timezone.localdate().isoformat()})
    client.get(reverse("connectors:conversation-create"), {"copy": "1"})
    client.get(reverse("connectors:ask-list"), headers={"HX-Request": "true"})
    assert told(client.get(reverse("today"))) == ["client"]


def test_words_of_several_fields_and_rows_are_shown(client_for, team, builder) -> None:
    client = client_for(builder)
    talk = {
        "people": "Rose", "summary": "Kind", "next_step": "See the client", "gifts-TOTAL_FORMS": "1",
        "gifts-INITIAL_FORMS": "0", "gifts-0-name": "Helping the needy", "gifts-0-whose": "Rose", "gifts-0-kind": "heart",
        "held_on": timezone.localdate().isoformat(), "held_on-date": "",
    }  # fmt: skip
    page = client.post(reverse("connectors:conversation-create"), talk, follow=True)
    assert page.redirect_chain, page.context["form"].errors
    assert Gift.objects.get().name == "Helping the needy"
    assert sorted(told(page)) == ["client", "needy"]


def test_forms_of_every_app_are_checked(client_for, team, builder, manager) -> None:
    asset = AssetFactory(team=team)
    page = client_for(builder).post(
        reverse("assets:asset-retire", args=[asset.pk]), {"reason": "No clients came"}, follow=True
    )
    assert page.redirect_chain
    assert told(page) == ["clients"]
    hood = {"name": "The Brook", "population": "", "boundary_story": "Drawn by beneficiaries", "boundary": ""}
    page = client_for(manager).post(reverse("communities:neighbourhood-create"), hood, follow=True)
    assert page.redirect_chain, page.context["form"].errors
    assert told(page) == ["beneficiaries"]


def test_evaluators_see_only_their_own_noticed_words(client_for, team, builder, evaluator) -> None:
    ConversationFactory(team=team, builder=builder, summary="A client")
    page = client_for(evaluator).get(reverse("today"))
    assert told(page) == []
    both = UserFactory(roles={team: [Role.EVALUATOR]})
    story = {"title": "How clients met", "happened_on": timezone.localdate().isoformat(), "self_text": "One"}
    after = client_for(both).post(reverse("evaluation:story-create"), story, follow=True)
    if after.redirect_chain:
        assert told(after) == ["clients"]
        assert "Don’t tell me about" not in unescape(after.text), "the list is theirs to read only"


def test_words_of_another_user_are_not_shown(keep, client_for, manager) -> None:
    keep("A client", by=manager)
    assert told(client_for(UserFactory()).get("/", follow=True)) == []


def test_words_are_noticed_in_gifts_too(client_for, team, builder) -> None:
    gift = GiftFactory(person=PersonFactory(team=team))
    url = reverse("connectors:gift-update", args=[gift.pk])
    page = client_for(builder).post(url, {"name": "Cooking for the needy", "kind": "hands"}, follow=True)
    assert told(page) == ["needy"]

"""A resident's own sheet: the link that opens it once, what it shows, and what they can do there."""

import re
import typing
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from communities.models import AuditEntry, SignInAttempt
from communities.qr import qr_code
from connectors.actions.merges import merge_people, undo_merge
from connectors.actions.readback import handle_wish, make_link
from connectors.models import Ask, ConsentRecord, HeardTheme, Journey, Person, Purpose, ReadBackLink, Wish
from tests.factories.communities import PartnerFactory
from tests.factories.connectors import (
    ConversationFactory,
    GiftFactory,
    IntroductionFactory,
    PersonFactory,
    ThemeFactory,
)
from tests.factories.connectors_consent import NoticeFactory, ReadBackLinkFactory
from tests.factories.connectors_journeys import JourneyChangeFactory, JourneyFactory
from tests.form_reader import forms_of
from tests.hostile import HostileClient

pytestmark = pytest.mark.django_db
SHEET = "/sheet/"


@pytest.fixture
def rose(team):
    """Return a resident not yet told about our records, with a gift, a passion and a telephone."""
    rose = PersonFactory(team=team, known_as="Rose Tate", street="Mill Row", phone="0117 496 0123", untold=True)
    GiftFactory(person=rose, name="Baking bread", offered=True)
    rose.themes.add(ThemeFactory(team=team, name="Growing food"))
    return rose


def door(secret: str) -> str:
    """Return a link's URL."""
    return reverse("connectors:sheet-open", kwargs={"secret": secret})


@pytest.fixture
def opened(rose, builder):
    """Return a client in which Rose's sheet is open."""
    secret = make_link(person=rose, by=builder).secret
    client = HostileClient()
    assert client.post(door(secret))["Location"] == SHEET
    return client


class TestTheLink:
    def test_a_link_is_shown_once_and_only_its_digest_is_stored(self, client_for, builder, rose, caplog) -> None:
        caplog.set_level("DEBUG")
        answer = client_for(builder).post(
            reverse("connectors:person-sheet-link", kwargs={"uuid": rose.uuid}), follow=True
        )
        link = ReadBackLink.objects.get()
        secret = answer.context["address"].rstrip("/").rpartition("/")[2]
        assert len(secret) == 43, "256 bits"
        assert answer.context["address"].startswith("http")
        assert secret not in str(ReadBackLink.objects.values())
        stored = (model for model in apps.get_models() if model._meta.managed)
        holding = [model._meta.label for model in stored if secret in str(list(model._default_manager.values()))]
        assert holding == [], "audit, drafts, messages, tasks, idempotency: none of them holds the link"
        assert secret not in caplog.text
        assert link.expires_at - link.made_at == timedelta(days=14)
        page = client_for(builder).get(reverse("connectors:person-sheet", kwargs={"uuid": rose.uuid}))
        assert secret not in page.content.decode()

    def test_a_link_can_be_copied_shared_and_read_with_a_camera(self, client_for, builder, rose) -> None:
        answer = client_for(builder).post(
            reverse("connectors:person-sheet-link", kwargs={"uuid": rose.uuid}), follow=True
        )
        page, address = answer.content.decode(), answer.context["address"]
        assert qr_code(address, "QR code that opens the sheet, once") in page
        assert f'data-hand-on="{address}"' in page
        assert page.count(address) == 2, (
            "in the data of the buttons and to be read; in no link that a slip of the thumb opens"
        )
        assert "Rose" not in page.partition("data-hand-on")[2].partition("</script>")[0], "what is shared names nobody"

    def test_a_new_link_revokes_unopened_ones(self, rose, builder) -> None:
        old = make_link(person=rose, by=builder).secret
        new = make_link(person=rose, by=builder).secret
        assert HostileClient().post(door(old)).status_code == 404
        assert HostileClient().post(door(new)).status_code == 302

    def test_a_get_request_opens_nothing(self, rose, builder, client) -> None:
        link = make_link(person=rose, by=builder)
        secret = link.secret
        for method in (client.get, client.head, client.get):
            assert method(door(secret)).status_code == 200
        link.refresh_from_db()
        assert link.opened_at is None
        page = client.get(door(secret))
        assert "Rose" not in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        assert "noindex" in page["X-Robots-Tag"]

    def test_a_link_opens_once_and_is_audited(self, rose, builder) -> None:
        notice = NoticeFactory(team=rose.team)
        link = make_link(person=rose, by=builder)
        secret = link.secret
        client = HostileClient()
        client.post(door(secret))
        assert "Rose Tate" in client.get(SHEET).content.decode()
        assert HostileClient().post(door(secret)).status_code == 404
        rose.refresh_from_db()
        assert (rose.told_on, rose.told_notice) == (timezone.localdate(), notice)
        assert AuditEntry.objects.get(verb="open_sheet").actor is None

    @pytest.mark.parametrize("paragraphs", [1, 2, 6])
    def test_the_notice_comes_before_the_data(self, rose, builder, paragraphs) -> None:
        said = [f"Paragraph {number}." for number in range(1, paragraphs + 1)]
        NoticeFactory(team=rose.team, words="\r\n \r\n".join(said))
        secret = make_link(person=rose, by=builder).secret
        client = HostileClient()
        client.post(door(secret))
        page = client.get(SHEET).content.decode()
        held = page.index("Your details")
        assert [words for words in said if words in page[:held]] == said[:2]
        assert [words for words in said if words in page[held:]] == said[2:]
        assert ("#told-rest" in page) == (paragraphs > 2)

    def test_a_merged_record_keeps_its_link_for_after_undoing(self, rose, builder) -> None:
        link = make_link(person=rose, by=builder)
        secret = link.secret
        merge = merge_people(kept=PersonFactory(team=rose.team), absorbed=rose, by=builder)
        assert HostileClient().get(door(secret)).status_code == 404
        assert HostileClient().post(door(secret)).status_code == 404
        link.refresh_from_db()
        assert link.opened_at is None
        undo_merge(merge=merge, by=builder)
        assert HostileClient().post(door(secret)).status_code == 302

    def test_wrong_expired_used_and_revoked_links_look_the_same(self, builder, rose, client) -> None:
        now = timezone.now()
        ReadBackLinkFactory(secret="old", expires_at=now)
        ReadBackLinkFactory(secret="used", opened_at=now)
        ReadBackLinkFactory(secret="back", revoked_at=now)
        pages = [client.get(door(secret)) for secret in ("wrong", "old", "used", "back")]
        pages += [client.post(door(secret)) for secret in ("wrong", "old", "used", "back")]
        assert {page.status_code for page in pages} == {404}
        assert len({re.sub(r"nonce=\S+|[A-Za-z0-9]{64}", "", page.content.decode()) for page in pages}) == 1

    def test_too_many_wrong_links_block_the_address(self, builder, rose, client) -> None:
        secret = make_link(person=rose, by=builder).secret
        for number in range(20):
            assert client.post(door(f"guess {number}")).status_code == 404
        assert client.post(door(secret)).status_code == 404
        assert HostileClient(REMOTE_ADDR="192.0.2.7").post(door(secret)).status_code == 302

    def test_valid_links_are_not_counted_as_attempts(self, builder, rose, client) -> None:
        secret = make_link(person=rose, by=builder).secret
        for _number in range(25):
            assert client.get(door(secret)).status_code == 200
        assert not SignInAttempt.objects.exists()


class TestTheOpenSheet:
    def test_a_sheet_is_open_for_an_hour_in_one_browser(self, opened, clock) -> None:
        assert opened.get(SHEET).status_code == 200
        assert HostileClient().get(SHEET).status_code == 404

    def test_an_hour(self, rose, builder, clock) -> None:
        secret = make_link(person=rose, by=builder).secret
        client = HostileClient()
        client.post(door(secret))
        clock.shift(timedelta(minutes=59))
        assert client.get(SHEET).status_code == 200
        clock.shift(timedelta(minutes=2))
        assert client.get(SHEET).status_code == 404

    def test_a_forged_cookie_opens_nothing(self, opened) -> None:
        link = ReadBackLink.objects.get()
        client = HostileClient()
        for value in (str(link.pk), f"{link.pk}:1abcde:xyz", opened.cookies["kith_sheet"].value[:-2] + "xx"):
            client.cookies["kith_sheet"] = value
            assert client.get(SHEET).status_code == 404
        kept = opened.cookies["kith_sheet"]
        assert (kept["httponly"], kept["samesite"], kept["path"], kept["max-age"]) == (True, "Lax", SHEET, "")

    def test_the_sheet_has_no_navigation_even_when_signed_in(self, client_for, builder, rose) -> None:
        secret = make_link(person=rose, by=builder).secret
        client = client_for(builder)
        client.post(door(secret))
        text = client.get(SHEET).content.decode()
        assert reverse("connectors:person-list") not in text

    def test_closing_ends_access(self, opened) -> None:
        assert "closed" in opened.post("/sheet/close/").content.decode()
        assert opened.get(SHEET).status_code == 404

    def test_the_sheet_shows_only_data_of_this_resident(self, opened, rose, builder) -> None:
        other = PersonFactory(team=rose.team, known_as="Quentin Xavier")
        IntroductionFactory(team=rose.team, from_person=rose, to_person=other, reason="Secret reason")
        theme = ThemeFactory(team=rose.team, name="Fishing")
        ConversationFactory(team=rose.team, builder=builder, people=[rose], summary="Wants a bench.", idea="A bench")
        ConversationFactory(
            team=rose.team,
            builder=builder,
            people=[rose, other],
            themes=[theme],
            summary="Quentin is poorly.",
            place_name="Brook",
        )
        ConversationFactory(team=rose.team, builder=builder, people=[other], summary="Not hers.")
        text = opened.get(SHEET).content.decode()
        for held in ("Rose Tate", "Mill Row", "0117 496 0123", "Baking bread", "Growing food", "Q. X.", "Wants a bench.",
                     "Brook", "Fishing", "A builder will go through"):  # fmt: skip
            assert held in text, held
        for hidden in ("Quentin", "poorly", "Not hers.", "Secret reason", builder.name):
            assert hidden not in text, hidden

    def test_texts_with_unclear_names_are_not_shown(self, opened, rose, builder) -> None:
        ConversationFactory(team=rose.team, builder=builder, people=[rose], summary="Bo too.", unsorted_names=["Bo"])
        assert "Bo too." not in opened.get(SHEET).content.decode()

    def test_the_sheet_has_everything_stored(self, opened, rose, builder) -> None:
        Ask.objects.create(team=rose.team, person=rose, words="Somebody to walk the dog", created_by=builder)
        partner = PartnerFactory(team=rose.team, name="Mill Surgery")
        journey = JourneyFactory(person=rose, builder=builder, vision="A garden of my own", ended=True)
        Journey.objects.filter(pk=journey.pk).update(ending_words="She has her own people now", introduced_by=partner)
        JourneyChangeFactory(journey=journey, outcome="leaning", words="Rings every day", noted_by=builder)
        Person.objects.filter(pk=rose.pk).update(connector_since="2026-01-05", champion_since="2026-02-06")
        shown = opened.get(SHEET).content.decode()
        for words in (
            "Somebody to walk the dog", "A garden of my own", "She has her own people now", "Mill Surgery",
            "Leans on us more than they wish to", "Rings every day", "5 January 2026", "6 February 2026",
        ):  # fmt: skip
            assert words in shown, words

    def test_what_they_care_about_is_told_once_with_its_days(self, opened, rose, builder) -> None:
        theme = ThemeFactory(team=rose.team, name="Fishing")
        for day in (date(2026, 5, 2), date(2026, 5, 9), date(2026, 5, 9)):
            talk = ConversationFactory(team=rose.team, builder=builder, people=[rose], themes=[theme], held_on=day)
            HeardTheme.objects.create(conversation=talk, person=rose, theme=theme)
        told = opened.get(SHEET).text.partition("What you told us you care about")[2].partition("</ul>")[0]
        assert re.findall(r"<li[^>]*>(.*?)</li>", told) == ["Fishing: 9 May 2026 and 2 May 2026"]

    def test_what_is_not_noted_is_said_so(self, opened, rose) -> None:
        Person.objects.filter(pk=rose.pk).update(email="")
        facts = opened.get(SHEET).text.partition("<dt>Email</dt>")[2].partition("</div>")[0]
        assert "Not noted" in facts

    def test_a_change_made_meanwhile_is_not_overwritten(self, opened, rose, builder) -> None:
        form = opened.get(SHEET).context["details"]
        typed = {name: form[name].value() for name in ("known_as", "street", "phone", "email", "contact_preference")}
        Person.objects.filter(pk=rose.pk).update(phone="0117 496 0999")
        answer = opened.post("/sheet/details/", {**typed, "street": "Hill Road", "as_shown": form["as_shown"].value()})
        assert "Somebody changed this while you were writing" in answer.content.decode()
        rose.refresh_from_db()
        assert (rose.phone, rose.street) == ("0117 496 0999", "Mill Row")

    def test_the_number_of_queries_is_constant(self, opened, rose, builder, django_assert_max_num_queries) -> None:
        for _number in range(4):
            ConversationFactory(team=rose.team, builder=builder, people=[rose])
            IntroductionFactory(team=rose.team, from_person=rose)
        # One for each kind of record that names a resident, of every app: the sheet is everything.
        with django_assert_max_num_queries(30):
            opened.get(SHEET)

    def test_corrected_details_are_saved_at_once(self, opened, rose) -> None:
        sent = {
            "known_as": "Rosa",
            "street": "",
            "phone": "07700 900123",
            "email": "r@example.org",
            "contact_preference": "text",
        }
        assert opened.post("/sheet/details/", {**sent, "told_on": "", "team": "9"}).status_code == 302
        rose.refresh_from_db()
        assert {name: getattr(rose, name) for name in sent} == sent
        assert rose.phone_key == "700900123"
        entry = AuditEntry.objects.get(verb="correct_on_sheet")
        assert entry.actor is None
        assert entry.field_names == ["contact_preference", "email", "known_as", "phone", "street"]

    @pytest.mark.parametrize("wrong", [{"known_as": ""}, {"email": "no"}, {"contact_preference": "pigeon"}])
    def test_invalid_details_stay_in_the_form(self, opened, rose, wrong) -> None:
        sent = {"known_as": "Rosa", "street": "New Street", **wrong}
        answer = opened.post("/sheet/details/", sent)
        assert answer.status_code == 200
        assert answer.context["details"]["street"].value() == "New Street"
        rose.refresh_from_db()
        assert rose.known_as == "Rose Tate"

    def test_answers_take_effect_at_once(self, opened, rose) -> None:
        opened.post("/sheet/yes-or-no/", {"offer": "no", "invite": "yes", "photo": ""})
        rows = list(ConsentRecord.objects.order_by("purpose").values_list("purpose", "is_given", "how", "recorded_by"))
        assert rows == [("invite", True, "sheet", None), ("offer", False, "sheet", None)]
        assert not rose.gifts.get().is_offered
        assert AuditEntry.objects.get(verb="answer_on_sheet").field_names == ["invite", "offer"]
        assert opened.post("/sheet/yes-or-no/", {"offer": "maybe"}).status_code == 200

    def test_a_correction_can_be_requested(self, opened, rose) -> None:
        opened.post("/sheet/words/", {"words": "I moved."})
        wish = Wish.objects.get()
        assert (wish.kind, wish.words, wish.person) == ("correct", "I moved.", rose)
        assert opened.post("/sheet/words/", {"words": " "}).status_code == 200
        assert opened.post("/sheet/words/", {"words": "x" * 2_001}).status_code == 200
        for _number in range(12):
            opened.post("/sheet/words/", {"words": "Again."})
        assert Wish.objects.count() == 10

    def test_erasure_is_requested_once(self, opened, rose) -> None:
        assert opened.get("/sheet/erase/").status_code == 200
        assert not Wish.objects.exists()
        opened.post("/sheet/erase/")
        opened.post("/sheet/erase/")
        assert [wish.kind for wish in Wish.objects.all()] == ["forget"]
        assert ConsentRecord.objects.get().purpose == Purpose.REMEMBER


class TestWordsSentTwice:
    WORDS: typing.ClassVar = {"words": "I moved to Mill Row."}

    def typed(self, client: HostileClient) -> dict[str, object]:
        """Return what the form on the open sheet posts."""
        [form] = [form for form in forms_of(client.get(SHEET)) if form.action == reverse("connectors:sheet-words")]
        assert form.data["uuid"] != [""]
        return {**form.data, **self.WORDS}

    def test_repeated_requests_are_one_and_lead_to_the_same_page(self, opened, rose) -> None:
        data, address = self.typed(opened), reverse("connectors:sheet-words")
        first = opened.post(address, data)
        assert first.status_code == 302
        wish, entries = Wish.objects.get(), AuditEntry.objects.count()
        again = opened.post(address, data)
        assert (again.status_code, again["Location"]) == (302, first["Location"])
        assert Wish.objects.get() == wish
        assert AuditEntry.objects.count() == entries

    def test_handled_requests_are_not_added_again(self, opened, rose, builder) -> None:
        data, address = self.typed(opened), reverse("connectors:sheet-words")
        opened.post(address, data)
        handle_wish(wish=Wish.objects.get(), by=builder, answer="Done.")
        assert opened.post(address, data).status_code == 302
        assert Wish.objects.get().handled_at

    def test_requests_of_another_kind_are_shown_and_can_be_added(self, opened, rose) -> None:
        data, address = self.typed(opened), reverse("connectors:sheet-words")
        opened.post(address, data)
        entries = AuditEntry.objects.count()
        other = data | {"words": "My name is spelled wrong."}
        refused = opened.post(address, other)
        assert refused.status_code == 200
        assert "Save again to add it as a second entry" in refused.content.decode()
        assert "My name is spelled wrong." in refused.content.decode()
        assert (Wish.objects.count(), AuditEntry.objects.count()) == (1, entries)
        [form] = [form for form in forms_of(refused) if form.action == address]
        assert form.data["uuid"] != data["uuid"]
        assert opened.post(address, other | {"uuid": form.data["uuid"]}).status_code == 302
        assert sorted(Wish.objects.values_list("words", flat=True)) == [
            "I moved to Mill Row.",
            "My name is spelled wrong.",
        ]

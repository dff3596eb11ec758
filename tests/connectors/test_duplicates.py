"""Possible duplicates: noticed while typing, asked about once, merged on a page."""

import uuid

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from connectors.actions.merges import confirm_different_people, merge_people
from connectors.actions.people import update_person
from connectors.catalogue.nicknames import other_names
from connectors.models import Gift, GiftKind, Person, PersonMerge, TwoPeople
from connectors.queries.duplicates import duplicates_of, look_alikes, possible_duplicates, what_moves
from connectors.queries.names import people_like
from connectors.rules.duplicates import Sketch, house_number, likeness, name_likeness, street_key
from connectors.rules.name_keys import name_key
from evaluation.framework.sources import GIFTS, RESIDENTS
from tests.factories.communities import NeighbourhoodFactory
from tests.factories.connectors import ConversationFactory, GiftFactory, PersonFactory


@pytest.mark.parametrize(
    ("one", "other", "score", "why"),
    [
        ("Margaret Tate", "margaret  TATE", 100, "name"),
        ("José", "Jose", 100, "name"),
        ("Siân O’Neill", "Sian ONeill", 100, "name"),
        ("Mary-Ann", "Maryann", 100, "name"),
        ("Zoë-Renée", "zoe renee", 100, "name"),
        ("Peggy", "Margaret", 80, "nickname"),
        ("Bill Tate", "William Tate", 80, "nickname"),
        ("William Tate", "Bill Tate", 80, "nickname"),
        ("Margaret T", "Margaret Tate", 90, "name"),
        ("Margret", "Margaret", 70, "spelling"),
        ("Margaret", "Margaret Tate", 65, "name"),
        ("Peggy", "Margaret Tate", 50, "nickname"),
        ("Mary", "Mark", 0, ""),
        ("Joan", "John", 0, ""),
        ("Margaret Tate", "Margaret Bell", 0, ""),
        ("", "Margaret", 0, ""),
        ("🌻", "🌻", 100, "name"),
        ("🌻", "🌼", 0, ""),
        ("–", "–", 0, ""),
    ],
)
def test_the_table_of_short_forms_is_valid(one, other, score, why):
    assert name_likeness(one, other) == name_likeness(other, one) == (score, why)


def test_names_have_keys():
    assert name_key("  José-Luis ") == "joseluis"
    assert street_key("12b Mill Ln.") == street_key("MILL lane") == "mill lane"
    assert (house_number("12b Mill Lane"), house_number("Mill Lane")) == ("12b", "")
    assert "william" in other_names("bill")
    assert "bill" in other_names("william")
    assert other_names("xyz") == frozenset()


def test_scores_of_matching_fields_add_up():
    def score(**other):
        mine = Sketch(("Bill Tate",), "Mill Lane", "174960123", "bill@example.org", 1)
        return likeness(mine, Sketch(**{"names": ("William Tate",), **other}))

    assert (score().score, score().because) == (80, ("nickname",))
    assert score(street="12 Mill Lane").score == 100
    assert score(neighbourhood_id=2).score == 60
    assert score(names=("Raj",), phone_key="174960123").score == 60
    assert score(names=("Raj",), street="Mill Lane").score == 0
    assert score(email="BILL@example.org").because == ("nickname", "email")


@pytest.mark.django_db
class TestLookingForThem:
    @pytest.mark.parametrize(
        ("known", "typed"),
        [
            ({"known_as": "Margaret Tate"}, {"names": ["margaret tate"]}),
            ({"known_as": "Siân"}, {"names": ["Sian"]}),
            ({"known_as": "Sian"}, {"names": ["Siân"]}),
            ({"known_as": "Margaret Tate"}, {"names": ["Peggy Tate"]}),
            ({"known_as": "Peggy"}, {"names": ["Margaret"]}),
            ({"known_as": "Margaret", "also_known_as": "Peggy"}, {"names": ["Peggy"]}),
            ({"known_as": "Margret", "street": "Mill Lane"}, {"names": ["Margaret"], "street": "mill lane"}),
            ({"known_as": "Margaret Tate"}, {"names": ["Margaret"]}),
            ({"known_as": "Raj", "phone": "0117 4960123"}, {"names": ["Ann"], "phone": "+44 117 496 0123"}),
            ({"known_as": "Raj", "email": "raj@example.org"}, {"names": ["Ann"], "email": "RAJ@example.org"}),
            ({"known_as": "Grace Okafor"}, {"names": ["Okafor, Grace"]}),
            ({"known_as": "Ann", "also_known_as": "Dŵr"}, {"names": ["dwr"]}),
        ],
    )
    def test_duplicates_are_found(self, team, builder, known, typed):
        person = PersonFactory(team=team, **known)
        PersonFactory(team=team, known_as="Ahmed")
        assert [each.person for each in look_alikes(user=builder, team=team, **typed)] == [person]

    def test_different_residents_are_not_found(self, team, other_team, builder, evaluator):
        PersonFactory(team=other_team, known_as="Rose")
        kept = PersonFactory(team=team, known_as="Ann")
        PersonFactory(team=team, known_as="Rose", merged_into=kept)
        assert look_alikes(user=builder, team=team, names=["Rose"]) == []
        assert look_alikes(user=builder, team=team, names=["", " "]) == []
        PersonFactory(team=team, known_as="Rose")
        assert look_alikes(user=evaluator, team=team, names=["Rose"]) == []
        assert len(look_alikes(user=builder, team=team, names=["Rose"])) == 1

    def test_pairs_confirmed_as_different_are_not_asked_about(self, team, builder):
        rose, other = PersonFactory(team=team, known_as="Rose"), PersonFactory(team=team, known_as="Rose")
        assert look_alikes(user=builder, team=team, names=["Rose"], besides=rose)
        confirm_different_people(person=rose, others=[other], by=builder)
        assert not look_alikes(user=builder, team=team, names=["Rose"], besides=rose)

    def test_the_number_of_queries_is_constant(self, team, builder, django_assert_max_num_queries):
        place = NeighbourhoodFactory(team=team)
        for _ in range(8):
            PersonFactory(team=team, known_as="Rose", neighbourhood=place)
        with django_assert_max_num_queries(11):
            found = look_alikes(
                user=builder, team=team, names=["Rose", "Rosie"], street="Mill Lane", phone="0117 4960123",
                email="r@example.org", neighbourhood=place,
            )  # fmt: skip
        assert len(found) == 5

    def test_suggestions_know_nicknames(self, team, builder):
        bill = PersonFactory(team=team, known_as="William", also_known_as="Bill")
        assert list(people_like(user=builder, team=team, typed="bil")) == [bill]

    def test_the_list_of_duplicates_for_managers(self, team, manager, other_team):
        for place in (team, other_team):
            PersonFactory(team=place, known_as="Rose", phone="0117 4960123")
        raj = PersonFactory(team=team, known_as="Raj", phone="+44 117 4960123")
        PersonFactory(team=team, known_as="Bill", street="Mill Lane")
        bill = PersonFactory(team=team, known_as="bill", street="MILL LANE")
        PersonFactory(team=team, known_as="Ann", email="a@example.org")
        ann = PersonFactory(team=team, known_as="Annie", email="A@example.org")
        PersonFactory(team=team, known_as="Tom", street="")
        tom = PersonFactory(team=team, known_as="Tom", street="")
        found = list(possible_duplicates(user=manager, team=team))
        assert found == [tom, ann, bill, raj]
        pairs = duplicates_of(found, user=manager, team=team)
        assert [[each.person.known_as for each in alike] for _person, alike in pairs] == [
            ["Tom"],
            ["Ann"],
            ["Bill"],
            ["Rose"],
        ]
        confirm_different_people(person=bill, others=[pairs[2][1][0].person], by=manager)
        assert list(possible_duplicates(user=manager, team=team)) == [tom, ann, raj]

    def test_the_list_says_what_they_have_in_common(self, team, manager, client_for):
        PersonFactory(team=team, known_as="Bill", street="Mill Lane")
        PersonFactory(team=team, known_as="bill", street="MILL LANE")
        page = client_for(manager).get(reverse("connectors:duplicate-list")).text
        assert "The same name and the same street</div>" in page


@pytest.mark.django_db
class TestTheListOfNames:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("Siân Ŵyn", "sian wyn"),
            ("Grace Okafor", "Okafor, Grace"),
            ("Bill Tate", "William Tate"),
            ("Mary-Ann Lloyd", "maryann lloyd"),
            ("Maud", "MAUD"),
            ("Peggy", "Margaret"),
            ("🌻", "🌻"),
            ("李小龍", "李小龍"),
        ],
    )
    def test_the_same_name_is_found_without_a_street_anywhere_in_the_team(self, team, manager, first, second):
        PersonFactory(team=team, known_as=first, neighbourhood=NeighbourhoodFactory(team=team, name="Hill End"))
        newer = PersonFactory(team=team, known_as=second)
        PersonFactory(team=team, known_as="Zed")
        found = list(possible_duplicates(user=manager, team=team))
        assert found == [newer]
        [(person, [alike])] = duplicates_of(found, user=manager, team=team)
        assert (person, alike.person.known_as) == (newer, first)
        assert "last met" in alike.person.told_apart
        confirm_different_people(person=newer, others=[alike.person], by=manager)
        assert not possible_duplicates(user=manager, team=team)

    @pytest.mark.parametrize(("first", "second"), [("Maud Tate", "Maud Bell"), ("Alex", "Sandy"), ("Mary", "Mark")])
    def test_other_people_are_not(self, team, manager, first, second):
        PersonFactory(team=team, known_as=first)
        PersonFactory(team=team, known_as=second)
        assert not possible_duplicates(user=manager, team=team)

    def test_another_name_counts_too(self, team, manager):
        PersonFactory(team=team, known_as="Polly", also_known_as="Margaret Tate")
        newer = PersonFactory(team=team, known_as="Tate Peggy")
        assert list(possible_duplicates(user=manager, team=team)) == [newer]

    def test_a_frequent_first_name_counts_within_a_neighbourhood_only(self, team, manager):
        here = NeighbourhoodFactory(team=team, name="Hill End")
        for _number in range(6):
            PersonFactory(team=team, known_as="Jo")
        assert not possible_duplicates(user=manager, team=team)
        PersonFactory(team=team, known_as="Jo", neighbourhood=here)
        newer = PersonFactory(team=team, known_as="Jo", neighbourhood=here)
        assert list(possible_duplicates(user=manager, team=team)) == [newer]

    def test_a_changed_name_and_a_merge_count_at_once(self, team, manager):
        older = PersonFactory(team=team, known_as="Maud Tate")
        newer = PersonFactory(team=team, known_as="Zed Tate")
        update_person(person=newer, by=manager, known_as="Tate Maud")
        assert list(possible_duplicates(user=manager, team=team)) == [newer]
        merge_people(kept=older, absorbed=newer, by=manager)
        assert not possible_duplicates(user=manager, team=team)

    def test_a_manager_sees_the_number_on_today(self, team, client_for, manager, builder):
        client = client_for(manager)
        url = reverse("connectors:duplicate-count")
        assert reverse("connectors:duplicate-list") in client.get("/").content.decode()
        assert url in client.get("/").content.decode()
        assert not client.get(url).content.strip()
        PersonFactory.create_batch(2, team=team, known_as="Maud")
        assert "1 resident may have been added twice" in client.get(url).content.decode()
        assert client_for(builder).get(url).status_code == 403
        assert url not in client_for(builder).get("/").content.decode()

    def test_it_is_right_after_every_change(self, team, manager, client_for):
        """Comparisons are kept until a record changes, or a pair is said to be two people, whoever does it."""
        client, url = client_for(manager), reverse("connectors:duplicate-list")

        def shown():
            rows = client.get(url).context["rows"]
            wanted = duplicates_of(possible_duplicates(user=manager, team=team), user=manager, team=team)
            names = [(person.pk, [(each.person.pk, each.because) for each in alike]) for person, alike in rows]
            assert names == [
                (person.pk, [(each.person.pk, each.because) for each in alike]) for person, alike in wanted
            ]
            told = [each.person.told_apart for _person, alike in rows for each in alike]
            assert told == [each.person.told_apart for _person, alike in wanted for each in alike]
            return [pk for pk, _alike in names]

        assert shown() == []
        first, second, third = PersonFactory.create_batch(3, team=team, known_as="Maud Tate", created_by=manager)
        assert shown() == [third.pk, second.pk] == shown()
        confirm_different_people(person=third, others=[first], by=manager)
        assert shown() == [third.pk, second.pk]
        confirm_different_people(person=third, others=[second], by=manager)
        assert shown() == [second.pk]
        TwoPeople.objects.filter(person=third, other=second).delete()
        TwoPeople.objects.filter(person=second, other=third).delete()
        assert shown() == [third.pk, second.pk]
        Person.objects.filter(pk=third.pk).update(neighbourhood=None, street="Mill Row", phone="01632 960001")
        assert shown() == [third.pk, second.pk]
        merge_people(kept=first, absorbed=second, by=manager, values={})
        assert shown() == []
        TwoPeople.objects.all().delete()
        assert shown() == [third.pk]
        Person.everyone.filter(pk=third.pk).update(merged_into=first)
        assert shown() == []

    def test_queries(self, team, manager, django_assert_num_queries):
        PersonFactory.create_batch(4, team=team, known_as="Maud Tate")
        with django_assert_num_queries(2):
            found = list(possible_duplicates(user=manager, team=team))
        with django_assert_num_queries(6):
            assert len(duplicates_of(found, user=manager, team=team)) == 3


@pytest.mark.django_db
class TestTheForm:
    def create(self, client, **data):
        values = {"uuid": str(uuid.uuid4()), "known_as": "Rose", "themes": "kites", "street": "Mill Lane", **data}
        return client.post(reverse("connectors:person-create"), values)

    def test_saving_asks_once_and_loses_nothing(self, client_for, builder, team):
        rose = PersonFactory(team=team, known_as="ROSE", street="Mill lane")
        client = client_for(builder)
        asked = self.create(client).content.decode()
        assert Person.objects.count() == 1
        for kept in (
            "Is it one of these?",
            "Nothing is saved yet",
            'value="kites"',
            f'value="{rose.uuid}"',
            "Yes, open",
        ):
            assert kept in asked
        assert self.create(client, not_these=str(rose.uuid)).status_code == 302
        assert Person.objects.count() == 2
        assert TwoPeople.objects.count() == 1

    def test_a_tick_for_another_record_is_ignored(self, client_for, builder, team):
        PersonFactory(team=team, known_as="Rose", street="Mill Lane")
        shown = self.create(client_for(builder), not_these=str(uuid.uuid4())).content.decode()
        assert "Is it one of these?" in shown
        assert Person.objects.count() == 1

    def test_possible_duplicates_are_shown_while_typing_and_asked_about(self, client_for, builder, team):
        rose = PersonFactory(team=team, known_as="Rose Hale")
        client = client_for(builder)
        shown = client.get(reverse("connectors:person-check"), {"known_as": "Rose"}).content.decode()
        assert "Rose Hale" in shown
        assert "<html" not in shown
        assert self.create(client).status_code == 200
        assert self.create(client, not_these=str(rose.uuid)).status_code == 302

    def test_a_resident_is_not_compared_with_themselves(self, client_for, builder, team):
        rose = PersonFactory(team=team, known_as="Rose")
        client = client_for(builder)
        for of in (str(rose.uuid), "x", str(uuid.uuid4())):
            shown = client.get(reverse("connectors:person-check"), {"known_as": "Rosie", "of": of}).content.decode()
            assert ("Is it one of these?" in shown) is (of != str(rose.uuid))

    def test_residents_who_were_not_told_are_shown_by_initials(self, client_for, builder, team):
        PersonFactory(team=team, known_as="Margaret Tate", untold=True)
        shown = (
            client_for(builder).get(reverse("connectors:person-check"), {"known_as": "Margaret Tate"}).content.decode()
        )
        assert "Is it one of these?" in shown
        assert "Margaret" not in shown

    def test_changing_asks_only_if_a_compared_field_changed(self, client_for, builder, team):
        PersonFactory(team=team, known_as="Rose", street="Mill Lane")
        other = PersonFactory(team=team, known_as="Rose", street="Mill Lane")
        client, url = client_for(builder), reverse("connectors:person-update", kwargs={"uuid": other.uuid})
        same = {"known_as": "Rose", "street": "Mill Lane", "themes": "kites"}
        assert client.post(url, same).status_code == 302
        assert "Is it one of these?" in client.post(url, {**same, "street": "mill lane"}).content.decode()

    def test_a_connector_with_a_first_name_and_a_gift(self, client_for, builder, team):
        client = client_for(builder)
        answer = self.create(
            client, street="", themes="", gift="Bakes bread", kind="hands", is_offered="on", is_connector="on"
        )
        rose = Person.objects.get()
        assert answer.url == reverse("connectors:person-detail", kwargs={"uuid": rose.uuid})
        assert (rose.known_as, rose.is_connector) == ("Rose", True)
        gift = Gift.objects.get()
        assert (gift.person, gift.name, gift.kind, gift.is_offered) == (rose, "Bakes bread", GiftKind.HANDS, True)

    def test_a_connector_shares_a_gift(self, client_for, builder):
        shown = self.create(client_for(builder), is_connector="on").content.decode()
        assert 'id="id_gift_error"' in shown
        assert not Person.objects.exists()

    def test_becoming_a_connector_keeps_the_history(self, client_for, builder, team):
        rose = PersonFactory(team=team, known_as="Rose", first_met_on="2026-01-05")
        talk = ConversationFactory(team=team, people=[rose], summary="We met on the green.")
        GiftFactory(person=rose, name="Bakes bread")
        client_for(builder).post(reverse("connectors:person-connector", kwargs={"uuid": rose.uuid}))
        rose.refresh_from_db()
        assert rose.is_connector
        assert Person.everyone.count() == 1
        assert list(rose.conversations.all()) == [talk]
        shown = (
            client_for(builder).get(reverse("connectors:person-detail", kwargs={"uuid": rose.uuid})).content.decode()
        )
        for words in ("We met on the green.", "Bakes bread", "Became a connector", "5 January 2026"):
            assert words in shown


@pytest.mark.django_db
class TestThePages:
    def test_a_merge_from_the_residents_page_can_be_undone(self, client_for, builder, team):
        rose = PersonFactory(team=team, known_as="Rose", phone="0117 4960123")
        rosie = PersonFactory(team=team, known_as="Rosie", street="Mill Lane", connector=True)
        GiftFactory(person=rosie, name="Bakes bread")
        client, url = client_for(builder), reverse("connectors:person-merge", kwargs={"uuid": rose.uuid})
        assert f"?with={rosie.uuid}" in client.get(url).content.decode()
        assert f"?with={rosie.uuid}" in client.get(url, {"q": "rosi"}).content.decode()
        side = client.get(f"{url}?with={rosie.uuid}").content.decode()
        assert "Gifts: 1" in side
        data = {"known_as": "1", "street": "0", "phone": "0", "also_known_as": "0", "connector_since": "0"}
        form = client.get(f"{url}?with={rosie.uuid}").context["form"]
        assert (
            client.post(f"{url}?with={rosie.uuid}", {name: data.get(name, "0") for name in form.values}).status_code
            == 302
        )
        kept = Person.objects.get()
        assert (kept.pk, kept.known_as, kept.phone) == (rose.pk, "Rosie", "0117 4960123")
        old = client.get(reverse("connectors:person-detail", kwargs={"uuid": rosie.uuid}))
        assert old.url == reverse("connectors:person-detail", kwargs={"uuid": rose.uuid})
        assert "Undo merge" in client.get(old.url).content.decode()
        merge = PersonMerge.objects.get()
        client.post(reverse("connectors:merge-undo", kwargs={"uuid": merge.uuid}))
        rose.refresh_from_db()
        assert (rose.known_as, Person.objects.count()) == ("Rose", 2)

    def test_choosing_between_names_uses_initials_for_residents_not_told(self, client_for, builder, team):
        hidden = PersonFactory(team=team, known_as="Margaret Tate", also_known_as="Peggy", untold=True)
        told = PersonFactory(team=team, known_as="Mags Tate")
        url = reverse("connectors:person-merge", kwargs={"uuid": told.uuid})
        page = client_for(builder).get(f"{url}?with={hidden.uuid}")
        shown = page.content.decode()
        assert "Margaret" not in shown
        assert "Peggy" not in shown
        names = [words for _number, words in page.context["form"].fields["known_as"].choices]
        assert names == ["Mags Tate", "M. T., the name of the record being merged"]
        client_for(builder).post(
            f"{url}?with={hidden.uuid}", dict.fromkeys(page.context["form"].values, "0") | {"known_as": "1"}
        )
        assert Person.objects.get().known_as == "Margaret Tate"

    def test_an_incomplete_choice_writes_nothing(self, client_for, builder, team):
        rose, tom = PersonFactory(team=team, known_as="Rose"), PersonFactory(team=team, known_as="Tom")
        url = reverse("connectors:person-merge", kwargs={"uuid": rose.uuid})
        assert client_for(builder).post(f"{url}?with={tom.uuid}", {"known_as": "7"}).status_code == 200
        assert Person.objects.count() == 2

    def test_a_refusal_is_said(self, client_for, manager, team):
        rose, tom, ann = (PersonFactory(team=team) for _ in range(3))
        first = merge_people(kept=rose, absorbed=tom, by=manager)
        merge_people(kept=ann, absorbed=rose, by=manager)
        client = client_for(manager)
        shown = client.post(reverse("connectors:merge-undo", kwargs={"uuid": first.uuid}), follow=True).content.decode()
        assert "Undo that merge first" in shown
        page = reverse("connectors:two-people", kwargs={"uuid": ann.uuid})
        assert "Choose two residents" in client.post(page, {"other": ann.uuid}, follow=True).content.decode()

    def test_another_teams_residents_are_not_found(self, client_for, builder, team, other_team):
        rose, stranger = PersonFactory(team=team), PersonFactory(team=other_team, known_as="Stranger")
        url = reverse("connectors:person-merge", kwargs={"uuid": rose.uuid})
        shown = client_for(builder).get(url, {"with": stranger.uuid}).content.decode()
        assert "Stranger" not in shown
        two = reverse("connectors:two-people", kwargs={"uuid": rose.uuid})
        for other in (stranger.uuid, "x"):
            assert client_for(builder).post(two, {"other": other}).status_code == 404

    def test_a_pair_can_be_confirmed_as_different_from_the_list(self, client_for, manager, builder, team):
        first = PersonFactory(team=team, known_as="Rose", phone="0117 4960123")
        second = PersonFactory(team=team, known_as="Rosie", phone="0117 4960123")
        client, url = client_for(manager), reverse("connectors:duplicate-list")
        assert "Rosie" in client.get(url).content.decode()
        answer = client.post(
            reverse("connectors:two-people", kwargs={"uuid": second.uuid}), {"other": first.uuid, "list": "1"}
        )
        assert answer.url == url
        assert "No possible duplicates" in client.get(url).content.decode()
        assert client_for(builder).get(url).status_code == 403

    @pytest.mark.parametrize("pairs", [1, 3])
    def test_queries_of_the_list(self, client_for, manager, team, pairs, django_assert_num_queries):
        for n in range(pairs):
            for _ in range(2):
                PersonFactory(team=team, known_as="Rose", phone=f"0117 496012{n}")
        client = client_for(manager)
        with django_assert_num_queries(14):
            client.get(reverse("connectors:duplicate-list"))
        client.get(reverse("connectors:duplicate-list"))
        # Not counted by the fixture, which empties the cache first.
        asked = []
        with connection.execute_wrapper(lambda run, sql, *rest: asked.append(sql) or run(sql, *rest)):
            client.get(reverse("connectors:duplicate-list"))
        assert len(asked) == 7, "compared again without a change"


@pytest.mark.django_db
def test_what_a_merge_moves_is_described(team):
    rose = PersonFactory(team=team)
    GiftFactory(person=rose)
    ConversationFactory(team=team, people=[rose])
    assert what_moves(rose) == [("conversations", 1), ("gifts", 1)]


@pytest.mark.django_db
def test_indicators_count_a_resident_and_a_gift_once(team, manager):
    from connectors.actions.merges import undo_merge

    rose, rosie = PersonFactory(team=team), PersonFactory(team=team)
    for person in (rose, rosie):
        GiftFactory(person=person, name="Bakes bread")
        ConversationFactory(team=team, people=[person])

    def counts():
        return RESIDENTS.rows(team).count(), GIFTS.rows(team).count()

    before = counts()
    merge = merge_people(kept=rose, absorbed=rosie, by=manager)
    assert (before, counts()) == ((2, 2), (1, 1))
    undo_merge(merge=merge, by=manager)
    assert counts() == before
    assert timezone.localdate() >= rose.first_met_on


@pytest.mark.django_db
def test_residents_added_in_the_admin_are_compared_too(client_for, administrator, team):
    rose = PersonFactory(team=team, known_as="Rose")
    url = reverse("admin:connectors_person_change", args=[rose.pk])
    form = client_for(administrator).get(url).context["adminform"].form
    data = {name: "" if value is None else value for name, value in form.initial.items()}
    data |= {"known_as": "Siân Hale", "phone": "0117 4960123", "themes": []}
    data |= {"gifts-TOTAL_FORMS": 0, "gifts-INITIAL_FORMS": 0}
    assert client_for(administrator).post(url, data).status_code == 302
    rose.refresh_from_db()
    assert (rose.name_key, rose.phone_key) == ("sianhale", "174960123")


def test_the_list_of_people_links_managers_to_duplicates(client_for, builder, manager) -> None:
    people, doubles = reverse("connectors:person-list"), reverse("connectors:duplicate-list")
    assert doubles in client_for(manager).get(people).content.decode()
    assert doubles not in client_for(builder).get(people).content.decode()

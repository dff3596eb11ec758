"""Simultaneous writes about residents: repeats are saved once, and nothing is written to a merged or erased record."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from communities.models import AuditEntry
from connectors.actions.asks import meet_ask
from connectors.actions.champions import import_champions
from connectors.actions.consent import record_consents
from connectors.actions.conversations import change_conversation, log_conversation
from connectors.actions.dismissals import dismiss_suggestion
from connectors.actions.introductions import answer, introduce
from connectors.actions.journeys import end_journey
from connectors.actions.merges import merge_people
from connectors.actions.prompts import change_prompt_set
from connectors.models import Conversation, Dismissal, Ending, Gift, Introduction, Person, WhoMet
from connectors.rules.champions import clean_row
from connectors.rules.names import GiftHeard
from tests.factories.communities import PartnerFactory
from tests.factories.connectors import ConversationFactory, IntroductionFactory, PersonFactory
from tests.factories.connectors_asks import AskFactory
from tests.factories.connectors_consent import NoticeFactory
from tests.factories.connectors_journeys import JourneyFactory
from tests.factories.connectors_prompts import PromptSetFactory

TODAY = timezone.localdate


class TestSomebodyPutAwayMeanwhile:
    """A page was opened before two records were merged; its data goes to the kept record."""

    def test_a_new_conversation_and_its_gift(self, team, builder, manager) -> None:
        kept, absorbed = PersonFactory(team=team), PersonFactory(team=team)
        merge_people(kept=kept, absorbed=Person.objects.get(pk=absorbed.pk), by=manager)
        talk = log_conversation(
            team=team,
            by=builder,
            held_on=TODAY(),
            people=[absorbed, kept],
            gifts=[GiftHeard(absorbed, "Bakes", "hands")],
        )
        assert list(talk.people.all()) == [kept]
        assert Gift.objects.get(name="Bakes").person == kept

    def test_a_conversation_that_is_changed(self, team, builder, manager) -> None:
        kept, absorbed = PersonFactory(team=team), PersonFactory(team=team)
        talk = ConversationFactory(team=team, builder=builder)
        merge_people(kept=kept, absorbed=Person.objects.get(pk=absorbed.pk), by=manager)
        change_conversation(conversation=talk, by=builder, people=[absorbed], themes=[], held_on=TODAY())
        assert list(talk.people.all()) == [kept]

    def test_an_introduction(self, team, builder, manager) -> None:
        kept, absorbed, other = (PersonFactory(team=team) for _ in range(3))
        merge_people(kept=kept, absorbed=Person.objects.get(pk=absorbed.pk), by=manager)
        made = introduce(team=team, by=builder, from_end=absorbed, to_end=other, source="self", reason="Beans")
        assert made.from_person == kept

    def test_who_met_an_ask_stays_merged(self, team, builder, manager) -> None:
        kept, absorbed = PersonFactory(team=team), PersonFactory(team=team)
        merge_people(kept=kept, absorbed=Person.objects.get(pk=absorbed.pk), by=manager)
        assert meet_ask(ask=AskFactory(team=team), by=builder, by_end=absorbed, met_on=TODAY()).met_by_person == kept

    def test_a_no_to_contact_is_respected(self, team, builder, manager) -> None:
        one, other = PersonFactory(team=team), PersonFactory(team=team)
        record_consents(person=Person.objects.get(pk=one.pk), by=manager, answers={"contact": False})
        with pytest.raises(ValidationError):
            introduce(team=team, by=builder, from_end=one, to_end=other, source="self", reason="Beans")

    def test_an_erased_resident_is_not_restored(self, team, builder) -> None:
        person = PersonFactory(team=team)
        Person.objects.filter(pk=person.pk).update(erased_on=TODAY())
        with pytest.raises(ValidationError, match="erase their data"):
            log_conversation(team=team, by=builder, held_on=TODAY(), people=[person], summary="Beans.")
        assert not Conversation.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """All are released together, each on a connection of its own."""

    @pytest.mark.parametrize("turn", range(4))
    def test_a_conversation_and_a_merge(self, race, team, builder, manager, turn) -> None:
        kept, absorbed = PersonFactory(team=team), PersonFactory(team=team)
        acts = [
            lambda: log_conversation(team=team, by=builder, held_on=TODAY(), people=[absorbed], summary="Beans."),
            lambda: merge_people(kept=kept, absorbed=absorbed, by=manager),
        ]
        race(*(acts if turn % 2 else acts[::-1]))
        assert list(Conversation.objects.get().people.all()) == [kept]

    def test_a_suggestion_dismissed_twice(self, race, team, builder, manager) -> None:
        one, other = PersonFactory(team=team), PersonFactory(team=team)
        found = race(
            lambda: dismiss_suggestion(person=one, other=other, by=builder, for_good=True),
            lambda: dismiss_suggestion(person=other, other=one, by=manager, for_good=True),
        )
        assert [type(each) for each in found] == [Dismissal, Dismissal], found
        assert Dismissal.objects.count() == 1
        assert AuditEntry.objects.filter(verb="dismiss").count() == 1

    def test_an_introduction_answered_twice(self, race, team, builder, manager) -> None:
        made = IntroductionFactory(team=team)
        found = race(*(lambda by=by: answer(introduction=made, by=by, answer="met") for by in (builder, manager)))
        assert [type(each) for each in found] == [Introduction, Introduction], found
        assert Introduction.objects.get().outcome == "met"
        assert AuditEntry.objects.filter(verb="record_outcome").count() == 1

    def test_an_ask_met_by_two(self, race, team, builder, manager) -> None:
        ask, neighbour, partner = AskFactory(team=team), PersonFactory(team=team), PartnerFactory(team=team)
        race(
            lambda: meet_ask(ask=ask, by=builder, by_end=neighbour, met_on=TODAY()),
            lambda: meet_ask(ask=ask, by=manager, by_end=partner, met_on=TODAY()),
        )
        ask.refresh_from_db()
        # One of the two, whole: never the kind of one and the name of the other.
        ends = [ask.met_by_person, ask.met_by_partner]
        assert ends in ([neighbour, None], [None, partner])
        assert (ask.met_by == WhoMet.NEIGHBOUR) == (ask.met_by_person is not None)

    def test_a_no_while_they_are_introduced(self, race, team, builder, manager) -> None:
        one, other, notice = PersonFactory(team=team), PersonFactory(team=team), NoticeFactory(team=team)
        assert notice
        race(
            lambda: introduce(team=team, by=builder, from_end=one, to_end=other, source="self", reason="Beans"),
            lambda: record_consents(person=one, by=manager, answers={"introduce": False}),
        )
        # In either order, the no is saved, and nobody is introduced after it.
        assert one.consents.filter(purpose="introduce", is_given=False).exists()
        made = Introduction.objects.first()
        assert made is None or made.created_at <= one.consents.get(purpose="introduce").recorded_at

    def test_a_journey_ended_twice(self, race, team, builder, manager) -> None:
        journey = JourneyFactory(person=PersonFactory(team=team), builder=builder)
        found = race(
            *(
                lambda by=by: end_journey(journey=journey, by=by, ending=Ending.OWN_FEET, ended_on=TODAY())
                for by in (builder, manager)
            )
        )
        assert not [each for each in found if isinstance(each, Exception)], found
        journey.refresh_from_db()
        assert journey.ended_on == TODAY()
        assert journey.ending == Ending.OWN_FEET

    def test_the_same_list_of_champions_twice(self, race, team, builder, manager) -> None:
        columns = {name: name for name in ("name", "street", "phone", "email", "since")}
        said = [
            {"name": f"Ann {word} {number}", "street": f"{number} Mill Lane", "phone": "", "email": "", "since": ""}
            for number, word in enumerate(["Ash", "Bell", "Cole", "Dean", "Eyre"] * 100, start=1)
        ]
        rows = [clean_row(number, texts, columns=columns, today=TODAY()) for number, texts in enumerate(said, start=2)]
        found = race(*(lambda by=by: import_champions(team=team, by=by, rows=rows) for by in (builder, manager)))
        assert not [each for each in found if isinstance(each, Exception)], found
        assert Person.objects.filter(team=team).champions().count() == 500

    def test_questions_switched_twice(self, race, team, manager, second_manager) -> None:
        questions = PromptSetFactory(team=team, is_on=False)
        found = race(
            *(
                lambda by=by: change_prompt_set(prompt_set=questions, by=by, is_on=True)
                for by in (manager, second_manager)
            )
        )
        assert not [each for each in found if isinstance(each, Exception)], found
        questions.refresh_from_db()
        assert questions.is_on

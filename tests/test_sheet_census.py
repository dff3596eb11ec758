"""Their own sheet is everything: each model of any app that points to a resident stands on it, or says why not."""

import pytest

from communities.holdings import all_holdings
from connectors.models import Person
from connectors.queries.readback import sheet_of
from tests.factories.connectors import ConversationFactory, NextStepFactory, PersonFactory, ThemeFactory
from tests.factories.connectors_asks import AskFactory, DismissalFactory
from tests.factories.connectors_consent import ReadBackLinkFactory, WishFactory
from tests.factories.evaluation import ProfileFactory, StoryFactory
from tests.factories.sparks import SparkFactory

pytestmark = pytest.mark.django_db


def pointing_at_residents() -> set[str]:
    """Return the models with a relation to a resident; the through table of a list counts as the model of the list."""
    found = set()
    for relation in Person._meta.get_fields(include_hidden=True):
        if relation.is_relation and relation.auto_created:
            model = relation.related_model
            found.add((model._meta.auto_created or model)._meta.label_lower)
    return found


def test_every_model_that_points_to_a_resident_is_on_the_sheet_or_says_why_not() -> None:
    told = {label for holdings in all_holdings() for label in holdings.on_sheet}
    untold = {label for holdings in all_holdings() for label in holdings.off_sheet}
    assert told | untold == pointing_at_residents()
    assert not told & untold


def test_an_app_answers_for_its_own_models_only() -> None:
    for holdings in all_holdings():
        app = type(holdings).__module__.split(".")[0]
        assert all(label.startswith(f"{app}.") for label in (*holdings.on_sheet, *holdings.off_sheet))


def test_the_sheet_tells_a_row_of_each(client_for, team, builder, manager) -> None:
    her, bert = PersonFactory(team=team, known_as="Rose Okafor"), PersonFactory(team=team, known_as="Bert Unsworth")
    theme = ThemeFactory(team=team, name="Kites")
    talk = ConversationFactory(team=team, builder=builder, people=[her], themes=[theme])
    talk.heard_themes.create(person=her, theme=theme)
    NextStepFactory(team=team, person=her, owner=builder, words="Bring her the recipe")
    AskFactory(team=team, person=bert, words="Somebody to mend a kettle", met=True, met_by_person=her)
    wish = WishFactory(person=her, words="I moved to Mill Row.")
    type(wish).objects.update(answer="Changed.", handled_at=wish.made_at, handled_by=manager)
    DismissalFactory(team=team, person=her, other=bert, dismissed_by=builder)
    ReadBackLinkFactory(person=her, made_by=builder)
    spark = SparkFactory(round__team=team, title="A seed swap", what="We swap seeds.", created_by=builder)
    spark.applicants.add(her)
    StoryFactory(team=team, created_by=builder, title="The swap", quote="I met everybody.", people=[her])
    ProfileFactory(person=her)
    with_words = " ".join(row for section in sheet_of(her).told for row in section.rows)
    for words in (
        "Kites", "Bring her the recipe", "Somebody to mend a kettle", "I moved to Mill Row.", "Changed.",
        "With B. U.", "A link to this sheet", "A seed swap", "We swap seeds.", "The swap", "I met everybody.", "55 to 64",
    ):  # fmt: skip
        assert words in with_words
    assert "Unsworth" not in with_words
    assert sheet_of(bert).told

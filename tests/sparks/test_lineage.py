"""What grew from what: no circles, and nothing is shown to those who may not see it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from communities.actions.undo import undo
from communities.models import Undoable
from sparks import actions
from sparks.drawing import WIDTH, Drawn, draw_lineage
from sparks.lineage import lineage_of
from sparks.models import Growth
from tests.factories.assets import AssetFactory
from tests.factories.connectors import ConversationFactory
from tests.factories.sparks import RoundFactory, SparkFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pot(team):
    return RoundFactory(team=team)


@pytest.fixture
def supper(pot, builder, team):
    talk = ConversationFactory(team=team, builder=builder)
    return SparkFactory(round=pot, title="Supper", created_by=builder, conversation=talk)


@pytest.fixture
def band(team):
    return AssetFactory(team=team, name="Street band")


@pytest.fixture
def tour(pot, builder):
    return SparkFactory(round=pot, title="Band tour", created_by=builder)


@pytest.fixture
def grown(supper, band, tour, builder):
    """The band grew from the supper, and the tour from the band."""
    actions.set_roots_of_group(group=band, by=builder, grew_from=(supper,))
    actions.update_spark(spark=tour, by=builder, grew_from=(band,))


def titles(branches):
    return [(each.node.title, titles(each.children)) for each in branches]


def test_a_lineage_leads_from_the_conversation_to_the_latest_spark(grown, supper, band, tour, builder):
    for row in (supper, band, tour):
        ((talk, below),) = titles(lineage_of(row, builder).branches)
        assert talk.startswith("Conversation on")
        assert below == [("Supper", [("Street band", [("Band tour", [])])])]


def test_no_circle(grown, supper, tour, builder):
    with pytest.raises(ValidationError, match="grew from"):
        actions.update_spark(spark=supper, by=builder, grew_from=(tour,))
    with pytest.raises(ValidationError, match="grew from"):
        actions.update_spark(spark=supper, by=builder, grew_from=(supper,))
    assert Growth.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_two_people_never_close_a_circle_at_once(supper, tour, builder, race):
    def link(child, parent):
        try:
            actions.update_spark(spark=child, by=builder, grew_from=(parent,))
        except ValidationError:
            return False
        return True

    assert sorted(race(lambda: link(supper, tour), lambda: link(tour, supper))) == [False, True]


def test_the_database_refuses_itself_twice_and_halves(supper, tour, builder, team):
    own = {"team": team, "created_by": builder}
    Growth.objects.create(spark=tour, from_spark=supper, **own)
    for ends in (
        {"spark": tour, "from_spark": supper},
        {"spark": tour, "from_spark": tour},
        {"spark": tour},
        {"from_spark": supper},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Growth.objects.create(**ends, **own)


def test_links_that_are_gone_can_be_undone(grown, tour, builder):
    actions.update_spark(spark=tour, by=builder, grew_from=())
    assert Growth.objects.count() == 1
    undo(undoable=Undoable.objects.latest("pk"), by=builder)
    assert Growth.objects.count() == 2


def test_a_link_that_would_close_a_circle_is_not_restored(grown, supper, tour, builder):
    actions.update_spark(spark=tour, by=builder, grew_from=())
    gone = Undoable.objects.latest("pk")
    actions.update_spark(spark=supper, by=builder, grew_from=(tour,))
    with pytest.raises(ValidationError, match="“Street band” grew from “Band tour” itself"):
        undo(undoable=gone, by=builder)
    assert Growth.objects.count() == 2


def test_a_spark_comes_back_without_the_link_that_would_close_a_circle(pot, supper, tour, builder):
    later = SparkFactory(round=pot, created_by=builder)
    actions.update_spark(spark=tour, by=builder, grew_from=(supper,))
    actions.update_spark(spark=later, by=builder, grew_from=(tour,))
    actions.delete_spark(spark=tour, by=builder)
    gone = Undoable.objects.latest("pk")
    actions.update_spark(spark=supper, by=builder, grew_from=(later,))
    undo(undoable=gone, by=builder)
    assert set(Growth.objects.values_list("from_spark", "spark")) == {(later.pk, supper.pk), (tour.pk, later.pk)}


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_restoring_a_link_and_adding_one_never_close_a_circle_at_once(supper, tour, builder, race):
    actions.update_spark(spark=supper, by=builder, grew_from=(tour,))
    actions.update_spark(spark=supper, by=builder, grew_from=())
    gone = Undoable.objects.latest("pk")

    def tried(act) -> bool:
        try:
            act()
        except ValidationError:
            return False
        return True

    done = race(
        lambda: tried(lambda: undo(undoable=gone, by=builder)),
        lambda: tried(lambda: actions.update_spark(spark=tour, by=builder, grew_from=(supper,))),
    )
    assert sorted(done) == [False, True]
    assert Growth.objects.count() == 1


def test_evaluators_see_no_conversations_and_strangers_nothing(grown, supper, evaluator, stranger, client_for):
    assert titles(lineage_of(supper, evaluator).branches) == [("Supper", [("Street band", [("Band tour", [])])])]
    assert lineage_of(supper, stranger).order == []
    page = client_for(stranger).get(reverse("sparks:spark-detail", args=[supper.uuid]))
    assert page.status_code == 404


def test_who_may_say_what_a_group_grew_from(band, supper, evaluator, stranger):
    for user in (evaluator, stranger):
        with pytest.raises(PermissionDenied):
            actions.set_roots_of_group(group=band, by=user, grew_from=(supper,))


def test_another_teams_row_is_refused(band, builder, other_team):
    with pytest.raises(ValidationError, match="your team"):
        actions.set_roots_of_group(group=band, by=builder, grew_from=(AssetFactory(team=other_team),))


def test_the_pages_show_it_as_text_and_as_a_drawing(grown, supper, band, tour, builder, client_for):
    for address in (
        reverse("sparks:spark-detail", args=[tour.uuid]),
        reverse("sparks:group-lineage", args=[band.pk]),
    ):
        page = client_for(builder).get(address).content.decode()
        assert 'role="img" aria-labelledby="lineage-title lineage-desc"' in page
        assert page.count("Supper") >= 2
    page = client_for(builder).get(reverse("assets:asset-detail", args=[band.pk])).content.decode()
    assert reverse("sparks:group-lineage", args=[band.pk]) in page


def test_it_is_set_on_the_form_of_a_group_and_of_a_new_spark(band, supper, pot, builder, client_for):
    client = client_for(builder)
    client.post(reverse("sparks:group-roots", args=[band.pk]), {"from_sparks": [supper.pk]})
    assert Growth.objects.get().group == band
    form = client.get(f"{reverse('sparks:spark-create')}?from_spark={supper.uuid}").context["form"]
    assert form["from_sparks"].initial == [supper]
    data = {"title": "Second supper", "round": pot.pk, "keep": "1", "from_sparks": [supper.pk]}
    client.post(reverse("sparks:spark-create"), data)
    assert Growth.objects.get(from_spark=supper, spark__isnull=False).spark.title == "Second supper"


def test_forty_groups_are_a_fixed_number_of_queries(pot, builder, team, supper, django_assert_max_num_queries):
    for number in range(40):
        Growth.objects.create(
            team=team, from_spark=supper, group=AssetFactory(team=team, name=f"Group {number}"), created_by=builder
        )
    with django_assert_max_num_queries(8):
        found = lineage_of(supper, builder)
    assert len(found.order) == 42


def test_a_drawing_fits_a_phone_however_deep_it_is():
    nodes = [Drawn(number, "spark", f"A spark with a rather long title, number {number}") for number in range(30)]
    drawing = draw_lineage(nodes, [(number, number + 1) for number in range(29)])
    assert drawing.width == WIDTH <= 320
    assert all(dot.text_x < WIDTH - 100 for dot in drawing.dots)
    assert [dot.y for dot in drawing.dots] == sorted(dot.y for dot in drawing.dots)

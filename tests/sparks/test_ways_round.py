"""Ways round the money's rules that somebody would try, and what a replaced photo leaves behind."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from sparks import actions, queries
from sparks.models import Application, Status
from tests.factories.connectors import PersonFactory
from tests.factories.sparks import ApplicationFactory, RoundFactory


def handed_in(pot, *people, **words) -> Application:
    spark = ApplicationFactory(round=pot, handed_in=True, amount_gbp=Decimal(200), group_name="", **words)
    spark.applicants.set(people)
    return spark


def test_one_large_grant_is_not_cut_into_nameless_small_ones(team, manager, second_manager):
    pot = RoundFactory(team=team)
    rose, tom, ada = (PersonFactory(team=team) for _ in range(3))
    first, second, third = handed_in(pot, rose, tom), handed_in(pot, tom, rose), handed_in(pot, ada)
    assert actions.approve_application(application=first, by=manager).status == Status.APPROVED
    assert queries.awarded_to_group(second) == Decimal(200)
    assert actions.approve_application(application=second, by=manager).status == Status.RECOMMENDED
    assert actions.approve_application(application=second, by=second_manager).status == Status.APPROVED
    assert actions.approve_application(application=third, by=manager).status == Status.APPROVED


def test_sparks_that_share_neither_name_nor_people_are_counted_apart(team, manager):
    pot = RoundFactory(team=team)
    for spark in (handed_in(pot), handed_in(pot)):
        assert actions.approve_application(application=spark, by=manager).status == Status.APPROVED


def test_a_replaced_photo_leaves_the_disk(team, builder, manager, second_manager, django_capture_on_commit_callbacks):
    spark = ApplicationFactory(round=RoundFactory(team=team), held_by="none", amount_gbp=Decimal(0), host=None)
    Application.objects.filter(pk=spark.pk).update(status=Status.REPORTED)
    told = {"application": spark, "by": builder, "what_happened": "We met.", "photo_alt": "A table"}
    first = actions.report_back(photo=ContentFile(b"one", name="one.jpg"), **told).photo
    storage, name = first.storage, first.name
    with django_capture_on_commit_callbacks(execute=True):
        second = actions.report_back(photo=ContentFile(b"two", name="two.jpg"), **told).photo
    assert not storage.exists(name)
    assert storage.exists(second.name)
    with django_capture_on_commit_callbacks(execute=True):
        actions.report_back(**told)
    assert storage.exists(second.name)


def test_nobody_takes_themselves_out_of_the_group_to_decide(team, builder, manager, second_manager):
    spark = ApplicationFactory(round=RoundFactory(team=team), created_by=builder, amount_gbp=Decimal(20))
    spark.members.add(manager)
    with pytest.raises(ValidationError, match="Ask a colleague"):
        actions.update_application(application=spark, by=manager, members=[])
    actions.update_application(application=spark, by=manager, members=[manager], title="Supper")
    assert list(spark.members.all()) == [manager]
    actions.update_application(application=spark, by=second_manager, members=[])
    assert not spark.members.exists()

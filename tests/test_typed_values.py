"""Pounds and times as people type them, in every form, in the admin and in imports."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.test import RequestFactory
from django.urls import get_resolver

from communities.forms.amounts import MoneyField
from communities.forms.days import TodayField
from communities.forms.moments import MomentField, SplitMomentField
from communities.models import Team, User, plausible_day
from communities.resources import columns
from communities.resources.base import column_of
from sparks.models import Fund, Round, Spark
from tests.factories.sparks import RoundFactory

TYPED = {
    "£120": Decimal(120),
    "1,250.00": Decimal("1250.00"),
    "£ 95.50": Decimal("95.50"),
    " 40 ": Decimal(40),
    "0": Decimal(0),
}
REFUSED = {
    "120.005": "Use no more than two decimal places.",
    "-5": "The amount cannot be less than £0.",
    "£-5": "The amount cannot be less than £0.",
    "\u22125": "The amount cannot be less than £0.",
    "1e3": "Enter an amount in pounds, for example 120, £120 or 1,250.50.",
    "1,25.00": "Enter an amount in pounds, for example 120, £120 or 1,250.50.",
    "12 quid": "Enter an amount in pounds, for example 120, £120 or 1,250.50.",
    "nan": "Enter an amount in pounds, for example 120, £120 or 1,250.50.",
    "99999999999": "This amount is too large. Enter an amount in pounds.",
}
#: Hours that the change of the clock skips, and repeats.
SKIPPED = ("2027-03-28", "01:30", "does not exist that night")
TWICE = ("2026-10-25", "01:30", "happens twice that night")


def every_form() -> Iterator[type[forms.BaseForm]]:
    """Yield every form class of Kith, and the forms of the admin in which somebody can write."""
    assert get_resolver().url_patterns  # Imports every module that declares a form.

    def below(kind: type) -> Iterator[type]:
        for each in kind.__subclasses__():
            yield each
            yield from below(each)

    yield from (each for each in below(forms.BaseForm) if not each.__module__.startswith(("django", "tests")))
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True, is_staff=True)
    for registered in admin.site._registry.values():
        if not (registered.has_add_permission(request) or registered.has_change_permission(request)):
            continue
        yield registered.get_form(request)
        yield from (inline.get_formset(request, None).form for inline in registered.get_inline_instances(request))


def fields_of(*kinds: type[forms.Field]) -> Iterator[tuple[str, forms.Field]]:
    """Yield the fields of some kinds in every form, each with its name."""
    for form in every_form():
        for name, field in getattr(form, "base_fields", {}).items():
            if isinstance(field, kinds):
                yield name, field


def test_every_field_for_money_is_the_same_field() -> None:
    found = [(name, field) for name, field in fields_of(forms.DecimalField) if name.endswith("_gbp")]
    assert len(found) > 10
    assert {type(field) for _name, field in found} == {MoneyField}


def test_every_field_for_a_time_explains_the_clock_change() -> None:
    found = list(fields_of(forms.DateTimeField, forms.SplitDateTimeField))
    assert len(found) > 1
    assert {type(field) for _name, field in found} <= {MomentField, SplitMomentField}


@pytest.mark.parametrize(("typed", "amount"), TYPED.items())
def test_amounts_are_read(typed, amount) -> None:
    assert MoneyField().clean(typed) == amount
    assert column_of(Team, "approval_limit_gbp").read([typed], None, None) == amount


@pytest.mark.parametrize(("typed", "words"), REFUSED.items())
def test_other_amounts_are_refused_in_plain_words(typed, words) -> None:
    for read in (MoneyField().clean, lambda typed: column_of(Team, "approval_limit_gbp").read([typed], None, None)):
        with pytest.raises(ValidationError) as refused:
            read(typed)
        assert refused.value.messages == [words]


def test_every_column_of_money_in_a_file_is_the_same_column() -> None:
    for model in (Team, Fund, Round, Spark):
        for field in model._meta.concrete_fields:
            if field.name.endswith("_gbp"):
                assert isinstance(column_of(model, field.name), columns.Money), field


@pytest.mark.parametrize(("day", "hour", "words"), [SKIPPED, TWICE])
def test_an_hour_that_does_not_exist_or_comes_twice_is_refused_in_plain_words(day, hour, words) -> None:
    for read in (lambda: MomentField().clean(f"{day}T{hour}"), lambda: SplitMomentField().clean([day, hour])):
        with pytest.raises(ValidationError) as refused:
            read()
        assert words in refused.value.messages[0]
        assert "Europe/London" not in refused.value.messages[0]


@pytest.mark.parametrize("year", ["0001", "1899", "1999", "2999", "9999"])
def test_a_year_that_cannot_be_meant_is_refused_in_plain_words(year) -> None:
    for read in (
        lambda: MomentField().clean(f"{year}-05-01T09:00"),
        lambda: SplitMomentField().clean([f"{year}-05-01", "09:00"]),
        lambda: plausible_day(date(int(year), 5, 1)),
    ):
        with pytest.raises(ValidationError, match="Check the year"):
            read()
    if year < "2000":
        with pytest.raises(ValidationError, match="Check the year"):
            TodayField().clean(f"{year}-05-01")


def test_every_day_of_money_that_people_type_is_bounded_by_the_database() -> None:
    typed = {"opens_at", "closes_at"}
    found = []
    for model in apps.get_app_config("sparks").get_models():
        names = {constraint.name for constraint in model._meta.constraints}
        for field in model._meta.concrete_fields:
            if type(field) is models.DateField or field.name in typed:
                found.append(field.name)
                assert f"sparks_{model._meta.model_name}_{field.name}_plausible" in names
    assert {"day", "due_on", *typed} <= set(found)


@pytest.mark.django_db
@pytest.mark.parametrize("year", [1, 1899, 2100])
def test_the_database_refuses_such_a_year(year) -> None:
    name = "opens_at" if year < 2000 else "closes_at"
    with pytest.raises(IntegrityError, match=f"{name}_plausible"):
        Round.objects.filter(pk=RoundFactory().pk).update(**{name: datetime(year, 1, 2, tzinfo=UTC)})


def test_the_hours_beside_are_read() -> None:
    assert SplitMomentField().clean(["2027-03-28", "02:30"]) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert MomentField().clean("2026-10-25T02:30") == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)

"""A choice that is not in a list is refused in Kith's words, whatever field offers the list."""

import django_filters.fields
import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import get_resolver

from communities.forms.rows import RowsField
from communities.models import Team
from config.form_messages import ONE, SEVERAL

pytestmark = pytest.mark.django_db
LETTERS = [("a", "A"), ("b", "B")]


def declared() -> dict[str, forms.Field]:
    """Return every field that a form of Kith declares and that offers a list, by its form and name."""
    kinds, found = [forms.BaseForm], {}
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        for name, field in getattr(kind, "base_fields", {}).items():
            if isinstance(field, forms.ChoiceField | forms.ModelChoiceField) and not kind.__module__.startswith(
                "django."
            ):
                found[f"{kind.__module__}.{kind.__qualname__}.{name}"] = field
    return found


def subclasses(field: type[forms.Field]) -> set[type[forms.Field]]:
    """Return a class of fields and all that are made from it, here and in packages."""
    return {field}.union(*map(subclasses, field.__subclasses__()))


def refusal(field: forms.Field, sent: object) -> list[str]:
    """Return what a field says to what was sent."""
    with pytest.raises(ValidationError) as refused:
        field.clean(sent)
    return refused.value.messages


@pytest.mark.parametrize(
    ("field", "sent", "words"),
    [
        (lambda: forms.ChoiceField(choices=LETTERS), "c", ONE),
        (lambda: forms.TypedChoiceField(choices=LETTERS), "c", ONE),
        (lambda: django_filters.fields.ChoiceField(choices=LETTERS), "c", ONE),
        (lambda: forms.ModelChoiceField(Team.objects.all()), "999999", ONE),
        (lambda: forms.ModelChoiceField(Team.objects.all()), "nonsense", ONE),
        (lambda: django_filters.fields.ModelChoiceField(Team.objects.all()), "999999", ONE),
        (lambda: forms.MultipleChoiceField(choices=LETTERS), ["a", "c"], SEVERAL),
        (lambda: forms.ModelMultipleChoiceField(Team.objects.all()), ["999999"], SEVERAL),
        (lambda: forms.ModelMultipleChoiceField(Team.objects.all()), ["nonsense"], SEVERAL),
        (lambda: RowsField(Team.objects.all()), ["9" * 30], SEVERAL),
    ],
)
def test_what_is_not_in_the_list_is_refused_without_repeating_it(field, sent, words) -> None:
    assert refusal(field(), sent) == [words]


def test_no_field_that_offers_a_list_has_the_words_of_django() -> None:
    for field in subclasses(forms.ChoiceField):
        said = [
            str(each.default_error_messages.get("invalid_choice", ""))
            for each in field.__mro__
            if "default_error_messages" in vars(each)
        ]
        assert not [words for words in said if "valid choice" in words], field


def test_no_form_was_made_before_the_words_were_there() -> None:
    """A field copies its words when it is made."""
    assert get_resolver().url_patterns  # every view, and so every form, is imported
    fields = declared()
    assert len(fields) > 50
    assert [
        name for name, field in fields.items() if "valid choice" in str(field.error_messages["invalid_choice"])
    ] == []


def test_a_saved_filter_whose_place_is_gone_says_so(client_for, builder) -> None:
    page = client_for(builder).get("/people/?neighbourhood=999999").content.decode()
    assert str(ONE) in page
    assert "999999 is not" not in page

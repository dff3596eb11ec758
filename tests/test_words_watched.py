"""Words are noticed wherever people write freely, or a reason here says why not."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms

from communities.widgets import AboutPeople, WordsArea, WordsLine
from tests import checks

APPS = ("communities", "assets", "connectors", "sparks", "evaluation")
ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
#: Single lines that accept at least this many letters can say something about somebody.
LONG = 120

NAME = "the name of a place, a group or an organisation, not words about people"
WHERE = "an address, or when somewhere is open"
THEIRS = "a resident's own words, on a page without a team"
SOUGHT = "names to be found, not kept"
#: "module.Form.field": why words are not noticed there.
LEFT_ALONE = {
    "communities.forms.undo.RestoreForm.name": "the name of a partner, theme or the like that is restored",
    "communities.forms.neighbourhoods.NeighbourhoodForm.name": NAME,
    "communities.forms.neighbourhoods.NeighbourhoodForm.boundary": "numbers: the corners of an outline",
    "communities.forms.partners.PartnerForm.name": NAME,
    "evaluation.priorities.forms.PriorityForm.title": "the words of a plan",
    "communities.forms.personal.OwnSettingsForm.name": "a user's own name",
    "communities.forms.teams.TeamForm.name": NAME,
    "communities.forms.teams.TeamForm.authority": NAME,
    "communities.forms.teams.TeamForm.host_organisation": NAME,
    "communities.forms.teams.InvitationForm.name": "a team member's own name",
    "communities.forms.teams.JoinForm.name": "a team member's own name",
    "assets.forms.AssetForm.name": NAME,
    "assets.forms.AssetForm.address": WHERE,
    "assets.forms.AssetForm.opening": WHERE,
    "connectors.forms.consent.OwnDetailsForm.street": WHERE,
    "connectors.forms.consent.OwnWordsForm.words": "a resident's own words, on a page without a team",
    "connectors.forms.conversations.ConversationForm.place_name": NAME,
    "connectors.forms.people.PersonForm.street": WHERE,
    "connectors.forms.prompts.PromptSetForm.source": NAME,
    "connectors.wording.forms.TeamWordForm.alternatives": "names the words themselves",
    "connectors.wording.forms.TeamWordForm.reason": "names the words themselves",
    **{
        f"sparks.applying.forms.{field}": THEIRS
        for field in (
            "doors.SixWordsForm.words",
            "doors.OwnPayeeForm.payee",
            "doors.WordsForm.words",
            "hosts.HostForm.said",
            "screens.CostForm.costs",
            "screens.WhatForm.title",
            "screens.WhatForm.what",
            "screens.WhoForm.who_with",
        )
    },
    "sparks.applying.forms.doors.TrapMixin.website": "a box that no person sees",
    "sparks.forms.sparks.SparkForm.group_name": NAME,
    "sparks.forms.steps.ReadyForm.payee": NAME,
    "sparks.forms.steps.PayeeForm.payee": NAME,
    "sparks.forms.funds.FundForm.name": NAME,
    "sparks.forms.funds.RoundForm.name": NAME,
    "evaluation.forms.stories.StoryForm.names": SOUGHT,
    "evaluation.forms.stories.StoryForm.quote": "a resident's own words: the whole field is a quotation",
}


def modules() -> Iterator[str]:
    """Yield every module of forms."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = path.relative_to(ROOT).with_suffix("")
            if checks.kind_of(name.as_posix()) == "forms":
                yield ".".join(name.parts).removesuffix(".__init__")


def free_text(form: type[forms.BaseForm]) -> Iterator[tuple[str, forms.Field]]:
    """Yield the name and the field of every free text in a form: several lines, or a long one."""
    for name, field in form.base_fields.items():
        widget = field.widget
        is_area = isinstance(widget, forms.Textarea)
        is_line = type(field) is forms.CharField and widget.__class__ in {forms.TextInput, WordsLine}
        if is_area or (is_line and (field.max_length is None or field.max_length >= LONG)):
            yield name, field


def form_classes() -> Iterator[type[forms.BaseForm]]:
    """Yield every form of the five apps."""
    for module in modules():
        for form in vars(importlib.import_module(module)).values():
            if isinstance(form, type) and issubclass(form, forms.BaseForm) and form.__module__ == module:
                yield form


def fields() -> dict[str, forms.Field]:
    """Return every such field of the five apps as "module.Form.field"; an inherited field belongs to its first form."""
    found = {}
    for form in form_classes():
        inherited = {name for base in form.__mro__[1:] for name in getattr(base, "base_fields", ())}
        found |= {
            f"{form.__module__}.{form.__name__}.{name}": field
            for name, field in free_text(form)
            if name not in inherited
        }
    return found


def test_every_free_text_about_people_is_checked_or_has_an_exception() -> None:
    forgotten = [where for where, field in fields().items() if not isinstance(field.widget, AboutPeople)]
    assert sorted(set(forgotten) - LEFT_ALONE.keys()) == [], "choose WordsArea or WordsLine, or name it with a reason"


def test_every_exception_has_its_field() -> None:
    left_alone = {where for where, field in fields().items() if not isinstance(field.widget, AboutPeople)}
    assert sorted(LEFT_ALONE.keys() - left_alone) == []
    assert all(LEFT_ALONE.values())


def test_the_most_important_forms_are_checked() -> None:
    """So that a search that finds nothing does not pass."""
    watched = {where for where, field in fields().items() if isinstance(field.widget, AboutPeople)}
    assert {
        "assets.forms.AssetForm.description",
        "communities.forms.neighbourhoods.NeighbourhoodForm.boundary_story",
        "connectors.forms.asks.AskForm.words",
        "connectors.forms.conversations.ConversationForm.summary",
        "connectors.forms.gifts.GiftHeardForm.name",
        "connectors.forms.introductions.IntroductionForm.reason",
        "connectors.forms.introductions.OutcomeForm.note",
        "connectors.forms.journeys.ChangeForm.words",
        "connectors.forms.journeys.EndingForm.ending_words",
        "connectors.forms.journeys.JourneyForm.vision",
        "connectors.forms.people.GiftForm.name",
        "connectors.forms.people.PersonForm.themes",
        "evaluation.forms.measurements.MeasurementForm.note",
        "evaluation.forms.stories.StoryForm.self_text",
        "sparks.forms.sparks.ReportForm.what_changed",
        "sparks.forms.sparks.SparkForm.what",
    } <= watched


class Forgetful(forms.Form):
    """What a new form looks like when its author did not think of words."""

    area = forms.CharField(widget=forms.Textarea)
    line = forms.CharField(max_length=250)
    endless = forms.CharField()
    short = forms.CharField(max_length=80)
    email = forms.EmailField()
    secret = forms.CharField(widget=forms.PasswordInput)
    heard = forms.CharField(widget=WordsArea)


def test_a_forgotten_field_is_found() -> None:
    assert [name for name, _field in free_text(Forgetful)] == ["area", "line", "endless", "heard"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_contains_its_own_textarea(template: Path) -> None:
    """Nothing would notice words in a field that is not in a form; templates of widgets are allowed fields."""
    assert not re.search(r"<textarea\b", template.read_text()) or "widgets" in template.parts

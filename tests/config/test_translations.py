"""Texts are kept after they were looked up once, and are those that Django finds."""

import pytest
from django.conf import settings
from django.template import Context, Engine, Template, engines
from django.utils import translation
from django.utils.translation import gettext, ngettext, trans_real

#: A text that Django's own catalogue changes for British English, and one of Kith's.
TEXTS = ("Enter a list of values.", "Enter a valid value.", "Randomize", "Today", "")


@pytest.mark.parametrize("text", TEXTS)
def test_a_kept_text_is_the_one_that_django_finds(text) -> None:
    plain = trans_real.DjangoTranslation(settings.LANGUAGE_CODE)
    with translation.override(settings.LANGUAGE_CODE):
        assert gettext(text) == gettext(text) == (plain.gettext(text) if text else "")
        assert [ngettext("%(n)d day", "%(n)d days", n) for n in (0, 1, 2, 1)] == [
            plain.ngettext("%(n)d day", "%(n)d days", n) for n in (0, 1, 2, 1)
        ]


def test_a_text_is_looked_up_once() -> None:
    kept = trans_real.translation(settings.LANGUAGE_CODE).gettext
    gettext("A text that no page has")
    before = kept.cache_info().misses
    gettext("A text that no page has")
    assert kept.cache_info().misses == before


@pytest.mark.parametrize(
    "tag",
    [
        '{% translate "Randomize" %}',
        "{% translate 'Tea & “cake”, 100% <b>home-made</b>' %}",
        '{% translate "Today" as word %}{{ word }}, {{ word|upper }}',
        '{% trans "50 %% of %(n)s" %}',
        '{% translate "Today" noop %}',
        '{% translate "May" context "a month" %}',
        '{% translate "Today"|upper %}',
        "{% translate typed %}",
        '{% translate "" %}',
        '{% autoescape off %}{% translate "Tea & cake" %}{{ typed }}{% endautoescape %}',
    ],
)
@pytest.mark.parametrize("language", ["en-gb", "cy", "de"])
def test_the_tag_shows_what_django_shows(tag, language) -> None:
    """German is here because it translates Django's own texts."""
    plain = Engine(libraries={"i18n": "django.templatetags.i18n"})
    values = {"typed": "Randomize <i>"}
    with translation.override(language):
        shown = Template(f"{{% load i18n %}}{tag}").render(Context(values))
        assert shown == plain.from_string(f"{{% load i18n %}}{tag}").render(Context(values))


def test_a_text_without_filters_is_written_faster() -> None:
    nodes = Template(
        '{% load i18n %}{% translate "Today" %}{% translate "Today" as word %}{% translate "Today"|upper %}'
    )
    assert [type(node).__name__ for node in nodes.nodelist[1:]] == ["TextNode", "TextNode", "TranslateNode"]


def test_only_one_library_replaces_another() -> None:
    """Its check is silenced, so another library of a taken name would not be noticed."""
    [found] = [each for each in engines["django"].check() if each.id == "templates.W003"]
    assert found.msg.startswith("'i18n' is used for multiple template tag modules: 'config.templatetags.translated'")

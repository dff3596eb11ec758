"""Texts are kept after they were looked up once, and are those that Django finds."""

import pytest
from django.conf import settings
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

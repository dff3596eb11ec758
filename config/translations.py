"""Texts of the interface, looked up once."""

from functools import lru_cache

from django.conf import settings
from django.utils.translation import trans_real

#: Texts that are kept; Kith has about 6,000.
KEPT = 8192


def remember_translations() -> None:
    """Keep each text of the default language once it was looked up, for the life of the process.

    Django looks for a text that is not translated in the catalogues of six apps, and then in the empty ones of English without
    a country. A page has 100 to 250 texts, and a kept one takes a tenth of the time.
    """
    texts = trans_real.translation(settings.LANGUAGE_CODE)
    texts.gettext = lru_cache(KEPT)(texts.gettext)
    texts.ngettext = lru_cache(KEPT)(texts.ngettext)

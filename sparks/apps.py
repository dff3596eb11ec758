"""Small grants, from an idea to the money and the story back: ."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SparksConfig(AppConfig):
    """Name the app."""

    name = "sparks"
    verbose_name = _("Sparks")

"""The asset map:  associations, institutions, places, exchange and stories of a neighbourhood."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssetsConfig(AppConfig):
    """Name the app."""

    name = "assets"
    verbose_name = _("Assets")

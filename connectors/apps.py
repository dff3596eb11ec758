"""People, what they care about and how they meet: ."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConnectorsConfig(AppConfig):
    """Name the app."""

    name = "connectors"
    verbose_name = _("Connectors")

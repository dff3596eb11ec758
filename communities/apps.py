"""Where, and who works there:  teams, people who sign in, neighbourhoods, partners, the audit."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunitiesConfig(AppConfig):
    """Name the app."""

    name = "communities"
    verbose_name = _("Communities")

"""What it adds up to:  outcomes, indicators and stories."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    """Name the app."""

    name = "evaluation"
    verbose_name = _("Evaluation")

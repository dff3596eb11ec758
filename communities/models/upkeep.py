"""When the database was last looked after."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class Upkeep(models.Model):
    """The last nightly upkeep that finished; `manage.py tend` writes the only row. See docs/adr/0021-nightly-upkeep.md."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY, editable=False)
    finished_at = models.DateTimeField()

    class Meta:
        verbose_name = _("nightly upkeep")
        verbose_name_plural = _("nightly upkeep")
        constraints = (models.CheckConstraint(condition=Q(id=1), name="%(app_label)s_%(class)s_one_row"),)

    def __str__(self) -> str:
        return date_format(timezone.localtime(self.finished_at), "j F Y H:i")

"""What grew from what: sparks and groups from earlier sparks and groups."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Asset
from communities.models import Team, TeamScopedQuerySet
from sparks.models.sparks import Spark


class Growth(models.Model):
    """A spark or a group that grew from an earlier spark or group. The links of a team have no circle.

    The conversation in which a spark was heard is `Spark.conversation`.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="growths")
    spark = models.ForeignKey(Spark, on_delete=models.CASCADE, null=True, blank=True, related_name="roots")
    group = models.ForeignKey(Asset, on_delete=models.CASCADE, null=True, blank=True, related_name="roots")
    from_spark = models.ForeignKey(Spark, on_delete=models.CASCADE, null=True, blank=True, related_name="branches")
    from_group = models.ForeignKey(Asset, on_delete=models.CASCADE, null=True, blank=True, related_name="branches")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = TeamScopedQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("link of a lineage")
        verbose_name_plural = _("links of a lineage")
        constraints = (
            models.CheckConstraint(
                condition=Q(spark__isnull=False, group__isnull=True) | Q(spark__isnull=True, group__isnull=False),
                name="%(app_label)s_%(class)s_one_child",
            ),
            models.CheckConstraint(
                condition=Q(from_spark__isnull=False, from_group__isnull=True)
                | Q(from_spark__isnull=True, from_group__isnull=False),
                name="%(app_label)s_%(class)s_one_parent",
            ),
            models.CheckConstraint(
                condition=(Q(spark__isnull=True) | Q(from_spark__isnull=True) | ~Q(spark=F("from_spark")))
                & (Q(group__isnull=True) | Q(from_group__isnull=True) | ~Q(group=F("from_group"))),
                name="%(app_label)s_%(class)s_not_itself",
                violation_error_message=_("Nothing grows from itself."),
            ),
            # A row without one of the two is like no other, so each of these is about its own pair.
            *(
                models.UniqueConstraint(fields=(child, parent), name=f"%(app_label)s_%(class)s_{child}_{parent}_once")
                for child in ("spark", "group")
                for parent in ("from_spark", "from_group")
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_spark or self.from_group} → {self.spark or self.group}"

"""Append-only lines that are chained by hash."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models import AppendOnlyModel
from sparks import chain


class ChainedModel(AppendOnlyModel):
    """A line of a ledger: numbered from 1 in its chain, with the hash of its own fields and of the line before.

    `sparks.actions.chaining.append_line` writes lines; `sparks.verification` checks them.
    """

    #: The foreign key to the row that the chain belongs to. That row is locked while a line is written.
    chain_of: ClassVar[str]
    #: The fields that the hash covers, besides the number and the row that the chain belongs to.
    hashed: ClassVar[tuple[str, ...]]

    number = models.PositiveIntegerField(_("line"), editable=False)
    previous_hash = models.CharField(_("hash of the line before"), max_length=64, editable=False)
    hash = models.CharField(_("hash"), max_length=64, editable=False)

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(condition=Q(number__gte=1), name="%(app_label)s_%(class)s_numbered_from_one"),
            models.CheckConstraint(
                condition=Q(number=1, previous_hash=chain.START) | Q(number__gt=1) & ~Q(previous_hash=chain.START),
                name="%(app_label)s_%(class)s_only_the_first_starts",
            ),
        )

    def digest(self) -> str:
        """Return the hash that the line should have, from its fields and the hash before."""
        fields: dict[str, object] = {"number": self.number, self.chain_of: getattr(self, self.chain_of).uuid}
        for name in self.hashed:
            value = getattr(self, name)
            fields[name] = getattr(value, "uuid", value.pk) if isinstance(value, models.Model) else value
        return chain.digest(self.previous_hash, fields)

    def last_of_chain(self) -> Self | None:
        """Return the line at the end of the chain that this line belongs to, or None."""
        own = {self.chain_of: getattr(self, f"{self.chain_of}_id")}
        return type(self)._default_manager.filter(**own).order_by("-number").first()

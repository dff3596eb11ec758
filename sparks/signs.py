"""The signs that another spark is of the same group, and what they are in words."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.pounds import pounds
from sparks import workflow
from sparks.models import ZERO, Spark, Status

#: Statuses whose award counts towards that sum: promised, paid or reported.
HOLDING = workflow.statuses("is_awarded")
#: Statuses in which somebody said no.
REFUSED = (Status.DECLINED, Status.INELIGIBLE)


@dataclass
class Signs:
    """Why another spark may be of the same group. Each but the last counts its award towards the limit.

    shared: how many of the same people are behind both. is_reached_alike: somebody behind both, or named in what was sent
    from the public page, has the same email address or phone number. payee: who is to be paid for the other, or was. street:
    where people behind both live.
    """

    shared: int = 0
    is_reached_alike: bool = False
    is_same_group: bool = False
    is_same_name: bool = False
    is_alike: bool = False
    payee: str = ""
    street: str = ""

    @property
    def counts(self) -> bool:
        """Return whether the award counts with the spark towards the limit: a street alone does not make a group."""
        return bool(
            self.shared
            or self.is_reached_alike
            or self.is_same_group
            or self.is_same_name
            or self.is_alike
            or self.payee
        )


def in_words(signs: Signs, other: Spark, people: int, behind: int) -> str:
    """Return a sentence about another request: “The same 3 people asked on 2 March 2026 for £250.”"""
    values = {
        "who": _who(signs, other, is_whole=signs.shared == people == behind),
        "day": date_format(timezone.localtime(other.submitted_at or other.created_at), "j F Y"),
        "asked": other.asked,
        "award": pounds(other.award_gbp or ZERO),
    }
    if other.status in HOLDING and not other.award_gbp:
        return _("%(who)s asked on %(day)s for %(asked)s. The answer was yes.") % values
    if other.status in HOLDING:
        return _("%(who)s asked on %(day)s for %(asked)s and got %(award)s.") % values
    if other.status in REFUSED:
        return _("%(who)s asked on %(day)s for %(asked)s. The answer was no.") % values
    return _("%(who)s asked on %(day)s for %(asked)s. Nobody has decided yet.") % values


def _who(signs: Signs, other: Spark, *, is_whole: bool) -> str:
    """Return the signs as the beginning of a sentence: “The same 3 people, the same payee”."""
    parts = []
    if signs.shared:
        people = ngettext("the same person", "the same %(n)d people", signs.shared)
        some = ngettext("one of the same people", "%(n)d of the same people", signs.shared)
        parts.append((people if is_whole else some) % {"n": signs.shared})
    elif signs.is_reached_alike:
        parts.append(_("somebody with the same email address or phone number"))
    if signs.is_same_group:
        parts.append(_("the same group on the map"))
    if signs.is_same_name:
        parts.append(_("a group with the same name"))
    if signs.is_alike:
        parts.append(_("a group with nearly the same name, “%(name)s”,") % {"name": other.group_name})
    if signs.payee:
        parts.append(_("the same payee, “%(payee)s”,") % {"payee": signs.payee})
    if signs.street and not signs.shared:
        parts.append(_("people from the same street, %(street)s,") % {"street": signs.street})
    words = _(" and ").join(parts)
    return words[:1].upper() + words[1:]

"""Where Kith counts people, for whom, and how the gate keeps it: what the page of definitions says."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kept:
    """A place where people are counted: what it is called, the name of its URL ("" for one that has several), and how it is kept."""

    name: str | Promise
    url: str
    how: str | Promise


_RECORDS = _("For builders and managers, who know the people: the records themselves, and how many there are.")

#: What everybody in the team may read, and whoever is sent it. `communities.disclosure` decides what is shown.
FOR_ALL: tuple[Kept, ...] = (
    Kept(_("Indicators, their charts and files"), "evaluation:indicator-list", _("The team by quarter, neighbourhoods by whole year. Closed periods only, except for builders and managers.")),
    Kept(_("Neighbourhoods on one scale"), "evaluation:release-list", _("The same figures, for whole years.")),
    Kept(_("Lists behind a figure"), "evaluation:indicator-list", _("People by an alias that only that list uses, without day or place; builders and managers see the records.")),
    Kept(_("Releases, data packages and their addresses"), "evaluation:release-list", _("Decided once, when the period was closed.")),
    Kept(_("Routes and directions of introductions"), "evaluation:release-list", _("Whole years, in the release of the year, without outcomes.")),
    Kept(_("Packs"), "evaluation:pack-list", _("Figures of one release. If the team has since raised the smallest count that it shows, smaller ones are refused.")),
    Kept(_("Profile: age, what matters most, and how you met"), "evaluation:profile", _("The whole team and whole years, as released with the year, except for builders and managers. Without an average where a band is hidden.")),
    Kept(_("Your own indicators of residents"), "evaluation:own-list", _("The whole team only, and only if the people left out are not few either.")),
    Kept(_("Profile"), "evaluation:profile", _("The whole team by release, each question beside those who were asked.")),
    Kept(_("How your words change"), "connectors:word-trend", _("A share of conversations by quarter, where neither part is small and three builders wrote them. Quarters that are over, except for builders and managers.")),
)  # fmt: skip

#: What only builders and managers may read. Others are refused, or told where the released figures are.
FOR_BUILDERS: tuple[Kept, ...] = (
    Kept(_("The web of connections"), "connectors:web", _("For builders and managers. Others are told where the released figures are.")),
    Kept(_("Introductions by route"), "connectors:introduction-routes", _("For builders and managers. Others are told where the released figures are.")),
    Kept(_("Asks met by neighbours"), "connectors:ask-shares", _("For builders and managers. Others have the share as an indicator.")),
    Kept(_("People, and what they are filtered by"), "connectors:person-list", _RECORDS),
    Kept(_("Conversations"), "connectors:conversation-list", _RECORDS),
    Kept(_("Introductions"), "connectors:introduction-list", _RECORDS),
    Kept(_("Asks"), "connectors:ask-list", _RECORDS),
    Kept(_("Walking alongside"), "connectors:journey-list", _RECORDS),
    Kept(_("Words in passing"), "connectors:light-touch-list", _RECORDS),
    Kept(_("Gifts, and how many were matched"), "connectors:gift-list", _RECORDS),
    Kept(_("Street champions"), "connectors:champion-list", _RECORDS),
    Kept(_("Possible duplicates"), "connectors:duplicate-list", _("For managers.")),
    Kept(_("People we haven’t seen for a while"), "connectors:past-people", _RECORDS),
)  # fmt: skip

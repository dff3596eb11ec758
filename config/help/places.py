"""Help on assets, neighbourhoods and partners."""

from django.utils.translation import gettext_lazy as _

from config.help.topics import Topic

PLACES = (
    Topic(_("The map"), ("assets:asset-list", "assets:asset-print"), (
        _("Groups, places, institutions, exchanges and stories are on the map and in the list beside it, with the same filters."),
        _("Gifts of people are never pinned to a place."),
        _("Pins that are close share a circle with a number: open it to see them."),
        _("With the keyboard, Tab reaches the map, arrows go from pin to pin, Enter opens one and Escape closes it."),
        _("Download gives you the list as it is filtered."),
    )),
    Topic(_("A group or place"), (
        "assets:asset-detail", "assets:asset-create", "assets:asset-update", "assets:asset-retire", "assets:photo-create",
        "assets:photo-delete",
    ), (
        _("Write what is strong here; contact details are for your team unless you say that they are public."),
        _("If something similar nearby is on the map already, Kith shows it before it saves."),
        _("“Still correct” records that you checked, and the date is shown to everybody."),
        _("Kith removes the location from a photo before storing it."),
        _("Retire what has ended: it leaves the map, and its record stays."),
    )),
    Topic(_("Import a list"), ("assets:import-create", "assets:import-rehearsal", "assets:import-columns"), (
        _("CSV, Excel and GeoJSON files can be imported; nothing is written before you have seen the preview."),
        _("The preview says for each row whether it will be added, updated or left out, and why."),
        _("Choose which column holds what if Kith guessed wrong, and correct single values in place."),
        _("Rows that are on the map already, or lie outside your neighbourhoods, are pointed out."),
        _("An import can be undone as a whole."),
    )),
    Topic(_("Neighbourhoods"), (
        "communities:neighbourhood-list", "communities:neighbourhood-detail", "communities:neighbourhood-create",
        "communities:neighbourhood-update", "communities:neighbourhood-delete",
    ), (
        _("A neighbourhood is what residents call theirs; write down who agreed on its outline."),
        _("Draw the outline corner by corner, or import it from a file."),
        _("Kith finds the places inside it; a conversation counts in the neighbourhood that it names."),
        _("Add the population if you know it: figures per 1,000 people need it."),
        _("It can be deleted only while nothing belongs to it."),
    )),
    Topic(_("Import outlines"), ("communities:boundary-upload",), (
        _("Upload a GeoJSON file, for example from the council’s map team."),
        _("Choose which name and code belong to which outline; the preview shows the result for each."),
        _("An outline that crosses itself is repaired, and Kith says so."),
        _("Existing outlines change only if you confirm it."),
        _("The file itself is not stored."),
    )),
    Topic(_("Partners"), (
        "communities:partner-list", "communities:partner-create", "communities:partner-update", "communities:partner-delete",
    ), (
        _("Partners are organisations that work beside residents: council, health, police, housing, faith groups and others."),
        _("A partner can hold money for a group that has no account of its own."),
        _("Its signatories cannot decide on a spark whose money it would hold."),
        _("Partners can be introduced to residents, and the other way round."),
        _("Only managers change them."),
    )),
)  # fmt: skip

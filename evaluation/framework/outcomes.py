"""The three outcomes of the Leeds framework.

Source: Leeds City Council, Community Builders and Leeds Beckett University, the framework of three outcomes and its
indicators as printed in a guide to asset-based community development for local authorities ("Evaluation").
"""

from django.utils.translation import gettext_lazy as _

from evaluation.framework.declaring import OutcomeSpec

CONNECTED, CHANGES, FRIENDS = "better-connected", "changes-they-want", "good-friends"

OUTCOMES = (
    OutcomeSpec(
        CONNECTED,
        _("Individuals and communities are better connected"),
        _("More people know their neighbours, and the places and groups where neighbours meet."),
    ),
    OutcomeSpec(
        CHANGES,
        _("Communities identify and work to bring about the changes they want to see"),
        _("Neighbours choose what matters to them and act on it together, with or without outside help."),
    ),
    OutcomeSpec(
        FRIENDS, _("People have good friends"), _("People have somebody to turn to, and to share a pot of tea with.")
    ),
)

OUTCOME_BY_KEY = {spec.key: spec for spec in OUTCOMES}

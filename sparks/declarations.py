"""What somebody declares who decides on a spark. A decision stores the key of the wording that its page showed.

A wording is never changed: a new one gets the next key and becomes `CURRENT`, so that it stays known who declared what.
"""

from django.utils.translation import gettext_lazy as _

WORDINGS = {
    "1": _(
        "I am not one of the people behind this spark and do not belong to their group. I do not sign for the "
        "organisation that would hold the money. Nobody close to me gains from it, and neither do I."
    ),
}
CURRENT = "1"

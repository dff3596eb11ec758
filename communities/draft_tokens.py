"""The token of an opened form: which draft its texts belong to, whose it is, and when the page was made.

It is signed, so it proves that Kith gave this form to this user. That is enough to store a draft after the session has ended:
the user sees it only after they have signed in again, and nobody else can store anything.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core import signing
from django.utils import timezone

#: The hidden fields of a form: its token, the page in the browser, how often that page has sent, and photos to leave out.
FIELD, TAB, SEQUENCE, WITHOUT = "draft", "draft-tab", "draft-sequence", "draft-without"
SALT = "communities.drafts"
#: Longer than a session and a month without signal.
MOST_AGE = timedelta(days=60)


@dataclass(frozen=True)
class DraftToken:
    """A form as it was opened. version: that of the stored draft that it shows, 0 without one; made_at: when."""

    uuid: UUID
    version: int
    user_id: int
    made_at: datetime


def new_token(*, user_id: int, uuid: UUID | None = None, version: int = 0) -> str:
    """Return a token for a form of this user: a new one, or one that shows a stored draft."""
    return signing.TimestampSigner(salt=SALT).sign(f"{(uuid or uuid4()).hex}.{version}.{user_id}")


def read_token(text: str) -> DraftToken | None:
    """Return what a token says; None if it is not one of Kith's, or too old."""
    try:
        value = signing.TimestampSigner(salt=SALT).unsign(text, max_age=MOST_AGE)
        uuid, version, user_id = value.split(".")
        stamp = signing.b62_decode(text.rsplit(":", 2)[1])
        made_at = datetime.fromtimestamp(stamp, tz=timezone.get_current_timezone())
        return DraftToken(UUID(uuid), int(version), int(user_id), made_at)
    except (signing.BadSignature, ValueError):
        return None

"""Messages about sealed items: why one waits, why it could not be opened, why sending stopped."""

from django.utils.translation import gettext_lazy as _

#: Why an item waits for review, by reason.
WHY = {
    "names": _("A gift in it could belong to more than one person. Say whose it is, and it will be saved."),
    "form": _("One answer needs another look. Everything in it is still here."),
    "person": _("Someone in it is no longer on your team’s pages. Choose again who was there."),
    "team": _("Something chosen in it is no longer on your team’s lists. Choose again, and it will be saved."),
    "photo": _("The photo cannot be read."),
    "second-photo": _("The conversation already has a photo."),
    "said-no": _(
        "Someone in the conversation said no to photos, so it is not shown. Delete it, or speak with them first."
    ),
    "parent": _("This photo is waiting for its conversation."),
    "not-theirs": _("The conversation is someone else’s. A manager can add the photo to it."),
    "other-words": _("This page was already saved with different text. Check this one, and save it as well."),
    "kind": _("Kith cannot save this automatically. It is safe here."),
    "key": _("It was encrypted with a key that no longer exists, so no one can open it."),
    "seal": _("It cannot be opened."),
    "trouble": _("Something went wrong while it was being saved. It is safe here: check it, and save it."),
    "erased": _("This was erased, so it was not saved again."),
}
#: Why an item could not be received at all; the phone still has it.
UNOPENED = {
    "seal": _("This could not be opened, so it stays on this phone. Tell your team’s manager."),
    "key": _(
        "This was encrypted with a key that no longer exists, so it stays on this phone. Tell your team’s manager."
    ),
    "meta": _("This did not arrive in full, so it stays on this phone. Tell your team’s manager."),
    "size": _("This is too large to send, so it stays on this phone. Tell your team’s manager."),
}
#: Why a phone gets no key to seal with.
NO_KEY = _(
    "Kith cannot set this phone up to save without signal at the moment. Anything already saved stays, and saving "
    "works with signal. Tell your administrator."
)
#: Why sending stopped; everything stays on the phone.
STOPPED = {
    "token-expired": _("Nothing was sent for two weeks. Sign in, and everything waiting will be sent."),
    "token-bad": _("Sign in again on this phone. Everything waiting stays here until then."),
    "deactivated": _("Your account is closed, so nothing can be sent. Everything waiting stays on this phone."),
    "left-team": _("You can no longer add records for this team. Everything waiting stays on this phone."),
}

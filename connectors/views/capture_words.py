"""What people are told of things that phones sent: why something waits, why it could not be opened, why the sending stopped."""

from django.utils.translation import gettext_lazy as _

#: Why something waits for somebody to look, by the reason.
WHY = {
    "names": _("A gift in it could belong to more than one person. Say whose it is, and it is kept."),
    "form": _("One answer needs another look. Nothing in it is lost."),
    "person": _("Somebody in it is not on your team's pages any more. Choose again who was there."),
    "team": _("Something chosen in it is not on your team's lists. Choose again, and it is kept."),
    "photo": _("What was sent as a photo cannot be read as one."),
    "second-photo": _("The conversation has a photo already."),
    "parent": _("This photo waits for its conversation."),
    "not-theirs": _("The conversation is somebody else’s. A manager can add the photo to it."),
    "other-words": _("Something else was kept under the same number. Look at this one, and keep it beside the first."),
    "kind": _("Kith cannot keep this by itself. It is safe here."),
    "key": _("It was sealed with a key that is gone, so nobody can open it any more."),
    "seal": _("It cannot be opened."),
    "trouble": _("Something went wrong while it was being kept. It is safe here: look at it, and save it."),
    "erased": _("This was taken away for good, so it was not kept again."),
}
#: Why something could not be taken in at all; the phone still has it.
UNOPENED = {
    "seal": _("This could not be opened, so it stays on this phone. Tell your team's manager."),
    "key": _("This was sealed with a key that is gone, so it stays on this phone. Tell your team's manager."),
    "meta": _("This did not arrive as it should, so it stays on this phone. Tell your team's manager."),
    "size": _("This is too large to send, so it stays on this phone. Tell your team's manager."),
}
#: Why the sending stopped; everything stays on the phone.
STOPPED = {
    "token-expired": _("Nothing was sent for two weeks. Sign in, and everything that waits is sent."),
    "token-bad": _("This phone has to sign in again. Everything that waits stays here until then."),
    "deactivated": _("Your account is closed, so nothing can be sent. Everything that waits stays on this phone."),
    "left-team": _("You do not write for this team any more. Everything that waits stays on this phone."),
}
